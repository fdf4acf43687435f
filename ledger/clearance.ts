import {
  type ClearanceFacts,
  type ClearanceState,
  type ClearanceStep,
  isUrgent,
  type LinkReason,
  movedClearance,
  planClearance,
} from '../domain/clearance.ts';
import { type Actor, systemActor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Tx } from '../prisma/client.ts';
import type { Prisma } from '../prisma/generated/client.ts';
import { clearanceNotice } from './clearance-mail.ts';
import { closeClearanceTicket, raiseClearanceTicket } from './clearance-ticket.ts';
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
import { oweMessages, withdrawMessages } from './message.ts';
import { iso } from './transaction.ts';

/** `names.patient` for people who may see it: never in mails, audit events or Temporal. */
export type LoadedClearance = Loaded<ClearanceFacts, ClearanceStep> & {
  names: { facility: string; provider: string; initials: string; patient: string };
};

type Instants = 'linkSentAt' | 'registeredAt' | 'remindedAt' | 'urgedAt' | 'escalatedAt' | 'endedAt';
type Row = LifeRow & {
  clearance: { id: string; version: number; facilityId: string; appointmentId: string; patientId: string; state: ClearanceState } & {
    linkReason: LinkReason | null;
    ticketId: string | null;
    endedBy: string | null;
    openedAt: string;
    next: ClearanceStep;
  } & Record<Instants, string | null>;
  practitionerId: string;
  visitAt: Date;
  provider: string;
  initials: string;
  patient: string;
};

/** Loads clearances with all facts in one statement. */
export async function loadClearances(tx: Tx, ids: string[], lock: RowLock = 'none'): Promise<LoadedClearance[]> {
  if (ids.length === 0) return [];
  const rows = await tx.$queryRaw<Row[]>`
    SELECT to_jsonb(s) AS clearance, ${lifeColumns}, a."practitionerId", a."startsAt" AS "visitAt", r.name AS provider, r.initials,
      t."givenName" || ' ' || t."familyName" AS patient
    FROM "Clearance" s ${lifeJoins}
    JOIN "Appointment" a ON a.id = s."appointmentId" JOIN "Practitioner" r ON r.id = a."practitionerId" JOIN "Patient" t ON t.id = s."patientId"
    WHERE s.id = ANY (${ids}::uuid[]) ORDER BY s.id ${lockRow[lock]}`;
  return rows.map(loaded);
}

/** Throws CLEARANCE_NOT_FOUND. */
export async function loadClearance(tx: Tx, id: string, lock: RowLock = 'none'): Promise<LoadedClearance> {
  const [clearance] = await loadClearances(tx, [id], lock);
  if (!clearance) throw new DomainError('CLEARANCE_NOT_FOUND', { id });
  return clearance;
}

function loaded({ clearance, practitionerId, visitAt, provider, initials, patient, ...row }: Row): LoadedClearance {
  const { id, version, facilityId, appointmentId, patientId, state, linkReason, ticketId, endedBy, openedAt, next } = clearance;
  const instant = (name: Instants) => (clearance[name] === null ? null : iso(clearance[name]));
  const { zone, paused, shadow, facility } = row;
  return {
    facts: {
      id,
      version,
      zone,
      paused,
      shadow,
      state,
      appointmentId,
      patientId,
      practitionerId,
      linkReason,
      ticketId,
      endedBy,
      visitAt: iso(visitAt),
      openedAt: iso(openedAt),
      linkSentAt: instant('linkSentAt'),
      registeredAt: instant('registeredAt'),
      remindedAt: instant('remindedAt'),
      urgedAt: instant('urgedAt'),
      escalatedAt: instant('escalatedAt'),
      endedAt: instant('endedAt'),
    },
    policy: policyOfRow(row),
    version,
    next,
    facilityId,
    names: { facility, provider, initials, patient },
  };
}

/**
 * P-02: begins the clearance of a booked visit and gives it its life. The coordinator is told, or whoever looks after their line
 * now; shortly before the visit an urgent ticket goes to them in the same transaction. One that is open already stands. Throws
 * APPOINTMENT_NOT_FOUND, APPOINTMENT_SETTLED, APPOINTMENT_PAST.
 */
export async function openClearance(tx: Tx, appointmentId: string, actor: Actor, now: string): Promise<LoadedClearance> {
  const visit = await tx.appointment.findUnique({ where: { id: appointmentId } });
  if (!visit) throw new DomainError('APPOINTMENT_NOT_FOUND', { id: appointmentId });
  if (visit.status !== 'booked') throw new DomainError('APPOINTMENT_SETTLED', { status: visit.status });
  if (iso(visit.startsAt) <= now) throw new DomainError('APPOINTMENT_PAST', { startsAt: iso(visit.startsAt), now });
  const { facilityId, patientId } = visit;
  const data = { facilityId, appointmentId, patientId, openedBy: actor.name, openedAt: now, next: {}, nextAt: now };
  await tx.clearance.createMany({ data: [data], skipDuplicates: true });
  const { id, version } = await tx.clearance.findFirstOrThrow({
    where: { appointmentId, state: 'open' },
    select: { id: true, version: true },
  });
  const before = await loadClearance(tx, id, 'update');
  if (version > 1 || Object.keys(before.next).length > 0) return before;
  const urgent = isUrgent(before.facts, before.policy, now) && !before.facts.paused;
  const ticketId = urgent ? await raiseClearanceTicket(tx, before, now) : null;
  const facts = { ...before.facts, ticketId, urgedAt: urgent ? now : null };
  const next = planClearance(facts, before.policy, now);
  await tx.clearance.update({ where: { id }, data: { ...columnsOf(facts), next: next as Prisma.InputJsonObject, nextAt: next.at } });
  await auditLife(
    tx,
    'clearance',
    before,
    { action: 'open', actor, at: now, rule: 'P-02' },
    {},
    { ...columnsOf(facts), appointmentId, version: 1 },
  );
  const opened = { ...before, facts, next };
  if (!urgent) await oweMessages(tx, aboutOf(opened), now, [await clearanceNotice(tx, opened, 'added', now)]);
  await beginLife(tx, 'clearance', opened, next, clearanceLife(opened));
  return opened;
}

export const clearanceLife = ({ facts, names }: LoadedClearance): LifeAbout => ({
  summary: `Clearance for a visit with ${names.provider}, ${facts.visitAt}`,
  reference: names.initials,
  dueAt: facts.visitAt,
});

const aboutOf = ({ facilityId, facts: { id, shadow } }: LoadedClearance) => ({ facilityId, kind: 'clearance' as const, id, shadow });

/** P-02: a patient added to the schedule of a provider with a care coordinator must be cleared; elsewhere nobody asks. */
export async function openClearanceOf(tx: Tx, visit: { id: string; practitionerId: string }, actor: Actor, now: string): Promise<void> {
  const where = { practitionerId: visit.practitionerId, endedAt: null };
  if (await tx.coordinatorAssignment.findFirst({ where, select: { id: true } })) await openClearance(tx, visit.id, actor, now);
}

/** The visit has moved, or there is none any more. The caller has written it and holds its row. */
export async function settleClearanceOf(tx: Tx, visit: { id: string; status: string }, moved: boolean, at: string): Promise<void> {
  const gone = visit.status === 'cancelled' || visit.status === 'noshow';
  if (!gone && !moved) return;
  const row = await tx.clearance.findFirst({ where: { appointmentId: visit.id, state: 'open' }, select: { id: true } });
  if (!row) return;
  const clearance = await loadClearance(tx, row.id, 'update');
  const { facts, policy, next: before } = clearance;
  const after: ClearanceFacts = gone ? { ...facts, state: 'withdrawn', endedAt: at, endedBy: systemActor.name } : movedClearance(facts);
  const next = planClearance(after, policy, at);
  await saveClearance(tx, clearance, after, next, { action: gone ? 'withdraw' : 'move', actor: systemActor, at, rule: 'P-02' });
  await withdrawMessages(tx, 'clearance', facts.id, ['clearance notice', ...(gone ? (['registration'] as const) : [])]);
  await closeClearanceTicket(tx, facts, gone ? 'There is no visit any more.' : 'The visit has another time.', at);
  if (next.at < before.at) await wakeToReplan(tx, 'clearance', facts.id);
}

/** Writes what a step or a decision changed: the row with version + 1 and one audit event. */
export async function saveClearance(
  tx: Tx,
  clearance: LoadedClearance,
  after: ClearanceFacts,
  next: ClearanceStep,
  change: LifeChange,
): Promise<void> {
  const fields = columnsOf(after);
  const version = clearance.version + 1;
  await tx.clearance.update({
    where: { id: after.id },
    data: { ...fields, next: next as Prisma.InputJsonObject, nextAt: next.at, version },
    select: { id: true },
  });
  await auditLife(
    tx,
    'clearance',
    clearance,
    change,
    { ...columnsOf(clearance.facts), version: clearance.version },
    { ...fields, version },
  );
}

function columnsOf(facts: ClearanceFacts) {
  const { state, linkReason, linkSentAt, registeredAt, remindedAt, urgedAt, escalatedAt, ticketId, endedAt, endedBy } = facts;
  return { state, linkReason, linkSentAt, registeredAt, remindedAt, urgedAt, escalatedAt, ticketId, endedAt, endedBy };
}
