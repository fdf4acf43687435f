import { expect, test } from 'vitest';

import { testApi } from './api.ts';

const api = testApi();
const group = (name: string) => ({ facilityId: api.world.facilityId, name });

test('U-03: the same key and body get the same answer, and one effect', async () => {
  const first = await api.call('POST', '/groups', { key: 'one', body: group('Urology') });
  const second = await api.call('POST', '/groups', { key: 'one', body: group('Urology') });
  expect(first.status).toBe(201);
  expect(second).toMatchObject({ status: 201, body: first.body, headers: { etag: '"1"' } });
  expect(await api.db.group.count({ where: { name: 'Urology' } })).toBe(1);
});

test('U-03: twenty at once with one key get one answer', async () => {
  const calls = Array.from({ length: 20 }, () => api.call('POST', '/groups', { key: 'at once', body: group('Vascular') }));
  const answers = await Promise.all(calls);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
});

test('U-03: a refusal is kept as well', async () => {
  const refuse = () => api.call('POST', '/groups', { key: 'twin', body: group('Orthopedics') });
  const first = await refuse();
  expect(first).toMatchObject({ status: 409, body: { code: 'ALREADY_EXISTS' } });
  expect(first.headers['content-type']).toMatch('application/problem+json');
  await api.db.group.update({ where: { id: api.world.group.id }, data: { name: 'Renamed meanwhile' } });
  expect(await refuse()).toMatchObject({ status: 409, body: first.body });
});

test('U-03: the same key with another body or another path is refused; without a key 400', async () => {
  await api.call('POST', '/groups', { key: 'used', body: group('Pediatrics') });
  const reused = { status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } };
  expect(await api.call('POST', '/groups', { key: 'used', body: group('Pediatrics 2') })).toMatchObject(reused);
  expect(await api.call('POST', '/rooms', { key: 'used', body: group('Pediatrics') })).toMatchObject(reused);
  const missing = { status: 400, body: { code: 'IDEMPOTENCY_KEY_MISSING' } };
  expect(await api.call('POST', '/groups', { key: null, body: group('Pediatrics 3') })).toMatchObject(missing);
  expect(await api.db.group.count({ where: { name: { startsWith: 'Pediatrics' } } })).toBe(1);
});

test('two principals may use the same key', async () => {
  const { status } = await api.call('POST', '/groups', { key: 'shared', body: group('Dental') });
  const other = await api.call('POST', '/groups', { key: 'shared', body: group('Plastic'), as: api.keys.administrator });
  expect([status, other.status]).toEqual([201, 201]);
});

test('a secret is shown once and not kept: a repeat gets the same key without it', async () => {
  const make = () =>
    api.call('POST', '/keys', {
      as: api.keys.administrator,
      key: 'secret',
      body: { name: 'Desk', role: 'support', facilityIds: [api.world.facilityId] },
    });
  const first = await make();
  expect(first).toMatchObject({ status: 201, body: { name: 'Desk', role: 'support' } });
  const second = await make();
  expect(second.body).toEqual({ ...first.body, secret: undefined });
  const kept = JSON.stringify(await api.db.idempotentAnswer.findMany());
  expect(kept).not.toContain(first.body.secret);
  expect((await api.call('GET', '/facilities', { as: first.body.secret })).status).toBe(200);
});

test('an edit may carry a key: the repeat gets the first answer, although the version has moved on', async () => {
  const edit = (headers: Record<string, string>) =>
    api.call('PATCH', `/rooms/${api.world.room2.id}`, { body: { name: 'OR 2a' }, ifMatch: 1, headers });
  const first = await edit({ 'idempotency-key': 'edit' });
  expect(first).toMatchObject({ status: 200, body: { version: 2 }, headers: { etag: '"2"' } });
  expect(await edit({ 'idempotency-key': 'edit' })).toMatchObject({ status: 200, body: { version: 2 } });
  expect(await edit({})).toMatchObject({
    status: 412,
    body: { code: 'VERSION_MISMATCH', facts: { present: { name: 'OR 2a', version: 2 } } },
  });
});
