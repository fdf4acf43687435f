import { expect, test } from 'vitest';

import { blockActivities } from '../../activities/block.ts';
import { holdActivities } from '../../activities/hold.ts';
import { whyTold } from '../../domain/availability.ts';
import { atLocal } from '../../domain/civil.ts';
import type { Actor } from '../../domain/decision.ts';
import { signIn } from '../pages/visitor.ts';
import { createBlock, createHistory, createWorld, type World } from '../world.ts';
import { testApi } from './api.ts';

const api = testApi();
const zone = 'America/New_York';
let number = 0;

async function facility(settings: object = {}) {
  api.now = '2027-01-04T12:00:00.000Z';
  const world = await createWorld(api.db, { name: `Why ${++number}`, settings });
  const key = await api.keyFor('facility scheduler', [world.facilityId]);
  const why = async (id: string, date?: string) => {
    const { status, body } = await api.call('GET', `/blocks/${id}/why-not${date ? `?date=${date}` : ''}`, { as: key });
    expect(status).toBe(200);
    return body;
  };
  return { world, key, why };
}
const block = () => blockActivities({ db: api.db });
const by = ({ id, name }: World['contact'], role: Actor['role']): Actor => ({ personId: id, name, role, channel: 'page' });
const decision = (actor: Actor, choice: object) => ({ id: crypto.randomUUID(), actor, decidedAt: api.now, ...choice });

test('U-07: a past day is answered by what was known then: policy, silence, cases, and the question that went out', async () => {
  const { world, key, why } = await facility();
  await createHistory(world, '2027-01-04', { minutes: 120, leadDays: 30 });
  const id = await createBlock(world, '2027-02-01', api.now);
  await block().alertHolder(id, api.now); // 07:00 on the 4th
  api.now = '2027-01-06T15:00:00.000Z';
  await block().decideBlock(id, decision(by(world.contact, 'block contact'), { action: 'keep', stopAlerts: true }));
  const settings = { release: { confidenceAbove: 0.5 } };
  await api.call('POST', '/policies', { as: key, ifMatch: 1, body: { facilityId: world.facilityId, settings } });
  api.now = '2027-01-08T15:00:00.000Z';
  const time = { startsAt: atLocal('2027-02-01', '07:00', zone), endsAt: atLocal('2027-02-01', '15:00', zone) };
  const report = { facilityId: world.facilityId, number: 'Y-1', roomId: world.room.id, groupId: world.group.id, ...time };
  await api.call('POST', '/cases', { as: key, body: report });
  api.now = '2027-01-20T15:00:00.000Z';

  expect(await why(id, '2027-01-03')).toMatchObject({ alert: false, rule: 'U-07', because: 'The block was entered only later.' });
  expect(await why(id, '2027-01-04')).toMatchObject({
    alert: true,
    rule: 'C-01',
    limit: expect.any(Number),
    confidence: expect.any(Number),
  });
  const fifth = await why(id, '2027-01-05'); // nobody had said no yet: a worker was away
  expect(fifth).toMatchObject({ alert: false, rule: 'C-01', limit: 0.9, because: expect.stringContaining('none was recorded') });
  expect(await why(id, '2027-01-07')).toMatchObject({ alert: false, rule: 'C-13' });
  expect(await why(id, '2027-01-09')).toMatchObject({
    alert: false,
    rule: 'C-04',
    value: 0,
    because: expect.stringContaining('480 minutes'),
  });
});

test('U-07: a block that was entered late in the day and asked about at once was asked about that day', async () => {
  const { world, why } = await facility();
  await createHistory(world, '2027-01-04', { minutes: 120, leadDays: 30 });
  api.now = '2027-01-04T16:00:00.000Z'; // 11:00, hours after people are asked
  const id = await createBlock(world, '2027-02-01', api.now);
  expect(await why(id, '2027-01-04')).toMatchObject({ alert: false, because: 'The block was entered only later.' });
  await block().alertHolder(id, api.now);
  expect(await why(id, '2027-01-04')).toMatchObject({ alert: true, rule: 'C-01', at: api.now });
});

test('U-07: what was too uncertain then is told with the figure and the limit of then', async () => {
  const { world, key, why } = await facility();
  await createHistory(world, '2027-01-04', { minutes: 480, leadDays: 3 });
  const id = await createBlock(world, '2027-01-14', api.now, { windowDays: 1 });
  api.now = '2027-01-12T15:00:00.000Z';
  const settings = { release: { confidenceAbove: 0.01 } };
  await api.call('POST', '/policies', { as: key, ifMatch: 1, body: { facilityId: world.facilityId, settings } });
  const past = await why(id, '2027-01-12');
  expect(past).toMatchObject({ alert: false, rule: 'C-01', limit: 0.9 });
  expect(past.value).toBeLessThan(0.9);
  expect(past.because).toContain('is not above 0.90');
});

test('U-07, C-05: why the mandatory release did not come: silenced does not matter, paused, shadow, made inside the window, undone', async () => {
  const { world, key, why } = await facility();
  const release = async (id: string) => (await why(id)).mandatoryRelease;
  const mandatory = (date: string) => atLocal(date, '00:00', zone);
  const id = await createBlock(world, '2027-02-01', api.now);
  await block().decideBlock(id, decision(by(world.contact, 'block contact'), { action: 'keep', stopAlerts: true }));
  expect(await release(id)).toMatchObject({ happened: false, rule: 'C-05', value: api.now, limit: mandatory('2027-01-25') });
  expect((await release(id)).because).toContain('silenced does not matter (C-13)');

  const inside = await createBlock(world, '2027-01-08', api.now);
  expect(await release(inside)).toMatchObject({ happened: false, rule: 'C-05', because: expect.stringContaining('inside the window') });

  await api.db.facility.update({ where: { id: world.facilityId }, data: { paused: true } });
  expect(await release(id)).toMatchObject({ happened: false, rule: 'F-23', value: 'paused' });
  expect(await why(id)).toMatchObject({ alert: false, rule: 'F-23' });
  await api.db.facility.update({ where: { id: world.facilityId }, data: { paused: false, shadow: true } });
  const shown = await createBlock(world, '2027-02-02', api.now);
  await block().releaseUnbooked(shown, mandatory('2027-01-26'));
  expect(await release(shown)).toMatchObject({ happened: false, rule: 'F-23', because: expect.stringContaining('shadow mode') });
  await api.db.facility.update({ where: { id: world.facilityId }, data: { shadow: false } });

  await block().releaseUnbooked(id, mandatory('2027-01-25'));
  expect(await release(id)).toMatchObject({ happened: true, rule: 'C-05', at: mandatory('2027-01-25') });
  api.now = '2027-01-25T15:00:00.000Z';
  await block().decideBlock(id, decision(by(world.support, 'support'), { action: 'undo', reason: 'the surgeon is back' }));
  expect(await release(id)).toMatchObject({ happened: false, rule: 'C-25', because: expect.stringContaining('the surgeon is back') });
  const browser = await signIn(api, world.scheduler);
  expect((await browser.get(`/blocks/${id}`)).html).not.toMatch(/<details[^>]* open="">/);
  const page = await browser.get(`/blocks/${id}?why=2027-01-10`);
  expect(page.html).toMatch(/<details[^>]* open="">(?:(?!<\/details>).)*Was the holder asked on/s); // the answer is in sight
  expect(page.text).toContain('Was the holder asked on Sunday, 10 January 2027? No');
  expect(page.text).toContain('Was what is unbooked released by itself? No The release was undone after its date');
  expect((await api.call('GET', `/blocks/${id}/why-not`, { as: key })).status).toBe(200);
});

test('U-07: of a hold: why it was or was not confirmed, reminded of, expired, freed, restricted', async () => {
  const { world, key } = await facility();
  const { facilityId, room2, otherProvider, other } = world;
  const time = { startsAt: atLocal('2027-02-01', '08:00', zone), endsAt: atLocal('2027-02-01', '10:00', zone) };
  const wanted = { facilityId, roomId: room2.id, providerId: otherProvider.id, requesterId: other.id, ...time };
  const { id } = (await api.call('POST', '/holds', { as: key, body: wanted })).body;
  const answers = async () => {
    const { items } = (await api.call('GET', `/holds/${id}/why-not`, { as: key })).body;
    return Object.fromEntries(items.map(({ question, ...why }: { question: string }) => [question, why]));
  };
  const expiresAt = atLocal('2027-01-29', '00:00', zone);
  expect(await answers()).toMatchObject({
    confirmation: { happened: false, rule: 'C-30', value: api.now, limit: expiresAt },
    reminder: { happened: false, rule: 'C-30', limit: '24 hours', at: '2027-01-05T12:00:00.000Z' },
    expiry: { happened: false, rule: 'C-34', limit: expiresAt },
    'time freed': { happened: false, rule: 'C-29', value: 0, limit: 120 },
    restriction: { happened: false, rule: 'C-28', because: 'The facility restricts nobody for this.' },
  });
  const page = await (await signIn(api, other)).get(`/holds/${id}`);
  expect(page.text).toContain('Was it confirmed? No The facility scheduler has not decided yet. (C-30');
  const scheduler = by(world.scheduler, 'facility scheduler');
  await holdActivities({ db: api.db }).decideHold(id, decision(scheduler, { action: 'deny', reason: 'the room is painted' }));
  expect(await answers()).toMatchObject({
    confirmation: { happened: false, rule: 'F-08', because: 'Denied by Robin Fields: the room is painted' },
    expiry: { happened: false, rule: 'F-08' },
    'time freed': { happened: true, rule: 'C-36' },
  });
});

test('U-07, F-06, C-42, C-44: open time is not announced while the surgeon is away, or not operating; a daily mail goes once a day', () => {
  const openedAt = '2027-01-04T15:00:00.000Z';
  const runs = [{ startsAt: atLocal('2027-02-01', '08:00', zone), endsAt: atLocal('2027-02-01', '12:00', zone) }];
  const surgeon = { name: 'Dr. Sato', availability: null, minCaseMinutes: 60 };
  const facts = {
    zone,
    openedAt,
    runs,
    knew: false,
    active: true,
    preference: 'real-time' as const,
    restricted: false,
    surgeons: [surgeon],
  };
  const away = { ...surgeon, away: [{ from: '2027-01-30', to: '2027-02-01' }] };
  expect(whyTold({ ...facts, surgeons: [away] })).toMatchObject({
    told: false,
    rule: 'F-06',
    because: 'Dr. Sato is away on that day.',
    value: '2027-01-30 to 2027-02-01',
  });
  const other = { ...surgeon, name: 'Dr. Lee', minCaseMinutes: 300 };
  expect(whyTold({ ...facts, surgeons: [away, other] })).toMatchObject({
    rule: 'C-44',
    value: 240,
    limit: 300,
    because: expect.stringContaining('Dr. Lee'),
  });
  const tuesdays = { ...surgeon, availability: [{ weekday: 2, from: '07:00', to: '15:00' }] };
  expect(whyTold({ ...facts, surgeons: [tuesdays] })).toMatchObject({
    rule: 'C-44',
    value: 0,
    because: 'Dr. Sato does not operate at that time.',
  });
  const mail = { kind: 'availability digest' as const, state: 'waiting', at: '2027-01-05T12:00:00.000Z' };
  expect(whyTold({ ...facts, preference: 'daily', mail })).toMatchObject({
    rule: 'C-42',
    because: expect.stringContaining('once a day'),
    value: mail.at,
  });
});
