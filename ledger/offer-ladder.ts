import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Interval } from '../domain/interval.ts';
import { type LadderFacts, type LadderMode, type LadderStep, type Offer, planLadder, visitOf } from '../domain/offer-ladder.ts';
import type { Channel } from '../domain/patient-message.ts';
import type { Tx } from '../prisma/client.ts';
import type { Prisma } from '../prisma/generated/client.ts';
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
import { markAsked } from './matching.ts';
import { withdrawMessages } from './message.ts';
import { findCandidates } from './offer-candidates.ts';
import { owePatients } from './patient-message.ts';
import { iso, lockPractitionerDays } from './transaction.ts';

/** No patient data in any name: they go to Temporal. */
export type LoadedLadder = Loaded<LadderFacts, LadderStep> & { names: { facility: string; practitioner: string; initials: string } };

type Row = LifeRow & {
  ladder: Pick<LadderFacts, 'id' | 'version' | 'state' | 'mode' | 'practitionerId' | 'startsAt' | 'endsAt' | 'endedAt'> & {
    facilityId: string;
    next: LadderStep;
  };
  practitioner: string;
  initials: string;
  offers: (Omit<Offer, 'minutes'> & Interval)[];
};

/** Loads ladders with all facts. `look`: how many of those who fit and wait are looked up. */
export async function loadLadders(tx: Tx, ids: string[], lock: RowLock, now: string, look = 50): Promise<LoadedLadder[]> {
  if (ids.length === 0) return [];
  const rows = await tx.$queryRaw<Row[]>`
    SELECT to_jsonb(s) AS ladder, ${lifeColumns}, r.name AS practitioner, r.initials,
      (SELECT coalesce(jsonb_agg(to_jsonb(o) ORDER BY o."offeredAt", o.id), '[]') FROM "Offer" o WHERE o."ladderId" = s.id) AS offers
    FROM "OfferLadder" s ${lifeJoins} JOIN "Practitioner" r ON r.id = s."practitionerId"
    WHERE s.id = ANY (${ids}::uuid[]) ORDER BY s.id ${lockRow[lock]}`;
  const ladders = rows.map(loaded);
  for (const ladder of ladders) {
    const { facts } = ladder;
    if (facts.state === 'offering' && look > 0) facts.waiting = await findCandidates(tx, facts, now, look);
  }
  return ladders;
}

/** Throws NOT_FOUND. */
export async function loadLadder(tx: Tx, id: string, lock: RowLock, now: string): Promise<LoadedLadder> {
  const [ladder] = await loadLadders(tx, [id], lock, now);
  if (!ladder) throw new DomainError('NOT_FOUND', { offerLadderId: id });
  return ladder;
}

function loaded(row: Row): LoadedLadder {
  const { ladder, zone, paused, shadow, facility, practitioner, initials } = row;
  const { id, version, state, mode, practitionerId, startsAt, endsAt, endedAt, facilityId, next } = ladder;
  const offers = row.offers.map(({ entryId, patientId, state: its, offeredAt, expiresAt, ...visit }) => ({
    entryId,
    patientId,
    state: its,
    offeredAt: iso(offeredAt),
    expiresAt: iso(expiresAt),
    minutes: (Date.parse(visit.endsAt) - Date.parse(visit.startsAt)) / 60_000,
  }));
  return {
    facts: {
      id,
      version,
      zone,
      paused,
      shadow,
      state,
      mode,
      practitionerId,
      offers,
      waiting: [],
      startsAt: iso(startsAt),
      endsAt: iso(endsAt),
      endedAt: endedAt && iso(endedAt),
    },
    policy: policyOfRow(row),
    version,
    next,
    facilityId,
    names: { facility, practitioner, initials },
  };
}

export type NewLadder = { facilityId: string; practitionerId: string; startsAt: string; endsAt: string; mode: LadderMode };

/**
 * F-01: begins to offer free time and gives the ladder its life. One ladder at a time for the same minutes: whoever comes
 * second gets LADDER_RUNS (409). Throws also TIME_PAST when it is too late to ask anybody.
 */
export async function startLadder(tx: Tx, wish: NewLadder, actor: Actor, now: string): Promise<LoadedLadder> {
  const { startsAt } = wish;
  if (startsAt <= now) throw new DomainError('TIME_PAST', { startsAt, now });
  await lockPractitionerDays(tx, [wish]);
  const [running] = await laddersOn(tx, wish);
  if (running) throw new DomainError('LADDER_RUNS', { offerLadderId: running });
  const { id } = await tx.offerLadder.create({ data: { ...wish, createdAt: now, next: {}, nextAt: now }, select: { id: true } });
  const ladder = await loadLadder(tx, id, 'none', now);
  const next = planLadder(ladder.facts, ladder.policy, now);
  await auditLife(tx, 'offer-ladder', ladder, { action: 'start', actor, at: now, rule: 'F-01' }, {}, { ...wish, version: 1 });
  await beginLife(tx, 'offer-ladder', ladder, next, ladderLife(ladder));
  return { ...ladder, next };
}

export const ladderLife = ({ facts: { startsAt, endsAt }, names }: LoadedLadder): LifeAbout => ({
  summary: `Offers of ${startsAt} to ${endsAt} with ${names.practitioner}`,
  reference: names.initials,
  dueAt: startsAt,
});

/** Ladders that offer any of these minutes now. */
export async function laddersOn(tx: Tx, { practitionerId, startsAt, endsAt }: Interval & { practitionerId: string }): Promise<string[]> {
  const where = { practitionerId, state: 'offering', startsAt: { lt: endsAt }, endsAt: { gt: startsAt } };
  const rows = await tx.offerLadder.findMany({ where, select: { id: true }, orderBy: { id: 'asc' } });
  return rows.map(({ id }) => id);
}

/** Writes what a step or a decision changed: the row, the offers it made or settled, who was asked, what is owed or moot (U-13). */
export async function saveLadder(tx: Tx, ladder: LoadedLadder, after: LadderFacts, next: LadderStep, change: LifeChange): Promise<void> {
  const { facts: before, facilityId } = ladder;
  const version = ladder.version + 1;
  const { id, state, endsAt, endedAt } = after;
  await tx.offerLadder.update({
    where: { id },
    data: { state, endsAt, endedAt, next: next as Prisma.InputJsonObject, nextAt: next.at, version },
    select: { id: true },
  });
  const known = new Map(before.offers.map((offer) => [offer.patientId, offer]));
  const settled = after.offers.filter(({ patientId, state: now }) => known.has(patientId) && known.get(patientId)!.state !== now);
  for (const one of settled) {
    const data = { state: one.state, answeredAt: change.at };
    await tx.offer.updateMany({ where: { ladderId: id, patientId: one.patientId }, data });
  }
  const moot = settled.map(({ patientId }) => patientId);
  if (moot.length > 0) await withdrawMessages(tx, 'offer-ladder', id, ['visit offered'], moot);
  const fresh = after.offers.filter(({ patientId }) => !known.has(patientId));
  await makeOffers(tx, ladder, after, fresh, change.at);
  const count = (offers: Offer[]) => ({ asked: offers.length, open: offers.filter((one) => one.state === 'open').length });
  const told = (facts: LadderFacts) => ({ state: facts.state, endsAt: facts.endsAt, ...count(facts.offers) });
  await auditLife(tx, 'offer-ladder', { facilityId, facts: after, policy: ladder.policy }, change, told(before), {
    ...told(after),
    version,
  });
}

/** The offers of one round: rows, who was asked last (F-04), and one message each. */
async function makeOffers(tx: Tx, ladder: LoadedLadder, facts: LadderFacts, fresh: Offer[], at: string): Promise<void> {
  if (fresh.length === 0) return;
  const patients = await tx.patient.findMany({ where: { id: { in: fresh.map(({ patientId }) => patientId) } } });
  const byId = new Map(patients.map((patient) => [patient.id, patient]));
  const { id, zone, shadow } = facts;
  const { facilityId, names } = ladder;
  const rows = fresh.map((offer) => {
    const patient = byId.get(offer.patientId)!;
    const channel: Channel = patient.phone && !patient.textsStoppedAt ? 'sms' : 'mail';
    return { offer, patient, channel, visit: visitOf(facts, offer) };
  });
  await tx.offer.createMany({
    data: rows.map(({ offer: { entryId, patientId, state, offeredAt, expiresAt }, channel, visit }) => ({
      ladderId: id,
      entryId,
      patientId,
      channel,
      state,
      offeredAt,
      expiresAt,
      ...visit,
    })),
  });
  await markAsked(
    tx,
    fresh.map(({ entryId }) => entryId),
    at,
  );
  await owePatients(
    tx,
    { facilityId, kind: 'offer-ladder', id, shadow },
    at,
    rows.map(({ offer, patient, channel, visit }) => ({
      key: `offer/${id}/${patient.id}`,
      patient,
      channel,
      receipt: true, // it is answered within minutes, so it goes before what can wait
      content: {
        kind: 'visit offered' as const,
        givenName: patient.givenName,
        facility: names.facility,
        zone,
        visit,
        until: offer.expiresAt,
      },
    })),
  );
}
