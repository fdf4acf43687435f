/** U-05: what happened to the blocks of some past days, in the order in which it was known, for living them again. */
import type { BlockFacts } from '../domain/block.ts';
import { mandatoryInstant } from '../domain/block.ts';
import { BlockChoice } from '../domain/block-decision.ts';
import { addMinutes } from '../domain/civil.ts';
import type { Actor } from '../domain/decision.ts';
import { type Interval, overlaps } from '../domain/interval.ts';
import type { Policy } from '../domain/policy.ts';
import type { OutsideConfidence } from '../domain/predictor.ts';
import type { Happening, PastLife, Surroundings, SystemStep } from '../domain/simulation.ts';
import type { Tx } from '../prisma/client.ts';
import { parsedPolicy } from './facility.ts';
import { historiesUntil } from './history.ts';
import { type CaseLife, caseLives } from './past-cases.ts';
import { iso } from './transaction.ts';

/** An imported block had no life here: it is taken to have begun so long before its day. */
const unseenDays = 90;

export type PastDays = { facilityId: string; zone: string; from: string; until: string; now: string };

/** A block that is over. `really`: what the system did then; undefined where it had no life here, or an alert was stopped midway. */
export type PastBlockLife = {
  id: string;
  room: string;
  group: string;
  groupId: string;
  providerId: string | null;
  date: string;
  really: SystemStep[] | undefined;
  life: PastLife;
};

export type PastLives = {
  blocks: PastBlockLife[];
  /** Blocks that were taken away before their day, or changed hands: they are not lived again. */
  leftOut: number;
  policyAt(at: string): Policy;
  historyOf(block: { groupId: string; providerId: string | null }, at: string): ReturnType<Surroundings['historyAt']>;
};

type Row = {
  id: string;
  room: string;
  roomId: string;
  group: string;
  groupId: string;
  providerId: string | null;
  date: string;
  startsAt: string;
  endsAt: string;
  windowDays: number;
  simple: boolean;
  events: Event[];
  decisions: { at: string; action: string; payload: object; actor: Actor }[];
  claims: { holdId: string | null; startsAt: string; endsAt: string; claimedAt: string; freedAt: string | null }[];
  confidences: (OutsideConfidence & { recordedAt: string })[];
};

type Event = { at: string; action: string; before: Partial<Audited>; after: Partial<Audited> };
type Audited = Pick<BlockFacts, 'state' | 'windowDays' | 'mandatoryOff' | 'releases'> & { proposal: Interval[] };

type Switches = { at: string; paused: boolean; shadow: boolean }[];

/** All that is needed to live the blocks of these civil days (both inclusive) again, in a handful of statements. */
export async function pastLives(tx: Tx, days: PastDays): Promise<PastLives> {
  const { facilityId, now } = days;
  const [rows, switches, policies, cases, histories] = await Promise.all([
    blocksOf(tx, days),
    switchesOf(tx, facilityId),
    policiesOf(tx, facilityId),
    caseLives(tx, days),
    historiesUntil(tx, facilityId, now),
  ]);
  const policyAt = (at: string) => (policies.findLast(({ since }) => since <= at) ?? policies[0]!).policy;
  const blocks = rows
    .filter(({ simple }) => simple)
    .map((row) => pastLife(row, days, { switches, policies, cases: cases.get(row.roomId) ?? [] }));
  return { blocks, leftOut: rows.length - blocks.length, policyAt, historyOf: histories };
}

/** The first of the last civil days, not before `from`, that have no more than about so many blocks that are over. */
export async function lastDaysWith(tx: Tx, days: { facilityId: string; now: string; from: string; most: number }): Promise<string> {
  const { facilityId, now, from, most } = days;
  const rows = await tx.$queryRaw<{ date: string | null }[]>`
    SELECT min(date)::text AS date FROM (SELECT date FROM "Block" WHERE "facilityId" = ${facilityId}::uuid AND date >= ${from}::date
      AND "endsAt" <= ${now}::timestamptz ORDER BY date DESC LIMIT ${most}::int) AS latest`;
  return rows[0]?.date ?? from;
}

function pastLife(row: Row, { zone }: PastDays, past: { switches: Switches; policies: Policies; cases: CaseLife[] }): PastBlockLife {
  const { id, room, group, groupId, providerId, date, startsAt, endsAt, events } = row;
  const block = { startsAt, endsAt };
  const created = events.find(({ action }) => action === 'create');
  const beganAt = created?.at ?? addMinutes(startsAt, -unseenDays * 1440);
  const windowDays = created?.after.windowDays ?? row.windowDays;
  const cases = past.cases.filter(({ places }) => places.some(({ place }) => place && overlaps(place, block)));
  const before = <T extends { at: string }>(all: T[]) => all.filter(({ at }) => at <= beganAt);
  const facts: BlockFacts = {
    id,
    zone,
    ...block,
    date,
    windowDays,
    paused: false,
    shadow: false,
    ...(created && before(past.switches).at(-1)),
    state: created?.after.state ?? 'active',
    silenced: false,
    alerts: 0,
    lastAskedAt: null,
    mandatoryOff: mandatoryInstant({ date, windowDays, zone }) <= beganAt,
    mandatoryAt: null,
    releases: [],
    cases: placesAt(cases, beganAt, block),
    claims: claimsAt(row.claims, beganAt),
  };
  const happenings = [
    ...(created
      ? [...past.switches, ...past.policies.map(({ since }) => ({ at: since }))].map(({ at, ...change }) => ({ at, facts: change }))
      : []),
    ...casesIn(cases, row),
    ...claimsIn(row.claims),
    ...row.confidences.map(({ recordedAt, ...outside }) => ({
      at: iso(recordedAt),
      facts: { outside: { ...outside, asOf: iso(outside.asOf) } },
    })),
    ...events
      .filter(({ action }) => action === 'activate' || action === 'set window')
      .map(({ at, after }) => ({ at, facts: changeIn(after) })),
    ...row.decisions.map(({ at, action, payload, actor }) => ({
      at: iso(at),
      decision: { choice: BlockChoice.parse({ ...payload, action }), actor },
    })),
  ];
  const ahead = happenings.filter(({ at }) => at > beganAt && at < endsAt).sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const really = created && events.flatMap(stepIn);
  return { id, room, group, groupId, providerId, date, really, life: { beganAt, facts, happenings: ahead } };
}

const changeIn = ({ state, windowDays, mandatoryOff }: Partial<Audited>): Partial<BlockFacts> => ({
  ...(state && { state }),
  ...(windowDays !== undefined && { windowDays }),
  ...(mandatoryOff !== undefined && { mandatoryOff }),
});

function stepIn({ at, action, before, after }: Event): SystemStep[] {
  if (action === 'alert') return [{ kind: 'alert', at, parts: after.proposal! }];
  if (action !== 'mandatory release') return [];
  const known = (before.releases ?? []).map(({ startsAt }) => startsAt);
  const parts = (after.releases ?? [])
    .filter(({ startsAt }) => !known.includes(startsAt))
    .map(({ startsAt, endsAt }) => ({ startsAt, endsAt }));
  return [{ kind: 'mandatory release', at, parts }];
}

/** Where the cases were on this block, as far as it was known then. */
function placesAt(cases: CaseLife[], at: string, block: Interval): Interval[] {
  const places = cases.flatMap(({ places }) => places.findLast((one) => one.at <= at)?.place ?? []);
  return places.filter((place) => overlaps(place, block)).map(({ startsAt, endsAt }) => ({ startsAt, endsAt }));
}

function casesIn(cases: CaseLife[], row: Row): Happening[] {
  return cases.flatMap(({ groupId, places }) =>
    places.map(({ at, place }) => ({
      at,
      facts: { cases: placesAt(cases, at, row) },
      ...(place && groupId === row.groupId && { bookedByHolder: { startsAt: place.startsAt, endsAt: place.endsAt } }),
    })),
  );
}

const claimsAt = (claims: Row['claims'], at: string): Interval[] =>
  claims
    .filter(({ claimedAt, freedAt }) => iso(claimedAt) <= at && (!freedAt || iso(freedAt) > at))
    .map(({ startsAt, endsAt }) => ({ startsAt: iso(startsAt), endsAt: iso(endsAt) }));

const claimsIn = (claims: Row['claims']): Happening[] =>
  claims.flatMap(({ holdId, startsAt, endsAt, claimedAt, freedAt }) => {
    const at = iso(claimedAt);
    const held = holdId && { held: { holdId, interval: { startsAt: iso(startsAt), endsAt: iso(endsAt) } } };
    const freed = freedAt ? [{ at: iso(freedAt), facts: { claims: claimsAt(claims, iso(freedAt)) } }] : [];
    return [{ at, facts: { claims: claimsAt(claims, at) }, ...held }, ...freed];
  });

async function blocksOf(tx: Tx, { facilityId, from, until, now }: PastDays): Promise<Row[]> {
  const rows = await tx.$queryRaw<Row[]>`
    SELECT b.id, b."roomId", r.name AS room, b."groupId", g.name AS group, b."providerId", b.date::text AS date, b."startsAt", b."endsAt",
      b."windowDays", b.state = 'closed' AND b."holderSince" IS NULL AS simple,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('at', a.at, 'action', a.action, 'before', a.before, 'after', a.after) ORDER BY a.seq), '[]')
        FROM "AuditEvent" a WHERE a."subjectKind" = 'block' AND a."subjectId" = b.id) AS events,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('at', d."decidedAt", 'action', d.action, 'payload', d.payload, 'actor', d.actor)
          ORDER BY d."recordedAt"), '[]')
        FROM "Decision" d WHERE d."subjectKind" = 'block' AND d."subjectId" = b.id AND d.accepted) AS decisions,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('holdId', CASE c."subjectKind" WHEN 'hold' THEN c."subjectId" END, 'startsAt', c."startsAt",
          'endsAt', c."endsAt", 'claimedAt', c."claimedAt", 'freedAt', c."freedAt") ORDER BY c."claimedAt"), '[]')
        FROM "Claim" c WHERE c."roomId" = b."roomId" AND tstzrange(c."startsAt", c."endsAt") && tstzrange(b."startsAt", b."endsAt")) AS claims,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('predictor', o.predictor, 'confidence', o.confidence, 'intervals', o.intervals,
          'asOf', o."asOf", 'recordedAt', o."recordedAt") ORDER BY o."asOf"), '[]')
        FROM "Confidence" o WHERE o."blockId" = b.id) AS confidences
    FROM "Block" b JOIN "Room" r ON r.id = b."roomId" JOIN "Group" g ON g.id = b."groupId"
    WHERE b."facilityId" = ${facilityId}::uuid AND b.date BETWEEN ${from}::date AND ${until}::date AND b."endsAt" <= ${now}::timestamptz
    ORDER BY b.date, b.id`;
  return rows.map((row) => ({
    ...row,
    startsAt: iso(row.startsAt),
    endsAt: iso(row.endsAt),
    events: row.events.map((event) => ({ ...event, at: iso(event.at) })),
  }));
}

/** F-23: when the facility was paused or in shadow, by its audit trail. */
async function switchesOf(tx: Tx, facilityId: string): Promise<Switches> {
  const rows = await tx.auditEvent.findMany({
    where: { subjectKind: 'facility', subjectId: facilityId, rule: 'F-23' },
    orderBy: { seq: 'asc' },
    select: { at: true, after: true },
  });
  return rows.map(({ at, after }) => {
    const { paused, shadow } = after as { paused: boolean; shadow: boolean };
    return { at: iso(at), paused, shadow };
  });
}

type Policies = { since: string; policy: Policy }[];

async function policiesOf(tx: Tx, facilityId: string): Promise<Policies> {
  const rows = await tx.policy.findMany({ where: { facilityId }, orderBy: { version: 'asc' } });
  return rows.map((row) => ({ since: iso(row.recordedAt), policy: parsedPolicy(row) }));
}
