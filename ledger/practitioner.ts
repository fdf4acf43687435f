/** Practitioners and when they work: the hours of the weekday, none on a holiday, and what was added or taken away. */
import { addDays, zoneDate } from '../domain/civil.ts';
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { type Interval, subtract } from '../domain/interval.ts';
import type { Tx } from '../prisma/client.ts';
import type { Practitioner } from '../prisma/generated/client.ts';
import { policyOf, recordChange } from './facility.ts';
import { findFreeTime } from './free-time.ts';
import { giveBackTime } from './offered-time.ts';
import { isClash, iso } from './transaction.ts';

export type { Practitioner };

/** Wall-clock times at the facility on one ISO weekday (1 = Monday), `HH:MM`; `24:00` ends at midnight. */
export type WorkingHours = { weekday: number; from: string; to: string };

/** Time in which a practitioner works beside the weekdays, or does not work. */
export type WorkException = { kind: 'added' | 'away'; startsAt: string; endsAt: string; reason: string | null };

export type PractitionerWish = {
  name?: string | undefined;
  initials?: string | undefined;
  professions?: string[] | undefined;
  personId?: string | null | undefined;
  active?: boolean | undefined;
  hours?: WorkingHours[] | undefined;
  exceptions?: WorkException[] | undefined;
};

type By = { actor: Actor; at: string };

/** Adds a practitioner with working hours, which are offered to who waits (I-02, F-01). Throws ALREADY_EXISTS, NOT_FOUND for a person of another facility. */
export async function createPractitioner(
  tx: Tx,
  facilityId: string,
  wish: PractitionerWish & { name: string },
  { actor, at }: By,
): Promise<Practitioner> {
  const { name, initials = initialsOf(name), professions = [], personId = null, active = true, hours = [], exceptions = [] } = wish;
  await mustBeOurs(tx, facilityId, personId);
  const data = { facilityId, name, initials, professions, personId, active };
  const row = await tx.practitioner.create({ data }).catch(alreadyThere(name));
  await replaceHours(tx, row.id, hours);
  await replaceWorkExceptions(tx, row.id, exceptions);
  const after = { ...data, hours, exceptions };
  await recordChange(tx, { facilityId, kind: 'practitioner', id: row.id }, { action: 'add practitioner', actor, at, after });
  await giveBackTime(tx, { practitionerId: row.id, intervals: await freeAhead(tx, row, at), cause: 'hours added' }, actor, at);
  return row;
}

/**
 * Changes a practitioner of version `version`; undefined when they have another by now. Lists are replaced as a whole;
 * visits that stand in time that closes stay, somebody has to look; time that opens is offered to who waits for it (I-02, F-01).
 * Throws ALREADY_EXISTS, NOT_FOUND.
 */
export async function changePractitioner(
  tx: Tx,
  before: Practitioner,
  wish: PractitionerWish,
  { version, actor, at }: By & { version: number },
): Promise<Practitioner | undefined> {
  const { id, facilityId } = before;
  const { hours, exceptions, ...fields } = wish;
  await mustBeOurs(tx, facilityId, fields.personId ?? null);
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const was = { hours: hours && (await hoursOf(tx, id)), exceptions: exceptions && (await workExceptionsOf(tx, id)) };
  const opens = Boolean(hours || exceptions || (fields.active && !before.active));
  const freeBefore = opens ? await freeAhead(tx, before, at) : [];
  const { count } = await tx.practitioner
    .updateMany({ where: { id, version }, data: { ...given, version: { increment: 1 } } })
    .catch(alreadyThere(fields.name));
  if (count === 0) return undefined;
  if (hours) await replaceHours(tx, id, hours);
  if (exceptions) await replaceWorkExceptions(tx, id, exceptions);
  const what = { action: 'change practitioner', actor, at, before: { ...before, ...was }, after: wish };
  await recordChange(tx, { facilityId, kind: 'practitioner', id }, what);
  if (opens) {
    const intervals = subtract(await freeAhead(tx, before, at), freeBefore);
    await giveBackTime(tx, { practitionerId: id, intervals, cause: 'hours added' }, actor, at);
  }
  return tx.practitioner.findUniqueOrThrow({ where: { id } });
}

/** Free time for as long as an entry of the waitlist is valid: further ahead nobody waits. */
async function freeAhead(tx: Tx, { id, facilityId }: Practitioner, now: string): Promise<Interval[]> {
  const { zone } = await tx.facility.findUniqueOrThrow({ where: { id: facilityId }, select: { zone: true } });
  const { waitlist } = await policyOf(tx, facilityId);
  const from = zoneDate(now, zone);
  const days = { from, to: addDays(from, waitlist.validDays), now };
  const free = await findFreeTime(tx, { facilityId, zone, ...days, minMinutes: 1, practitionerIds: [id], limit: 2000 });
  return free.map(({ startsAt, endsAt }) => ({ startsAt, endsAt }));
}

/** `Dr. Anna Lopez` → `AL`. */
function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter((word) => !word.endsWith('.') || word.length === 2);
  return words
    .map((word) => word[0]!.toUpperCase())
    .join('')
    .slice(0, 4);
}

export function hoursOf(tx: Tx, practitionerId: string): Promise<WorkingHours[]> {
  const select = { weekday: true, from: true, to: true };
  return tx.practitionerHours.findMany({ where: { practitionerId }, orderBy: [{ weekday: 'asc' }, { from: 'asc' }], select });
}

export async function workExceptionsOf(tx: Tx, practitionerId: string): Promise<WorkException[]> {
  const rows = await tx.practitionerException.findMany({ where: { practitionerId }, orderBy: [{ startsAt: 'asc' }, { id: 'asc' }] });
  return rows.map(({ kind, startsAt, endsAt, reason }) => ({
    kind: kind as WorkException['kind'],
    startsAt: iso(startsAt),
    endsAt: iso(endsAt),
    reason,
  }));
}

/** Throws INVALID_REQUEST where two stretches of a weekday overlap. */
async function replaceHours(tx: Tx, practitionerId: string, hours: WorkingHours[]): Promise<void> {
  for (const day of new Set(hours.map(({ weekday }) => weekday))) {
    const stretches = hours.filter(({ weekday }) => weekday === day).sort((a, b) => (a.from < b.from ? -1 : 1));
    if (stretches.some(({ from }, index) => index > 0 && from < stretches[index - 1]!.to))
      throw new DomainError('INVALID_REQUEST', { weekday: day, hours: stretches });
  }
  await tx.practitionerHours.deleteMany({ where: { practitionerId } });
  await tx.practitionerHours.createMany({ data: hours.map((one) => ({ practitionerId, ...one })) });
}

async function replaceWorkExceptions(tx: Tx, practitionerId: string, exceptions: WorkException[]): Promise<void> {
  await tx.practitionerException.deleteMany({ where: { practitionerId } });
  await tx.practitionerException.createMany({ data: exceptions.map((one) => ({ practitionerId, ...one })) });
}

async function mustBeOurs(tx: Tx, facilityId: string, personId: string | null): Promise<void> {
  if (personId && !(await tx.person.findUnique({ where: { id: personId, facilityId } }))) throw new DomainError('NOT_FOUND', { personId });
}

const alreadyThere = (name: string | undefined) => (error: unknown) => {
  throw isClash(error) ? new DomainError('ALREADY_EXISTS', { name }) : error;
};
