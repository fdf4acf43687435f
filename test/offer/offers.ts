import { addMinutes } from '../../domain/civil.ts';
import type { Actor, Receipt } from '../../domain/decision.ts';
import type { LadderMode } from '../../domain/offer-ladder.ts';
import type { LadderChoice } from '../../domain/offer-ladder-decision.ts';
import { decideLadderDirectly } from '../../ledger/offer-decision.ts';
import { startLadder } from '../../ledger/offer-ladder.ts';
import { createPractitioner } from '../../ledger/practitioner.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Database } from '../../prisma/client.ts';
import { createFrontDesk } from '../waitlist-world.ts';

const patientActor: Actor = { name: 'Patient', role: 'patient', channel: 'mail' };

/** A practice whose practitioner works day and night, with `waiting` patients on the waitlist, A before B before C … */
export async function createOffers(
  db: Database,
  now: string,
  { name, waiting = 3, settings = {} }: { name: string; waiting?: number; settings?: object },
) {
  const practice = await createFrontDesk(db, { name, zone: 'UTC', settings });
  const { facilityId, desk } = practice;
  const hours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '24:00' }));
  const wish = { name: 'Dr. Mira Okafor', professions: ['surgeon'], hours };
  const { id: practitionerId } = await inTransaction(db, (tx) => createPractitioner(tx, facilityId, wish, { actor: desk, at: now }));
  const patients: { id: string; entryId: string }[] = [];
  for (let index = 0; index < waiting; index++) {
    const givenName = String.fromCharCode(65 + index);
    const { id } = await db.patient.create({
      data: { facilityId, givenName, familyName: 'Weber', phone: `+49151${index}`, email: `${givenName}@x.example` },
    });
    const { facts } = await practice.entry({ patientId: id, practitionerId }, addMinutes(now, index - waiting));
    patients.push({ id, entryId: facts.id });
  }
  const start = (startsAt: string, mode: LadderMode, minutes = 30) =>
    inTransaction(db, (tx) =>
      startLadder(tx, { facilityId, practitionerId, startsAt, endsAt: addMinutes(startsAt, minutes), mode }, desk, now),
    );
  return { ...practice, practitionerId, patients, start };
}

/** As the page decides: one transaction. Gives the receipt, or the code of the refusal. */
export async function decideOffer(
  db: Database,
  ladderId: string,
  choice: LadderChoice,
  at: string,
  id: string = crypto.randomUUID(),
): Promise<Receipt | string> {
  const decision = { ...choice, id, actor: patientActor, decidedAt: at };
  const answer = await inTransaction(db, (tx) => decideLadderDirectly(tx, ladderId, decision));
  return 'refused' in answer ? String(answer.refused.type) : answer.receipt;
}

/** Who was asked when, in order, by the letter of their name: `A open 09:00`. */
export async function askedIn(db: Database, ladderId: string): Promise<string[]> {
  const offers = await db.offer.findMany({
    where: { ladderId },
    include: { patient: true },
    orderBy: [{ offeredAt: 'asc' }, { id: 'asc' }],
  });
  return offers.map(({ patient, state, offeredAt }) => `${patient.givenName} ${state} ${offeredAt.toISOString().slice(11, 16)}`);
}
