/** What people prefer to be told, and when their surgeons operate (C-41 to C-44). Versioned like every edit. */
import type { AlertPreference, Availability } from '../domain/availability.ts';
import { dailySlots } from '../domain/availability.ts';
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Tx } from '../prisma/client.ts';
import { type Person, Prisma, type Provider } from '../prisma/generated/client.ts';
import { owe } from './availability.ts';
import { recordChange } from './facility.ts';
import { isClash } from './transaction.ts';
import { oweVacationReminders } from './vacation-reminder.ts';
import { wakeDelivery } from './wake-up.ts';

export type PreferenceChange = {
  availabilityAlerts?: AlertPreference | undefined;
  dailyHour?: number | undefined;
  /** null: as C-15 and C-16 say. */
  vacationReminders?: boolean | null | undefined;
};
/** `version`: left out by a press on "unsubscribe", which wins over whatever else was changed. */
type Edit = { version?: number; actor: Actor; at: string };

export const preferencesOf = ({ availabilityAlerts, dailyHour, vacationReminders }: Person) => ({
  availabilityAlerts: availabilityAlerts as AlertPreference,
  dailyHour,
  vacationReminders,
});

/**
 * C-42, C-43. Alerts that wait follow the new preference in the same transaction: off withdraws them, daily makes one
 * mail of them. Undefined when the person has another version by now.
 */
export async function changePreferences(tx: Tx, id: string, change: PreferenceChange, edit: Edit): Promise<Person | undefined> {
  const { version, actor, at } = edit;
  await tx.$queryRaw`SELECT id FROM "Person" WHERE id = ${id}::uuid FOR NO KEY UPDATE`;
  const person = await tx.person.findUniqueOrThrow({ where: { id } });
  if (version !== undefined && version !== person.version) return undefined;
  const before = preferencesOf(person);
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<typeof before>;
  const after = { ...before, ...given };
  const changed = (Object.keys(after) as (keyof typeof after)[]).filter((name) => after[name] !== before[name]);
  if (changed.length === 0) return person;
  const row = await tx.person.update({ where: { id }, data: { ...after, version: { increment: 1 } } });
  const rule = after.availabilityAlerts === 'off' ? 'C-43' : changed.includes('vacationReminders') ? 'C-18' : 'C-42';
  const what = { action: 'change preferences', actor, at, rule, before, after };
  await recordChange(tx, { facilityId: person.facilityId, kind: 'person', id }, what);
  await moveWaiting(tx, row, at);
  if (changed.includes('vacationReminders')) {
    const groups = await tx.group.findMany({ where: { mainContactId: id }, select: { id: true } });
    const groupIds = groups.map((group) => group.id);
    await oweVacationReminders(tx, person.facilityId, groupIds, at); // what waits and is no longer wanted is seen when it is claimed
  }
  return row;
}

async function moveWaiting(tx: Tx, { id, facilityId, availabilityAlerts }: Person, now: string): Promise<void> {
  if (availabilityAlerts === 'real-time') return; // a daily mail that waits comes at its hour, the last of its kind
  const kind = { in: ['availability alert', 'availability digest'] };
  const { count } = await tx.message.updateMany({ where: { personId: id, kind, state: 'waiting' }, data: { state: 'withdrawn' } });
  if (count === 0 || availabilityAlerts === 'off') return;
  const { zone, shadow } = await tx.facility.findUniqueOrThrow({ where: { id: facilityId }, select: { zone: true, shadow: true } });
  const whom = Prisma.sql`(SELECT id, email, true AS daily, "dailyHour" FROM "Person" WHERE id = ${id}::uuid) p CROSS JOIN (SELECT NULL::uuid AS id) o`;
  await tx.$executeRaw(owe(whom, { facilityId, shadow, realTimeAt: now, slots: dailySlots(now, zone) }));
  await wakeDelivery(tx);
}

export type ProviderChange = {
  name?: string | undefined;
  groupId?: string | null | undefined;
  availability?: Availability | null | undefined;
  minCaseMinutes?: number | null | undefined;
};

/** C-44. Undefined when the provider has another version by now. Throws ALREADY_EXISTS. */
export async function changeProvider(
  tx: Tx,
  before: Provider,
  { availability, ...change }: ProviderChange,
  { version, actor, at }: Required<Edit>,
): Promise<Provider | undefined> {
  const { id, facilityId } = before;
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const days = availability === undefined ? {} : { availability: availability ?? Prisma.DbNull };
  const { count } = await tx.provider
    .updateMany({ where: { id, version }, data: { ...given, ...days, version: { increment: 1 } } })
    .catch((error: unknown) => {
      throw isClash(error) ? new DomainError('ALREADY_EXISTS', { name: change.name }) : error;
    });
  if (count === 0) return undefined;
  const row = await tx.provider.findUniqueOrThrow({ where: { id } });
  const what = { action: 'change provider', actor, at, rule: 'C-44', before: audited(before), after: audited(row) };
  await recordChange(tx, { facilityId, kind: 'facility', id: facilityId }, what);
  return row;
}

const audited = ({ id, name, groupId, availability, minCaseMinutes, version }: Provider) => ({
  providerId: id,
  name,
  groupId,
  availability,
  minCaseMinutes,
  version,
});
