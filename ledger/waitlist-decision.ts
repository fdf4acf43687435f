import { type Actor, type Receipt, systemActor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { decideEntry, type EntryDecision, type EntryFacts, type EntryStep, entryDigest, planEntry } from '../domain/waitlist-entry.ts';
import type { Tx } from '../prisma/client.ts';
import { type CarriedOut, decideDirectly, firstReceipts } from './direct.ts';
import { wakeToReplan } from './life.ts';
import { mustTreatHere } from './task-decision.ts';
import { type LoadedEntry, loadEntries, loadEntry, saveEntry } from './waitlist-entry.ts';

/** Judges a decision about an entry whose row is held, and carries it out. Closed twice, the first answer stands (I-42). */
export async function carryOutEntry(tx: Tx, entry: LoadedEntry, decision: EntryDecision): Promise<CarriedOut<EntryStep>> {
  const { facts, policy } = entry;
  const { actor, decidedAt, reason } = decision;
  if (decision.action === 'close' && facts.state === 'ended') {
    const receipt = (await firstReceipts(tx, 'waitlist-entry', [facts.id], 'close')).get(facts.id);
    if (receipt) return { receipt, next: entry.next, owed: [] };
  }
  const after = await foreseeEntry(tx, entry, decision);
  const next = planEntry(after, policy, decidedAt);
  await saveEntry(tx, entry, after, next, { action: decision.action, actor, at: decidedAt, reason });
  return { receipt: receiptOf(entry, after, decision), next, owed: [] };
}

/** The entry as a decision would make it; throws its refusal, and PREVIEW_STALE for whoever saw another (U-02). */
async function foreseeEntry(tx: Tx, { facts, policy, facilityId }: LoadedEntry, decision: EntryDecision): Promise<EntryFacts> {
  const { decidedAt, reason, seen } = decision;
  const after = decideEntry(facts, policy, decision, decidedAt, { reason });
  if (after.practitionerId !== facts.practitionerId) await mustTreatHere(tx, facilityId, after.practitionerId);
  const digest = entryDigest(facts, after);
  if (seen !== undefined && seen !== digest) throw new DomainError('PREVIEW_STALE', { seen, now: digest });
  return after;
}

const summaries = {
  close: () => 'The waitlist entry is closed.',
  extend: ({ validUntil }: EntryFacts) => `The waitlist entry is valid until ${validUntil}.`,
  change: () => 'The waitlist entry is changed.',
};

function receiptOf({ facts, version }: LoadedEntry, after: EntryFacts, { id, action, actor, decidedAt }: EntryDecision): Receipt {
  const { state, validFrom, validUntil, dates } = after;
  return {
    decisionId: id,
    subject: { kind: 'waitlist-entry', id: facts.id },
    action,
    summary: summaries[action](after),
    by: actor.name,
    decidedAt,
    state,
    version: version + 1,
    effect: { from: facts.state, state, validFrom, validUntil, dates, seen: entryDigest(facts, after) },
  };
}

/** A person's decision, in their own transaction: the life is told only what it must do earlier. Throws NOT_FOUND. */
export async function decideEntryDirectly(tx: Tx, id: string, decision: EntryDecision) {
  return decideDirectly(tx, 'waitlist-entry', await loadEntry(tx, id, 'update'), decision, carryOutEntry);
}

export type EndedBy = { entryId: string; reason: string; bookedAppointmentId?: string | undefined };

/**
 * Ends an entry as part of something else: a visit that is booked from it (I-45), an offer that was accepted. Throws
 * WAITLIST_ENTRY_ENDED, NOT_FOUND: then the whole transaction must go.
 */
export async function endWaitlistEntry(tx: Tx, by: EndedBy, actor: Actor, now: string): Promise<Receipt> {
  const { entryId, reason, bookedAppointmentId } = by;
  const entry = await loadEntry(tx, entryId, 'update');
  const { state, endedAt, endReason } = entry.facts;
  if (state !== 'active') throw new DomainError('WAITLIST_ENTRY_ENDED', { entryId, state, endedAt, reason: endReason });
  const decision = { id: crypto.randomUUID(), actor, decidedAt: now, action: 'close' as const, reason };
  const answer = await decideDirectly(tx, 'waitlist-entry', entry, decision, carryOutEntry);
  if ('refused' in answer) throw answer.refused;
  if (bookedAppointmentId) await tx.waitlistEntry.update({ where: { id: entryId }, data: { bookedAppointmentId }, select: { id: true } });
  return answer.receipt;
}

/**
 * I-44: after an appointment was moved, done or cancelled. Who wanted to come earlier than it waits for the new time, or waits no
 * more. Call it after the appointment's row is written.
 */
export async function settleEarlierWishes(tx: Tx, appointmentId: string, now: string): Promise<void> {
  const appointment = await tx.appointment.findUniqueOrThrow({ where: { id: appointmentId }, select: { status: true } });
  const wishes = { appointmentId, type: 'wants earlier', state: 'active' };
  const ids = (await tx.waitlistEntry.findMany({ where: wishes, select: { id: true }, orderBy: { id: 'asc' } })).map(({ id }) => id);
  const over = appointment.status !== 'booked';
  for (const entry of await loadEntries(tx, ids, 'update')) {
    const endReason = `The visit is ${appointment.status}.`;
    const after: EntryFacts = over ? { ...entry.facts, state: 'ended', endedAt: now, endReason } : entry.facts;
    const next = planEntry(after, entry.policy, now);
    if (next.at === entry.next.at && !over) continue;
    const change = { action: over ? 'end' : 'replan', actor: systemActor, at: now, rule: 'I-44', reason: next.because };
    await saveEntry(tx, entry, after, next, change);
    if (next.at < entry.next.at) await wakeToReplan(tx, 'waitlist-entry', entry.facts.id);
  }
}
