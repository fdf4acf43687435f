import { describe, expect, test } from 'vitest';

import { addDays, atLocal, zoneDate } from '../../domain/civil.ts';
import type { Actor } from '../../domain/decision.ts';
import { type EndedHold, judgeEnded, standingOf, utilizationOf } from '../../domain/hold-utilization.ts';
import { PolicySettings } from '../../domain/policy.ts';
import { readStanding } from '../../ledger/hold-utilization.ts';
import { requestHold } from '../../ledger/new-hold.ts';
import { inTransaction, lockRoomDays } from '../../ledger/transaction.ts';
import { prepareLives } from '../lives.ts';
import { createWorld, type World } from '../world.ts';

const zone = 'America/New_York';
const restricting = { restrictBelow: 0.5, seeOnlyWithinDays: 7, maxRequestMinutes: 120 };
const policyWith = (utilization: object) => ({ ...PolicySettings.parse({ hold: { utilization } }), version: 1 });

/** Four hours held, confirmed and expired three days before, of which `usedMinutes` were used. */
function ended(usedMinutes: number, more: Partial<EndedHold> = {}): EndedHold {
  const times = { startsAt: '2027-01-20T13:00:00.000Z', endsAt: '2027-01-20T17:00:00.000Z', confirmedAt: '2027-01-04T12:00:00.000Z' };
  const end = { endedAt: '2027-01-17T05:00:00.000Z', expiresAt: '2027-01-17T05:00:00.000Z' };
  return { id: crypto.randomUUID(), room: 'OR 1', state: 'expired', inConflict: false, usedMinutes, ...times, ...end, ...more };
}

describe('C-28: which holds count', () => {
  test.each<[string, Partial<EndedHold>, boolean]>([
    ['expired, unused', {}, true],
    ['used', { state: 'used', usedMinutes: 240 }, true],
    ['denied', { state: 'denied', confirmedAt: null }, false],
    ['never confirmed', { confirmedAt: null }, false],
    ['displaced by a case of somebody else', { inConflict: true }, false],
    ['deleted before it expired', { state: 'deleted', endedAt: '2027-01-17T04:59:59.999Z' }, false],
    [
      'requested late and deleted late',
      { state: 'deleted', expiresAt: '2027-01-20T13:00:00.000Z', endedAt: '2027-01-20T12:00:00.000Z' },
      true,
    ],
  ])('%s', (_what, more, counts) => {
    const judged = judgeEnded(ended(0, more));
    expect(judged.counts).toBe(counts);
    expect(judged.because).toMatch(/\.$/);
  });
});

describe('C-28: what the figure means', () => {
  const standing = (holds: EndedHold[], utilization: object = restricting, role = 'block contact' as const) =>
    standingOf(utilizationOf(holds, '2026-10-01T04:00:00.000Z'), policyWith(utilization), role, zone);

  test('it is used ÷ held minutes, and restricts strictly below the threshold only', () => {
    expect(standing([ended(120), ended(120), ended(119)])).toMatchObject({
      restricted: true,
      utilization: { heldMinutes: 720, usedMinutes: 359 },
    });
    const at = standing([ended(120), ended(120), ended(120)]);
    expect(at).toMatchObject({ restricted: false, limits: null, utilization: { figure: 0.5 } });
    expect(at.because).toContain('only below 50 %');
    expect(standing([ended(120), ended(120), ended(119)]).because).toBe(
      'You used 5 h 59 min of the 12 h you held (49 %) in 3 holds since Thursday, 1 October 2026; below 50 % requests are limited.',
    );
  });

  test('two holds say nothing; those that do not count do not make three', () => {
    const denied = ended(0, { state: 'denied', confirmedAt: null });
    expect(standing([ended(0), ended(0), denied])).toMatchObject({ restricted: false, utilization: { countedHolds: 2, figure: 0 } });
  });

  test('by default nobody is restricted, and the facility’s own people never are', () => {
    expect(standing([ended(0), ended(0), ended(0)], {})).toMatchObject({ restricted: false });
    expect(standing([ended(0), ended(0), ended(0)], restricting, 'facility scheduler' as never)).toMatchObject({ restricted: false });
  });
});

describe('in the life of holds', () => {
  const lives = prepareLives();
  const facilityOf = ({ scheduler }: World): Actor => ({
    personId: scheduler.id,
    name: scheduler.name,
    role: 'facility scheduler',
    channel: 'api',
  });

  async function hold(world: World, days: number) {
    const now = await lives.now();
    const date = addDays(zoneDate(now, world.zone), days);
    const time = { roomId: world.room2.id, startsAt: atLocal(date, '08:00', world.zone), endsAt: atLocal(date, '12:00', world.zone) };
    const { facilityId, otherProvider, other } = world;
    const actor: Actor = { personId: other.id, name: other.name, role: 'block contact', channel: 'page' };
    const { facts } = await inTransaction(lives.db, async (tx) => {
      await lockRoomDays(tx, [time]);
      return requestHold(tx, { ...time, facilityId, providerId: otherProvider.id, requesterId: other.id }, actor, now);
    });
    const handle = await lives.begin(`hold/${facts.id}`);
    const decide = async (choice: object) => {
      const decision = { id: crypto.randomUUID(), actor: facilityOf(world), decidedAt: await lives.now(), ...choice };
      return handle.executeUpdate('decideHold', { args: [decision], updateId: decision.id });
    };
    return { handle, decide, id: facts.id };
  }

  test('C-28: the third unused hold restricts, in the transaction in which it ends, and says so by mail once', async () => {
    const settings = { hold: { utilization: restricting } };
    const world = await createWorld(lives.db, { name: 'Unused', settings });
    const told = () => lives.db.message.findMany({ where: { kind: 'hold use restricted', personId: world.other.id } });
    for (const days of [6, 7]) {
      const { decide, handle } = await hold(world, days);
      await decide({ action: 'confirm' });
      await handle.result();
    }
    const denied = await hold(world, 6);
    await denied.decide({ action: 'deny', reason: 'The room is closed.' });
    await denied.handle.result();
    expect(await told()).toEqual([]);

    const third = await hold(world, 6);
    await third.decide({ action: 'confirm' });
    await third.handle.result();
    const [mail] = await told();
    const { endedAt } = await lives.db.hold.findUniqueOrThrow({ where: { id: third.id } });
    expect(mail!.sendAfter).toEqual(endedAt);
    expect(mail!.content).toMatchObject({ because: expect.stringContaining('You used 0 min of the 12 h you held (0 %) in 3 holds') });
    expect(JSON.stringify(mail!.content)).toContain('next 7 days only');
    const person = await lives.db.person.findUniqueOrThrow({ where: { id: world.other.id } });
    expect(person.restrictedAt).toEqual(endedAt);
    const audited = await lives.db.auditEvent.findMany({ where: { subjectKind: 'person', subjectId: world.other.id } });
    expect(audited).toMatchObject([{ action: 'restrict requests', rule: 'C-28', at: endedAt }]);

    await expect(hold(world, 8)).rejects.toMatchObject({ type: 'REQUEST_RESTRICTED' }); // 4 h, and on day 8 of 7
    await lives.db.policy.create({
      data: {
        facilityId: world.facilityId,
        version: 2,
        recordedBy: 'test',
        settings: { ...settings, hold: { utilization: { ...restricting, maxRequestMinutes: null } } },
      },
    });
    const fourth = await hold(world, 6);
    await fourth.decide({ action: 'confirm' });
    await fourth.handle.result();
    expect(await told()).toHaveLength(1);
  });

  test('C-28: the restriction ends when the old holds leave the window of 90 days', async () => {
    const world = await createWorld(lives.db, { name: 'Forgiven', settings: { hold: { utilization: restricting } } });
    const policy = policyWith(restricting);
    const now = await lives.now();
    const old = { facilityId: world.facilityId, roomId: world.room.id, groupId: world.otherGroup.id, providerId: world.otherProvider.id };
    for (const days of [91, 90, 90]) {
      const endedAt = new Date(Date.parse(atLocal(addDays(zoneDate(now, zone), -days), '01:00', zone)));
      const times = {
        startsAt: endedAt,
        endsAt: new Date(endedAt.getTime() + 3_600_000),
        expiresAt: endedAt,
        endedAt,
        requestedAt: endedAt,
        nextAt: endedAt,
      };
      const data = { ...old, ...times, requesterId: world.other.id, state: 'expired', confirmedAt: endedAt, usedMinutes: 0, next: {} };
      await lives.db.hold.create({ data });
    }
    const standing = () => readStanding(lives.db, world.other, { policy, zone, now });
    expect(await standing()).toMatchObject({ restricted: false, utilization: { countedHolds: 2 } });
  });
});
