import { describe, expect, test } from 'vitest';

import { addDays, atLocal } from '../../domain/civil.ts';
import { footprint } from '../pages/visitor.ts';
import { createBlock } from '../world.ts';
import { testApi } from './api.ts';

const api = testApi();
const at = (date: string, time: string) => atLocal(date, time, api.world.zone);

const openOn = async (date: string, roomId?: string) => {
  const { facilityId } = api.world;
  const { body } = await api.call('GET', `/open-time?facilityId=${facilityId}&from=${date}&to=${date}${roomId ? `&roomId=${roomId}` : ''}`);
  return body.items.map(({ room, startsAt, endsAt }: Record<string, string>) => [room, startsAt, endsAt]);
};
const holidays = (query = '') => `/facilities/${api.world.facilityId}/holidays${query}`;
const exceptions = (query = '') => `/rooms/${api.world.room.id}/hours-exceptions${query}`;
const hold = (date: string, from: string, to: string) => {
  const { facilityId, room2, provider, contact } = api.world;
  const body = { facilityId, roomId: room2.id, providerId: provider.id, requesterId: contact.id };
  return api.call('POST', '/holds', { body: { ...body, startsAt: at(date, from), endsAt: at(date, to) } });
};
const versionOf = async () => (await api.call('GET', exceptions())).body.version as number;

describe('holidays', () => {
  const date = '2027-02-15';
  const body = { date, name: 'Presidents’ Day' };

  test('C-26: a holiday says what lies in the time that closes, first as a preview that does nothing, and moves none of it', async () => {
    const { db, call, world, now } = api;
    const block = await createBlock(world, date, now);
    const asked = await hold(date, '09:00', '11:00');
    const report = { facilityId: world.facilityId, number: 'H-1', room: 'OR 1', startsAt: at(date, '16:00'), endsAt: at(date, '18:00') };
    const { caseId } = (await call('POST', '/cases', { body: report })).body;
    await createBlock(world, '2027-02-16', now);
    const before = await footprint(db);
    const expected = {
      touched: 3,
      touches: [
        { subject: { kind: 'block', id: block }, room: 'OR 1', group: 'Orthopedics', closes: [{ startsAt: at(date, '07:00') }] },
        { subject: { kind: 'hold', id: asked.body.id }, room: 'OR 2' },
        { subject: { kind: 'case', id: caseId }, closes: [{ startsAt: at(date, '16:00'), endsAt: at(date, '17:00') }] },
      ],
    };
    const preview = await call('POST', holidays('?preview=true'), { body, key: null });
    expect(preview).toMatchObject({ status: 200, body: { preview: true, ...expected } });
    expect(await footprint(db)).toEqual(before);
    expect(await openOn(date)).not.toEqual([]);

    const key = crypto.randomUUID();
    const added = await call('POST', holidays(), { body, key });
    expect(added).toMatchObject({ status: 201, body: { preview: false, ...expected } });
    expect((await call('POST', holidays(), { body, key })).body).toEqual(added.body);
    expect(await openOn(date)).toEqual([]);
    expect(await openOn('2027-02-16', world.room2.id)).toHaveLength(1);
    expect(await db.block.findUnique({ where: { id: block } })).toMatchObject({ state: 'active', version: 1 });
    const { items } = (await call('GET', '/audit-events?subjectKind=facility')).body;
    expect(items).toEqual(expect.arrayContaining([expect.objectContaining({ action: 'add holiday', after: body })]));
    expect((await call('GET', holidays('?from=2027-01-01&to=2027-12-31'))).body.items).toEqual([body]);
  });

  test('C-26: who asks for time on it is told its name', async () => {
    expect(await hold(date, '13:00', '14:00')).toMatchObject({
      status: 422,
      body: { code: 'OUTSIDE_HOURS', facts: { specialDays: [{ date, holiday: 'Presidents’ Day' }] } },
    });
    expect((await hold('2027-02-16', '03:00', '04:00')).body.facts).not.toHaveProperty('specialDays');
  });

  test('C-26: an exception opens one room on it, at its own times', async () => {
    const { call, world } = api;
    const items = [{ firstDate: date, opensAt: '08:00', closesAt: '12:00', reason: 'Emergencies' }];
    const path = `/rooms/${world.room2.id}/hours-exceptions`;
    expect((await call('PUT', path, { body: { items }, ifMatch: 1 })).status).toBe(200);
    expect(await openOn(date)).toEqual([]); // the pending hold takes 09:00 to 11:00, what is left is short
    const answer = await hold(date, '11:00', '13:00');
    expect(answer).toMatchObject({ status: 422, body: { code: 'OUTSIDE_HOURS' } });
    expect(answer.body.facts.specialDays).toMatchObject([
      { date, exception: { opensAt: '08:00', closesAt: '12:00', reason: 'Emergencies' } },
    ]);
    expect((await hold(date, '11:00', '12:00')).status).toBe(201);
    expect((await call('DELETE', path, { ifMatch: 2 })).body).toMatchObject({ items: [], version: 3, touched: 2 });
  });

  test('C-26: a holiday is entered once, malformed ones not at all; removed, the rooms are open as before', async () => {
    const { call, keys } = api;
    expect((await call('POST', holidays(), { body })).body.code).toBe('ALREADY_EXISTS');
    expect((await call('POST', holidays(), { body: { date: '2027-02-30', name: 'x' } })).status).toBe(400);
    expect((await call('POST', holidays(), { body: { date } })).status).toBe(400);
    expect((await call('POST', holidays(), { body, key: null })).body.code).toBe('IDEMPOTENCY_KEY_MISSING');
    expect((await call('POST', holidays(), { body, as: keys.contact })).status).toBe(403);
    expect((await call('DELETE', holidays(`?date=${date}&preview=true`))).body).toMatchObject({ preview: true, touched: 0 });
    expect(await openOn(date)).toEqual([]);
    expect((await call('DELETE', holidays(`?date=${date}`))).status).toBe(200);
    expect((await call('DELETE', holidays(`?date=${date}`))).status).toBe(404);
    expect(await openOn(date)).not.toEqual([]);
  });
});

describe('exceptions to a room’s hours', () => {
  const put = (items: object[], ifMatch?: number, query = '') =>
    api.call('PUT', exceptions(query), { body: { items }, ...(ifMatch && { ifMatch }) });

  test('C-26: they are replaced as a whole against the version that was seen, and a preview does nothing', async () => {
    const { db, world, now } = api;
    const block = await createBlock(world, '2027-03-02', now);
    const items = [
      { firstDate: '2027-03-01', lastDate: '2027-03-05', closed: true, reason: 'New ventilation' },
      { firstDate: '2027-03-06', opensAt: '08:00', closesAt: '12:00' },
    ];
    const version = await versionOf();
    const before = await footprint(db);
    const preview = await put(items, version, '?preview=true');
    expect(preview).toMatchObject({
      status: 200,
      body: { preview: true, touched: 1, touches: [{ subject: { kind: 'block', id: block } }] },
    });
    expect([await footprint(db), await versionOf()]).toEqual([before, version]);

    expect((await put(items)).body.code).toBe('IF_MATCH_MISSING');
    const changed = await put(items, version);
    expect(changed).toMatchObject({ status: 200, headers: { etag: `"${version + 1}"` }, body: { touched: 1, version: version + 1 } });
    expect(changed.body.items).toEqual([
      { firstDate: '2027-03-01', lastDate: '2027-03-05', closed: true, opensAt: null, closesAt: null, reason: 'New ventilation' },
      { firstDate: '2027-03-06', lastDate: '2027-03-06', closed: false, opensAt: '08:00', closesAt: '12:00', reason: null },
    ]);
    expect(await openOn('2027-03-05', world.room.id)).toEqual([]);
    expect(await openOn('2027-03-06', world.room.id)).toEqual([['OR 1', at('2027-03-06', '08:00'), at('2027-03-06', '12:00')]]);
    expect(await put([], version)).toMatchObject({ status: 412, body: { code: 'VERSION_MISMATCH' } });
    const { items: events } = (await api.call('GET', '/audit-events?subjectKind=facility')).body;
    expect(events).toEqual(expect.arrayContaining([expect.objectContaining({ action: 'set hours exceptions' })]));
  });

  test('C-26: one that ends before it starts, or contradicts itself or another, is refused and nothing changes', async () => {
    const version = await versionOf();
    const closed = { firstDate: '2027-04-05', closed: true };
    const refusal = async (...items: object[]) => {
      const { status, body } = await put(items, version);
      return [status, body.code];
    };
    expect(await refusal({ ...closed, lastDate: '2027-04-04' })).toEqual([400, 'INVALID_REQUEST']);
    expect(await refusal({ ...closed, opensAt: '08:00', closesAt: '09:00' })).toEqual([400, 'INVALID_REQUEST']);
    expect(await refusal({ firstDate: '2027-04-05' })).toEqual([400, 'INVALID_REQUEST']);
    expect(await refusal({ firstDate: '2027-04-05', opensAt: '09:00', closesAt: '09:00' })).toEqual([400, 'INVALID_REQUEST']);
    expect(await refusal(closed, { ...closed, firstDate: '2027-04-01', lastDate: '2027-04-05' })).toEqual([409, 'EXCEPTIONS_OVERLAP']);
    expect(await refusal({ ...closed, lastDate: '2035-01-01' })).toEqual([400, 'INVALID_REQUEST']);
    expect(await versionOf()).toBe(version);
    expect((await api.call('GET', exceptions())).body.items).toHaveLength(2);
  });

  test('C-26: the one that holds on a date is removed by that date; two at once make one change', async () => {
    const version = await versionOf();
    expect((await api.call('DELETE', exceptions('?date=2027-03-20'), { ifMatch: version })).status).toBe(404);
    const remove = () => api.call('DELETE', exceptions('?date=2027-03-03'), { ifMatch: version });
    const both = await Promise.all([remove(), remove()]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, expect.toSatisfy((status: number) => [404, 412].includes(status))]);
    expect((await api.call('GET', exceptions())).body).toMatchObject({ items: [{ firstDate: '2027-03-06' }], version: version + 1 });
    expect(await openOn('2027-03-05', api.world.room.id)).toHaveLength(1);
  });

  test('C-26, C-29: time that is requested while the room closes is refused, or listed; never neither', async () => {
    const { world, call } = api;
    const path = `/rooms/${world.room2.id}/hours-exceptions`;
    for (let day = 0; day < 8; day++) {
      const date = addDays('2027-05-03', day);
      const { version, items } = (await call('GET', path)).body;
      const kept = items.map(({ firstDate }: { firstDate: string }) => ({ firstDate, closed: true }));
      const [asked, closed] = await Promise.all([
        hold(date, '09:00', '11:00'),
        call('PUT', path, { body: { items: [...kept, { firstDate: date, closed: true }] }, ifMatch: version }),
      ]);
      expect(closed.status).toBe(200);
      const listed = closed.body.touches.map(({ subject }: { subject: { id: string } }) => subject.id);
      expect(asked.status === 422 ? [] : [asked.body.id]).toEqual(listed);
    }
  });
});
