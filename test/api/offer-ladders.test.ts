import { beforeAll, expect, test } from 'vitest';

import { offerLadderActivities } from '../../activities/offer-ladder.ts';
import { addMinutes } from '../../domain/civil.ts';
import { createOffers, decideOffer } from '../offer/offers.ts';
import { testApi } from './api.ts';

const api = testApi('2027-01-04T09:00:00.000Z');
const time = { startsAt: '2027-01-04T15:00:00.000Z', endsAt: '2027-01-04T15:30:00.000Z' };
let practice: Awaited<ReturnType<typeof createOffers>>;
let as: string;

beforeAll(async () => {
  practice = await createOffers(api.db, api.now, { name: 'Offers by API' });
  as = await api.keyFor('receptionist', [practice.facilityId]);
});

const start = (body: object) =>
  api.call('POST', '/offer-ladders', { as, body: { practitionerId: practice.practitionerId, mode: 'sequential', ...body } });
const why = async (id: string, index: number) =>
  (await api.call('GET', `/offer-ladders/${id}/why?waitlistEntryId=${practice.patients[index]!.entryId}`, { as })).body;

test('F-01, U-01, U-07: the desk starts a ladder once, sees who was asked, what comes, and why somebody was not', async () => {
  const { status, body } = await start(time);
  expect([status, body.state, body.offers]).toEqual([201, 'offering', []]);
  const second = await start({ ...time, endsAt: '2027-01-04T16:00:00.000Z' });
  expect([second.status, second.body.code, second.body.facts]).toEqual([409, 'LADDER_RUNS', { offerLadderId: body.id }]);
  const { items } = (await api.call('GET', `/offer-ladders/${body.id}/timeline`, { as })).body;
  expect(items.map(({ kind, at }: { kind: string; at: string }) => `${kind} ${at.slice(11, 16)}`)).toEqual([
    'offer 09:00',
    'offer 09:30',
    'offer 10:00',
    'offer 10:30',
  ]);

  await offerLadderActivities({ db: api.db }).makeOffers(body.id, api.now);
  const seen = (await api.call('GET', `/offer-ladders/${body.id}`, { as })).body;
  expect(seen.offers).toMatchObject([{ patientId: practice.patients[0]!.id, state: 'open', expiresAt: addMinutes(api.now, 30) }]);
  expect(await why(body.id, 0)).toMatchObject({ offered: true, value: 'open' });
  expect(await why(body.id, 1)).toMatchObject({ offered: false, rule: 'F-01', because: expect.stringContaining('1 were asked so far') });
  await decideOffer(api.db, body.id, { action: 'accept', patientId: practice.patients[0]!.id }, api.now);
  expect(await why(body.id, 2)).toMatchObject({ offered: false, because: expect.stringContaining('filled before their turn') });
  const { items: events } = (await api.call('GET', `/offer-ladders/${body.id}/history`, { as })).body;
  expect(events.map(({ action }: { action: string }) => action)).toEqual(['start', 'offer', 'accept']);
  const access = await api.db.accessEvent.findMany({ where: { patientId: practice.patients[0]!.id, what: 'offers' } });
  expect(access.length).toBeGreaterThan(0); // F-25
});

test('F-01: only time that is free is offered', async () => {
  const { facilityId, practitionerId } = practice;
  const { id: patientId } = practice.patients[2]!;
  const visit = { startsAt: '2027-01-05T10:00:00.000Z', endsAt: '2027-01-05T10:30:00.000Z' };
  const booked = await api.call('POST', '/appointments', { as, body: { facilityId, practitionerId, patientId, ...visit } });
  expect(booked.status).toBe(201);
  const taken = await start({ ...visit, endsAt: '2027-01-05T11:00:00.000Z' });
  expect([taken.status, taken.body.code]).toEqual([409, 'SLOT_TAKEN']);
  expect(await api.db.offerLadder.count({ where: { practitionerId, startsAt: { gte: '2027-01-05T00:00:00.000Z' } } })).toBe(0);
});

test('U-07: you were not offered that time, because you were asked 20 minutes before about another', async () => {
  const other = await start({ startsAt: '2027-01-05T15:00:00.000Z', endsAt: '2027-01-05T15:30:00.000Z' });
  await offerLadderActivities({ db: api.db }).makeOffers(other.body.id, api.now); // B
  const was = api.now;
  api.now = addMinutes(was, 20);
  const now = await start({ startsAt: '2027-01-06T10:00:00.000Z', endsAt: '2027-01-06T10:30:00.000Z' });
  await offerLadderActivities({ db: api.db }).makeOffers(now.body.id, api.now); // C, because B has an open offer
  expect(await why(now.body.id, 1)).toMatchObject({
    offered: false,
    rule: 'F-04',
    because: expect.stringContaining('Asked 20 min before about Tue 5 Jan, 15:00'),
  });
  await api.db.waitlistEntry.update({ where: { id: practice.patients[1]!.entryId }, data: { offersOff: true } });
  expect(await why(now.body.id, 1)).toMatchObject({ offered: false, rule: 'F-02' });
  api.now = was;
});

test('F-03: the desk stops a ladder; twice, and it is settled; nobody without the right can start one', async () => {
  const { body } = await start({ startsAt: '2027-01-07T10:00:00.000Z', endsAt: '2027-01-07T10:30:00.000Z', mode: 'all' });
  const stop = () => api.call('POST', `/offer-ladders/${body.id}/stop`, { as, body: {} });
  expect((await stop()).body).toMatchObject({ state: 'stopped', action: 'stop' });
  expect((await stop()).body.code).toBe('LADDER_SETTLED');
  const practitioner = await api.keyFor('practitioner', [practice.facilityId]);
  const refused = await api.call('POST', '/offer-ladders', {
    as: practitioner,
    body: { practitionerId: practice.practitionerId, ...time, mode: 'all' },
  });
  expect(refused.body.code).toBe('RIGHT_MISSING');
});

test('F-04, U-06: when a policy begins its offers earlier, ladders that wait for the morning look again; nobody else is woken', async () => {
  const night = await createOffers(api.db, api.now, { name: 'Night', settings: { offers: { fromLocalTime: '10:00' } } });
  const { facts } = await night.start('2027-01-05T15:00:00.000Z', 'sequential');
  const administrator = await api.keyFor('administrator', [night.facilityId]);
  const change = (version: number, settings: object) =>
    api.call('POST', '/policies', { as: administrator, ifMatch: version, body: { facilityId: night.facilityId, settings } });
  const woken = () => api.db.wakeUp.findMany({ where: { kind: 'update' }, select: { workflowId: true, payload: true } });
  await api.db.wakeUp.deleteMany({ where: { kind: 'update' } });
  expect((await change(1, { cancel: { taskInDays: 5 } })).status).toBe(201);
  expect(await woken()).toEqual([]);
  expect((await change(2, { offers: { fromLocalTime: '08:00' } })).status).toBe(201);
  expect(await woken()).toEqual([{ workflowId: `offer-ladder/${facts.id}`, payload: { name: 'replanOfferLadder' } }]);
});
