import { describe, expect, test } from 'vitest';

import { createBlock } from '../world.ts';
import { testApi } from './api.ts';

const api = testApi();
const at = (day: string, hour: number) => `${day}T${String(hour).padStart(2, '0')}:00:00.000Z`;
const report = (number: string, day: string, more: object = {}) => ({
  facilityId: api.world.facilityId,
  number,
  room: 'OR 2',
  startsAt: at(day, 15),
  endsAt: at(day, 17),
  ...more,
});
const hold = async (day: string) => {
  const { facilityId, room2, provider, contact } = api.world;
  const wish = {
    facilityId,
    roomId: room2.id,
    providerId: provider.id,
    requesterId: contact.id,
    startsAt: at(day, 16),
    endsAt: at(day, 18),
  };
  return (await api.call('POST', '/holds', { body: wish })).body;
};
const everything = async () => {
  const { db } = api;
  return [
    await db.case.findMany(),
    await db.caseEvent.count(),
    await db.auditEvent.count(),
    await db.message.count(),
    await db.wakeUp.count(),
    await db.hold.findMany(),
  ];
};

describe('booking', () => {
  test('C-07, C-06: a case stands over a hold of others, which is in conflict; requester and facility are told', async () => {
    const { id } = await hold('2027-01-20');
    const body = report('A-1', '2027-01-20', { groupId: api.world.otherGroup.id });
    const preview = await api.call('POST', '/cases?preview=true', { body, key: null });
    expect(preview).toMatchObject({ status: 200, body: { preview: true, kind: 'booked', caseId: null, displacedHoldIds: [id] } });

    const booked = await api.call('POST', '/cases', { body });
    expect(booked).toMatchObject({ status: 201, body: { preview: false, kind: 'booked', displacedHoldIds: [id], credited: null } });
    expect((await api.call('GET', `/holds/${id}`)).body).toMatchObject({ inConflict: true, state: 'pending' });
    const told = await api.db.message.findMany({ where: { kind: 'hold in conflict', subjectId: id } });
    expect(told.map(({ personId }) => personId).sort()).toEqual([api.world.contact.id, api.world.scheduler.id].sort());
    expect(await api.db.claim.count({ where: { subjectId: id, freedAt: null } })).toBe(1);
  });

  test('C-07: the same report again, and again with another key, changes nothing', async () => {
    const body = report('A-2', '2027-01-21');
    const first = await api.call('POST', '/cases', { body });
    const before = await everything();
    const again = await api.call('POST', '/cases', { body: { ...body, startsAt: '2027-01-21T15:00:00Z' } });
    expect(again).toMatchObject({ status: 200, body: { kind: 'unchanged', caseId: first.body.caseId, version: 1 } });
    expect(await everything()).toEqual(before);
  });

  test('C-07: the same time for another group is a change, and the case counts for it from then on', async () => {
    const { group, otherGroup } = api.world;
    const first = await api.call('POST', '/cases', { body: report('A-21', '2027-01-23', { groupId: group.id }) });
    const again = await api.call('POST', '/cases', { body: report('A-21', '2027-01-23', { groupId: otherGroup.id }) });
    expect(again).toMatchObject({ status: 200, body: { kind: 'changed', caseId: first.body.caseId, version: 2 } });
    expect(await api.db.case.findUniqueOrThrow({ where: { id: first.body.caseId } })).toMatchObject({ groupId: otherGroup.id });
  });

  test('C-07: fifty reports of one number at once make one case', async () => {
    const body = report('A-50', '2027-01-22');
    const answers = await Promise.all(Array.from({ length: 50 }, () => api.call('POST', '/cases', { body })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 201]));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(await api.db.caseEvent.count({ where: { case: { number: 'A-50' } } })).toBe(1);
  });

  test('C-07: it moves by its number, overlaps other cases, and a preview writes nothing', async () => {
    await api.call('POST', '/cases', { body: report('A-3', '2027-01-25') });
    await api.call('POST', '/cases', { body: report('A-4', '2027-01-26') });
    const move = report('A-3', '2027-01-26', { endsAt: at('2027-01-26', 16) });
    const before = await everything();
    const preview = await api.call('POST', '/cases?preview=true', { body: move });
    expect(preview.body).toMatchObject({ preview: true, kind: 'moved', overlappingCaseNumbers: ['A-4'] });
    expect(await everything()).toEqual(before);
    expect(await api.call('POST', '/cases', { body: move })).toMatchObject({ status: 200, body: { kind: 'moved', version: 2 } });
  });

  test('C-06: a booking before the mandatory release is credited, one at or after it is not', async () => {
    const blockId = await createBlock(api.world, '2027-02-15', api.now);
    const groupId = api.world.group.id;
    const inTime = await api.call('POST', '/cases', { body: report('A-5', '2027-02-15', { room: 'OR 1', groupId }) });
    expect(inTime.body.credited).toBe(true);
    api.now = '2027-02-08T05:00:00.000Z'; // 00:00 in New York, seven days before
    const late = await api.call('POST', '/cases', {
      body: report('A-6', '2027-02-15', { room: 'OR 1', groupId, startsAt: at('2027-02-15', 17), endsAt: at('2027-02-15', 18) }),
    });
    api.now = '2027-01-04T12:00:00.000Z';
    expect(late.body.credited).toBe(false);
    expect((await api.call('GET', `/blocks/${blockId}`)).body).toMatchObject({ bookedMinutes: 180 });
  });

  test('malformed, unknown and forbidden reports write nothing', async () => {
    const before = await everything();
    const status = async (more: object, as?: string) =>
      (await api.call('POST', '/cases', { body: report('B-1', '2027-01-27', more), as })).status;
    expect(await status({ endsAt: at('2027-01-27', 15) })).toBe(400);
    expect(await status({ endsAt: at('2027-01-27', 14) })).toBe(400);
    expect(await status({ roomId: api.world.room.id })).toBe(400);
    expect(await status({ room: undefined })).toBe(400);
    expect(await status({ number: ' ' })).toBe(400);
    expect(await status({ number: 'a\u0000b' })).toBe(400);
    expect(await status({ startsAt: '2027-01-27 15:00' })).toBe(400);
    expect(await status({ room: 'OR 99' })).toBe(404);
    expect(await status({ groupId: api.world.room.id })).toBe(404);
    expect(await status({}, api.keys.contact)).toBe(403);
    expect(await status({}, api.keys.support)).toBe(403);
    expect(await everything()).toEqual(before);
  });
});

describe('cancelling', () => {
  test('by id or by number, twice is once, and the minutes are open again', async () => {
    const { body } = await api.call('POST', '/cases', { body: report('D-1', '2027-01-28') });
    const open = async () => {
      const query = `/open-time?facilityId=${api.world.facilityId}&from=2027-01-28&to=2027-01-28&roomId=${api.world.room2.id}`;
      return (await api.call('GET', query)).body.items.map(({ openMinutes }: { openMinutes: number }) => openMinutes);
    };
    expect(await open()).toEqual([180, 300]);
    const preview = await api.call('POST', `/cases/${body.caseId}/cancel?preview=true`);
    expect(preview.body).toMatchObject({ preview: true, kind: 'cancelled' });
    expect(await open()).toEqual([180, 300]);
    expect(await api.call('POST', `/cases/${body.caseId}/cancel`)).toMatchObject({ status: 200, body: { kind: 'cancelled', version: 2 } });
    expect(await open()).toEqual([600]);
    const number = { facilityId: api.world.facilityId, number: 'D-1' };
    expect(await api.call('POST', '/cases/cancel', { body: number })).toMatchObject({
      status: 200,
      body: { kind: 'unchanged', version: 2 },
    });
    expect((await api.call('POST', '/cases/cancel', { body: { ...number, number: 'never' } })).status).toBe(404);
  });

  test('a hold in conflict is out of it again', async () => {
    const { id } = await hold('2027-01-29');
    const { body } = await api.call('POST', '/cases', { body: report('D-2', '2027-01-29') });
    expect((await api.call('GET', `/holds?inConflict=true&from=${at('2027-01-29', 0)}`)).body.items).toMatchObject([{ id }]);
    await api.call('POST', `/cases/${body.caseId}/cancel`);
    expect((await api.call('GET', `/holds/${id}`)).body.inConflict).toBe(false);
  });
});

test('only an administrator reads the description', async () => {
  const row = await api.db.case.findFirstOrThrow();
  await api.db.case.update({ where: { id: row.id }, data: { description: 'left knee' } });
  for (const path of ['/cases', `/cases/${row.id}`]) {
    expect(JSON.stringify((await api.call('GET', path)).body)).not.toContain('left knee');
    expect(JSON.stringify((await api.call('GET', path, { as: api.keys.administrator })).body)).toContain('left knee');
  }
});
