import { advanceLadder, type LadderFacts, type LadderStep, planLadder } from '../domain/offer-ladder.ts';
import { LadderDecision } from '../domain/offer-ladder-decision.ts';
import { carryOutLadder } from '../ledger/offer-decision.ts';
import { type LoadedLadder, loadLadder, saveLadder } from '../ledger/offer-ladder.ts';
import type { Database } from '../prisma/client.ts';
import { lifeSteps } from './life.ts';

export type OfferLadderActivities = ReturnType<typeof offerLadderActivities>;

/** The hands of a ladder's life. Each call is one transaction and returns what comes next. `now`: the workflow's clock. */
export function offerLadderActivities({ db }: { db: Database }) {
  const { takeStep, decide } = lifeSteps<LadderFacts, LadderStep, LoadedLadder, LadderDecision>(db, {
    kind: 'offer-ladder',
    Decision: LadderDecision,
    load: (tx, id, now) => loadLadder(tx, id, 'update', now),
    plan: planLadder,
    advance: advanceLadder,
    save: saveLadder,
    afterStep: async () => [], // patients' messages are written with their offers
    carryOut: carryOutLadder,
    named: ({ names }) => ({ facility: names.facility, what: 'the offers of a free time' }),
  });
  return { planOfferLadder: takeStep, makeOffers: takeStep, endOfferLadder: takeStep, decideOfferLadder: decide };
}
