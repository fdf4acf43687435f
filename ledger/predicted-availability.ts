/**
 * F-09: once a day the facility is told which time of the coming days will probably stay unused. Each day's mail is judged
 * when it is claimed and owes the next day's; where the policy has turned it off, none is owed any more.
 */
import { setImmediate } from 'node:timers/promises';

import { mandatoryAhead, predictUnused, unbooked } from '../domain/block.ts';
import { addDays, atLocal, startOfDay, zoneDate } from '../domain/civil.ts';
import { longerThan } from '../domain/interval.ts';
import type { MessageContent } from '../domain/message.ts';
import type { Policy } from '../domain/policy.ts';
import type { Tx } from '../prisma/client.ts';
import { type Histories, loadBlocks, readHistory } from './block.ts';
import { chunksOf } from './chunks.ts';
import { policyOf } from './facility.ts';
import { facilitySchedulers } from './message.ts';
import { type DueReminder, isGone, oweReminder, refreshReminders } from './reminder.ts';

type Content = Extract<MessageContent, { kind: 'predicted availability' }>;
type Place = { id: string; name: string; zone: string; shadow: boolean };
type At = { facilityId: string; zone: string; policy: Policy };

const kind = 'predicted availability';
/** A mail names so many blocks, the soonest first; so many are looked at together. */
const mostNamed = 40;
const chunkSize = 20;

/**
 * Owes the next digest to the facility's schedulers, and withdraws what was owed for another time of day or is wanted no
 * more. Call it when the policy changes, and when somebody becomes a scheduler.
 */
export async function owePredictions(tx: Tx, facilityId: string, policy: Policy, now: string): Promise<void> {
  await tx.message.updateMany({ where: { facilityId, kind, state: 'waiting' }, data: { state: 'withdrawn' } });
  if (policy.predictedAvailability.digest) await oweNext(tx, await placeOf(tx, facilityId), policy, now);
}

const keyOf = (date: string) => `predicted-availability/${date}`;

/** At the policy's time of day, today where that is still to come and no mail of today went out; undefined: it is off. */
export async function predictionsAt(tx: Tx, place: At, now: string): Promise<string | undefined> {
  const { digest, digestLocalTime } = place.policy.predictedAvailability;
  return digest ? atLocal(await nextDate(tx, place, now), digestLocalTime, place.zone) : undefined;
}

async function nextDate(tx: Tx, { facilityId, zone, policy }: At, now: string): Promise<string> {
  const today = zoneDate(now, zone);
  const soonest = atLocal(today, policy.predictedAvailability.digestLocalTime, zone) > now ? today : addDays(today, 1);
  return (await isGone(tx, facilityId, kind, keyOf(soonest))) ? addDays(soonest, 1) : soonest;
}

/** One a civil date. */
async function oweNext(tx: Tx, { id: facilityId, name: facility, zone, shadow }: Place, policy: Policy, now: string): Promise<void> {
  const { digestLocalTime, daysAhead } = policy.predictedAvailability;
  const date = await nextDate(tx, { facilityId, zone, policy }, now);
  const content: Content = { kind, facility, zone, days: daysAhead, blocks: [], more: 0 };
  const owed = { key: keyOf(date), to: await facilitySchedulers(tx, facilityId), content };
  await oweReminder(tx, { facilityId, kind: 'facility', id: facilityId, shadow }, atLocal(date, digestLocalTime, zone), owed);
}

function placeOf(tx: Tx, id: string): Promise<Place> {
  return tx.facility.findUniqueOrThrow({ where: { id }, select: { id: true, name: true, zone: true, shadow: true } });
}

/** One with nothing to say is withdrawn, and the next one owed all the same. */
export function refreshPredictions<Message extends DueReminder>(tx: Tx, due: Message[], now: string): Promise<Message[]> {
  return refreshReminders(tx, due, kind, async (digests) => {
    const said = new Map<string, Content>();
    const next: (() => Promise<void>)[] = [];
    for (const facilityId of new Set(digests.map((one) => one.facilityId))) {
      const policy = await policyOf(tx, facilityId);
      if (!policy.predictedAvailability.digest) continue;
      const place = await placeOf(tx, facilityId);
      const content = await predictionsOf(tx, place, policy, now);
      if (content.blocks.length > 0) for (const { id } of digests.filter((one) => one.facilityId === facilityId)) said.set(id, content);
      next.push(() => oweNext(tx, place, policy, now));
    }
    return {
      said,
      oweNext: async () => {
        for (const owe of next) await owe();
      },
    };
  });
}

/** The blocks of the coming days of whose unbooked time somebody whom the policy believes is sure enough. */
async function predictionsOf(tx: Tx, { id: facilityId, name: facility, zone }: Place, policy: Policy, now: string): Promise<Content> {
  const { daysAhead } = policy.predictedAvailability;
  const endsAt = startOfDay(addDays(zoneDate(now, zone), daysAhead), zone);
  const rows = await tx.block.findMany({
    where: { facilityId, state: 'active', startsAt: { gt: now, lt: endsAt } },
    orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
    select: { id: true },
  });
  const histories: Histories = new Map();
  const blocks: Content['blocks'] = [];
  for (const chunk of chunksOf(rows, chunkSize)) {
    const ids = chunk.map(({ id }) => id);
    const loaded = await loadBlocks(tx, ids, 'none');
    for (const block of loaded.sort((a, b) => (a.facts.startsAt < b.facts.startsAt ? -1 : 1))) {
      await setImmediate(); // a forecast is milliseconds of computing: other lives' steps go on in between
      if (longerThan(unbooked(block.facts, now), policy.alert.minUnbookedMinutes).length === 0) continue;
      const { facts, names } = await readHistory(tx, block, now, histories);
      const { proposal = [], confidence, because = '', predictor } = predictUnused(facts, policy, now) ?? {};
      if (proposal.length === 0) continue;
      const about = { room: names.room, holder: names.provider ?? names.group, block: { startsAt: facts.startsAt, endsAt: facts.endsAt } };
      blocks.push({ ...about, unused: proposal, confidence: confidence!, because, predictor, mandatoryAt: mandatoryAhead(facts, now) });
    }
  }
  return { kind, facility, zone, days: daysAhead, blocks: blocks.slice(0, mostNamed), more: Math.max(0, blocks.length - mostNamed) };
}
