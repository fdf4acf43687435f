/**
 * C-28: a restriction is mailed to whom it concerns when it begins: with a hold that ends unused, with a change of the policy,
 * or on the day on which used time of long ago counts no more. That day is known ahead: its mail is owed for it, and
 * judged when it is claimed.
 */
import { addMinutes, withinHours, zoneDate } from '../domain/civil.ts';
import { type Role, systemActor } from '../domain/decision.ts';
import { type EndedHold, limitsInWords, restrictionAhead, type Standing, standingSince, windowStart } from '../domain/hold-utilization.ts';
import { mailHours, type Policy } from '../domain/policy.ts';
import type { Tx } from '../prisma/client.ts';
import { policyOf, recordChange } from './facility.ts';
import type { LoadedHold } from './hold.ts';
import { endedHolds } from './hold-utilization.ts';
import { type OwedMessage, oweMessages } from './message.ts';
import { couldBeRestricted, earliestWindow, type PolicyPair, restrictsOtherwise } from './moved-standing.ts';
import { type DueReminder, oweReminder, refreshReminders } from './reminder.ts';

const kind = 'hold use restricted' as const;
const aheadKey = 'restriction-ahead';

type Person = { id: string; name: string; email: string; role: Role; active: boolean; restrictedAt: Date | null };
type Place = { facilityId: string; facility: string; zone: string; shadow: boolean; policy: Policy };

/**
 * After a hold has ended, in that step's transaction. A restriction that begins with it is recorded on the person and owed to
 * them once; one that ends with it is recorded too. The person's row is locked, so that two holds that end at once tell them once.
 */
export async function noteRestriction(tx: Tx, { facts, policy, facilityId, names }: LoadedHold, now: string): Promise<OwedMessage[]> {
  if (policy.hold.utilization.restrictBelow === null) return [];
  const place = { facilityId, facility: names.facility, zone: facts.zone, shadow: facts.shadow, policy };
  const begun = await settle(tx, facts.requesterId, place, now, (ended) =>
    standing(
      ended.filter(({ id }) => id !== facts.id),
      policy,
      place,
      now,
    ),
  );
  return begun ? [{ ...begun, key: `hold-use-restricted/${facts.id}` }] : [];
}

/** Everybody whose standing a change of the policy may touch: whom it restricts is told at once, whom it frees is recorded. */
export async function noteRestrictionsByPolicy(tx: Tx, facilityId: string, policies: PolicyPair, now: string): Promise<void> {
  if (!restrictsOtherwise(policies)) return;
  const { before, policy } = policies;
  const { name: facility, zone, shadow } = await tx.facility.findUniqueOrThrow({ where: { id: facilityId } });
  const place = { facilityId, facility, zone, shadow, policy };
  const since = earliestWindow(policies, zone, now);
  const people = await tx.person.findMany({ where: couldBeRestricted(facilityId), select: { id: true }, orderBy: { id: 'asc' } });
  for (const { id } of people) {
    const begun = await settle(tx, id, { ...place, since }, now, (ended, role) => standing(ended, before, { zone }, now, role));
    const owed = begun && [{ ...begun, key: `hold-use-restricted/${id}/policy-${policy.version}` }];
    if (owed) await oweMessages(tx, { facilityId, kind: 'person', id, shadow }, now, owed);
  }
}

/** `since`: where `was` looks back further than the policy does. */
type Settled = Place & { since?: string };
type Was = (ended: EndedHold[], role: Role) => Standing;

/** Records what changed for one person, and owes the mail of the day on which a restriction will begin by itself. Gives what is to be mailed now. */
async function settle(tx: Tx, personId: string, place: Settled, now: string, was: Was): Promise<Omit<OwedMessage, 'key'> | undefined> {
  const person = await lockPerson(tx, personId);
  if (!person?.active) return undefined;
  const { policy, zone, since = windowStart(now, zone, policy) } = place;
  const ended = await endedHolds(tx, { requesterId: personId }, since);
  const found = standing(ended, policy, place, now, person.role);
  await oweAhead(tx, person, place, ended, now);
  const told = person.restrictedAt !== null;
  if (!found.restricted) {
    if (told) await record(tx, place, person.id, { action: 'lift restriction', at: now, reason: found.because, restrictedAt: null });
    return undefined;
  }
  if (told && was(ended, person.role).restricted) return undefined;
  await record(tx, place, person.id, { action: 'restrict requests', at: now, reason: found.because, restrictedAt: now });
  return { to: [person], content: contentOf(place, found), receipt: true };
}

function standing(ended: EndedHold[], policy: Policy, { zone }: { zone: string }, now: string, role: Role = 'block contact'): Standing {
  return standingSince(ended, windowStart(now, zone, policy), policy, role, zone);
}

const contentOf = ({ facility, zone }: Pick<Place, 'facility' | 'zone'>, { because, limits }: Standing) => ({
  kind,
  facility,
  zone,
  because,
  limits: limitsInWords(limits!),
});

/** In place of the one that waits. Restricted from 00:00 on that day, told as soon as people are mailed. */
async function oweAhead(tx: Tx, person: Person, place: Place, ended: EndedHold[], now: string): Promise<void> {
  const { facilityId, zone, policy, shadow, facility } = place;
  const key = { startsWith: `${aheadKey}/${person.id}/` };
  await tx.message.updateMany({ where: { key, state: { in: ['waiting', 'shadow'] } }, data: { state: 'withdrawn' } });
  const begins = restrictionAhead(ended, policy, person.role, zone, now);
  if (!begins) return;
  const sendAt = withinHours(begins, mailHours(policy), zone);
  const content = { kind, facility, zone, because: '', limits: [], beginsAt: begins };
  const owed = { key: `${aheadKey}/${person.id}/${zoneDate(begins, zone)}`, to: [person], content };
  await oweReminder(tx, { facilityId, kind: 'person', id: person.id, shadow }, sendAt, owed);
}

/** Those owed for the day on which a restriction begins by itself: said as it is then, or withdrawn where it does not begin. */
export function refreshRestrictions<Message extends DueReminder>(tx: Tx, due: Message[], now: string): Promise<Message[]> {
  return refreshReminders(tx, due, kind, async (mails) => {
    const said = new Map<string, object>();
    for (const { id, facilityId, personId, content } of mails) {
      const { beginsAt } = content as { beginsAt?: string };
      const fresh = beginsAt === undefined ? {} : await beginning(tx, facilityId, personId!, beginsAt, now);
      if (fresh) said.set(id, fresh);
    }
    return { said, oweNext: async () => {} };
  });
}

async function beginning(tx: Tx, facilityId: string, personId: string, beginsAt: string, now: string): Promise<object | undefined> {
  const [person, { name: facility, zone, shadow }] = [
    await lockPerson(tx, personId),
    await tx.facility.findUniqueOrThrow({ where: { id: facilityId } }),
  ];
  const place = { facilityId, facility, zone, shadow, policy: await policyOf(tx, facilityId) };
  const before = addMinutes(beginsAt, -1);
  const ended = await endedHolds(tx, { requesterId: personId }, windowStart(before, zone, place.policy));
  if (!person?.active) return undefined;
  const found = standing(ended, place.policy, place, now, person.role);
  if (!found.restricted) return undefined;
  if (person.restrictedAt !== null && standing(ended, place.policy, place, before, person.role).restricted) return undefined;
  await record(tx, place, personId, { action: 'restrict requests', at: now, reason: found.because, restrictedAt: now });
  return contentOf(place, found);
}

async function lockPerson(tx: Tx, id: string): Promise<Person | undefined> {
  const [person] = await tx.$queryRaw<Person[]>`
    SELECT id, name, email, role, active, "restrictedAt" FROM "Person" WHERE id = ${id}::uuid FOR NO KEY UPDATE`;
  return person;
}

type Noted = { action: string; at: string; reason: string; restrictedAt: string | null };

async function record(tx: Tx, { facilityId }: Place, id: string, { action, at, reason, restrictedAt }: Noted): Promise<void> {
  await tx.person.update({ where: { id }, data: { restrictedAt }, select: { id: true } });
  const after = { restrictedAt };
  await recordChange(tx, { facilityId, kind: 'person', id }, { action, actor: systemActor, at, rule: 'C-28', reason, after });
}
