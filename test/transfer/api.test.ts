import { beforeAll, describe, expect, test } from 'vitest';

import { testApi } from '../api/api.ts';
import { Browser, mintLink, signIn } from '../pages/visitor.ts';
import { allowTransfers, createBlock, proposeIn } from '../world.ts';

const api = testApi();
let blockId: string;
const wish = (more: object = {}) => {
  const { facilityId, otherGroup, contact } = api.world;
  return { facilityId, blockId, toGroupId: otherGroup.id, onBehalfOf: contact.id, ...more };
};

beforeAll(async () => {
  blockId = await createBlock(api.world, '2027-02-01', api.now);
});

test('F-07: off until the policy switches it on', async () => {
  const { status, body } = await api.call('POST', '/transfers', { body: wish() });
  expect([status, body.code]).toEqual([422, 'TRANSFERS_OFF']);
  await allowTransfers(api.world);
});

describe('F-07: bad input', () => {
  test('the same group, a block of others in return, a provider of others, somebody of another group', async () => {
    const { group, provider, other } = api.world;
    const answer = async (more: object) => {
      const { status, body } = await api.call('POST', '/transfers', { body: wish(more) });
      return [status, body.code];
    };
    expect(await answer({ toGroupId: group.id })).toEqual([422, 'TRANSFER_SAME_HOLDER']);
    expect(await answer({ returnBlockId: await createBlock(api.world, '2027-02-02', api.now) })).toEqual([404, 'BLOCK_NOT_FOUND']);
    expect(await answer({ toProviderId: provider.id })).toEqual([404, 'NOT_FOUND']);
    expect(await answer({ onBehalfOf: other.id })).toEqual([403, 'BLOCK_NOT_YOURS']);
    expect(await answer({ toProviderId: provider.id, returnBlockId: blockId })).toEqual([400, 'INVALID_REQUEST']);
  });

  test('too late, and a block that is not whole any more', async () => {
    const { db, world, call, now } = api;
    const soon = await createBlock(world, '2027-01-13', now); // released by itself on the 6th; decided by the 4th
    const { status, body } = await call('POST', '/transfers', { body: wish({ blockId: soon }) });
    expect([status, body.code, body.facts.deadline]).toEqual([422, 'TRANSFER_TOO_LATE', '2027-01-04T05:00:00.000Z']);
    const part = await createBlock(world, '2027-02-09', now);
    const time = { startsAt: '2027-02-09T12:00:00Z', endsAt: '2027-02-09T13:00:00Z' };
    const release = { kind: 'partial', releasedAt: now, releasedBy: 'Dana', visibleAt: now };
    await db.release.create({ data: { blockId: part, roomId: world.room.id, ...time, ...release } });
    const moot = await call('POST', '/transfers', { body: wish({ blockId: part }) });
    expect([moot.status, moot.body.code, moot.body.facts.because]).toEqual([
      409,
      'TRANSFER_MOOT',
      'Time of the block of 2027-02-09 was released.',
    ]);
  });
});

test('F-07, U-01, U-02, U-07: a preview writes nothing; then it is made, listed, foretold and explained; a second one waits', async () => {
  const { call, db, world } = api;
  const preview = await call('POST', '/transfers?preview=true', { body: wish(), key: null });
  expect(preview).toMatchObject({
    status: 200,
    body: { preview: true, transfer: { state: 'proposed', deadline: '2027-01-23T05:00:00.000Z' } },
  });
  expect(await db.transfer.count()).toBe(0);
  const { status, body } = await call('POST', '/transfers', { body: wish({ note: 'No surgeon that day.' }) });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    state: 'proposed',
    fromGroup: 'Orthopedics',
    toGroup: 'ENT',
    proposer: world.contact.name,
    note: 'No surgeon that day.',
    blocks: [{ blockId, room: 'OR 1', toGroupId: world.otherGroup.id }],
  });
  expect((await call('GET', `/transfers?blockId=${blockId}`)).body.items).toMatchObject([{ id: body.id }]);
  const again = await call('POST', '/transfers', { body: wish() });
  expect([again.status, again.body.code, again.body.facts.transferId]).toEqual([409, 'TRANSFER_PENDING', body.id]);
  expect((await call('GET', `/transfers/${body.id}/timeline`)).body.items.at(-1)).toMatchObject({
    kind: 'lapse',
    at: '2027-01-23T05:00:00.000Z',
  });
  expect((await call('GET', `/transfers/${body.id}/why-not`)).body.items).toMatchObject([
    { question: 'exchange', happened: false, because: 'The other group has not answered yet.', limit: '2027-01-23T05:00:00.000Z' },
    { question: 'reminder', happened: false, limit: '24 hours' },
  ]);
  const accept = await call('POST', `/transfers/${body.id}/accept?preview=true`, { body: { onBehalfOf: world.other.id }, key: null });
  expect(accept.body).toMatchObject({
    effect: { from: 'proposed', state: 'accepted' },
    seen: expect.stringContaining('accept proposed accepted'),
  });
  const mine = await call('POST', `/transfers/${body.id}/accept`, { body: { onBehalfOf: world.contact.id } });
  expect([mine.status, mine.body.code]).toEqual([403, 'TRANSFER_NOT_YOURS']);
});

test('F-07: the page to propose, from the block’s page, makes one proposal of one form; the other group and the facility see it, strangers do not', async () => {
  const { db, world } = api;
  const given = await createBlock(world, '2027-03-01', api.now);
  const theirs = await createBlock(world, '2027-03-02', api.now, { roomId: world.room2.id, groupId: world.otherGroup.id });
  const holder = await signIn(api, world.contact);
  expect((await holder.get(`/blocks/${given}`)).text).toContain('Give this block to another group, or swap it');
  const form = await holder.get(`/blocks/${given}/transfer?to=${world.otherGroup.id}`);
  expect(form.text).toContain('OR 2, Tue 2 Mar, 07:00–15:00');
  const unticked = await holder.submit(form, `/blocks/${given}/transfer`, { return: theirs });
  expect(unticked.status).toBe(422);
  const sent = [1, 2].map(() => holder.submit(form, `/blocks/${given}/transfer`, { return: theirs, provider: '', note: '', yes: 'on' }));
  const [one, two] = await Promise.all(sent);
  expect([one!.status, one!.location]).toEqual([303, two!.location]);
  expect(await db.transfer.count({ where: { blockId: given } })).toBe(1);
  expect((await holder.get(one!.location)).text).toContain('Given OR 1, Mon 1 Mar, 07:00–15:00: from Orthopedics to ENT In return OR 2');
  expect((await holder.get(one!.location)).text).toContain('Withdraw');
  const other = await signIn(api, world.other);
  expect((await other.get('/transfers')).text).toContain('Yes, accept');
  const stranger = await db.person.create({
    data: { facilityId: world.facilityId, name: 'Pat', email: 'pat@test.example', role: 'block contact' },
  });
  expect((await (await signIn(api, stranger)).get(one!.location)).status).toBe(404);
});

test('F-07, U-02, U-04: the button of the mail shows what would happen, and what has happened when it is moot', async () => {
  const { db, world } = api;
  const { facts } = await proposeIn(world, { blockId: await createBlock(world, '2027-03-08', api.now) }, api.now);
  const link = await mintLink(db, world.other, 'accept transfer', { kind: 'transfer', id: facts.id, createdAt: api.now });
  const browser = new Browser(api);
  const look = await browser.get(link);
  expect(look.status).toBe(200);
  expect(look.text).toContain('from Orthopedics to ENT');
  expect(look.text).toContain('nothing changes before it approves');
  await db.transfer.update({
    where: { id: facts.id },
    data: { state: 'ended', endedBecause: 'A case is booked in the block of 2027-03-08.' },
  });
  const moot = await browser.get(link);
  expect(moot.status).toBe(409);
  expect(moot.text).toContain('A case is booked in the block of Monday, 8 March 2027.');
});
