import { beforeAll, describe, expect, test } from 'vitest';

import { createKey } from '../../api/auth/keys.ts';
import { createPatient, createPractice, type Practice, report } from '../care-manager/practice.ts';
import { testApi } from './api.ts';

const api = testApi();
let practice: Practice;
let desk: string;
let ids: string[];

beforeAll(async () => {
  practice = await createPractice(api.db, 'A practice');
  const { facilityId } = practice;
  const key = { name: 'Desk tool', role: 'receptionist' as const, facilityIds: [facilityId] };
  desk = (await createKey(api.db, { ...key, rights: ['contact patients'] })).secret;
  ids = [];
  for (const [name, costMinor] of [
    ['Adams', 30_000],
    ['Brown', 10_000],
    ['Clark', 20_000],
  ] as const) {
    const { id: patientId } = await createPatient(api.db, facilityId, 'Kim', name);
    const nhs = name === 'Clark' && { nhs: true, udaValue: 3, payor: 'NHS' };
    ids.push((await report(practice, api.now, 10, { number: `COT-${name}`, patientId, costMinor, ...nhs }))!);
  }
});
const call: typeof api.call = (method, path, wishes = {}) => api.call(method, path, { as: desk, ...wishes });
const numbers = async (query: string) =>
  (await call('GET', `/opportunities?${query}`)).body.items.map(({ number }: { number: string }) => number);

describe('courses of treatment', () => {
  test('D-01: the same report again changes nothing, an older one neither, a future date is refused, a stranger’s patient is not there', async () => {
    const { facilityId, patient, dentist } = practice;
    const course = {
      facilityId,
      number: 'COT-X',
      patientId: patient.id,
      practitionerId: dentist.id,
      payor: 'Private',
      costMinor: 1,
      openedOn: '2026-12-01',
    };
    const send = (more: object = {}) => call('POST', '/courses-of-treatment', { body: { ...course, ...more } });
    expect(await send()).toMatchObject({ status: 201, body: { kind: 'opened', udaValue: null, version: 1 } });
    expect(await send()).toMatchObject({ status: 200, body: { kind: 'unchanged', version: 1 } });
    expect(await send({ state: 'completed', lastUpdatedAt: '2026-12-02T00:00:00Z' })).toMatchObject({
      status: 200,
      body: { kind: 'out of date', state: 'open' },
    });
    expect(await send({ state: 'completed' })).toMatchObject({ status: 200, body: { kind: 'completed', version: 2 } });
    expect(await send({ openedOn: '2027-01-05' })).toMatchObject({ status: 422, body: { code: 'OPENED_IN_FUTURE', rule: 'D-01' } });
    expect(await send({ udaValue: 2 })).toMatchObject({ status: 422, body: { code: 'UDA_WITHOUT_NHS' } });
    expect(await send({ patientId: dentist.id })).toMatchObject({ status: 404 });
    expect((await call('GET', '/courses-of-treatment?number=COT-X')).body.items).toMatchObject([
      { state: 'completed', openedOn: '2026-12-01' },
    ]);
  });
});

describe('the list', () => {
  test('D-03: every column is there, with the UDA value of NHS courses only, and each look is on record (F-25)', async () => {
    const { body } = await call('GET', '/opportunities?sort=patient');
    expect(body.items[2]).toMatchObject({
      patient: 'Clark, Kim',
      provider: 'JP',
      payor: 'NHS',
      number: 'COT-Clark',
      lastUpdatedAt: api.now,
      status: 'open',
      assignee: null,
      costMinor: 20_000,
      udaValue: 3,
      phone: '+447700900123',
      email: 'kim.clark@patients.example',
      openedOn: '2026-12-25',
    });
    expect(body.items[0].udaValue).toBeNull();
    expect(await api.db.accessEvent.count({ where: { what: 'care manager', patientId: body.items[2].patientId } })).toBeGreaterThan(0);
  });

  test('D-04: it is sorted by any column, page by page; an unknown one is refused', async () => {
    expect(await numbers('sort=-cost')).toEqual(['COT-Adams', 'COT-Clark', 'COT-Brown']);
    for (const column of [
      'patient',
      'provider',
      'payor',
      'number',
      'lastUpdatedAt',
      'openedOn',
      'status',
      'assignee',
      'cost',
      'uda',
      'contact',
    ]) {
      const forward = await numbers(`sort=${column}`);
      expect([column, (await numbers(`sort=-${column}`)).toReversed()]).toEqual([column, forward]);
      const paged: string[] = [];
      for (let cursor = ''; ; ) {
        const { body } = await call('GET', `/opportunities?limit=1&sort=${column}${cursor && `&cursor=${cursor}`}`);
        paged.push(...body.items.map(({ number }: { number: string }) => number));
        if (!body.nextCursor) break;
        cursor = body.nextCursor;
      }
      expect([column, paged]).toEqual([column, forward]);
    }
    expect(await call('GET', '/opportunities?sort=shoe')).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
    const text = Buffer.from(JSON.stringify(['x', ids[0]])).toString('base64url');
    expect(await call('GET', `/opportunities?sort=cost&cursor=${text}`)).toMatchObject({ status: 400 });
    expect(await call('GET', `/opportunities?sort=openedOn&cursor=${text}`)).toMatchObject({ status: 400 });
  });

  test('D-05: it is filtered by status, assignee, provider, payor, number and value; an unknown filter is refused', async () => {
    expect(await numbers('costFrom=15000&costTo=25000')).toEqual(['COT-Clark']);
    expect(await numbers('payor=NHS')).toEqual(['COT-Clark']);
    expect(await numbers('number=COT-Brown')).toEqual(['COT-Brown']);
    expect(await numbers(`practitionerId=${practice.dentist.id}&assigneeId=none`)).toHaveLength(3);
    expect(await numbers(`assigneeId=${practice.desk.id}`)).toEqual([]);
    expect(await numbers(`facilityId=${api.world.facilityId}`)).toEqual([]);
    expect(await call('GET', '/opportunities?shoeSize=43')).toMatchObject({ status: 400 });
  });

  test('D-24: without the right to contact patients nothing of it is shown', async () => {
    for (const path of ['', `/${ids[0]}`, `/${ids[0]}/notes`, `/${ids[0]}/timeline`, `/${ids[0]}/history`])
      expect([path, await api.call('GET', `/opportunities${path}`)]).toMatchObject([
        path,
        { status: 403, body: { code: 'RIGHT_MISSING' } },
      ]);
  });

  test('U-01: one of them says what comes next and what happened', async () => {
    expect((await call('GET', `/opportunities/${ids[0]}/timeline`)).body.items).toMatchObject([{ kind: 'end', rule: 'D-02' }]);
    expect((await call('GET', `/opportunities/${ids[0]}/history`)).body.items).toMatchObject([{ action: 'begin', rule: 'D-01' }]);
    expect(await call('GET', `/opportunities/${ids[0]}`)).toMatchObject({ status: 200, body: { number: 'COT-Adams' } });
  });
});

describe('deciding', () => {
  test('D-11: a note needs words, is kept with who and when, and cannot be changed', async () => {
    expect(await call('POST', `/opportunities/${ids[0]}/notes`, { body: { text: '  ' } })).toMatchObject({ status: 400 });
    const answer = await call('POST', `/opportunities/${ids[0]}/notes`, { body: { text: 'Asks for a call after Easter.' } });
    expect(answer).toMatchObject({ status: 201, body: { by: 'Desk tool', at: api.now } });
    expect((await call('GET', `/opportunities/${ids[0]}/notes`)).body.items).toMatchObject([{ text: 'Asks for a call after Easter.' }]);
    await expect(api.db.opportunityNote.deleteMany()).rejects.toThrow(/append-only/);
  });

  test('D-08 to D-10: a template reaches the patient by its channel; another channel, a stranger’s visit, no address and a dead link are refused', async () => {
    const { db } = api;
    const { facilityId } = practice;
    const template = (name: string, channel: string, text: string) =>
      db.messageTemplate.create({
        data: { facilityId, name, channel, wordings: { en: { text, ...(channel === 'mail' && { subject: 'Your treatment' }) } } },
      });
    const [text, mail, link] = [
      await template('Come back', 'sms', 'Dear {firstName}, please call us.'),
      await template('Letter', 'mail', 'Dear {firstName}, please call us.'),
      await template('Online', 'sms', 'Book here: {bookingLink}'),
    ];
    const send = (body: object) => call('POST', `/opportunities/${ids[2]}/messages`, { body });
    expect(await send({ channel: 'sms' })).toMatchObject({ status: 400 });
    expect(await send({ templateId: text.id })).toMatchObject({ status: 400 });
    expect(await send({ channel: 'sms', templateId: mail.id })).toMatchObject({ status: 422, body: { code: 'TEMPLATE_OF_OTHER_CHANNEL' } });
    expect(await send({ channel: 'sms', templateId: link.id })).toMatchObject({ status: 422, body: { code: 'ONLINE_BOOKING_OFF' } });
    expect(await send({ channel: 'sms', templateId: text.id, plannedVisit: 'V-9' })).toMatchObject({
      status: 422,
      body: { code: 'PLANNED_VISIT_UNKNOWN', rule: 'D-09' },
    });
    expect(await db.message.count({ where: { subjectId: ids[2]! } })).toBe(0);
    expect(await send({ channel: 'sms', templateId: text.id })).toMatchObject({
      status: 201,
      body: { channel: 'sms', outcome: 'Come back' },
    });
    expect(await db.message.findMany({ where: { subjectId: ids[2]! } })).toMatchObject([
      { channel: 'sms', address: '+447700900123', state: 'waiting' },
    ]);
    const { patientId } = await db.opportunity.findUniqueOrThrow({ where: { id: ids[2]! } });
    await db.patient.update({ where: { id: patientId }, data: { email: null } });
    expect(await send({ channel: 'mail', templateId: mail.id })).toMatchObject({ status: 422, body: { code: 'PATIENT_UNREACHABLE' } });
    expect(await call('POST', `/opportunities/${ids[2]}/calls`, { body: { outcome: 'no answer' } })).toMatchObject({
      status: 201,
      body: { channel: 'phone' },
    });
    expect((await call('GET', `/opportunities/${ids[2]}/notes`)).body.items).toHaveLength(2);
  });

  test('U-02: a preview says what a decision would do, or refuses it, and does nothing', async () => {
    const preview = (path: string, body: object) => call('POST', `/opportunities/${ids[1]}/${path}?preview=true`, { body });
    expect(await preview('snooze', {})).toMatchObject({
      status: 200,
      body: { effect: { from: 'open', status: 'snoozed', snoozedUntil: '2027-01-11' } },
    });
    expect(await preview('snooze', { until: '2027-01-04' })).toMatchObject({
      status: 422,
      body: { code: 'SNOOZE_DATE_PAST', rule: 'D-19' },
    });
    expect(await preview('reject', {})).toMatchObject({ status: 422, body: { code: 'CONFIRMATION_MISSING', rule: 'D-13' } });
    expect((await api.db.opportunity.findUniqueOrThrow({ where: { id: ids[1]! } })).version).toBe(1);
  });

  test('D-13, D-14, D-16, D-23: many are rejected with a result for each; the list hides them until asked', async () => {
    const unknown = '01890000-0000-7000-8000-00000000ffff';
    const body = { action: 'reject', ids: [ids[0], unknown, ids[1], ids[0]], reason: 'infeasible' };
    expect(await call('POST', '/opportunities/bulk', { body })).toMatchObject({ status: 422, body: { code: 'CONFIRMATION_MISSING' } });
    const key = crypto.randomUUID();
    const answer = await call('POST', '/opportunities/bulk', { body: { ...body, confirm: true }, key });
    expect(answer.body.results).toMatchObject([
      { id: ids[0], receipt: { state: 'rejected', by: 'Desk tool' } },
      { id: unknown, problem: { status: 404, code: 'OPPORTUNITY_NOT_FOUND' } },
      { id: ids[1], receipt: { state: 'rejected' } },
    ]);
    expect((await call('POST', '/opportunities/bulk', { body: { ...body, confirm: true }, key })).body).toEqual(answer.body);
    expect(await numbers('')).toEqual(['COT-Clark']);
    expect(await numbers('status=rejected&rejectedReason=infeasible&sort=number')).toEqual(['COT-Adams', 'COT-Brown']);
    const snooze = await call('POST', '/opportunities/bulk', { body: { action: 'snooze', ids } });
    expect(snooze.body.results.map((one: { problem?: { code: string } }) => one.problem?.code)).toEqual([
      'OPPORTUNITY_REJECTED',
      'OPPORTUNITY_REJECTED',
      undefined,
    ]);
    const again = await call('POST', '/opportunities/bulk', { body: { action: 'reopen', ids } });
    expect(again.body.results.map((one: { receipt?: { state: string } }) => one.receipt?.state)).toEqual(['open', 'open', 'open']);
    expect(await api.db.decision.count({ where: { subjectKind: 'opportunity', accepted: false } })).toBe(2);
    const trail = await api.db.auditEvent.findMany({ where: { subjectId: ids[0]! }, orderBy: { seq: 'asc' } });
    expect(trail.map(({ action, rule }) => [action, rule])).toEqual([
      ['begin', 'D-01'],
      ['reject', 'D-13'],
      ['reopen', 'D-16'],
    ]);
    expect(trail[2]!.previousHash).toBe(trail[1]!.hash);
  });

  test('D-22: many are assigned; somebody unknown, gone or without the right is refused', async () => {
    const assign = (assigneeId: string | null) => call('POST', '/opportunities/bulk', { body: { action: 'assign', ids, assigneeId } });
    const { contact, desk: person } = practice;
    for (const unfit of [contact.id, api.world.support.id]) {
      const { body } = await assign(unfit);
      expect(body.results.map((one: { problem: { code: string } }) => one.problem.code)).toEqual(ids.map(() => 'ASSIGNEE_UNFIT'));
    }
    expect((await assign(person.id)).body.results[0]).toMatchObject({ receipt: { effect: { assigneeId: person.id } } });
    expect(await numbers(`assigneeId=${person.id}&sort=assignee`)).toHaveLength(3);
    expect((await assign(null)).status).toBe(200);
  });

  test('D-13: 10,000 ids are answered one by one; one more is refused and nothing is done', async () => {
    const many = [...ids, ...Array.from({ length: 9_997 }, () => crypto.randomUUID())];
    const body = { action: 'snooze', until: '2027-02-01', ids: many };
    const { status, body: answer } = await call('POST', '/opportunities/bulk', { body });
    expect([status, answer.results.length]).toEqual([200, 10_000]);
    expect(answer.results.filter((one: { receipt?: object }) => one.receipt)).toHaveLength(3);
    const more = await call('POST', '/opportunities/bulk', { body: { ...body, ids: [...many, crypto.randomUUID()] } });
    expect(more).toMatchObject({ status: 422, body: { code: 'TOO_MANY_IDS', facts: { ids: 10_001, limit: 10_000 } } });
    expect(await numbers('status=snoozed')).toHaveLength(3);
  });
});
