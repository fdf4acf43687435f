/**
 * C-15, C-16, C-18: on the first of each month the contacts of blocks that are one surgeon's alone are asked for
 * vacation days. Each month's mail is judged when it is claimed and owes the next month's, so nothing has to look
 * every month whether somebody is to be asked.
 */
import { atLocal, monthAfter, zoneDate } from '../domain/civil.ts';
import type { Policy } from '../domain/policy.ts';
import type { Tx } from '../prisma/client.ts';
import { policyOf } from './facility.ts';
import type { Recipient } from './message.ts';
import { type DueReminder, oweReminder, refreshReminders } from './reminder.ts';

const kind = 'vacation reminder' as const;

type Place = { id: string; name: string; zone: string; shadow: boolean; policy: Policy };
type Asked = Recipient & { surgeons: string[] };

/** Owes the next reminder to the main contacts of these groups who are to be asked. Call it when a group gets a block or a contact. */
export async function oweVacationReminders(tx: Tx, facilityId: string, groupIds: string[], now: string): Promise<void> {
  const contacts = await tx.group.findMany({
    where: { id: { in: groupIds }, mainContactId: { not: null } },
    select: { mainContactId: true },
  });
  const asked = await whoIsAsked(tx, [...new Set(contacts.map(({ mainContactId }) => mainContactId!))], now);
  if (asked.length > 0) await oweNext(tx, await placeOf(tx, facilityId), asked, now);
}

/**
 * Who of these people is asked, and about which surgeons: by default those with blocks ahead that are one surgeon's
 * alone (C-15); somebody who switched it on about all surgeons of their groups (C-16); somebody who switched it off about none (C-18).
 */
async function whoIsAsked(tx: Tx, personIds: string[], now: string): Promise<Asked[]> {
  if (personIds.length === 0) return [];
  return tx.$queryRaw<Asked[]>`
    SELECT p.id, p.name, p.email, array_agg(DISTINCT v.name ORDER BY v.name) AS surgeons
    FROM "Person" p JOIN "Group" g ON g."mainContactId" = p.id JOIN "Provider" v ON v."facilityId" = p."facilityId"
    WHERE p.id = ANY (${personIds}::uuid[]) AND p.active AND p."vacationReminders" IS DISTINCT FROM false
      AND CASE WHEN p."vacationReminders" THEN v."groupId" = g.id ELSE EXISTS (
        SELECT FROM "Block" b WHERE b."groupId" = g.id AND b."providerId" = v.id AND b.state = 'active' AND b."endsAt" > ${now}::timestamptz) END
    GROUP BY p.id ORDER BY p.id`;
}

async function oweNext(tx: Tx, place: Place, asked: Asked[], now: string): Promise<void> {
  const { id: facilityId, name: facility, zone, shadow, policy } = place;
  const month = monthAfter(zoneDate(now, zone).slice(0, 7));
  const sendAt = atLocal(`${month}-01`, policy.mail.fromLocalTime, zone);
  const key = `vacation-reminder/${month}`;
  for (const { surgeons, ...person } of asked) {
    const content = { kind: 'vacation reminder' as const, facility, zone, month, surgeons };
    await oweReminder(tx, { facilityId, kind: 'person', id: person.id, shadow }, sendAt, { key, to: [person], content });
  }
}

async function placeOf(tx: Tx, facilityId: string): Promise<Place> {
  const facility = await tx.facility.findUniqueOrThrow({
    where: { id: facilityId },
    select: { id: true, name: true, zone: true, shadow: true },
  });
  return { ...facility, policy: await policyOf(tx, facilityId) };
}

/** Owes the next ones of a whole facility in place of those that wait. */
export async function oweVacationRemindersAnew(tx: Tx, facilityId: string, now: string): Promise<void> {
  await tx.message.updateMany({ where: { facilityId, kind, state: 'waiting' }, data: { state: 'withdrawn' } });
  const groups = await tx.group.findMany({ where: { facilityId }, select: { id: true } });
  await oweVacationReminders(
    tx,
    facilityId,
    groups.map(({ id }) => id),
    now,
  );
}

/** Nobody without a surgeon to ask about is asked. */
export function refreshVacationReminders<Message extends DueReminder>(tx: Tx, due: Message[], now: string): Promise<Message[]> {
  return refreshReminders(tx, due, kind, async (reminders) => {
    const personIds = reminders.flatMap(({ personId }) => personId ?? []);
    const asked = new Map((await whoIsAsked(tx, personIds, now)).map((one) => [one.id, one]));
    const of = ({ personId }: Message) => asked.get(personId ?? '');
    const said = new Map(reminders.flatMap((one) => (of(one) ? [[one.id, { surgeons: of(one)!.surgeons }] as const] : [])));
    const oweNextMonths = async () => {
      for (const facilityId of new Set(reminders.map((one) => one.facilityId))) {
        const here = reminders.filter((one) => one.facilityId === facilityId).flatMap((one) => of(one) ?? []);
        if (here.length > 0) await oweNext(tx, await placeOf(tx, facilityId), here, now);
      }
    };
    return { said, oweNext: oweNextMonths };
  });
}
