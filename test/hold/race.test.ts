import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { blockActivities } from '../../activities/block.ts';
import { holdActivities } from '../../activities/hold.ts';
import { mandatoryInstant } from '../../domain/block.ts';
import { addDays, addMinutes, atLocal } from '../../domain/civil.ts';
import type { Actor } from '../../domain/decision.ts';
import { decideHold, type HoldChoice, holdDigest } from '../../domain/hold-decision.ts';
import { overlaps } from '../../domain/interval.ts';
import { loadBlocks } from '../../ledger/block.ts';
import { reportCase } from '../../ledger/case.ts';
import { loadHold } from '../../ledger/hold.ts';
import { requestHold } from '../../ledger/new-hold.ts';
import { inTransaction, lockRoomDays } from '../../ledger/transaction.ts';
import { openDatabase } from '../../prisma/client.ts';
import { testDatabase } from '../database.ts';
import { createBlock, createWorld, type World } from '../world.ts';

// The steps themselves, two at the same instant on one database: a life takes its own one after the other, so this
// is harder than what workers do.
const now = '2027-01-04T12:00:00.000Z';
let world: World;
let close: () => Promise<void>;
let hands: ReturnType<typeof holdActivities> & ReturnType<typeof blockActivities>;

beforeAll(async () => {
  const { db, url, close: closeDatabase } = await testDatabase();
  const wide = openDatabase(url, 30);
  close = async () => {
    await wide.$disconnect();
    await closeDatabase();
  };
  world = await createWorld(db);
  hands = { ...holdActivities({ db: wide }), ...blockActivities({ db: wide }) };
});
afterAll(() => close());

const facility = (name: string): Actor => ({ personId: world.scheduler.id, name, role: 'facility scheduler', channel: 'mail' });
const requester = (): Actor => ({ personId: world.other.id, name: world.other.name, role: 'block contact', channel: 'page' });
const dateOf = (round: number) => addDays('2027-03-01', round);

async function pending(round: number): Promise<string> {
  const { db, facilityId, room2, otherProvider, other, zone } = world;
  const time = { roomId: room2.id, startsAt: atLocal(dateOf(round), '08:00', zone), endsAt: atLocal(dateOf(round), '12:00', zone) };
  return inTransaction(db, async (tx) => {
    await lockRoomDays(tx, [time]);
    return (await requestHold(tx, { ...time, facilityId, providerId: otherProvider.id, requesterId: other.id }, requester(), now)).facts.id;
  });
}

type Outcome = { receipt?: { state: string; by: string }; refusal?: string };

/** Decides as somebody who has looked: with the digest of what the page showed. */
async function decide(id: string, choice: HoldChoice, actor: Actor): Promise<() => Promise<Outcome>> {
  const reason = choice.action === 'confirm' ? undefined : 'asked in a race';
  const { facts, policy } = await loadHold(world.db, id);
  const seen = holdDigest(choice.action, decideHold(facts, policy, choice, actor, now, { reason }));
  const decision = { ...choice, id: crypto.randomUUID(), actor, decidedAt: now, reason, seen };
  return () =>
    hands.decideHold(id, decision).then(
      ({ receipt }) => ({ receipt }),
      (error: { type: string }) => ({ refusal: error.type }),
    );
}

const historyOf = (subjectId: string) => world.db.auditEvent.findMany({ where: { subjectId, seq: { gt: 1 } }, orderBy: { seq: 'asc' } });

test.each<[string, HoldChoice, HoldChoice, string[]]>([
  ['confirm and delete', { action: 'confirm' }, { action: 'delete' }, ['PREVIEW_STALE', 'HOLD_SETTLED']],
  ['confirm and deny', { action: 'confirm' }, { action: 'deny' }, ['HOLD_NOT_PENDING', 'HOLD_SETTLED']],
])(
  'U-14, U-02: %s at the same instant, 50 times: one wins, the other learns what is, the history names the winner',
  async (_what, one, two, refusals) => {
    for (let round = 0; round < 50; round++) {
      const id = await pending(round);
      const acts = [await decide(id, one, facility('Robin Fields')), await decide(id, two, facility('Kim Ito'))];
      if (round % 2) acts.reverse();
      const outcomes = await Promise.all(acts.map((act) => act()));
      const accepted = outcomes.flatMap(({ receipt }) => receipt ?? []);
      const refused = outcomes.flatMap(({ refusal }) => refusal ?? []);
      expect(accepted).toHaveLength(1);
      expect(refusals).toContain(refused[0]);
      const [event, ...more] = await historyOf(id);
      expect(more).toEqual([]);
      expect(event).toMatchObject({ actor: { name: accepted[0]!.by }, after: { state: accepted[0]!.state, version: 2 } });
      expect(await world.db.hold.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: accepted[0]!.state, version: 2 });
      const claims = await world.db.claim.count({ where: { subjectId: id, freedAt: null } });
      expect(claims).toBe(accepted[0]!.state === 'confirmed' ? 1 : 0);
      expect(await world.db.decision.count({ where: { subjectId: id } })).toBe(2);
      await world.db.claim.updateMany({ where: { subjectId: id, freedAt: null }, data: { freedAt: now } }); // the next test uses the days again
    }
  },
);

test.each<HoldChoice>([{ action: 'confirm' }, { action: 'deny' }, { action: 'delete' }])(
  'C-30, C-33, U-14: two $action at the same instant, 20 times: one effect, and both get the same answer',
  async (choice) => {
    for (let round = 60; round < 80; round++) {
      const id = await pending(round);
      const acts = [await decide(id, choice, facility('Robin Fields')), await decide(id, choice, facility('Kim Ito'))];
      const [one, two] = await Promise.all(acts.map((act) => act()));
      expect(one!.receipt).toBeDefined();
      expect(two).toEqual(one);
      expect(await historyOf(id)).toMatchObject([{ actor: { name: one!.receipt!.by }, after: { version: 2 } }]);
      await world.db.claim.updateMany({ where: { subjectId: id, freedAt: null }, data: { freedAt: now } });
    }
  },
);

test('U-14, C-05, C-06: a case booked at the instant of the mandatory release, 200 times: one order, and both histories say which', async () => {
  const { db, facilityId, room, room2, group, zone } = world;
  const winners = { case: 0, release: 0 };
  const race = async (round: number) => {
    const date = addDays('2027-06-01', Math.floor(round / 2));
    const roomId = round % 2 ? room.id : room2.id;
    const blockId = await createBlock(world, date, now, { roomId });
    const [block] = await loadBlocks(db, [blockId], 'none');
    const at = mandatoryInstant(block!.facts);
    const time = { roomId, startsAt: atLocal(date, '09:00', zone), endsAt: atLocal(date, '11:00', zone) };
    const report = { facilityId, number: `R-${round}`, groupId: group.id, ...time };
    const headStart = round % 3;
    const book = async () => {
      await setTimeout(headStart === 1 ? 4 : 0);
      return inTransaction(db, (tx) => reportCase(tx, report, facility('Robin Fields'), addMinutes(at, -1)));
    };
    const release = async () => {
      await setTimeout(headStart === 2 ? 4 : 0);
      return hands.releaseUnbooked(blockId, at);
    };
    const [booked] = await Promise.all([book(), release()]);

    const [after] = await loadBlocks(db, [blockId], 'none');
    const lost = after!.facts.releases.some((part) => overlaps(part, time));
    winners[lost ? 'release' : 'case']++;
    expect(after!.facts.releases).toHaveLength(lost ? 1 : 2);
    const events = await historyOf(blockId);
    expect(events).toMatchObject([{ action: 'mandatory release', rule: 'C-05' }]);
    expect(events[0]!.after).toMatchObject({ booked: lost ? [] : [{ startsAt: time.startsAt, endsAt: time.endsAt }] });
    const [story] = await db.auditEvent.findMany({ where: { subjectKind: 'case', subjectId: booked.caseId } });
    expect(story!.reason).toBe(
      lost
        ? `Its block had this time released by then: mandatory, by Holdfast, ${at}.`
        : 'It came before any release of this time in its block.',
    );
    expect(booked.credited).toBe(true); // C-06: it reached the facility in time, whichever was written first
  };
  for (let round = 0; round < 200; round += 4) await Promise.all([0, 1, 2, 3].map((one) => race(round + one)));
  expect(winners.case + winners.release).toBe(200);
  expect(Math.min(winners.case, winners.release)).toBeGreaterThan(0);
}, 120_000);
