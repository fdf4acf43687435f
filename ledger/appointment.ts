import { type AppointmentFacts, type AppointmentStep, planAppointment } from '../domain/appointment.ts';
import { type AppointmentEffect, decideAppointment, effectOf, mustBeAhead } from '../domain/appointment-decision.ts';
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { isTooLong } from '../domain/interval.ts';
import type { Tx } from '../prisma/client.ts';
import type { Prisma } from '../prisma/generated/client.ts';
import { openClearanceOf, settleClearanceOf } from './clearance.ts';
import { mustBeFree } from './free-time.ts';
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
  wakeToReplan,
} from './life.ts';
import { giveBackTime, withdrawOffers } from './offered-time.ts';
import { settleOpportunitiesOf } from './opportunity-settle.ts';
import { patientOf } from './patient.ts';
import { isClash, iso, lockPractitionerDays } from './transaction.ts';
import { settleEarlierWishes } from './waitlist-decision.ts';

export type LoadedAppointment = Loaded<AppointmentFacts, AppointmentStep> & {
  names: { facility: string; practitioner: string; initials: string };
  /** For staff only: it may say anything about the patient. */
  comment: string;
};

type Row = LifeRow & {
  appointment: Record<string, string | null>;
  practitioner: string;
  initials: string;
  otherVisitAt: Date | null;
  waiting: boolean;
};

/** Loads appointments with all facts in one statement. */
export async function loadAppointments(tx: Tx, ids: string[], lock: RowLock): Promise<LoadedAppointment[]> {
  if (ids.length === 0) return [];
  const rows = await tx.$queryRaw<Row[]>`
    SELECT to_jsonb(s) AS appointment, ${lifeColumns}, r.name AS practitioner, r.initials,
      (SELECT max(o."startsAt") FROM "Appointment" o WHERE o."patientId" = s."patientId" AND o.status = 'booked' AND o.id <> s.id) AS "otherVisitAt",
      EXISTS (SELECT 1 FROM "WaitlistEntry" w WHERE w."patientId" = s."patientId" AND w.state = 'active') AS waiting
    FROM "Appointment" s ${lifeJoins} JOIN "Practitioner" r ON r.id = s."practitionerId"
    WHERE s.id = ANY (${ids}::uuid[]) ORDER BY s.id ${lockRow[lock]}`;
  return rows.map(loaded);
}

/** Throws APPOINTMENT_NOT_FOUND. */
export async function loadAppointment(tx: Tx, id: string, lock: RowLock = 'none'): Promise<LoadedAppointment> {
  const [appointment] = await loadAppointments(tx, [id], lock);
  if (!appointment) throw new DomainError('APPOINTMENT_NOT_FOUND', { id });
  return appointment;
}

function loaded(row: Row): LoadedAppointment {
  const { next, version, status, ...columns } = row.appointment as unknown as Record<string, string | null> & {
    next: AppointmentStep;
    version: number;
    status: AppointmentFacts['status'];
  };
  const instant = (name: string) => (columns[name] ? iso(columns[name]) : null);
  return {
    facts: {
      id: columns.id!,
      version,
      zone: row.zone,
      paused: row.paused,
      shadow: row.shadow,
      status,
      patientId: columns.patientId!,
      practitionerId: columns.practitionerId!,
      startsAt: iso(columns.startsAt!),
      endsAt: iso(columns.endsAt!),
      bookedAt: iso(columns.bookedAt!),
      arrivedAt: instant('arrivedAt'),
      fulfilledAt: instant('fulfilledAt'),
      noShowAt: instant('noShowAt'),
      cancelledAt: instant('cancelledAt'),
      cancelReason: columns.cancelReason ?? null,
      otherVisitAt: row.otherVisitAt && iso(row.otherVisitAt),
      waiting: row.waiting,
    },
    policy: policyOfRow(row),
    version,
    next,
    facilityId: columns.facilityId!,
    names: { facility: row.facility, practitioner: row.practitioner, initials: row.initials },
    comment: columns.comment ?? '',
  };
}

export type NewAppointment = {
  facilityId: string;
  patientId: string;
  practitionerId: string;
  startsAt: string;
  endsAt: string;
  comment?: string | undefined;
};

/**
 * Books a visit and gives it its life. Whoever comes second for a minute gets SLOT_TAKEN (409). Throws also
 * PATIENT_NOT_FOUND, NOT_FOUND, PRACTITIONER_INACTIVE, OUTSIDE_WORKING_HOURS, TIME_PAST, TIME_TOO_LONG.
 */
export async function bookAppointment(tx: Tx, wish: NewAppointment, actor: Actor, now: string): Promise<LoadedAppointment> {
  const { facilityId, patientId, practitionerId, startsAt, endsAt, comment = '' } = wish;
  mustBeAhead({ startsAt, endsAt }, now);
  await patientOf(tx, facilityId, patientId);
  await lockPractitionerDays(tx, [{ practitionerId, startsAt, endsAt }]);
  await mustBeFree(tx, wish);
  const data = { facilityId, patientId, practitionerId, startsAt, endsAt, comment, bookedAt: now, next: {}, nextAt: now };
  const { id } = await tx.appointment.create({ data, select: { id: true } }).catch(slotTaken(wish));
  await withdrawOffers(tx, { practitionerId, startsAt, endsAt }, actor, now);
  const appointment = await loadAppointment(tx, id);
  const next = planAppointment(appointment.facts, appointment.policy, now);
  const after = { status: 'booked', patientId, practitionerId, startsAt, endsAt, version: 1 };
  await auditLife(tx, 'appointment', appointment, { action: 'book', actor, at: now, rule: 'D-12' }, {}, after);
  await settleOpportunitiesOf(tx, patientId, now);
  await openClearanceOf(tx, { id, practitionerId }, actor, now);
  await beginLife(tx, 'appointment', appointment, next, appointmentLife(appointment));
  return { ...appointment, next };
}

export const appointmentLife = ({ facts, names }: LoadedAppointment): LifeAbout => ({
  summary: `Appointment with ${names.practitioner}, ${facts.startsAt} to ${facts.endsAt}`,
  reference: names.initials,
  dueAt: facts.startsAt,
});

type Move = { practitionerId?: string | undefined; startsAt: string; endsAt: string; comment?: string | undefined };

/**
 * Moves a booked visit in one step and tells its life. For transactions outside of the life: its own decisions come by
 * api/decide.ts. Throws as bookAppointment does, and APPOINTMENT_SETTLED.
 */
export async function moveAppointment(
  tx: Tx,
  id: string,
  { practitionerId, startsAt, endsAt, comment }: Move,
  actor: Actor,
  now: string,
  reason?: string,
): Promise<LoadedAppointment> {
  const choice = { action: 'move' as const, practitionerId, interval: { startsAt, endsAt } };
  await lockAppointmentDays(tx, id, choice);
  const before = await loadAppointment(tx, id, 'update');
  const effect = decideAppointment(before.facts, before.policy, choice, now);
  await carryOutEffect(tx, before, effect, { action: 'move', actor, at: now, reason }, comment);
  return toldToItsLife(tx, before);
}

/**
 * Cancels a visit that stands and ends its life, with whatever reason its sender has: what people decide is held to the
 * facility's own reasons (I-33). Throws APPOINTMENT_NOT_FOUND, APPOINTMENT_SETTLED.
 */
export async function cancelAppointment(tx: Tx, id: string, reason: string, actor: Actor, now: string): Promise<LoadedAppointment> {
  await lockAppointmentDays(tx, id);
  const before = await loadAppointment(tx, id, 'update');
  await carryOutEffect(tx, before, effectOf(before.facts, { action: 'cancel' }, now), { action: 'cancel', actor, at: now, reason });
  return toldToItsLife(tx, before);
}

async function toldToItsLife(tx: Tx, before: LoadedAppointment): Promise<LoadedAppointment> {
  const after = await loadAppointment(tx, before.facts.id);
  if (after.next.at < before.next.at) await wakeToReplan(tx, 'appointment', after.facts.id);
  return after;
}

/** Locks the days of a visit, and of the minutes that a move asks for. Throws APPOINTMENT_NOT_FOUND. */
export async function lockAppointmentDays(
  tx: Tx,
  id: string,
  wanted: { practitionerId?: string | undefined; interval?: { startsAt: string; endsAt: string } | undefined } = {},
): Promise<void> {
  const select = { practitionerId: true, startsAt: true, endsAt: true };
  const row = await tx.appointment.findUnique({ where: { id }, select });
  if (!row) throw new DomainError('APPOINTMENT_NOT_FOUND', { id });
  const has = { practitionerId: row.practitionerId, startsAt: iso(row.startsAt), endsAt: iso(row.endsAt) };
  const asked = { ...has, ...(wanted.practitionerId && { practitionerId: wanted.practitionerId }), ...wanted.interval };
  await lockPractitionerDays(tx, isTooLong(asked) ? [has] : [has, asked]); // the rule refuses it
}

/** Writes what a decision changed. The caller holds the days and the row. Returns what comes next. */
export async function carryOutEffect(
  tx: Tx,
  appointment: LoadedAppointment,
  { status, practitionerId, interval, freed }: AppointmentEffect,
  change: LifeChange,
  comment?: string,
): Promise<AppointmentStep> {
  const { facts, facilityId, policy } = appointment;
  if (change.action === 'move') await mustBeFree(tx, { facilityId, practitionerId, ...interval, exceptId: facts.id });
  const after = { ...facts, status, practitionerId, ...interval, ...stampsOf(facts, status, change) };
  const next = planAppointment(after, policy, change.at);
  await saveAppointment(tx, appointment, after, next, change, comment);
  const { actor, at } = change;
  if (change.action === 'move') await withdrawOffers(tx, { practitionerId, ...interval }, actor, at);
  const cause = change.action === 'move' ? 'moved' : 'cancelled';
  await giveBackTime(tx, { practitionerId: facts.practitionerId, intervals: freed, cause }, actor, at);
  return next;
}

function stampsOf(facts: AppointmentFacts, status: AppointmentFacts['status'], { at, reason }: LifeChange) {
  if (status === facts.status) return {};
  if (status === 'arrived') return { arrivedAt: at };
  if (status === 'booked') return { arrivedAt: null, noShowAt: null };
  if (status === 'fulfilled') return { arrivedAt: facts.arrivedAt ?? at, fulfilledAt: at };
  return { cancelledAt: at, cancelReason: reason ?? null };
}

/** Writes what a step or a decision changed: the row with version + 1 and one audit event, which holds no word of the comment. */
export async function saveAppointment(
  tx: Tx,
  appointment: LoadedAppointment,
  after: AppointmentFacts,
  next: AppointmentStep,
  change: LifeChange,
  comment?: string,
): Promise<void> {
  const { status, practitionerId, startsAt, endsAt, arrivedAt, fulfilledAt, noShowAt, cancelledAt, cancelReason } = after;
  const fields = { status, practitionerId, startsAt, endsAt, arrivedAt, fulfilledAt, noShowAt, cancelledAt, cancelReason };
  const version = appointment.version + 1;
  await tx.appointment
    .update({
      where: { id: after.id },
      data: { ...fields, ...(comment !== undefined && { comment }), next: next as Prisma.InputJsonObject, nextAt: next.at, version },
      select: { id: true },
    })
    .catch(slotTaken(after));
  const { id, zone: _zone, otherVisitAt: _other, waiting: _waiting, paused: _paused, shadow: _shadow, ...before } = appointment.facts;
  const rewritten = comment === undefined || comment === appointment.comment ? {} : { commentChanged: true };
  await auditLife(tx, 'appointment', appointment, change, before, { ...fields, version, ...rewritten });
  await settleEarlierWishes(tx, id, change.at);
  await settleOpportunitiesOf(tx, after.patientId, change.at);
  await settleClearanceOf(tx, after, startsAt !== before.startsAt || practitionerId !== before.practitionerId, change.at);
}

/** The exclusion constraint is the backstop behind the locks: SLOT_TAKEN either way. */
const slotTaken =
  ({ practitionerId, startsAt, endsAt }: { practitionerId: string; startsAt: string; endsAt: string }) =>
  (error: unknown) => {
    throw isClash(error) ? new DomainError('SLOT_TAKEN', { practitionerId, startsAt, endsAt }) : error;
  };
