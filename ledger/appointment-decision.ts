/** What a decision about an appointment does, whoever carries it: its own life, or the desk in a transaction of its own. */
import { type AppointmentFacts, type AppointmentStatus, type AppointmentStep, needsTask } from '../domain/appointment.ts';
import { type AppointmentDecision, type AppointmentEffect, appointmentDigest, decideAppointment } from '../domain/appointment-decision.ts';
import { type Actor, type Receipt, systemActor } from '../domain/decision.ts';
import { type FollowUp, visitOf } from '../domain/follow-up.ts';
import type { Tx } from '../prisma/client.ts';
import { carryOutEffect, type LoadedAppointment, loadAppointment, lockAppointmentDays } from './appointment.ts';
import { type CarriedOut, decideDirectly, firstReceipts } from './direct.ts';
import { createTask } from './task.ts';
import { closeTasksOf } from './task-decision.ts';
import { createWaitlistEntry } from './waitlist-entry.ts';

/** What each decision leaves behind: decided twice, the first answer stands. */
const statusAfter: Partial<Record<AppointmentDecision['action'], AppointmentStatus>> = {
  arrive: 'arrived',
  'undo-arrive': 'booked',
  fulfil: 'fulfilled',
  cancel: 'cancelled',
};

/**
 * Judges a decision about an appointment whose days and row are held, and carries it out: the row, what follows a cancellation
 * (I-36: both or neither), and the tasks of a no-show who came after all (I-38).
 */
export async function carryOutAppointment(
  tx: Tx,
  appointment: LoadedAppointment,
  decision: AppointmentDecision,
): Promise<CarriedOut<AppointmentStep>> {
  const { facts, policy, next: planned } = appointment;
  const { action, actor, decidedAt: at, reason, seen } = decision;
  if (facts.status === statusAfter[action]) {
    const receipt = (await firstReceipts(tx, 'appointment', [facts.id], action)).get(facts.id);
    if (receipt) return { receipt, next: planned, owed: [] };
  }
  const effect = decideAppointment(facts, policy, decision, at, { reason, seen });
  const comment = action === 'move' ? decision.comment : undefined;
  const next = await carryOutEffect(tx, appointment, effect, { action, actor, at, reason }, comment);
  const followed = action === 'cancel' && decision.followUp ? await follow(tx, appointment, decision.followUp, actor, at) : null;
  const closedTasks = facts.status === 'noshow' ? await closeTasksOf(tx, facts.id, 'The patient came after all.', actor, at) : 0;
  return { receipt: receiptOf(appointment, { ...effect, followed, closedTasks }, decision), next, owed: [] };
}

/** I-34, I-37: the task or waitlist entry that brings the patient back. Returns its kind and id. */
async function follow(tx: Tx, { facilityId, facts, comment }: LoadedAppointment, followUp: FollowUp, actor: Actor, at: string) {
  const { id: appointmentId, patientId } = facts;
  const wish = { facilityId, patientId, appointmentId, origin: 'cancellation' as const, ...visitOf(facts, comment, followUp) };
  if (followUp.kind === 'task') {
    const { actualFrom, inDays, assigneeId } = followUp;
    const task = await createTask(tx, { ...wish, actualFrom, inDays, assigneeId }, actor, at);
    return { kind: 'task', id: task.facts.id };
  }
  const { validFrom, validUntil, dates } = followUp;
  const entry = await createWaitlistEntry(tx, { ...wish, validFrom, validUntil, dates }, actor, at);
  return { kind: 'waitlist-entry', id: entry.facts.id };
}

/** I-38: the task of a visit to which nobody came. The life's step calls it once: the step that it belongs to is taken once. */
export async function bringBack(
  tx: Tx,
  { facilityId, facts, comment }: LoadedAppointment,
  after: AppointmentFacts,
  at: string,
): Promise<void> {
  if (after.status !== 'noshow' || !needsTask(facts, at)) return;
  const { id: appointmentId, patientId } = facts;
  const visit = visitOf(facts, comment.trim() || 'No-show', { kind: 'task' });
  await createTask(tx, { facilityId, patientId, appointmentId, origin: 'no-show', ...visit }, systemActor, at);
}

/** A person's decision, in their own transaction: the life is told only what it must do earlier. Throws APPOINTMENT_NOT_FOUND. */
export async function decideAppointmentDirectly(tx: Tx, id: string, decision: AppointmentDecision) {
  await lockAppointmentDays(tx, id, decision.action === 'move' ? decision : {});
  return decideDirectly(tx, 'appointment', await loadAppointment(tx, id, 'update'), decision, carryOutAppointment);
}

const summaries = {
  arrive: 'The patient is marked arrived.',
  'undo-arrive': 'The patient was marked arrived by mistake: they are expected still.',
  fulfil: 'The visit has taken place.',
  move: 'The appointment is moved.',
  cancel: 'The appointment is cancelled.',
};

type Outcome = AppointmentEffect & { followed: { kind: string; id: string } | null; closedTasks: number };

function receiptOf({ facts, version }: LoadedAppointment, effect: Outcome, decision: AppointmentDecision): Receipt {
  return {
    decisionId: decision.id,
    subject: { kind: 'appointment', id: facts.id },
    action: decision.action,
    summary: summaries[decision.action],
    by: decision.actor.name,
    decidedAt: decision.decidedAt,
    state: effect.status,
    version: version + 1,
    effect: { ...effect, seen: appointmentDigest(decision.action, effect) },
  };
}
