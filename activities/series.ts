import { zoneDate } from '../domain/civil.ts';
import { systemActor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Interval } from '../domain/interval.ts';
import { advanceSeries, planSeries, SeriesDecision, type SeriesFacts, type SeriesStep } from '../domain/series.ts';
import type { LifeChange } from '../ledger/life.ts';
import { facilitySchedulers, oweMessages } from '../ledger/message.ts';
import { type LoadedSeries, loadSeries, saveSeries } from '../ledger/series.ts';
import { endSeries } from '../ledger/series-change.ts';
import { clashesOf, createDays, wantedDays } from '../ledger/series-days.ts';
import { lockRoomDays } from '../ledger/transaction.ts';
import type { Database, Tx } from '../prisma/client.ts';
import { lifeSteps } from './life.ts';

export type SeriesActivities = ReturnType<typeof seriesActivities>;

/** The hands of a block series' life. Each call is one transaction and returns what comes next. `now`: the workflow's clock. */
export function seriesActivities({ db }: { db: Database }) {
  const { takeStep, decide } = lifeSteps<SeriesFacts, SeriesStep, LoadedSeries, SeriesDecision>(db, {
    kind: 'series',
    Decision: SeriesDecision,
    // the row first: which days there are to lock is what it says
    load: (tx, id) => loadSeries(tx, id, 'update'),
    plan: planSeries,
    advance: advanceSeries,
    save: saveStep,
    afterStep: async () => [],
    carryOut,
    named: ({ names }) => ({ facility: names.facility, what: `the block series in ${names.room}` }),
  });
  return { planSeries: takeStep, materialiseSeries: takeStep, closeSeries: takeStep, decideSeries: decide };
}

/** Makes the blocks of the days that came within the horizon. A day that another block holds has none, and the event says so. */
async function saveStep(tx: Tx, series: LoadedSeries, after: SeriesFacts, next: SeriesStep, change: LifeChange): Promise<void> {
  const { facts, facilityId, policy } = series;
  const wanted = change.action === 'materialise' ? wantedDays(after, policy, change.at, latest(facts, change.at)) : [];
  if (wanted.length > 0) await lockRoomDays(tx, wanted);
  const clashes = await clashesOf(tx, wanted);
  const free = wanted.filter(({ date }) => !clashes.some((clash) => clash.date === date));
  const facility = { id: facilityId, zone: facts.zone, policy };
  await createDays(tx, { id: facts.id, facility }, free, { actor: systemActor, now: change.at });
  await tellClashes(
    tx,
    series,
    wanted.filter((day) => !free.includes(day)),
    change.at,
  );
  await saveSeries(tx, series, after, next, change, { added: free.map(({ date }) => date), ...(clashes.length > 0 && { clashes }) });
}

async function tellClashes(tx: Tx, { facts, facilityId, names }: LoadedSeries, days: Interval[], now: string): Promise<void> {
  if (days.length === 0) return;
  const { facility, room, group, provider } = names;
  const about = { facilityId, kind: 'series' as const, id: facts.id, shadow: facts.shadow };
  const taken = days.map(({ startsAt, endsAt }) => ({ startsAt, endsAt }));
  const content = {
    kind: 'series day taken' as const,
    facility,
    zone: facts.zone,
    room,
    group,
    provider: provider ?? undefined,
    days: taken,
  };
  await oweMessages(tx, about, now, [
    { key: `series-day-taken/${facts.id}/${now}`, to: await facilitySchedulers(tx, facilityId), content },
  ]);
}

/** The first date for which the step may make a block is the day after this one. */
function latest({ zone, materialisedUntil }: SeriesFacts, now: string): string {
  const today = zoneDate(now, zone);
  return today > materialisedUntil ? today : materialisedUntil;
}

/** Support ends a series from the Temporal UI as a facility does by the API. */
async function carryOut(tx: Tx, series: LoadedSeries, { id, actor, decidedAt, reason, seen, from }: SeriesDecision) {
  if (!['facility scheduler', 'support', 'administrator'].includes(actor.role)) throw new DomainError('NOT_ALLOWED', { role: actor.role });
  const ended = await endSeries(tx, series, from, { seen }, { actor, now: decidedAt, reason });
  const { facts, version, next } = ended.series;
  const subject = { kind: 'series' as const, id: facts.id };
  const summary = `The series ends before ${from}; ${ended.change.removed.length} days are taken away, ${ended.change.kept.length} kept.`;
  const receipt = {
    decisionId: id,
    subject,
    action: 'end',
    summary,
    by: actor.name,
    decidedAt,
    state: facts.state,
    version,
    effect: ended.change,
  };
  return { receipt, next, owed: [] };
}
