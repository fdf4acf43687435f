import { beforeAll, expect, test } from 'vitest';

import { buildApp } from '../../api/app.ts';
import { signatureOf } from '../../api/routes/text-webhooks.ts';
import { readConfig } from '../../config.ts';
import { contactPatient } from '../../ledger/patient-message.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { testApi } from '../api/api.ts';
import { createPractice } from './patients.ts';

const api = testApi();
const base = 'https://h.example';
let app: Awaited<ReturnType<typeof buildApp>>;
let practice: Awaited<ReturnType<typeof createPractice>>;

beforeAll(async () => {
  practice = await createPractice(api.db, 'Stop Dental');
  const config = readConfig({ LOG_LEVEL: 'silent', PUBLIC_URL: base, SMS_ACCOUNT: 'AC1', SMS_TOKEN: 'secret', SMS_FROM: '+4930100' });
  app = await buildApp({ ...({ reader: api.db, accessLog: api.db } as object), db: api.db, config, now: () => api.now } as never);
  return () => app.close();
});

function report(path: string, form: Record<string, string>, signature = signatureOf(`${base}${path}`, form, 'secret')) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature };
  return app.inject({ method: 'POST', url: path, headers, payload: new URLSearchParams(form).toString() });
}
const answer = (From: string, Body: string) => report('/webhooks/sms/inbound', { From, Body, To: '+4930100' });

async function contact(patientId: string, channel: 'mail' | 'sms' = 'sms') {
  const wordings = { en: { subject: 'Hello', text: 'Dear {firstName}' } };
  const name = crypto.randomUUID();
  const template = await api.db.messageTemplate.create({ data: { facilityId: practice.facilityId, name, channel, wordings } });
  const about = { kind: 'patient' as const, id: patientId };
  const wish = { facilityId: practice.facilityId, patientId, channel, templateId: template.id, about, decisionId: name };
  await inTransaction(api.db, (tx) => contactPatient(tx, wish, api.now));
  return api.db.message.findUniqueOrThrow({ where: { key: `contact/${name}` } });
}
const state = async (id: string) => (await api.db.message.findUniqueOrThrow({ where: { id } })).state;

test('F-19: STOP ends texts at once, withdraws those that wait, leaves mail alone; START takes it back', async () => {
  const dana = await practice.patient('Dana', '+4930201');
  const [text, mail] = [await contact(dana.id), await contact(dana.id, 'mail')];
  expect((await answer('+4930201', ' Stop ')).statusCode).toBe(200);
  expect([await state(text.id), await state(mail.id)]).toEqual(['withdrawn', 'waiting']);
  const stopped = await api.db.patient.findUniqueOrThrow({ where: { id: dana.id } });
  expect(stopped.textsStoppedAt?.toISOString()).toBe(api.now);
  await expect(contact(dana.id)).rejects.toMatchObject({ type: 'TEXTS_STOPPED' });
  await answer('+4930201', 'STOP'); // again: nothing new
  expect((await api.db.patient.findUniqueOrThrow({ where: { id: dana.id } })).version).toBe(stopped.version);
  await answer('+4930201', 'start');
  expect(await state((await contact(dana.id)).id)).toBe('waiting');
});

test('F-28: СТОП is heeded like STOP; any other answer changes nothing', async () => {
  const [anna, ben] = [await practice.patient('Anna', '+4930202'), await practice.patient('Ben', '+4930203')];
  await answer('+4930202', 'стоп');
  await answer('+4930203', 'Please do not stop calling me');
  const stoppedAt = async (id: string) => (await api.db.patient.findUniqueOrThrow({ where: { id } })).textsStoppedAt;
  expect([await stoppedAt(anna.id), await stoppedAt(ben.id)]).toEqual([new Date(api.now), null]);
});

test('C-38: a report that the account did not sign is refused, and changes nothing', async () => {
  const ben = await practice.patient('Ben', '+4930204');
  const form = { From: '+4930204', Body: 'STOP' };
  for (const signature of ['', 'x', signatureOf(`${base}/webhooks/sms/inbound`, form, 'another')])
    expect((await report('/webhooks/sms/inbound', form, signature)).statusCode).toBe(401);
  expect((await api.db.patient.findUniqueOrThrow({ where: { id: ben.id } })).textsStoppedAt).toBeNull();
});

test('what became of a text moves it only forwards, whatever the order of the reports', async () => {
  const { id } = await contact((await practice.patient('Ben', '+4930205')).id);
  await api.db.message.update({ where: { id }, data: { state: 'sent', transportId: 'SM77' } });
  const becomes = async (MessageStatus: string, more: object = {}) => {
    await report('/webhooks/sms/status', { MessageSid: 'SM77', MessageStatus, ...more });
    return state(id);
  };
  expect(await becomes('queued')).toBe('sent');
  expect(await becomes('delivered')).toBe('delivered');
  expect(await becomes('sent')).toBe('delivered');
  expect(await becomes('undelivered', { ErrorCode: '30005' })).toBe('bounced');
  expect((await api.db.message.findUniqueOrThrow({ where: { id } })).error).toBe('30005');
});
