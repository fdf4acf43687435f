import { expect, test } from 'vitest';

import { testApi } from './api.ts';

const api = testApi();
const subscribe = (body: object = {}) =>
  api.call('POST', '/webhooks', { body: { facilityId: api.world.facilityId, url: 'https://hooks.example.org/x', ...body } });

test('F-15: an address is subscribed; its secret is shown once, and what happens is owed to it', async () => {
  const key = crypto.randomUUID();
  const body = { facilityId: api.world.facilityId, url: 'https://hooks.example.org/x', types: ['facility'] };
  const first = await api.call('POST', '/webhooks', { body, key });
  expect(first).toMatchObject({ status: 201, body: { active: true, types: ['facility'], version: 1 } });
  expect(first.body.secret).toMatch(/^whsec_[\w+/]{43}=$/);
  const repeat = await api.call('POST', '/webhooks', { body, key });
  expect(repeat.body).toEqual({ ...first.body, secret: undefined });
  const { id } = first.body;
  expect(JSON.stringify((await api.call('GET', `/webhooks/${id}`)).body)).not.toContain('whsec_');
  expect(await api.db.wakeUp.count({ where: { workflowId: `webhook/${id}`, kind: 'start' } })).toBe(1);
  const { items } = (await api.call('GET', `/webhooks/${id}/events`)).body;
  expect(items).toMatchObject([{ type: 'facility.add_webhook', state: 'waiting', attempts: 0, sequence: expect.any(Number) }]);
});

test('F-15: an event is delivered again on demand, and nobody else’s', async () => {
  const { id } = (await subscribe()).body;
  const [event] = (await api.call('GET', `/webhooks/${id}/events`)).body.items;
  await api.db.webhookEvent.update({ where: { id: event.id }, data: { state: 'failed', attempts: 10 } });
  const again = await api.call('POST', `/webhooks/${id}/events/${event.id}/redeliver`);
  expect(again).toMatchObject({ status: 200, body: { state: 'waiting', attempts: 0, eventId: event.eventId } });
  const other = (await subscribe()).body.id;
  expect((await api.call('POST', `/webhooks/${other}/events/${event.id}/redeliver`)).status).toBe(404);
});

test('F-15: a rotated secret is another one, and a webhook is switched off by the version that was seen', async () => {
  const created = (await subscribe()).body;
  const rotated = await api.call('POST', `/webhooks/${created.id}/rotate-secret`);
  expect(rotated.body.secret).not.toBe(created.secret);
  expect(rotated.body.previousUntil).toBe('2027-01-05T12:00:00.000Z');
  expect((await api.call('PATCH', `/webhooks/${created.id}`, { body: { active: false }, ifMatch: 1 })).status).toBe(412);
  expect((await api.call('PATCH', `/webhooks/${created.id}`, { body: { active: false }, ifMatch: 2 })).body.active).toBe(false);
});

test.each(['http://hooks.example.org/', 'ftp://x.example/', 'https://user:pass@x.example/', 'not an address', 'javascript:alert(1)'])(
  'F-15: %s is no address to post to',
  async (url) => {
    expect((await subscribe({ url })).status).toBe(400);
  },
);

test('F-15: plain http reaches this machine only; a role that may not gets 403', async () => {
  expect((await subscribe({ url: 'http://localhost:9999/x' })).status).toBe(201);
  expect((await api.call('GET', '/webhooks', { as: api.keys.contact })).status).toBe(403);
  expect((await api.call('GET', '/webhooks')).body.items.length).toBeGreaterThan(3);
});
