import type { Tx } from '../../prisma/client.ts';
import type { Contacts } from './contacts.ts';
import type { Finding } from './finding.ts';

type Known = { id: string; name: string; email: string; role: string; active: boolean };

/**
 * Makes the people of a contacts file. The first contact of a group without a main contact becomes it (C-19), the
 * others become members. People whom the facility knows by their email keep their name; none is downgraded.
 */
export async function importPeople(
  tx: Tx,
  facilityId: string,
  { file, contacts }: Contacts,
): Promise<{ newPeople: number; bad: Finding[]; warnings: Finding[] }> {
  const groups = new Map(
    (await tx.group.findMany({ where: { facilityId }, select: { id: true, name: true, mainContactId: true } })).map((one) => [
      one.name,
      one,
    ]),
  );
  const isKnown = ({ group }: { group: string | null }) => group === null || groups.has(group);
  const unknown = contacts.filter((one) => !isKnown(one));
  const bad = unknown.map(({ line, group }) => ({ file, line, message: `there is no group “${group}” in the schedule or the facility.` }));
  const known = contacts.filter(isKnown);
  const schedulers = new Set(known.filter(({ group }) => group === null).map(({ email }) => email));
  const roleOf = (email: string) => (schedulers.has(email) ? 'facility scheduler' : 'block contact');

  const before = await peopleBy(
    tx,
    facilityId,
    known.map(({ email }) => email),
  );
  const missing = [...new Map(known.filter(({ email }) => !before.has(email)).map((one) => [one.email, one])).values()];
  await tx.person.createMany({ data: missing.map(({ name, email }) => ({ facilityId, name, email, role: roleOf(email) })) });
  const raised = [...before.values()].filter(({ email, role }) => role === 'block contact' && schedulers.has(email)).map(({ id }) => id);
  await tx.person.updateMany({ where: { id: { in: raised } }, data: { role: 'facility scheduler', version: { increment: 1 } } });

  const people = await peopleBy(
    tx,
    facilityId,
    known.map(({ email }) => email),
  );
  for (const { group: name, email } of known) {
    const group = name === null ? undefined : groups.get(name);
    const { id, active } = people.get(email)!;
    if (!group || group.mainContactId === id) continue;
    if (group.mainContactId !== null || !active) {
      await tx.membership.createMany({ data: [{ groupId: group.id, personId: id }], skipDuplicates: true });
      continue;
    }
    await tx.group.update({ where: { id: group.id }, data: { mainContactId: id, version: { increment: 1 } } });
    group.mainContactId = id;
  }
  const inactive = [...before.values()].filter(({ active }) => !active);
  return {
    newPeople: missing.length,
    bad,
    warnings: inactive.map(({ email }) => ({ file, message: `${email} is not active in the facility and stays so: no mail goes there.` })),
  };
}

async function peopleBy(tx: Tx, facilityId: string, emails: string[]): Promise<Map<string, Known>> {
  const rows = await tx.$queryRaw<Known[]>`
    SELECT DISTINCT ON (lower(email)) id, name, lower(email) AS email, role, active FROM "Person"
    WHERE "facilityId" = ${facilityId}::uuid AND lower(email) = ANY (${emails}) ORDER BY lower(email), active DESC, id`;
  return new Map(rows.map((row) => [row.email, row]));
}
