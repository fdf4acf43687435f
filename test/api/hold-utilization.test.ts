import { beforeAll, expect, test } from 'vitest';

import { signIn } from '../pages/visitor.ts';
import { testApi } from './api.ts';

const api = testApi();
const restrictions = { restrictBelow: 0.5, seeOnlyWithinDays: 7, maxRequestMinutes: 120 };
let version = 1;

async function setPolicy(utilization: object): Promise<void> {
  const body = { facilityId: api.world.facilityId, settings: { hold: { utilization } } };
  const answer = await api.call('POST', '/policies', { body, ifMatch: version });
  expect(answer.status).toBe(201);
  version = answer.body.version;
}

/** Holds of Dana Reyes for Dr. Okafor, each of four hours, a week apart, as they are after their end. */
async function ended(usedMinutes: number[], more: object = {}): Promise<void> {
  const { facilityId, room, group, provider, contact } = api.world;
  for (const used of usedMinutes) {
    const startsAt = Date.parse('2026-12-30T13:00:00.000Z') - (await api.db.hold.count()) * 7 * 86_400_000;
    const endedAt = new Date(startsAt - 3 * 86_400_000);
    const times = {
      startsAt: new Date(startsAt),
      endsAt: new Date(startsAt + 14_400_000),
      requestedAt: endedAt,
      confirmedAt: endedAt,
      expiresAt: endedAt,
      endedAt,
    };
    const whose = { facilityId, roomId: room.id, groupId: group.id, providerId: provider.id, requesterId: contact.id };
    await api.db.hold.create({ data: { ...whose, ...times, state: 'expired', usedMinutes: used, next: {}, nextAt: endedAt, ...more } });
  }
}

function request(startsAt: string, endsAt: string, more: object = {}) {
  const { facilityId, room2, provider, contact } = api.world;
  return api.call('POST', '/holds', {
    body: { facilityId, roomId: room2.id, providerId: provider.id, requesterId: contact.id, startsAt, endsAt, ...more },
  });
}

beforeAll(async () => {
  await ended([60, 60, 60]);
  await ended([0], { state: 'denied', confirmedAt: null });
});

test('C-28: by default the figure is shown and restricts nobody', async () => {
  const { body } = await api.call('GET', `/people/${api.world.contact.id}/hold-utilization`);
  expect(body).toMatchObject({
    countedHolds: 3,
    heldMinutes: 720,
    usedMinutes: 180,
    figure: 0.25,
    restricted: false,
    restriction: null,
    rule: 'C-28',
  });
  expect(body.because).toContain('restricts nobody');
  expect((await request('2027-02-01T15:00:00Z', '2027-02-01T20:00:00Z')).status).toBe(201);
});

test('C-28, U-07: the answer names each hold and why it counts or not; a provider has a figure too', async () => {
  const { contact, provider, other } = api.world;
  const { body } = await api.call('GET', `/people/${contact.id}/hold-utilization`);
  expect(body.holds.map(({ counts, because }: { counts: boolean; because: string }) => [counts, because])).toEqual([
    ...Array(3).fill([true, 'Held until it expired.']),
    [false, 'The facility denied it.'],
  ]);
  const ofProvider = (await api.call('GET', `/providers/${provider.id}/hold-utilization`)).body;
  expect(ofProvider).toMatchObject({ figure: 0.25, countedHolds: 3 });
  expect(ofProvider).not.toHaveProperty('restricted');
  expect((await api.call('GET', `/people/${other.id}/hold-utilization`)).body).toMatchObject({ figure: null, countedHolds: 0, holds: [] });
});

test('C-28: the settings are changed one by one, and a misspelt one is refused', async () => {
  const body = { facilityId: api.world.facilityId, settings: { hold: { utilization: { restrictBellow: 0.5 } } } };
  expect((await api.call('POST', '/policies', { body, ifMatch: version })).status).toBe(400);
  await setPolicy(restrictions);
  await setPolicy({ minHolds: 2 });
  const [latest] = (await api.call('GET', '/policies')).body.items;
  expect(latest.settings.hold).toMatchObject({ expiresDaysBefore: 3, utilization: { ...restrictions, minHolds: 2, windowDays: 90 } });
  await setPolicy({ minHolds: 3 });
});

test('C-28: a request beyond the restriction is 403 and names figure and limit; within it, it is taken', async () => {
  const long = await request('2027-01-08T15:00:00Z', '2027-01-08T17:01:00Z');
  expect(long).toMatchObject({ status: 403, body: { code: 'REQUEST_RESTRICTED', rule: 'C-28' } });
  expect(long.body.facts).toMatchObject({
    figure: 0.25,
    usedMinutes: 180,
    heldMinutes: 720,
    limit: { maxRequestMinutes: 120, wantedMinutes: 121 },
  });
  expect(long.body.facts.because).toContain('(25 %)');
  const far = await request('2027-01-12T15:00:00Z', '2027-01-12T16:00:00Z');
  expect(far).toMatchObject({
    status: 403,
    body: { facts: { limit: { seeOnlyWithinDays: 7, lastDate: '2027-01-11', date: '2027-01-12' } } },
  });
  expect((await request('2027-01-11T15:00:00Z', '2027-01-11T17:00:00Z')).status).toBe(201);
  expect((await request('2027-02-02T15:00:00Z', '2027-02-02T20:00:00Z', { requesterId: api.world.scheduler.id })).status).toBe(201);
});

test('C-28: for a restricted person open time ends with the days they may see, and the answer says why', async () => {
  const { facilityId, contact, other } = api.world;
  const find = async (more: string) =>
    (await api.call('GET', `/open-time?facilityId=${facilityId}&from=2027-01-10&to=2027-01-20&limit=200${more}`)).body;
  const lastDay = ({ items }: { items: { startsAt: string }[] }) => items.at(-1)?.startsAt.slice(0, 10);
  const theirs = await find(`&onBehalfOf=${contact.id}`);
  expect(lastDay(theirs)).toBe('2027-01-11');
  expect(theirs.restriction).toMatchObject({ seeOnlyWithinDays: 7, rule: 'C-28', because: expect.stringContaining('(25 %)') });
  for (const answer of [await find(''), await find(`&onBehalfOf=${other.id}`)]) {
    expect(lastDay(answer)).toBe('2027-01-20');
    expect(answer.restriction).toBeNull();
  }
});

test('C-28: Find Open Time shows the restricted requester what is limited and why, and a request beyond it is refused in words', async () => {
  const { world } = api;
  const browser = await signIn(api, world.contact);
  const page = await browser.get('/open-time?from=2027-01-10&to=2027-01-20');
  expect(page.text).toContain(
    'You used 3 h of the 12 h you held (25 %) in 3 holds since Tuesday, 6 October 2026; below 50 % requests are limited.',
  );
  expect(page.text).toContain('You find open time of the next 7 days only.');
  expect(page.text).toContain('One request can be for 2 h at most.');
  expect(page.text).toContain('Mon 11 Jan');
  const month = await browser.get('/open-time/month?month=2027-01');
  expect(month.html).toContain('from=2027-01-11');
  expect(month.html).not.toContain('from=2027-01-12');
  expect(month.text).toContain('You find open time of the next 7 days only.');
  expect(page.text).not.toContain('Tue 12 Jan OR');
  const slot = new URLSearchParams({ roomId: world.room2.id, startsAt: '2027-01-09T12:00:00.000Z', endsAt: '2027-01-09T22:00:00.000Z' });
  const form = await browser.get(`/open-time/request?${slot}`);
  expect(form.text).toContain('below 50 % requests are limited');
  const wish = { providerId: world.provider.id, from: '08:00', to: '11:00', yes: 'on' };
  const refused = await browser.submit(form, '/open-time/requests', wish);
  expect(refused.status).toBe(403);
  expect(refused.text).toContain('(25 %)');
  expect((await browser.submit(form, '/open-time/requests', { ...wish, to: '10:00' })).status).toBe(303);
  const others = await signIn(api, world.other);
  expect((await others.get('/open-time?from=2027-01-10&to=2027-01-20')).text).not.toContain('requests are limited');
});

test('C-28: without request rights nothing can be requested, and the page offers no link to do so', async () => {
  await setPolicy({ mayRequest: false, seeOnlyWithinDays: null });
  expect(await request('2027-01-07T15:00:00Z', '2027-01-07T16:00:00Z')).toMatchObject({
    status: 403,
    body: { facts: { limit: { mayRequest: false } } },
  });
  const page = await (await signIn(api, api.world.contact)).get('/open-time?from=2027-01-10&to=2027-01-20');
  expect(page.text).toContain('your facility scheduler can help');
  expect(page.text).toContain('Wed 20 Jan');
  expect(page.html).not.toContain('/open-time/request?');
});
