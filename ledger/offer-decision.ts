import type { Actor, Receipt } from '../domain/decision.ts';
import { DomainError, type DomainErrorCode } from '../domain/errors.ts';
import { type LadderFacts, type LadderStep, type Offer, planLadder, visitOf } from '../domain/offer-ladder.ts';
import { decideLadder, type LadderDecision } from '../domain/offer-ladder-decision.ts';
import type { Channel } from '../domain/patient-message.ts';
import type { Tx } from '../prisma/client.ts';
import { bookAppointment, lockAppointmentDays, moveAppointment } from './appointment.ts';
import { type CarriedOut, decideDirectly } from './direct.ts';
import { type LoadedLadder, loadLadder, saveLadder } from './offer-ladder.ts';
import { offerRest } from './offered-time.ts';
import { oweVisitBooked } from './patient-message.ts';
import { lockPractitionerDays } from './transaction.ts';
import { endWaitlistEntry } from './waitlist-decision.ts';

/**
 * A decision about a ladder, in its own transaction: an accept books or moves the visit, ends the entry and withdraws the
 * others' offers together, or does nothing. The life is told only what it must do earlier. Throws NOT_FOUND.
 */
export async function decideLadderDirectly(tx: Tx, id: string, decision: LadderDecision) {
  if (decision.action === 'accept') await lockDaysOf(tx, id, decision.patientId);
  const ladder = await loadLadder(tx, id, 'update', decision.decidedAt);
  return decideDirectly(tx, 'offer-ladder', ladder, decision, carryOutLadder);
}

/** Days before rows: those of the offered time, and of the visit that would move. */
async function lockDaysOf(tx: Tx, id: string, patientId: string): Promise<void> {
  const ladder = await tx.offerLadder.findUnique({ where: { id }, include: { offers: { where: { patientId } } } });
  if (!ladder) throw new DomainError('NOT_FOUND', { offerLadderId: id });
  const { practitionerId } = ladder;
  const interval = { startsAt: ladder.startsAt.toISOString(), endsAt: ladder.endsAt.toISOString() };
  const entryId = ladder.offers[0]?.entryId;
  const entry = entryId && (await tx.waitlistEntry.findUnique({ where: { id: entryId }, select: { type: true, appointmentId: true } }));
  if (entry && entry.type === 'wants earlier' && entry.appointmentId)
    await lockAppointmentDays(tx, entry.appointmentId, { practitionerId, interval });
  else await lockPractitionerDays(tx, [{ practitionerId, ...interval }]);
}

/** Judges a decision about a ladder whose row is held, and carries it out. */
export async function carryOutLadder(tx: Tx, ladder: LoadedLadder, decision: LadderDecision): Promise<CarriedOut<LadderStep>> {
  const { facts, policy } = ladder;
  const { actor, decidedAt, reason } = decision;
  const after = decideLadder(facts, policy, decision, decidedAt);
  const next = planLadder(after, policy, decidedAt);
  await orNothing(tx, async () => {
    await saveLadder(tx, ladder, after, next, { action: decision.action, actor, at: decidedAt, reason, rule: 'F-01' });
    const offer = decision.action === 'stop' ? undefined : facts.offers.find(({ patientId }) => patientId === decision.patientId);
    if (decision.action === 'accept') {
      await takeTime(tx, ladder, offer!, actor, decidedAt);
      await offerRest(tx, facts, [visitOf(facts, offer!)], actor, decidedAt);
    }
    if (decision.action === 'decline' && decision.noMore)
      await tx.waitlistEntry.update({ where: { id: offer!.entryId }, data: { offersOff: true }, select: { id: true } });
  });
  return { receipt: receiptOf(ladder, after, decision), next, owed: [] };
}

/** A refusal is an answer that is kept, so what was written before it is taken back to where it began. */
async function orNothing(tx: Tx, run: () => Promise<void>): Promise<void> {
  await tx.$executeRaw`SAVEPOINT deciding`;
  try {
    await run();
    await tx.$executeRaw`RELEASE SAVEPOINT deciding`;
  } catch (error) {
    await tx.$executeRaw`ROLLBACK TO SAVEPOINT deciding`;
    throw error instanceof DomainError && goneElsewhere.has(error.type)
      ? new DomainError('OFFER_WITHDRAWN', { because: error.type })
      : error;
  }
}

/** What the desk did meanwhile, said in one way and without anybody's name. */
const goneElsewhere = new Set<string | null | undefined>([
  ...(['SLOT_TAKEN', 'OUTSIDE_WORKING_HOURS', 'PRACTITIONER_INACTIVE', 'WAITLIST_ENTRY_ENDED', 'APPOINTMENT_SETTLED'] as DomainErrorCode[]),
]);

/** The offered time becomes the patient's: their visit is booked, or moves there (I-44), and the entry has ended. */
async function takeTime(tx: Tx, ladder: LoadedLadder, offer: Offer, actor: Actor, at: string): Promise<void> {
  const { facts, facilityId } = ladder;
  const visit = visitOf(facts, offer);
  const { practitionerId, id } = facts;
  const entry = await tx.waitlistEntry.findUniqueOrThrow({ where: { id: offer.entryId } });
  const earlier = entry.type === 'wants earlier' && entry.appointmentId;
  const appointment = earlier
    ? await moveAppointment(tx, earlier, { practitionerId, ...visit }, actor, at, 'an earlier time was accepted')
    : await bookAppointment(tx, { facilityId, patientId: offer.patientId, practitionerId, ...visit, comment: entry.comment }, actor, at);
  const ended = { entryId: offer.entryId, reason: 'an offer was accepted', bookedAppointmentId: appointment.facts.id };
  const still = await tx.waitlistEntry.findUniqueOrThrow({ where: { id: offer.entryId }, select: { state: true } });
  if (still.state === 'active') await endWaitlistEntry(tx, ended, actor, at); // moving the visit may have ended it already
  await tx.offer.updateMany({ where: { ladderId: id, patientId: offer.patientId }, data: { appointmentId: appointment.facts.id } });
  const { patientId, channel } = await tx.offer.findFirstOrThrow({ where: { ladderId: id, patientId: offer.patientId } });
  const receipt = { appointmentId: appointment.facts.id, patientId, visit, moved: Boolean(earlier), channel: channel as Channel };
  await oweVisitBooked(tx, { key: `visit-booked/${id}/${patientId}`, ...receipt }, at);
}

const summaries: Record<LadderDecision['action'], string> = {
  accept: 'The time is the patient’s.',
  decline: 'The offer was declined.',
  stop: 'Nobody else is asked.',
};

function receiptOf({ facts, version }: LoadedLadder, after: LadderFacts, { id, action, actor, decidedAt }: LadderDecision): Receipt {
  const { state, startsAt, endsAt } = after;
  const open = after.offers.filter((offer) => offer.state === 'open').length;
  return {
    decisionId: id,
    subject: { kind: 'offer-ladder', id: facts.id },
    action,
    summary: summaries[action],
    by: actor.name,
    decidedAt,
    state,
    version: version + 1,
    effect: { from: facts.state, state, startsAt, endsAt, open },
  };
}
