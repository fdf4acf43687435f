import { beforeAll, describe, expect, test } from 'vitest';

import { createKey } from '../../api/auth/keys.ts';
import { hl7Instant, hl7Minutes } from '../../domain/hl7-time.ts';
import { createPractice, type Practice, report } from '../care-manager/practice.ts';
import { testApi } from './api.ts';

const api = testApi();
let practice: Practice;
let secret: string;

beforeAll(async () => {
  practice = await createPractice(api.db, 'Fed practice');
  const key = { name: 'Interface engine', role: 'facility scheduler' as const, facilityIds: [practice.facilityId] };
  secret = (await createKey(api.db, { ...key, rights: ['manage appointments'] })).secret;
});

let controlId = 0;
type Wishes = {
  event?: string;
  number?: string;
  start?: string;
  minutes?: number;
  sentAt?: string;
  id?: string;
  aip?: string;
  pid?: string;
  room?: string;
};

/** An SIU message; times are wall-clock times of the practice, in London. */
function siu(wishes: Wishes = {}): string {
  const {
    event = 'S12',
    number = 'A-1',
    start = '20270111100000',
    minutes = 30,
    sentAt = '20270104120000',
    id = `M${++controlId}`,
  } = wishes;
  const { aip = 'JP^Pike^Jo', pid = 'P-77^^^MAIN^MR||Ward^Nia||19800102|F|||||^PRN^PH^^^^^^^^^+447700900200', room } = wishes;
  return [
    `MSH|^~\\&|SCHED|MAIN|HOLDFAST|FED|${sentAt}||SIU^${event}^SIU_S12|${id}|P|2.5.1`,
    `SCH|PL-${number}|${number}^SCHED||||MOVED^Patient asked|CHECKUP^Crown fit \\T\\ polish|||min|^^${minutes}^${start}^${endOf(start, minutes)}`,
    `PID|1||${pid}`,
    'RGS|1',
    ...(aip ? [`AIP|1||${aip}`] : []),
    ...(room ? [`AIL|1||MAIN^${room}`] : []),
  ].join('\r');
}
const endOf = (start: string, minutes: number) =>
  start.slice(0, 8) + String(Number(start.slice(8, 12)) + minutes).padStart(4, '0') + start.slice(12);

async function send(
  message: string,
  { kind = 'appointment', key = secret, type = 'x-application/hl7-v2+er7', facilityId = practice.facilityId } = {},
) {
  const answer = await api.app.inject({
    method: 'POST',
    url: `/v1/hl7v2?facilityId=${facilityId}&kind=${kind}`,
    headers: { authorization: `Bearer ${key}`, 'content-type': type },
    payload: message,
  });
  const [msh = '', msa = ''] = answer.body.split('\r');
  const [, code, id, text] = msa.split('|');
  return { status: answer.statusCode, msh, code, id, text, type: String(answer.headers['content-type']) };
}
const visits = () =>
  api.db.appointment.findMany({ where: { facilityId: practice.facilityId }, orderBy: { createdAt: 'asc' }, include: { patient: true } });

describe('F-17: HL7 v2 SIU', () => {
  test('S12 books a visit, gives an unknown patient a card, and is answered AA to its sender', async () => {
    const answer = await send(siu({ id: 'FIRST' }));
    expect(answer).toMatchObject({ status: 200, code: 'AA', id: 'FIRST', type: expect.stringContaining('hl7-v2+er7') });
    expect(answer.msh).toMatch(/^MSH\|\^~\\&\|HOLDFAST\|FED\|SCHED\|MAIN\|/);
    expect(answer.msh.split('|')[10]).toBe('P');
    expect(await visits()).toMatchObject([
      {
        status: 'booked',
        startsAt: new Date('2027-01-11T10:00:00Z'),
        endsAt: new Date('2027-01-11T10:30:00Z'),
        comment: 'Crown fit & polish',
      },
    ]);
    expect((await visits())[0]!.patient).toMatchObject({ number: 'P-77', familyName: 'Ward', givenName: 'Nia', phone: '+447700900200' });
  });

  test('the same message again changes nothing, and an older one is accepted and ignored', async () => {
    expect(await send(siu({ id: 'FIRST', start: '20270111150000' }))).toMatchObject({
      code: 'AA',
      text: expect.stringContaining('taken before'),
    });
    expect(await send(siu({ event: 'S13', start: '20270111110000', sentAt: '20270104120500' }))).toMatchObject({
      code: 'AA',
      text: expect.stringContaining('moved'),
    });
    expect(await send(siu({ start: '20270111120000', sentAt: '20270104120400' }))).toMatchObject({
      code: 'AA',
      text: expect.stringContaining('ignored'),
    });
    expect(await visits()).toMatchObject([{ startsAt: new Date('2027-01-11T11:00:00Z'), version: 2 }]);
    expect(await send(siu({ event: 'S14', start: '20270111110000', sentAt: '20270104120600' }))).toMatchObject({
      text: expect.stringContaining('unchanged'),
    });
    const reworded = siu({ event: 'S14', start: '20270111110000', sentAt: '20270104120700' }).replace('Crown fit', 'Crown refit');
    expect(await send(reworded)).toMatchObject({ code: 'AA', text: expect.stringContaining('changed') });
    expect(await visits()).toMatchObject([{ startsAt: new Date('2027-01-11T11:00:00Z'), comment: 'Crown refit & polish', version: 3 }]);
  });

  test('S15 cancels; a booking that comes late is ignored, a later one books anew; S17 and S26 cancel too', async () => {
    expect(await send(siu({ event: 'S15', sentAt: '20270104130000' }))).toMatchObject({
      code: 'AA',
      text: expect.stringContaining('cancelled'),
    });
    expect(await send(siu({ sentAt: '20270104125900' }))).toMatchObject({ text: expect.stringContaining('ignored') });
    expect(await send(siu({ event: 'S15', sentAt: '20270104130100' }))).toMatchObject({
      code: 'AA',
      text: expect.stringContaining('already cancelled'),
    });
    expect(await send(siu({ sentAt: '20270104140000' }))).toMatchObject({ text: expect.stringContaining('booked') });
    expect(await send(siu({ event: 'S17', sentAt: '20270104150000' }))).toMatchObject({ text: expect.stringContaining('cancelled') });
    expect((await visits()).map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
    expect((await visits())[0]).toMatchObject({ cancelReason: 'Patient asked' });
    expect(await send(siu({ event: 'S15', number: 'NEVER', sentAt: '20270104130000' }))).toMatchObject({
      code: 'AA',
      text: expect.stringContaining('nothing to cancel'),
    });
    expect(await send(siu({ number: 'NEVER', sentAt: '20270104120000' }))).toMatchObject({ text: expect.stringContaining('ignored') });
    await send(siu({ number: 'A-26', sentAt: '20270104120000' }));
    expect(await send(siu({ event: 'S26', number: 'A-26', sentAt: '20270104160000' }))).toMatchObject({
      text: expect.stringContaining('cancelled'),
    });
  });

  test('AE says why, changes nothing, and the message is taken when it is sent again after the cause is gone', async () => {
    const before = (await visits()).length;
    expect(await send(siu({ number: 'B-1', aip: 'XX^Nobody^Ann' }))).toMatchObject({ code: 'AE', text: expect.stringContaining('Nobody') });
    expect(await send(siu({ number: 'B-1', aip: '' }))).toMatchObject({ code: 'AE', text: expect.stringContaining('AIP-3') });
    expect(await send(siu({ number: 'B-1', start: '20270231100000' }))).toMatchObject({ code: 'AE' });
    await send(siu({ number: 'B-1', id: 'TAKES' }));
    expect(await send(siu({ number: 'B-2', id: 'TAKEN' }))).toMatchObject({ code: 'AE', text: expect.stringContaining('another visit') });
    await send(siu({ event: 'S15', number: 'B-1', sentAt: '20270104130000' }));
    expect(await send(siu({ number: 'B-2', id: 'TAKEN' }))).toMatchObject({ code: 'AA', text: expect.stringContaining('booked') });
    expect((await visits()).length).toBe(before + 2);
  });

  test('AR refuses what is no scheduling message; who may not, and other facilities, get no ACK at all', async () => {
    expect(await send('hello')).toMatchObject({ status: 200, code: 'AR' });
    expect(await send(siu().replace('SIU^S12', 'ADT^A01'))).toMatchObject({ code: 'AR', text: expect.stringContaining('ADT') });
    expect(await send(siu({ id: '' }).replace('|P|2.5.1', '|P|2.5.1'))).toMatchObject({
      code: 'AR',
      text: expect.stringContaining('MSH-10'),
    });
    expect((await send(siu(), { key: api.keys.contact, facilityId: api.world.facilityId })).status).toBe(403);
    expect((await send(siu(), { facilityId: api.world.facilityId })).status).toBe(404);
    expect((await send('{}', { type: 'application/json' })).status).toBe(400);
  });

  test('a feed of cases books, moves and cancels by room, and a booked visit takes an opportunity off the list (D-02)', async () => {
    const { facilityId, db } = practice;
    const kase = (wishes: Wishes) => send(siu({ number: 'C-9', room: 'OR 1', aip: '^Okafor^', ...wishes }), { kind: 'case' });
    expect(await kase({})).toMatchObject({ code: 'AA', text: expect.stringContaining('booked') });
    expect(await kase({ event: 'S13', start: '20270111120000', sentAt: '20270104120500' })).toMatchObject({
      text: expect.stringContaining('moved'),
    });
    expect(await db.case.findFirst({ where: { facilityId, number: 'C-9' } })).toMatchObject({ startsAt: new Date('2027-01-11T12:00:00Z') });
    expect(await kase({ event: 'S15', sentAt: '20270104121000' })).toMatchObject({ text: expect.stringContaining('cancelled') });
    expect(await kase({ room: 'OR 77', sentAt: '20270104122000' })).toMatchObject({ code: 'AE', text: expect.stringContaining('OR 77') });
    const nia = await db.patient.findFirstOrThrow({ where: { facilityId, number: 'P-77' } });
    await send(siu({ event: 'S15', number: 'B-2', sentAt: '20270104130000' }));
    const id = (await report(practice, api.now, 10, { number: 'COT-NIA', patientId: nia.id }))!;
    expect(await db.opportunity.findUniqueOrThrow({ where: { id } })).toMatchObject({ listed: true });
    await send(siu({ number: 'D-1', start: '20270201100000' }));
    expect(await db.opportunity.findUniqueOrThrow({ where: { id } })).toMatchObject({ listed: false });
  });

  test('timestamps are wall-clock times of the facility unless they carry an offset', () => {
    expect(hl7Instant('20270711100000', 'Europe/London')).toBe('2027-07-11T09:00:00.000Z');
    expect(hl7Instant('202707111000', 'Europe/London')).toBe('2027-07-11T09:00:00.000Z');
    expect(hl7Instant('20270711100000.12-0500', 'Europe/London')).toBe('2027-07-11T15:00:00.000Z');
    expect(['20270231100000', '2027', '', '20270711'].map((text) => hl7Instant(text, 'Europe/London'))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect([hl7Minutes('30', ''), hl7Minutes('1', 'H'), hl7Minutes('1800', 's'), hl7Minutes('', 'min'), hl7Minutes('3', 'moons')]).toEqual([
      30,
      60,
      30,
      undefined,
      undefined,
    ]);
  });
});
