import { expect, test } from 'vitest';

import { blockActivities } from '../../activities/block.ts';
import { addDays, atLocal } from '../../domain/civil.ts';
import { systemActor } from '../../domain/decision.ts';
import { policyOf } from '../../ledger/facility.ts';
import { createBlocks } from '../../ledger/new-block.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { testApi } from '../api/api.ts';
import { signIn } from '../pages/visitor.ts';

const api = testApi();

/** A block that is the surgeon's alone, between wall-clock times of that civil date (to the next one where it ends first). */
async function block(date: string, from: string, to: string): Promise<string> {
  const { db, facilityId, room, group, provider, zone } = api.world;
  const endsAt = atLocal(to > from ? date : addDays(date, 1), to, zone);
  const wanted = { roomId: room.id, groupId: group.id, providerId: provider.id, startsAt: atLocal(date, from, zone), endsAt };
  const [made] = await inTransaction(db, async (tx) =>
    createBlocks(tx, { id: facilityId, zone, policy: await policyOf(tx, facilityId) }, [wanted], systemActor, api.now),
  );
  return made!.facts.id;
}

/** Carries out what the vacation asked of the lives of its blocks, as their wake-ups say. */
async function carryOut(): Promise<void> {
  const { decideBlock } = blockActivities({ db: api.db });
  const asked = await api.db.wakeUp.findMany({ where: { kind: 'update', payload: { path: ['name'], equals: 'decideBlock' } } });
  for (const { id, workflowId, payload } of asked) {
    await decideBlock(workflowId.slice('block/'.length), (payload as { decision: object }).decision);
    await api.db.wakeUp.delete({ where: { id } });
  }
}

// New York: on 14 March 2027 the clocks go from 02:00 to 03:00; on 7 November from 02:00 back to 01:00.
test.each([
  ['of 23 hours', '2027-03-14', 20],
  ['of 25 hours', '2027-11-07', 22],
])(
  'C-17, F-06: a vacation on the day %s that the clocks change releases the blocks of that civil day and no other',
  async (_what, day, hours) => {
    const { db, world, call } = api;
    const eve = await block(addDays(day, -1), '15:00', '23:00');
    const night = await block(day, '01:00', '22:00');
    const after = await block(addDays(day, 1), '00:30', '06:00');
    const body = { providerId: world.provider.id, from: day, to: day, onBehalfOf: world.contact.id };
    const { status, body: entered } = await call('POST', '/vacations', { body });
    expect([status, entered.effect.released.map(({ id }: { id: string }) => id)]).toEqual([201, [night]]);
    await carryOut();
    const released = await db.release.findMany({ where: { blockId: { in: [eve, night, after] } } });
    expect(released.map(({ blockId }) => blockId)).toEqual([night]);
    const [{ startsAt, endsAt }] = released as [(typeof released)[number]];
    expect((endsAt.getTime() - startsAt.getTime()) / 3_600_000).toBe(hours);
  },
);

test.each([
  ['of 23 hours', '2028-03-12', 20],
  ['of 25 hours', '2028-11-05', 22],
])(
  'C-17: so does the form: its preview says the time of the day %s as the clocks have it, and the press releases it',
  async (_what, day, hours) => {
    const { db, world } = api;
    await block(addDays(day, -1), '15:00', '23:00');
    const night = await block(day, '01:00', '22:00');
    const browser = await signIn(api, world.contact);
    const preview = await browser.post('/vacations/preview', { providerId: world.provider.id, from: day, to: day });
    expect(preview.text).toContain(`01:00–22:00 (${hours} h)`);
    expect((await browser.submit(preview, '/vacations', { yes: 'on' })).location).toBe('/vacations?done=entered');
    await carryOut();
    const released = await db.release.findMany({ where: { block: { date: { gte: new Date(addDays(day, -1)), lte: new Date(day) } } } });
    expect(released.map(({ blockId, startsAt, endsAt }) => [blockId, (endsAt.getTime() - startsAt.getTime()) / 3_600_000])).toEqual([
      [night, hours],
    ]);
  },
);
