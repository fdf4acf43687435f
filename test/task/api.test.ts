import { beforeAll, expect, test } from 'vitest';

import { testApi } from '../api/api.ts';
import { createFrontDesk } from '../waitlist-world.ts';

const api = testApi('2027-01-04T12:00:00.000Z');
let practice: Awaited<ReturnType<typeof createFrontDesk>>;
let key: string;

beforeAll(async () => {
  practice = await createFrontDesk(api.db);
  key = await api.keyFor('receptionist', [practice.facilityId]);
});

const post = (path: string, body: object, wishes: { key?: string; as?: string } = {}) =>
  api.call('POST', path, { as: key, body, ...wishes });
const get = (path: string) => api.call('GET', path, { as: key });
const wish = (more: object = {}) => ({
  facilityId: practice.facilityId,
  patientId: practice.patient.id,
  practitionerId: practice.dentist.id,
  durationMinutes: 30,
  comment: 'Second filling',
  ...more,
});

test('I-03, I-13, I-24: a task is Scheduled and actual from tomorrow unless something else is said; a number of days is computed', async () => {
  const { status, body } = await post('/tasks', wish());
  expect([status, body]).toMatchObject([
    201,
    { kind: 'scheduled', actualFrom: '2027-01-05', dueAt: '2027-01-05T06:00:00.000Z', state: 'waiting' },
  ]);
  expect((await post('/tasks', wish({ inDays: 10, kind: 'check-up' }))).body).toMatchObject({ kind: 'check-up', actualFrom: '2027-01-14' });
  expect((await post('/tasks', wish({ actualFrom: '2027-01-14', inDays: 10 }))).status).toBe(201);
  expect((await post('/tasks', wish({ actualFrom: '2027-01-15', inDays: 10 }))).body).toMatchObject({
    status: 400,
    code: 'ACTUAL_FROM_UNEQUAL',
    rule: 'I-24',
  });
  expect((await post('/tasks', wish({ actualFrom: '2027-01-03' }))).body).toMatchObject({
    status: 422,
    rule: 'I-24',
    facts: { today: '2027-01-04' },
  });
});

test('I-14, I-16, I-17, I-23: what must be said is asked for by its rule, and not of a type that is not about booking', async () => {
  expect((await post('/tasks', wish({ comment: '  ' }))).body).toMatchObject({ status: 422, rule: 'I-17' });
  expect((await post('/tasks', wish({ practitionerId: null }))).body).toMatchObject({ status: 422, rule: 'I-14' });
  expect((await post('/tasks', wish({ practitionerId: null, profession: 'dentist' }))).body).toMatchObject({
    profession: 'dentist',
    warnings: [],
  });
  const misspelt = await post('/tasks', wish({ practitionerId: null, profession: 'dentits' }));
  expect([misspelt.status, misspelt.body.warnings]).toMatchObject([201, [{ code: 'PROFESSION_UNKNOWN', rule: 'I-14' }]]);
  expect((await post('/tasks', wish({ durationMinutes: null }))).body).toMatchObject({ status: 422, rule: 'I-16' });
  expect((await post('/tasks', wish({ durationMinutes: 0 }))).status).toBe(400);
  expect((await post('/tasks', wish({ patientId: crypto.randomUUID() }))).status).toBe(404);
  expect((await post('/tasks', wish({ assigneeId: crypto.randomUUID() }))).body).toMatchObject({ status: 422, code: 'ASSIGNEE_UNKNOWN' });
  const { body: type } = await post('/task-types', { facilityId: practice.facilityId, name: 'Send papers' });
  const bare = { practitionerId: null, durationMinutes: null, typeId: type.id };
  expect((await post('/tasks', wish(bare))).body).toMatchObject({ kind: 'custom', type: 'Send papers' });
  expect((await post('/tasks', wish({ ...bare, comment: '' }))).body).toMatchObject({ status: 422, rule: 'I-17' });
});

test('I-11: a patient without a phone is warned about, and the task is made all the same', async () => {
  expect((await post('/tasks', wish({ patientId: practice.otherPatient.id }))).body.warnings).toMatchObject([{ rule: 'I-11' }]);
  expect((await post('/tasks', wish())).body.warnings).toEqual([]);
});

test('I-04, I-05: types of one’s own have names of their own, whatever the case, and a place in the order; standard ones stay', async () => {
  const { facilityId } = practice;
  const { body: own } = await post('/task-types', { facilityId, name: 'Ask for feedback', priority: 60 });
  expect((await post('/task-types', { facilityId, name: 'ask for FEEDBACK' })).body).toMatchObject({
    status: 409,
    code: 'TASK_TYPE_EXISTS',
    rule: 'I-04',
  });
  expect((await post('/task-types', { facilityId, name: 'Check-up' })).status).toBe(409);
  const patch = (id: string, body: object, ifMatch = 1) => api.call('PATCH', `/task-types/${id}`, { as: key, body, ifMatch });
  expect((await patch(own.id, { priority: 5 })).body).toMatchObject({ priority: 5, version: 2 });
  expect((await patch(own.id, { priority: 6 })).status).toBe(412);
  const { items } = (await get(`/task-types?facilityId=${facilityId}`)).body;
  const standard = items.find(({ kind }: { kind: string }) => kind === 'check-up');
  expect((await patch(standard.id, { active: false })).body).toMatchObject({ status: 422, rule: 'I-03' });
  expect((await patch(own.id, { active: false }, 2)).status).toBe(200);
  expect((await post('/tasks', wish({ typeId: own.id }))).status).toBe(404);
});

test('I-05, I-06, I-25, I-41: on its day a task is among the active ones, by due date, then type priority, then age; waitlist entries too', async () => {
  const { facilityId, patient, zone } = await createFrontDesk(api.db, { name: 'Ordered' });
  const desk = await api.keyFor('receptionist', [facilityId]);
  const make = async (more: object) =>
    (await post('/tasks', wish({ facilityId, patientId: patient.id, practitionerId: null, profession: 'dentist', ...more }), { as: desk }))
      .body.id;
  const checkUp = await make({ kind: 'check-up', actualFrom: '2027-01-05' });
  const scheduled = await make({ actualFrom: '2027-01-05' });
  const cancelled = await make({ kind: 'cancelled', actualFrom: '2027-01-05' });
  const later = await make({ kind: 'cancelled', actualFrom: '2027-01-06' });
  await make({ actualFrom: '2027-01-07' });
  const younger = await make({ actualFrom: '2027-01-05' });
  const entry = { facilityId, patientId: patient.id, profession: 'dentist', durationMinutes: 30, comment: 'Fridays' };
  const { body: waits } = await post('/waitlist-entries', entry, { as: desk });
  const active = async (more = '') => (await api.call('GET', `/active-tasks?facilityId=${facilityId}${more}`, { as: desk })).body;
  const ids = async (more = '') => (await active(more)).items.map(({ id }: { id: string }) => id);
  expect(zone).toBe('Europe/Berlin');
  api.now = '2027-01-05T05:59:00.000Z'; // 06:59 there
  expect(await ids()).toEqual([waits.id]);
  api.now = '2027-01-06T06:00:00.000Z';
  expect(await ids()).toEqual([waits.id, cancelled, scheduled, younger, checkUp, later]);
  expect(await ids('&item=task')).toEqual([cancelled, scheduled, younger, checkUp, later]);
  const first = await active('&limit=2');
  expect((await active(`&limit=200&cursor=${first.nextCursor}`)).items.map(({ id }: { id: string }) => id)).toEqual([
    scheduled,
    younger,
    checkUp,
    later,
  ]);
  await post(`/tasks/${cancelled}/assign`, { assigneeId: null }, { as: desk });
  expect(await ids('&assigneeId=nobody&item=task')).toHaveLength(5);
  const seen = await api.db.accessEvent.findFirstOrThrow({ where: { facilityId, what: 'active tasks' } });
  expect(seen).toMatchObject({ patientId: patient.id, by: { role: 'receptionist' } }); // F-25
  api.now = '2027-01-04T12:00:00.000Z';
});

test('I-42, U-02, U-03: a task is changed, assigned, snoozed and closed with a receipt; closed twice, the first answer; previews do nothing', async () => {
  const { body: task } = await post('/tasks', wish());
  const preview = await post(`/tasks/${task.id}/snooze?preview=true`, { inDays: 7 });
  expect(preview.body).toMatchObject({ preview: true, effect: { actualFrom: '2027-01-11' } });
  expect((await get(`/tasks/${task.id}`)).body.version).toBe(1);
  const assigned = await post(`/tasks/${task.id}/assign`, { assigneeId: practice.receptionist.id });
  expect(assigned.body).toMatchObject({ action: 'assign', version: 2, summary: 'The task is assigned.' });
  expect((await post(`/tasks/${task.id}/snooze`, { inDays: 7, seen: preview.body.seen })).body).toMatchObject({
    status: 409,
    code: 'PREVIEW_STALE',
  });
  expect((await post(`/tasks/${task.id}/snooze`, {})).body.effect).toMatchObject({ actualFrom: '2027-01-11', state: 'waiting' });
  expect((await post(`/tasks/${task.id}/snooze`, { until: '2027-01-01' })).status).toBe(422);
  const change = (body: object, ifMatch?: number) =>
    api.call('PATCH', `/tasks/${task.id}`, {
      as: key,
      body,
      headers: { 'idempotency-key': crypto.randomUUID() },
      ...(ifMatch && { ifMatch }),
    });
  expect((await change({ comment: 'mornings' })).status).toBe(428);
  expect((await change({ comment: 'mornings' }, 1)).status).toBe(412);
  expect((await change({ comment: 'mornings' }, 3)).body).toMatchObject({ action: 'change', version: 4 });
  const closing = [
    post(`/tasks/${task.id}/close`, { reason: 'Booked elsewhere' }, { key: 'close-1' }),
    post(`/tasks/${task.id}/close`, {}, { key: 'close-2' }),
  ];
  const [one, two] = await Promise.all(closing);
  expect(one!.body).toEqual(two!.body);
  expect((await post(`/tasks/${task.id}/close`, {})).body).toEqual(one!.body);
  expect((await post(`/tasks/${task.id}/assign`, { assigneeId: null })).body).toMatchObject({ status: 409, code: 'TASK_CLOSED' });
  const { items } = (await get(`/tasks/${task.id}/history`)).body;
  expect(items.map(({ action }: { action: string }) => action)).toEqual(['create', 'assign', 'snooze', 'change', 'close']);
  expect(JSON.stringify(items)).not.toContain('mornings'); // the trail keeps no words about a patient
  expect(await api.db.decision.count({ where: { subjectId: task.id, action: 'close', accepted: true } })).toBeGreaterThan(0);
});

test('U-01: the timeline says when a task becomes due, and nothing more of one that waits for people', async () => {
  const { body: task } = await post('/tasks', wish({ inDays: 3 }));
  expect((await get(`/tasks/${task.id}/timeline`)).body.items).toMatchObject([
    { kind: 'become due', at: '2027-01-07T06:00:00.000Z', rule: 'I-25' },
  ]);
});

test('I-41: many are assigned, snoozed or closed at once with a result for each; too many are refused with the limit', async () => {
  const ids: string[] = [];
  for (let made = 0; made < 3; made++) ids.push((await post('/tasks', wish())).body.id);
  await post(`/tasks/${ids[1]}/close`, {});
  const stranger = crypto.randomUUID();
  const bulk = (body: object) => post('/tasks/bulk', body);
  const { results } = (await bulk({ ids: [...ids, stranger], action: 'snooze', inDays: 14 })).body;
  expect(results).toMatchObject([
    { id: ids[0], receipt: { action: 'snooze', effect: { actualFrom: '2027-01-18' } } },
    { id: ids[1], problem: { status: 409, code: 'TASK_CLOSED' } },
    { id: ids[2], receipt: { action: 'snooze' } },
    { id: stranger, problem: { status: 404 } },
  ]);
  const first = (await api.db.decision.findFirstOrThrow({ where: { subjectId: ids[1]!, action: 'close' } })).receipt;
  const closed = await bulk({ ids: [ids[1]], action: 'close', reason: 'Again.' });
  expect(closed.body.results).toEqual([{ id: ids[1], receipt: first }]); // I-42
  const tenThousand = [...ids, ...Array.from({ length: 9_997 }, () => crypto.randomUUID())];
  const answer = await bulk({ ids: tenThousand, action: 'snooze', inDays: 21 });
  expect([answer.status, answer.body.results.map(({ id }: { id: string }) => id)]).toEqual([200, tenThousand]);
  expect(answer.body.results.filter((one: object) => 'receipt' in one)).toHaveLength(2);
  const more = await bulk({ ids: [...tenThousand, crypto.randomUUID()], action: 'close' });
  expect(more.body).toMatchObject({ status: 422, code: 'TOO_MANY_IDS', facts: { ids: 10_001, limit: 10_000 } });
  expect((await bulk({ ids, action: 'assign' })).status).toBe(400);
  expect(
    (await bulk({ ids, action: 'assign', assigneeId: practice.receptionist.id })).body.results.map((one: object) => 'receipt' in one),
  ).toEqual([true, false, true]);
});

test('I-07: without the right nothing of tasks or the waitlist can be made, worked or read', async () => {
  const bare = await api.keyFor('practitioner', [practice.facilityId]);
  const { body: task } = await post('/tasks', wish());
  for (const [method, path, body] of [
    ['POST', '/tasks', wish()],
    ['POST', '/waitlist-entries', wish()],
    ['POST', `/tasks/${task.id}/close`, {}],
    ['POST', '/tasks/bulk', { ids: [task.id], action: 'close' }],
    ['GET', `/tasks/${task.id}`, undefined],
    ['GET', '/waitlist-entries', undefined],
    ['GET', `/active-tasks?facilityId=${practice.facilityId}`, undefined],
  ] as const) {
    const answer = await api.call(method, path, { as: bare, ...(body && { body }) });
    expect([path, answer.status, answer.body.code]).toEqual([path, 403, 'RIGHT_MISSING']);
  }
});
