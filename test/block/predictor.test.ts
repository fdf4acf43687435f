import { beforeEach, describe, expect, test } from 'vitest';

import { blockActivities } from '../../activities/block.ts';
import { atLocal } from '../../domain/civil.ts';
import { PolicySettings } from '../../domain/policy.ts';
import { prepareHistory } from '../../domain/prediction.ts';
import { judge } from '../../domain/predictor.ts';
import { renderMail } from '../../emails/mail.tsx';
import { testApi } from '../api/api.ts';
import { signIn } from '../pages/visitor.ts';
import { createBlock, createHistory, createWorld, type World } from '../world.ts';

const api = testApi();
const date = '2027-02-01';
const zone = 'America/New_York';
let world: World;
let key: string;
let number = 0;

async function facility(release: object): Promise<string> {
  world = await createWorld(api.db, { name: `Predictor ${++number}`, settings: { release } });
  key = await api.keyFor('facility scheduler', [world.facilityId]);
  return createBlock(world, date, api.now);
}
const say = (id: string, body: object, as = key) =>
  api.call('POST', `/blocks/${id}/confidences`, { as, body: { predictor: 'Model 4', ...body } });
const at = (time: string) => atLocal(date, time, zone);
const wakeUps = (id: string) => api.db.wakeUp.count({ where: { workflowId: `block/${id}`, kind: 'update' } });

beforeEach(() => {
  api.now = '2027-01-04T12:00:00.000Z'; // 07:00 in New York
});

test('C-01: a confidence outside 0..1 or missing is refused, and brings no alert', async () => {
  const id = await facility({ predictor: 'outside' });
  for (const body of [{ confidence: 1.01 }, { confidence: -0.01 }, {}, { confidence: null }])
    expect((await say(id, body)).body).toMatchObject({ status: 422, code: 'CONFIDENCE_OUT_OF_RANGE', rule: 'C-01', facts: { most: 1 } });
  expect((await say(id, { confidence: 'sure' })).status).toBe(400);
  expect((await say(id, { confidence: 0.95, asOf: '2027-01-05T00:00:00Z' })).status).toBe(400);
  expect((await say(id, { confidence: 0.95, intervals: [{ startsAt: at('14:00'), endsAt: at('16:00') }] })).body.code).toBe(
    'TIME_NOT_FREE',
  );
  expect((await say(id, { confidence: 0.95 }, await api.keyFor('block contact', [world.facilityId]))).status).toBe(403);
  expect(await api.db.confidence.count({ where: { blockId: id } })).toBe(0);
  expect((await api.call('GET', `/blocks/${id}`, { as: key })).body.next.kind).toBe('mandatory release');
});

test('C-01, C-09: strictly above 0.90 the holder is asked for what the predictor names, and every word says whose confidence it is', async () => {
  const id = await facility({ predictor: 'outside' });
  const edge = await say(id, { confidence: 0.9 });
  expect(edge.body).toMatchObject({ believed: true, next: { kind: 'mandatory release' } });
  expect(await wakeUps(id)).toBe(0); // the next step stays where it was: nobody is woken
  const why = await api.call('GET', `/blocks/${id}/why-not`, { as: key });
  expect(why.body).toMatchObject({ alert: false, rule: 'C-01', confidence: 0.9, limit: 0.9, predictor: 'Model 4' });

  const intervals = [{ startsAt: at('10:00'), endsAt: at('15:00') }];
  const sure = await say(id, { confidence: 0.9001, intervals });
  expect(sure.body.next).toMatchObject({ kind: 'alert', at: api.now, confidence: 0.9001, predictor: 'Model 4', proposal: intervals });
  expect(await wakeUps(id)).toBe(1);

  await blockActivities({ db: api.db }).alertHolder(id, api.now);
  const [mail] = await api.db.message.findMany({ where: { subjectId: id, kind: 'block alert' } });
  expect(mail!.content).toMatchObject({ predictor: 'Model 4', confidence: 0.9001, proposal: intervals });
  const { text } = await renderMail(mail!.content as never, { everyDay: [] } as never);
  expect(text).toContain('Model 4 is 90 % sure that this time will stay unused. Model 4 said so on Mon 4 Jan, 07:00.');
  const { items } = (await api.call('GET', `/blocks/${id}/history`, { as: key })).body;
  expect(items.at(-1)).toMatchObject({ action: 'alert', after: { predictor: 'Model 4', confidence: 0.9001 } });
});

test('C-01: by default our own prediction decides; what others say is kept all the same, and cannot be changed', async () => {
  const id = await facility({});
  expect((await say(id, { confidence: 0.99 })).body).toMatchObject({ believed: false, next: { kind: 'mandatory release' } });
  await say(id, { predictor: 'Somebody else', confidence: 0.1 });
  const { items } = (await api.call('GET', `/blocks/${id}/confidences`, { as: key })).body;
  expect(items).toMatchObject([
    { predictor: 'Somebody else', confidence: 0.1, by: 'A facility scheduler', asOf: api.now },
    { predictor: 'Model 4', confidence: 0.99 },
  ]);
  const { text } = await (await signIn(api, world.contact)).get(`/blocks/${id}`);
  expect(text).toContain('The facility’s policy goes by our own prediction');
  expect(text).toContain('Mon 4 Jan, 07:00: Model 4 is 0.99 sure that all that is unbooked stays unused. Posted by A facility scheduler.');
  await expect(api.db.confidence.updateMany({ where: { blockId: id }, data: { confidence: 0.5 } })).rejects.toThrow();
});

test('C-02, C-01: a policy that listens to others is applied to what they said before, and an old word counts no more', async () => {
  const id = await facility({});
  await say(id, { confidence: 0.97 });
  const { body } = await api.call('POST', '/policies', {
    as: key,
    ifMatch: 1,
    body: { facilityId: world.facilityId, settings: { release: { predictor: 'outside', outsideDays: 3 } } },
  });
  expect(body.settings.release).toMatchObject({ predictor: 'outside', outsideDays: 3 });
  expect((await api.call('GET', `/blocks/${id}`, { as: key })).body.next).toMatchObject({ kind: 'alert', predictor: 'Model 4' });
  const whyOn = async (day: string) => (await api.call('GET', `/blocks/${id}/why-not?date=${day}`, { as: key })).body;
  expect(await whyOn('2027-01-07')).toMatchObject({ alert: true });
  expect(await whyOn('2027-01-08')).toMatchObject({ alert: false, because: expect.stringContaining('after 3 days that counts no more') });
});

describe('C-01: whom the policy listens to', () => {
  const block = { startsAt: at('07:00'), endsAt: at('15:00') };
  const nobody = prepareHistory({ holder: [], group: [], facility: [] });
  const question = (confidence: number, intervals: (typeof block)[] | null = null) => ({
    block,
    unbooked: [block],
    bookedMinutes: 0,
    at: '2027-01-04T12:00:00.000Z',
    zone,
    history: nobody,
    outside: { predictor: 'Model 4', confidence, intervals, asOf: '2027-01-04T11:00:00.000Z' },
  });
  const policy = (predictor: 'own' | 'outside' | 'either' | 'both') => ({
    ...PolicySettings.parse({ release: { predictor } }),
    version: 1,
  });

  test.each([
    ['own', 0.99, []],
    ['outside', 0.99, [block]],
    ['either', 0.99, [block]],
    ['both', 0.99, []],
    ['either', 0.4, []],
  ] as const)('%s, with 0.5 of our own and %d from outside', (predictor, confidence, proposal) => {
    expect(judge(policy(predictor), question(confidence)).proposal).toEqual(proposal);
  });

  test('of two refusals the surer one is told, and it says whose it is', () => {
    expect(judge(policy('either'), question(0.8))).toMatchObject({ confidence: 0.8, predictor: 'Model 4' });
    const own = judge(policy('either'), question(0.4));
    expect([own.confidence, own.predictor]).toEqual([0.5, undefined]);
  });

  test('where both must be sure, what both name is proposed with the lower confidence', async () => {
    const id = await facility({ predictor: 'both' });
    await createHistory(world, '2027-01-04', { minutes: 120, leadDays: 30 });
    const late = [{ startsAt: at('12:00'), endsAt: at('15:00') }];
    expect((await say(id, { confidence: 0.99, intervals: late })).body.next).toMatchObject({ kind: 'alert', proposal: late });
    const { next } = (await say(id, { confidence: 0.99, intervals: late })).body;
    expect(next.confidence).toBeLessThan(0.99);
    expect(next.predictor).toBeUndefined(); // the lower one is our own
  });
});
