import { describe, expect, test } from 'vitest';

import { createBlock } from '../world.ts';
import { testApi } from './api.ts';

const api = testApi();
const minutes = (count: number, from = '2027-01-20T15:00:00.000Z') => new Date(Date.parse(from) + count * 60_000).toISOString();

function wish(more: object = {}) {
  const { facilityId, room2, provider, contact } = api.world;
  const time = { startsAt: minutes(0), endsAt: minutes(120) };
  return { facilityId, roomId: room2.id, providerId: provider.id, requesterId: contact.id, ...time, ...more };
}

describe('requesting', () => {
  test('C-29: of 50 simultaneous requests for overlapping minutes one wins, and nothing else is written', async () => {
    const { db, call, world } = api;
    const wishes = Array.from({ length: 50 }, (_, n) => wish({ startsAt: minutes(n), endsAt: minutes(n + 60) }));
    const answers = await Promise.all(wishes.map((body) => call('POST', '/holds', { body })));

    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array(49).fill(409)]);
    const losers = answers.filter(({ status }) => status === 409).map(({ body }) => body);
    expect(new Set(losers.map(({ code }) => code))).toEqual(new Set(['TIME_NOT_OPEN']));
    expect(JSON.stringify(losers)).not.toContain(world.contact.name);

    const winner = answers.find(({ status }) => status === 201)!.body;
    expect(await db.hold.count()).toBe(1);
    expect(await db.claim.count()).toBe(1);
    expect(await db.auditEvent.count({ where: { subjectKind: 'hold' } })).toBe(1);
    const messages = await db.message.findMany();
    expect(messages.map(({ kind, personId }) => [kind, personId])).toEqual([['hold requested', world.scheduler.id]]);
    const wakeUps = await db.wakeUp.findMany({ where: { workflowId: { startsWith: 'hold/' } } });
    expect(wakeUps.map(({ workflowId, kind }) => [workflowId, kind])).toEqual([[`hold/${winner.id}`, 'start']]);
  });

  test('C-26, C-34, C-35: a hold says when it expires and how much of it is filled', async () => {
    const { call, world } = api;
    const { status, body, headers } = await call('POST', '/holds', { body: wish({ roomId: world.room.id }) });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      state: 'pending',
      expiresAt: '2027-01-17T05:00:00.000Z',
      heldMinutes: 120,
      filledMinutes: 0,
      warnings: [],
    });
    expect(headers.etag).toBe('"1"');
    const one = await call('GET', `/holds/${body.id}`);
    expect(one.body).toMatchObject({ id: body.id, requester: world.contact.name, next: { kind: 'remind facility' } });
    expect(one.headers.etag).toBe('"1"');
  });

  test('C-35: cases of the own group fill it, those of another do not', async () => {
    const { call, world } = api;
    const at = (n: number) => minutes(n, '2027-01-25T15:00:00.000Z');
    const { body: hold } = await call('POST', '/holds', { body: wish({ startsAt: at(0), endsAt: at(180) }) });
    const report = { facilityId: world.facilityId, room: 'OR 2' };
    const own = { ...report, number: 'fills', groupId: world.group.id, startsAt: at(0), endsAt: at(60) };
    expect((await call('POST', '/cases', { body: own })).body.displacedHoldIds).toEqual([]);
    const { body } = await call('GET', `/holds/${hold.id}`);
    expect(body).toMatchObject({ heldMinutes: 180, filledMinutes: 60, unfilled: [{ startsAt: at(60), endsAt: at(180) }] });
  });

  test('C-34: a late request says before submitting that it expires at its start, and the preview writes nothing', async () => {
    const { call, db } = api;
    const before = [
      await db.hold.count(),
      await db.claim.count(),
      await db.wakeUp.count(),
      await db.message.count(),
      await db.auditEvent.count(),
    ];
    const late = wish({ startsAt: '2027-01-05T15:00:00Z', endsAt: '2027-01-05T16:00:00Z' });
    const { status, body } = await call('POST', '/holds?preview=true', { body: late, key: null });
    expect(status).toBe(200);
    expect(body).toMatchObject({ preview: true, hold: { expiresAt: '2027-01-05T15:00:00.000Z' } });
    expect(body.warnings).toMatchObject([{ code: 'EXPIRES_AT_START', rule: 'C-34' }]);
    expect(body.hold).not.toHaveProperty('id');
    const after = [
      await db.hold.count(),
      await db.claim.count(),
      await db.wakeUp.count(),
      await db.message.count(),
      await db.auditEvent.count(),
    ];
    expect(after).toEqual(before);
  });

  test('C-27: unbooked own time that day is a warning, never a refusal', async () => {
    const { call, world, now } = api;
    const blockId = await createBlock(world, '2027-02-03', now);
    const body = wish({ startsAt: '2027-02-03T15:00:00Z', endsAt: '2027-02-03T16:00:00Z' });
    const answer = await call('POST', '/holds', { body });
    expect(answer.status).toBe(201);
    expect(answer.body.warnings).toMatchObject([{ code: 'OWN_TIME_UNBOOKED', rule: 'C-27', facts: { blocks: [{ id: blockId }] } }]);
  });

  test('C-26, C-37: malformed, past, out of hours, own block, unknown people', async () => {
    const { call, world, now } = api;
    await createBlock(world, '2027-02-10', now);
    const refusal = async (more: object, as?: string) => {
      const { status, body } = await call('POST', '/holds', { body: wish(more), as });
      return [status, body.code];
    };
    expect(await refusal({ endsAt: minutes(0) })).toEqual([400, 'END_NOT_AFTER_START']);
    expect(await refusal({ startsAt: minutes(0), endsAt: minutes(-1) })).toEqual([400, 'END_NOT_AFTER_START']);
    expect(await refusal({ startsAt: '0000-01-01T00:00:00Z' })).toEqual([400, 'INVALID_REQUEST']);
    expect(await refusal({ nonsense: true })).toEqual([400, 'INVALID_REQUEST']);
    expect(await refusal({ requesterId: undefined })).toEqual([400, 'INVALID_REQUEST']);
    expect(await refusal({ startsAt: '2027-01-04T11:00:00Z', endsAt: '2027-01-04T13:00:00Z' })).toEqual([422, 'TIME_PAST']);
    expect(await refusal({ startsAt: minutes(0), endsAt: minutes(1000) })).toEqual([422, 'OUTSIDE_HOURS']);
    const { body: closed } = await call('POST', '/holds', { body: wish({ startsAt: minutes(0), endsAt: minutes(1000) }) });
    expect(closed.facts.hours[0]).toEqual({ startsAt: '2027-01-20T12:00:00.000Z', endsAt: '2027-01-20T22:00:00.000Z' }); // the limit
    const own = { roomId: world.room.id, startsAt: '2027-02-10T15:00:00Z', endsAt: '2027-02-10T16:00:00Z' };
    expect(await refusal(own)).toEqual([422, 'OWN_BLOCK']);
    expect(await refusal({ requesterId: world.facilityId })).toEqual([404, 'NOT_FOUND']);
    expect(await refusal({ requesterId: world.other.id })).toEqual([403, 'SURGEON_NOT_YOURS']); // C-20: for the surgeons of one’s own groups
    expect(await refusal({ onBehalfOf: world.other.id })).toEqual([403, 'SURGEON_NOT_YOURS']);
    expect(await refusal({ facilityId: world.room.id })).toEqual([404, 'NOT_FOUND']);
    expect(await refusal({ onBehalfOf: world.scheduler.id }, api.keys.contact)).toEqual([403, 'NOT_ALLOWED']);
    expect(await refusal({ onBehalfOf: world.support.id }, api.keys.scheduler)).toEqual([403, 'NOT_ALLOWED']); // nobody above, nobody beside
  });
});

describe('deciding, as far as the API can say by itself', () => {
  const pending = async (day: string) =>
    (await api.call('POST', '/holds', { body: wish({ startsAt: `${day}T15:00:00Z`, endsAt: `${day}T17:00:00Z` }) })).body;

  test('C-33, F-08: deny and delete without a reason, or with a blank one, are refused with 422', async () => {
    const { id } = await pending('2027-03-01');
    for (const [path, rule] of [
      ['deny', 'F-08'],
      ['delete', 'C-33'],
    ]) {
      for (const body of [undefined, {}, { reason: '  ' }]) {
        const answer = await api.call('POST', `/holds/${id}/${path}`, { body });
        expect(answer).toMatchObject({ status: 422, body: { code: 'REASON_MISSING', rule } });
      }
    }
  });

  test('C-30: a requester cannot confirm', async () => {
    const { id } = await pending('2027-03-02');
    const answer = await api.call('POST', `/holds/${id}/confirm`, { as: api.keys.contact });
    expect(answer).toMatchObject({ status: 403, body: { code: 'CONFIRM_NOT_YOURS' } });
  });

  test('C-32: a requester cannot edit, and learns the ways out', async () => {
    const { id } = await pending('2027-03-03');
    const body = { onBehalfOf: api.world.contact.id, endsAt: '2027-03-03T18:00:00Z' };
    const answer = await api.call('PATCH', `/holds/${id}`, { body, ifMatch: 1, headers: { 'idempotency-key': 'edit' } });
    expect(answer).toMatchObject({ status: 403, body: { code: 'HOLD_NOT_EDITABLE' } });
    expect(answer.body.facts.waysOut).toHaveLength(2);
  });

  test('C-31: an edit by the facility says what it would do; another version is refused with the present state', async () => {
    const { id } = await pending('2027-03-04');
    const body = { endsAt: '2027-03-04T18:00:00Z' };
    const preview = await api.call('PATCH', `/holds/${id}?preview=true`, { body });
    expect(preview).toMatchObject({ status: 200, body: { preview: true, effect: { interval: { endsAt: '2027-03-04T18:00:00.000Z' } } } });
    const headers = { 'idempotency-key': 'edit 2' };
    expect((await api.call('PATCH', `/holds/${id}`, { body, headers })).status).toBe(428);
    const stale = await api.call('PATCH', `/holds/${id}`, { body, ifMatch: 7, headers });
    expect(stale).toMatchObject({ status: 412, body: { facts: { present: { state: 'pending', version: 1 } } } });
    const backward = await api.call('PATCH', `/holds/${id}`, {
      body: { endsAt: '2027-03-04T15:00:00Z' },
      ifMatch: 1,
      headers: { 'idempotency-key': 'x' },
    });
    expect(backward.status).toBe(400);
  });

  test('U-01: the timeline ends with the expiry; the history begins with the request', async () => {
    const { id, expiresAt } = await pending('2027-03-05');
    const { body: timeline } = await api.call('GET', `/holds/${id}/timeline`);
    expect(timeline.items.at(-1)).toMatchObject({ kind: 'expire', at: expiresAt, rule: 'C-34' });
    const { body: history } = await api.call('GET', `/holds/${id}/history`);
    expect(history.items).toMatchObject([{ seq: 1, action: 'request', rule: 'C-26' }]);
  });
});

test.each(['holds', 'blocks', 'cases'])(
  'C-26: no room is given away for a century: /%s answers 422 with the limit, and the server goes on',
  async (noun) => {
    const { facilityId, room, provider, contact, group } = api.world;
    const ids = { holds: { providerId: provider.id, requesterId: contact.id }, blocks: { groupId: group.id }, cases: { number: 'LONG' } };
    const century = { startsAt: '2027-06-01T12:00:00Z', endsAt: '2127-06-01T12:00:00Z' };
    const body = { facilityId, roomId: room.id, ...ids[noun as keyof typeof ids], ...century };
    const answer = await api.call('POST', `/${noun}`, { body });
    expect([answer.status, answer.body.code, answer.body.facts.mostDays]).toEqual([422, 'TIME_TOO_LONG', 14]);
  },
);
