import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { deliveryActivities } from '../../activities/delivery.ts';
import { mailboxTransport } from '../../activities/mail/mailbox.ts';
import { chooseTextTransport } from '../../activities/text/transport.ts';
import { PatientMessage } from '../../domain/patient-message.ts';
import { owePatients } from '../../ledger/patient-message.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Database } from '../../prisma/client.ts';
import type { Patient } from '../../prisma/generated/client.ts';
import { testDatabase } from '../database.ts';
import { createPractice } from './patients.ts';
import { startTextService, type TextService } from './text-service.ts';

let db: Database;
let close: () => Promise<void>;
let service: TextService;
let practice: Awaited<ReturnType<typeof createPractice>>;

beforeAll(async () => {
  ({ db, close } = await testDatabase());
  practice = await createPractice(db, 'Lakeside Dental');
});
afterAll(() => close());
beforeEach(async () => {
  service = await startTextService();
});
afterEach(async () => {
  await service.close();
  await db.message.updateMany({ where: { state: { in: ['waiting', 'claimed'] } }, data: { state: 'withdrawn' } });
  await db.mailBatch.updateMany({ data: { settledAt: now } });
});

const now = new Date().toISOString();
const settings = { SMS_ACCOUNT: 'AC1', SMS_TOKEN: 'secret', SMS_FROM: '+4930100', SMS_RATE_PER_SECOND: 1000 };
const delivery = () => {
  const sms = chooseTextTransport({ ...settings, SMS_BASE_URL: service.url }, db, 'https://h.example/webhooks/sms/status');
  return deliveryActivities({
    db,
    transports: [mailboxTransport(db), sms],
    from: 'mail@holdfast.example',
    publicUrl: 'https://h.example',
  });
};
const content = { kind: 'from practice' as const, givenName: 'Dana', facility: 'Lakeside Dental', zone: 'Europe/Berlin' };
const recall = { text: 'Dear {firstName}, please book: {bookingLink}' };

async function owe(patient: Patient, channel: 'mail' | 'sms', template: { subject?: string; text: string } = recall) {
  const about = { facilityId: practice.facilityId, kind: 'patient' as const, id: patient.id, shadow: false };
  const key = crypto.randomUUID();
  await inTransaction(db, (tx) => owePatients(tx, about, now, [{ key, patient, channel, content: { ...content, template } }]));
  return db.message.findUniqueOrThrow({ where: { key } });
}
const message = (id: string) => db.message.findUniqueOrThrow({ where: { id } });
async function run(transport: string) {
  const { claimBatch, sendBatch } = delivery();
  const { batchId } = await claimBatch(transport, now);
  if (batchId) await sendBatch(batchId, now);
  return batchId;
}

test('F-19, D-08: a text goes to the number, in the reader’s language, with one opaque link and the way to stop', async () => {
  const dana = await practice.patient('Dana', '+4930111');
  const anna = await practice.patient('Anna', '+4930112', { language: 'ru' });
  const [one] = [await owe(dana, 'sms'), await owe(anna, 'sms')];
  await run('sms');
  const [english, russian] = service.sent;
  expect(english).toMatchObject({ to: '+4930111', from: '+4930100' });
  expect(english!.body).toMatch(/^Dear Dana, please book: https:\/\/h\.example\/p\/[\w-]{43}\nReply STOP for no more texts\.$/);
  expect(russian!.body).toContain('Ответьте СТОП');
  expect(service.calls[0]).toMatchObject({
    authorization: `Basic ${Buffer.from('AC1:secret').toString('base64')}`,
    form: { StatusCallback: 'https://h.example/webhooks/sms/status' },
  });
  expect(await message(one.id)).toMatchObject({ state: 'sent', transportId: 'SM1', channel: 'sms', patientId: dana.id, personId: null });
  const [link] = await db.actionLink.findMany({ where: { messageId: one.id } });
  expect(link).toMatchObject({ purpose: 'book visit', patientId: dana.id, personId: null });
  expect(english!.body).not.toContain(link!.tokenHash);
});

test('texts and mails are two delivery lives: a text service that is down holds up no mail', async () => {
  const dana = await practice.patient('Dana', '+4930113');
  const text = await owe(dana, 'sms');
  const mail = await owe(dana, 'mail', { subject: '{practice}: your check-up', text: 'Dear {firstName}, it is time.' });
  service.failNext = [{ status: 503, code: 20503, message: 'down' }];
  await expect(run('sms')).rejects.toThrow('did not take the text');
  await run('mailbox');
  expect([(await message(text.id)).state, (await message(mail.id)).state]).toEqual(['claimed', 'sent']);
  const entry = await db.mailboxEntry.findUniqueOrThrow({ where: { messageId: mail.id } });
  expect(entry).toMatchObject({ to: dana.email, subject: 'Lakeside Dental: your check-up' });
  expect(entry.text).toContain('Dear Dana, it is time.');
  expect(await db.wakeUp.count({ where: { workflowId: 'delivery of texts' } })).toBeGreaterThan(0);
});

test('a crash after the service took a text: it is looked up by number and words, and does not go twice', async () => {
  const [dana, ben] = [await practice.patient('Dana', '+4930114'), await practice.patient('Ben', '+4930115')];
  const texts = [await owe(dana, 'sms'), await owe(ben, 'sms')];
  service.failNext = ['drop'];
  await expect(run('sms')).rejects.toThrow();
  const batchId = await run('sms'); // the same batch, the same bytes
  expect(service.sent.map(({ to }) => to)).toEqual(['+4930114', '+4930115']);
  for (const { id } of texts) expect(await message(id)).toMatchObject({ state: 'sent', batchId });
  expect((await message(texts[0]!.id)).transportId).toBe('SM1');
});

test('a number that cannot be texted is undeliverable with the service’s words, and the others go', async () => {
  const [bad, good] = [await practice.patient('Dana', '+4930116'), await practice.patient('Ben', '+4930117')];
  const texts = [await owe(bad, 'sms'), await owe(good, 'sms')];
  service.failNext = [{ status: 400, code: 21614, message: 'not a mobile number' }];
  await run('sms');
  expect(await message(texts[0]!.id)).toMatchObject({ state: 'undeliverable', error: '21614: not a mobile number' });
  expect((await message(texts[1]!.id)).state).toBe('sent');
});

test('F-19: what slips into a patient’s message beyond its type is never stored in what goes out', async () => {
  const dana = await practice.patient('Dana', '+4930118');
  const { id } = await owe(dana, 'sms', { text: 'Hello {firstName}' });
  const slipped = { ...content, template: { text: 'Hello {firstName}' }, familyName: 'Weber', practitioner: 'Dr. Sato', comment: 'caries' };
  await db.message.update({ where: { id }, data: { content: slipped } });
  expect(JSON.stringify(PatientMessage.parse(slipped))).not.toMatch(/Weber|Sato|caries/);
  await run('sms');
  expect(service.sent[0]!.body).toBe('Hello Dana\nReply STOP for no more texts.');
});

test('the built-in mailbox shows a text where no service is set, once however often its batch is sent', async () => {
  const sms = chooseTextTransport({ SMS_BASE_URL: service.url, SMS_RATE_PER_SECOND: 1 }, db, '');
  const { claimBatch, sendBatch } = deliveryActivities({ db, transports: [sms], from: 'x', publicUrl: 'https://h.example' });
  const { id } = await owe(await practice.patient('Dana', '+4930119'), 'sms');
  const { batchId } = await claimBatch('text-mailbox', now);
  await db.mailBatch.updateMany({ where: { id: batchId! }, data: { tries: 3 } });
  await sendBatch(batchId!, now);
  expect(await db.mailboxEntry.findMany({ where: { messageId: id } })).toMatchObject([{ channel: 'sms', to: '+4930119' }]);
  expect(service.calls).toEqual([]);
});
