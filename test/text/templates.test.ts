import { beforeAll, expect, test } from 'vitest';

import { PolicySettings } from '../../domain/policy.ts';
import { policyOf } from '../../ledger/facility.ts';
import { type Contact, contactPatient } from '../../ledger/patient-message.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Patient } from '../../prisma/generated/client.ts';
import { testApi } from '../api/api.ts';

const api = testApi();
let dana: Patient;

beforeAll(async () => {
  const { facilityId } = api.world;
  const card = { facilityId, familyName: 'Weber', email: 'dana@patients.example' };
  dana = await api.db.patient.create({ data: { ...card, givenName: 'Dana', phone: '+15550100' } });
});

const texts = (text: string, language = 'en') => ({ [language]: { text } });
const create = (body: object) => api.call('POST', '/templates', { body: { facilityId: api.world.facilityId, channel: 'sms', ...body } });
const online = async (on: boolean) => {
  const { facilityId } = api.world;
  const settings = PolicySettings.parse({ booking: { online: on } });
  const { version } = await policyOf(api.db, facilityId);
  await api.db.policy.create({ data: { facilityId, version: version + 1, settings, recordedBy: 'test' } });
};

test('D-09: a field that does not exist is refused when the template is saved, and named', async () => {
  const refused = await create({ name: 'Bad', wordings: texts('Dear {firstname}') });
  expect(refused.status).toBe(422);
  expect(refused.body).toMatchObject({ code: 'TEMPLATE_FIELD_UNKNOWN', facts: { field: 'firstname', language: 'en' } });
  expect(refused.body.facts.known).toContain('firstName');
  expect((await create({ name: 'Diagnosis', wordings: texts('About your {diagnosis}') })).body.code).toBe('TEMPLATE_FIELD_UNKNOWN'); // F-19
  expect((await create({ channel: 'mail', name: 'No subject', wordings: texts('Hello') })).body.code).toBe('SUBJECT_MISSING');
  expect((await create({ name: 'None', wordings: {} })).status).toBe(400);
});

test('D-09: a text that is longer than the channel allows is refused with the limit, by its alphabet', async () => {
  expect((await create({ name: 'Long', wordings: texts('a'.repeat(1450)) })).status).toBe(201);
  const latin = await create({ name: 'Too long', wordings: texts('a'.repeat(1600)) });
  expect(latin.body).toMatchObject({ code: 'TEXT_TOO_LONG', facts: { mostParts: 10, encoding: 'GSM-7', parts: 11 } });
  const cyrillic = await create({ name: 'Слишком длинно', wordings: texts('ж'.repeat(700), 'ru') });
  expect(cyrillic.body).toMatchObject({ code: 'TEXT_TOO_LONG', facts: { encoding: 'UCS-2' } });
});

test('D-10: a booking link is refused while online booking is off, when saved and when sent', async () => {
  const wish = { name: 'Book alone', wordings: texts('Choose a time: {bookingLink}') };
  expect((await create(wish)).body).toMatchObject({ code: 'ONLINE_BOOKING_OFF', rule: 'D-10' });
  await online(true);
  const { body, status } = await create(wish);
  expect(status).toBe(201);
  await contact({ templateId: body.id });
  await online(false);
  await expect(contact({ templateId: body.id })).rejects.toMatchObject({ type: 'ONLINE_BOOKING_OFF' });
});

test('a template is changed with If-Match, kept in the audit trail, and found by its channel', async () => {
  const { body } = await create({ name: 'Recall', wordings: texts('Dear {firstName}') });
  const wish = { body: { wordings: texts('Hello {firstName}') } };
  expect((await api.call('PATCH', `/templates/${body.id}`, { ...wish, ifMatch: 7 })).status).toBe(412);
  const changed = await api.call('PATCH', `/templates/${body.id}`, { ...wish, ifMatch: 1 });
  expect(changed.body).toMatchObject({ version: 2, wordings: texts('Hello {firstName}') });
  expect((await create({ name: 'Recall', wordings: texts('x') })).body.code).toBe('ALREADY_EXISTS');
  const event = await api.db.auditEvent.findFirstOrThrow({ where: { action: 'change template' } });
  expect(event.after).toMatchObject({ templateId: body.id, version: 2 });
  const listed = await api.call('GET', '/templates?channel=sms&limit=200');
  expect(listed.body.items.map(({ name }: { name: string }) => name)).toContain('Recall');
  expect((await api.call('GET', '/templates?channel=mail')).body.items).toEqual([]);
});

async function contact(wish: Partial<Contact>) {
  const { facilityId } = api.world;
  const decisionId = crypto.randomUUID();
  const whole = {
    facilityId,
    patientId: dana.id,
    channel: 'sms' as const,
    templateId: '',
    about: { kind: 'patient' as const, id: dana.id },
  };
  await inTransaction(api.db, (tx) => contactPatient(tx, { ...whole, decisionId, ...wish }, api.now));
  return api.db.message.findUniqueOrThrow({ where: { key: `contact/${wish.decisionId ?? decisionId}` } });
}
const code = (wish: Partial<Contact>) =>
  contact(wish).then(
    () => 'sent',
    (error: { type?: string }) => error.type,
  );

test('D-08, D-09: a patient is written to by a template of that channel, in their language, at an address they have', async () => {
  const wordings = { ...texts('Dear {firstName}'), ...texts('Здравствуйте, {firstName}', 'ru') };
  const { body: text } = await create({ name: 'Two languages', wordings });
  const { body: mail } = await create({ name: 'Two languages', channel: 'mail', wordings: { en: { subject: 'Hi', text: 'x' } } });
  expect(await contact({ templateId: text.id })).toMatchObject({
    channel: 'sms',
    address: '+15550100',
    content: { template: wordings.en },
  });
  await api.db.patient.update({ where: { id: dana.id }, data: { language: 'ru' } });
  expect(await contact({ templateId: text.id })).toMatchObject({ content: { template: wordings.ru } });
  expect(await contact({ templateId: mail.id, channel: 'mail' })).toMatchObject({ content: { template: { subject: 'Hi' } } }); // no Russian: the first
  expect(await code({ templateId: mail.id })).toBe('TEMPLATE_OF_OTHER_CHANNEL');
  expect(await code({ templateId: crypto.randomUUID() })).toBe('NOT_FOUND');
  const noPhone = await api.db.patient.create({ data: { facilityId: api.world.facilityId, givenName: 'Ben', familyName: 'Ott' } });
  expect(await code({ templateId: text.id, patientId: noPhone.id })).toBe('PATIENT_UNREACHABLE');
  expect(await code({ templateId: mail.id, channel: 'mail', patientId: noPhone.id })).toBe('PATIENT_UNREACHABLE');
});

test('D-09: a date or a time in the words needs the appointment that they are about', async () => {
  const { body } = await create({ name: 'Reminder', wordings: texts('See you on {date} at {time}.') });
  expect(await code({ templateId: body.id })).toBe('TEMPLATE_NEEDS_VISIT');
  const visit = { startsAt: '2027-02-03T15:00:00.000Z', endsAt: '2027-02-03T16:00:00.000Z' };
  expect(await contact({ templateId: body.id, visit })).toMatchObject({ content: { visit } });
});

test('U-03: the same decision to write, repeated, writes once', async () => {
  const { body } = await create({ name: 'Once', wordings: texts('Hello') });
  const wish = { templateId: body.id, decisionId: 'decision-1' };
  expect((await contact(wish)).id).toBe((await contact(wish)).id);
});
