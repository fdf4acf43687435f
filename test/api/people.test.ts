import { describe, expect, test } from 'vitest';

import { verifyAudit } from '../../ledger/audit-verify.ts';
import { createBlock } from '../world.ts';
import { testApi } from './api.ts';

const api = testApi();

const add = async (path: string, body: object) =>
  (await api.call('POST', path, { body: { facilityId: api.world.facilityId, ...body } })).body;
const edit = async (path: string, body: object, as = api.keys.scheduler) => {
  const { body: present } = await api.call('GET', path);
  return api.call('PATCH', path, { body, ifMatch: present.version, as });
};
/** As an import leaves them (C-19): a group without a main contact, its blocks inactive. */
const lonelyGroup = async (name: string, dates: string[]) => {
  const group = await add('/groups', { name });
  const blocks = [];
  for (const date of dates) blocks.push(await createBlock(api.world, date, api.now, { groupId: group.id }));
  return { id: group.id as string, blocks };
};

describe('the main contact (C-19)', () => {
  test('C-19: a group’s first main contact activates its blocks, and wakes lives whose next step comes earlier', async () => {
    const { db, world } = api;
    const { id, blocks } = await lonelyGroup('Urology', ['2027-03-01', '2027-03-02']);
    expect((await api.call('GET', `/blocks/${blocks[0]}`)).body).toMatchObject({ state: 'inactive', next: { rule: 'C-19' } });
    await db.wakeUp.deleteMany();
    expect((await edit(`/groups/${id}`, { mainContactId: world.other.id })).status).toBe(200);
    for (const block of blocks) {
      expect((await api.call('GET', `/blocks/${block}`)).body).toMatchObject({
        state: 'active',
        version: 2,
        next: { kind: 'mandatory release' },
      });
      expect(await db.wakeUp.count({ where: { workflowId: `block/${block}`, kind: 'update' } })).toBe(1);
      expect((await api.call('GET', `/blocks/${block}/history`)).body.items.map(({ action }: { action: string }) => action)).toEqual([
        'create',
        'activate',
      ]);
      expect((await verifyAudit(db)).broken).toEqual([]);
    }
  });

  test('C-19, C-05: a block that becomes active inside its window is not released by itself, and people are told', async () => {
    const { db, world } = api;
    const { id, blocks } = await lonelyGroup('Vascular', ['2027-01-07']);
    await edit(`/groups/${id}`, { mainContactId: world.other.id });
    expect((await api.call('GET', `/blocks/${blocks[0]}`)).body).toMatchObject({
      state: 'active',
      mandatoryOff: true,
      next: { kind: 'close' },
    });
    const told = await db.message.findMany({ where: { kind: 'block inside window', subjectId: blocks[0] } });
    expect(told.map(({ personId }) => personId).sort()).toEqual([world.other.id, world.scheduler.id].sort());
  });

  test('C-19: nobody leaves active blocks without somebody to ask', async () => {
    const { world } = api;
    await createBlock(world, '2027-03-03', api.now);
    const refused = { status: 422, body: { code: 'BLOCK_WITHOUT_CONTACT', rule: 'C-19' } };
    expect(await edit(`/groups/${world.group.id}`, { mainContactId: null })).toMatchObject(refused);
    expect(await edit(`/people/${world.contact.id}`, { active: false })).toMatchObject(refused);
    expect((await api.call('GET', `/people/${world.contact.id}`)).body).toMatchObject({ active: true, version: 1 });
    expect((await edit(`/groups/${world.group.id}`, { mainContactId: world.other.id })).body.mainContact).toMatchObject({
      name: world.other.name,
    });
    expect((await edit(`/people/${world.contact.id}`, { active: false })).body).toMatchObject({ active: false, version: 2 });
    expect((await edit(`/groups/${world.group.id}`, { mainContactId: world.contact.id })).status).toBe(404);
  });

  test('C-19: a block for a group without a main contact is refused', async () => {
    const { facilityId, room2 } = api.world;
    const { id } = await lonelyGroup('Dental', []);
    const body = { facilityId, roomId: room2.id, groupId: id, startsAt: '2027-03-04T15:00:00Z', endsAt: '2027-03-04T17:00:00Z' };
    expect(await api.call('POST', '/blocks', { body })).toMatchObject({ status: 422, body: { code: 'BLOCK_WITHOUT_CONTACT' } });
  });

  test('C-19: making an inactive main contact active again activates the blocks', async () => {
    const person = await add('/people', { name: 'Back Again', email: 'back@example.org', role: 'block contact' });
    const group = await add('/groups', { name: 'Ophthalmology', mainContactId: person.id });
    await edit(`/people/${person.id}`, { active: false });
    const block = await createBlock(api.world, '2027-03-05', api.now, { groupId: group.id });
    expect((await api.call('GET', `/blocks/${block}`)).body.state).toBe('inactive');
    await edit(`/people/${person.id}`, { active: true });
    expect((await api.call('GET', `/blocks/${block}`)).body.state).toBe('active');
  });
});

describe('more people on block alerts (C-21)', () => {
  const signUp = (body: object, as = api.keys.support) => api.call('POST', `/groups/${api.world.otherGroup.id}/contacts`, { as, body });

  test('C-21: support signs up a name and an address; a duplicate is refused, whatever its spelling', async () => {
    const first = await signUp({ name: 'Sam Whitfield', email: 'Sam.Whitfield@Example.org' });
    expect(first).toMatchObject({ status: 201, body: { name: 'Sam Whitfield', email: 'sam.whitfield@example.org' } });
    expect(await signUp({ name: 'Sam', email: 'sam.whitfield@example.org' })).toMatchObject({
      status: 409,
      body: { code: 'CONTACT_EXISTS', rule: 'C-21' },
    });
    expect((await api.call('GET', `/groups/${api.world.otherGroup.id}`)).body.contacts).toEqual([first.body]);
  });

  test('C-21: the main contact gets them already; a bad address is malformed; only support may', async () => {
    expect((await signUp({ name: 'Chris', email: api.world.other.email })).status).toBe(409);
    for (const email of ['nobody', 'a@', 'a b@example.org', '', 'a@example.org\u0000'])
      expect([email, (await signUp({ name: 'X', email })).status]).toEqual([email, 400]);
    expect((await signUp({ name: ' ', email: 'x@example.org' })).status).toBe(400);
    expect((await signUp({ name: 'X', email: 'x@example.org' }, api.keys.scheduler)).status).toBe(403);
  });

  test('C-21: support signs somebody off again; nobody else does, and never the main contact', async () => {
    const { id } = (await signUp({ name: 'Off Again', email: 'off.again@example.org' })).body;
    const path = `/groups/${api.world.otherGroup.id}/contacts/${id}`;
    expect((await api.call('DELETE', path)).status).toBe(403);
    expect((await api.call('DELETE', path, { as: api.keys.support })).status).toBe(204);
    expect((await api.call('DELETE', path, { as: api.keys.support })).status).toBe(404);
    expect((await signUp({ name: 'Off Again', email: 'off.again@example.org' })).status).toBe(201);
    const main = `/groups/${api.world.otherGroup.id}/contacts/${api.world.other.id}`;
    expect((await api.call('DELETE', main, { as: api.keys.support })).status).toBe(404);
  });

  test('C-21: ten at once sign one person up once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => signUp({ name: 'At Once', email: 'once@example.org' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)]);
    expect((await verifyAudit(api.db)).broken).toEqual([]);
  });
});

test('a person who leaves loses every open session', async () => {
  const { db, world } = api;
  const person = await add('/people', { name: 'Leaving', email: 'leaving@example.org', role: 'block contact' });
  await db.session.create({
    data: {
      tokenHash: 'x',
      facilityId: world.facilityId,
      personId: person.id,
      scope: 'scheduling',
      createdAt: api.now,
      expiresAt: '2028-01-01T00:00:00Z',
    },
  });
  await edit(`/people/${person.id}`, { active: false });
  expect(await db.session.count({ where: { personId: person.id, revokedAt: null } })).toBe(0);
});

test('F-16: changes of rooms, providers, people and groups are audited, and no chain is broken', async () => {
  const { db, world } = api;
  await Promise.all(Array.from({ length: 8 }, (_, n) => add('/rooms', { name: `Room ${n}` })));
  await add('/providers', { name: 'Dr. New', groupId: world.group.id });
  expect(await db.auditEvent.count({ where: { subjectKind: 'facility', action: 'add room' } })).toBe(8);
  expect((await verifyAudit(db)).broken).toEqual([]);
  const { items } = (await api.call('GET', `/audit-events?subjectKind=facility&subjectId=${world.facilityId}&sort=recordedAt`)).body;
  expect(items.map(({ seq }: { seq: number }) => seq)).toEqual(items.map((_: unknown, index: number) => index + 1));
});

test('rooms have opening hours, which make open time at once', async () => {
  const hours = [{ weekday: 1, opensAt: '08:00', closesAt: '24:00' }];
  const room = await add('/rooms', { name: 'Night room', hours });
  expect(room).toMatchObject({ hours, version: 1 });
  const open = async () => {
    const query = `/open-time?facilityId=${api.world.facilityId}&roomId=${room.id}&from=2027-03-08&to=2027-03-09`;
    return (await api.call('GET', query)).body.items.map(({ openMinutes }: { openMinutes: number }) => openMinutes);
  };
  expect(await open()).toEqual([960]);
  expect((await edit(`/rooms/${room.id}`, { hours: [{ weekday: 2, opensAt: '08:00', closesAt: '10:00' }] })).body.version).toBe(2);
  expect(await open()).toEqual([120]);
  for (const bad of [
    [{ weekday: 0, opensAt: '08:00', closesAt: '10:00' }],
    [{ weekday: 1, opensAt: '10:00', closesAt: '08:00' }],
    [...hours, ...hours],
    [{ weekday: 1, opensAt: '8:00', closesAt: '25:00' }],
  ]) {
    expect((await edit(`/rooms/${room.id}`, { hours: bad })).status).toBe(400);
  }
});

test('keys: only administrators, only within their own reach, revoked ones stop at once', async () => {
  const { keys, world, keyFor } = api;
  const local = await keyFor('administrator', [world.facilityId]);
  const make = (body: object, as: string) => api.call('POST', '/keys', { as, body: { name: 'Desk', ...body } });
  expect((await make({ role: 'support', facilityIds: [world.facilityId] }, keys.support)).status).toBe(403);
  expect((await make({ role: 'support', facilityIds: [] }, keys.administrator)).status).toBe(400);
  expect((await make({ role: 'administrator', facilityIds: [] }, local)).status).toBe(403);
  const { body, status } = await make({ role: 'support', facilityIds: [world.facilityId] }, local);
  expect(status).toBe(201);
  expect((await api.call('GET', '/groups', { as: body.secret })).status).toBe(200);
  const list = await api.call('GET', '/keys', { as: local });
  expect(list.body.items.map(({ id }: { id: string }) => id)).toContain(body.id);
  expect(JSON.stringify(list.body)).not.toMatch(/secret/i);
  expect(list.body.items.every(({ facilityIds }: { facilityIds: string[] }) => facilityIds.length === 1)).toBe(true);
  expect((await api.call('POST', `/keys/${body.id}/revoke`, { as: local })).body.revokedAt).toBe(api.now);
  expect((await api.call('GET', '/groups', { as: body.secret })).status).toBe(401);
});
