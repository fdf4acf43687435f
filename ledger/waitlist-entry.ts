import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Interval } from '../domain/interval.ts';
import { mustSayEnough, type VisitWish } from '../domain/visit-wish.ts';
import {
  type EntryFacts,
  type EntryOrigin,
  type EntryStep,
  type EntryType,
  planEntry,
  type Validity,
  validityOf,
} from '../domain/waitlist-entry.ts';
import type { Tx } from '../prisma/client.ts';
import { Prisma } from '../prisma/generated/client.ts';
import {
  auditLife,
  beginLife,
  type LifeAbout,
  type LifeChange,
  type LifeRow,
  type Loaded,
  lifeColumns,
  lifeJoins,
  lockRow,
  policyOfRow,
  type RowLock,
} from './life.ts';
import { closeTask } from './task-decision.ts';
import { iso } from './transaction.ts';
import { lockAppointment, mustBeChained, type Place, placeOf } from './visit-wish.ts';

/** No patient data in any name: they go to Temporal. */
export type LoadedEntry = Loaded<EntryFacts, EntryStep> & {
  names: { facility: string };
  origin: EntryOrigin;
  createdAt: string;
  lastAskedAt: string | null;
  refusedSlots: Interval[] | null;
  bookedAppointmentId: string | null;
};

type Own = Pick<LoadedEntry, 'facilityId' | 'next' | 'origin' | 'createdAt' | 'lastAskedAt' | 'refusedSlots' | 'bookedAppointmentId'>;
type Row = LifeRow & {
  entry: Omit<EntryFacts, 'zone' | 'paused' | 'shadow' | 'appointmentAt'> & Own;
  appointmentAt: Date | null;
};

/** Loads waitlist entries with all facts in one statement. Unknown ids are left out. */
export async function loadEntries(tx: Tx, ids: string[], lock: RowLock = 'none'): Promise<LoadedEntry[]> {
  if (ids.length === 0) return [];
  const rows = await tx.$queryRaw<Row[]>`
    SELECT to_jsonb(s) AS entry, ${lifeColumns}, a."startsAt" AS "appointmentAt"
    FROM "WaitlistEntry" s ${lifeJoins} LEFT JOIN "Appointment" a ON a.id = s."appointmentId" AND s.type = 'wants earlier'
    WHERE s.id = ANY (${ids}::uuid[]) ORDER BY s.id ${lockRow[lock]}`;
  return rows.map((row) => {
    const { entry, zone, paused, shadow, facility, appointmentAt } = row;
    const { id, version, state, type, patientId, practitionerId, profession, durationMinutes, comment } = entry;
    const { validFrom, validUntil, dates, appointmentId, endedAt, endReason } = entry;
    const facts: EntryFacts = {
      id,
      version,
      zone,
      paused,
      shadow,
      state,
      type,
      patientId,
      practitionerId,
      profession,
      durationMinutes,
      comment,
      validFrom,
      validUntil,
      dates,
      appointmentId,
      appointmentAt: appointmentAt && iso(appointmentAt),
      endedAt: endedAt && iso(endedAt),
      endReason,
    };
    const { facilityId, next, origin, refusedSlots, bookedAppointmentId, createdAt, lastAskedAt } = entry;
    return {
      facts,
      policy: policyOfRow(row),
      version,
      next,
      facilityId,
      names: { facility },
      origin,
      refusedSlots,
      bookedAppointmentId,
      createdAt: iso(createdAt),
      lastAskedAt: lastAskedAt && iso(lastAskedAt),
    };
  });
}

/** Throws NOT_FOUND. */
export async function loadEntry(tx: Tx, id: string, lock: RowLock = 'none'): Promise<LoadedEntry> {
  const [entry] = await loadEntries(tx, [id], lock);
  if (!entry) throw new DomainError('NOT_FOUND', { waitlistEntryId: id });
  return entry;
}

/**
 * `slotsChecked` or `refusedSlots`: what was offered before (I-31). `closeTaskId`: a task that this takes the place of (I-12).
 * `anotherProblem`: the answer to LINK_NEEDED (I-40). `appointmentId`: the cancelled visit, or the one to come earlier than;
 * left out, the patient's next.
 */
export type NewEntry = Partial<Omit<VisitWish, 'comment'>> &
  Partial<Validity> & {
    facilityId: string;
    patientId: string;
    comment: string;
    type?: EntryType | undefined;
    origin?: EntryOrigin | undefined;
    slotsChecked?: boolean | undefined;
    refusedSlots?: Interval[] | undefined;
    appointmentId?: string | null | undefined;
    anotherProblem?: boolean | undefined;
    closeTaskId?: string | undefined;
  };

/**
 * I-09, I-19 to I-21: adds a patient to the waitlist and gives the entry its life. From a cancellation it is always Cancelled and
 * follows from that appointment, whose row the caller holds (I-37). Throws NOT_FOUND, TIME_NOT_OFFERED, APPOINTMENT_NOT_AHEAD, the
 * refusals of mustSayEnough, mustBeChained, validityOf and closeTask.
 */
export async function createWaitlistEntry(tx: Tx, wish: NewEntry, actor: Actor, now: string): Promise<LoadedEntry> {
  const { facilityId, patientId, comment, origin = 'booking', refusedSlots, closeTaskId } = wish;
  const { practitionerId = null, profession = null, durationMinutes = null } = wish;
  const place = await placeOf(tx, { facilityId, patientId, practitionerId }, now);
  const said: VisitWish = { practitionerId, profession, durationMinutes, comment: comment.trim() };
  mustSayEnough(said, { visit: true });
  if (origin === 'card' && !wish.slotsChecked && !refusedSlots?.length) throw new DomainError('TIME_NOT_OFFERED', { origin });
  const { type, appointmentId } = await chainOf(tx, place, wish, said, now);
  const { validFrom, validUntil, dates } = validityOf(wish, place.today, place.policy.waitlist.validDays);
  if (closeTaskId) await closeTask(tx, { taskId: closeTaskId, patientId, forBooking: true, reason: 'on the waitlist' }, actor, now);
  const { id } = await tx.waitlistEntry.create({
    data: {
      facilityId,
      patientId,
      type,
      ...said,
      durationMinutes: durationMinutes!,
      origin,
      appointmentId,
      createdAt: now,
      validFrom: new Date(validFrom),
      validUntil: new Date(validUntil),
      dates: dates.map((date) => new Date(date)),
      anyDays: dates.length === 0,
      refusedSlots: refusedSlots ?? Prisma.DbNull,
      next: {},
      nextAt: now,
    },
    select: { id: true },
  });
  const entry = await loadEntry(tx, id);
  const next = planEntry(entry.facts, place.policy, now);
  await auditLife(tx, 'waitlist-entry', entry, { action: 'create', actor, at: now, rule: 'I-09' }, {}, audited(entry.facts));
  await beginLife(tx, 'waitlist-entry', entry, next, entryLife(entry, next));
  return { ...entry, next };
}

export const entryLife = ({ facts: { type, validUntil } }: LoadedEntry, next: EntryStep): LifeAbout => ({
  summary: `Waitlist entry (${type}), valid until ${validUntil}`,
  reference: type,
  dueAt: next.at,
});

/** The type and the appointment that an entry hangs on. */
async function chainOf(tx: Tx, place: Place, wish: NewEntry, said: VisitWish, now: string) {
  const { patientId, origin = 'booking', type = 'scheduled', anotherProblem = false } = wish;
  const appointmentId = wish.appointmentId ?? null;
  if (origin === 'cancellation') return { type: 'cancelled' as const, appointmentId };
  if (type === 'wants earlier') return { type, appointmentId: await appointmentAhead(tx, patientId, appointmentId, now) };
  await mustBeChained(tx, place, { patientId, appointmentId, anotherProblem }, said);
  return { type: appointmentId === null ? type : ('cancelled' as const), appointmentId };
}

/** I-01: the booked visit that lies ahead, the named or the next one. Holds its row. Throws APPOINTMENT_NOT_AHEAD. */
async function appointmentAhead(tx: Tx, patientId: string, wanted: string | null, now: string): Promise<string> {
  const found = await tx.appointment.findFirst({
    where: { patientId, status: 'booked', startsAt: { gt: now }, ...(wanted && { id: wanted }) },
    orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
    select: { id: true },
  });
  if (!found) throw new DomainError('APPOINTMENT_NOT_AHEAD', { appointmentId: wanted });
  await lockAppointment(tx, found.id);
  return found.id;
}

/** Writes what a step or a decision changed: the row with version + 1 and one audit event. */
export async function saveEntry(
  tx: Tx,
  entry: LoadedEntry,
  after: EntryFacts,
  next: EntryStep,
  change: LifeChange,
  more: Prisma.WaitlistEntryUncheckedUpdateInput = {},
): Promise<void> {
  const { id, state, practitionerId, profession, durationMinutes, comment, validFrom, validUntil, dates, endedAt, endReason } = after;
  const version = entry.version + 1;
  await tx.waitlistEntry.update({
    where: { id },
    data: {
      state,
      practitionerId,
      profession,
      durationMinutes: durationMinutes!,
      comment,
      endedAt,
      endReason,
      version,
      ...more,
      validFrom: new Date(validFrom),
      validUntil: new Date(validUntil),
      dates: dates.map((date) => new Date(date)),
      anyDays: dates.length === 0,
      next: next as Prisma.InputJsonObject,
      nextAt: next.at,
    },
    select: { id: true },
  });
  const rewritten = comment === entry.facts.comment ? {} : { commentChanged: true };
  await auditLife(tx, 'waitlist-entry', entry, change, audited(entry.facts), { ...audited({ ...after, version }), ...rewritten, ...more });
}

/** What the trail keeps for ever: all but the words about the patient. */
function audited({ id: _id, zone: _zone, paused: _paused, shadow: _shadow, comment: _comment, ...facts }: EntryFacts): object {
  return facts;
}
