import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { deliveryActivities } from '../../activities/delivery.ts';
import { mailboxTransport } from '../../activities/mail/mailbox.ts';
import { resendTransport } from '../../activities/mail/resend.ts';
import { smtpTransport } from '../../activities/mail/smtp.ts';
import type { MailTransport, OutgoingMail } from '../../activities/mail/transport.ts';
import { footerLinks, possibleButtons } from '../../domain/mail-button.ts';
import { withdrawMessages } from '../../ledger/message.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Database } from '../../prisma/client.ts';
import { testDatabase } from '../database.ts';
import { contents } from '../emails/contents.ts';
import { type MailService, startMailService } from './mail-service.ts';
import { createPerson, owe, type Person } from './owed.ts';
import { startSmtpPeer } from './smtp-peer.ts';

let db: Database;
let close: () => Promise<void>;
let service: MailService;
let person: Person;

beforeAll(async () => {
  ({ db, close } = await testDatabase());
});
afterAll(() => close());
beforeEach(async () => {
  service = await startMailService();
  person = await createPerson(db);
});
afterEach(async () => {
  await service.close();
  await db.message.updateMany({ where: { state: { in: ['waiting', 'claimed'] } }, data: { state: 'withdrawn' } });
  await db.mailBatch.updateMany({ data: { settledAt: now } });
});

const now = '2026-11-23T14:00:00.000Z';
const later = (hours: number) => new Date(Date.parse(now) + hours * 3_600_000).toISOString();
const delivery = (transport: MailTransport = resend()) =>
  deliveryActivities({ db, transports: [transport], from: 'mail@holdfast.example', publicUrl: 'https://h.example' });
const resend = () => resendTransport({ apiKey: 're_test', baseUrl: service.url, pause: async () => {} });
const message = (id: string) => db.message.findUniqueOrThrow({ where: { id } });
const statesOf = async (ids: string[]) => Promise.all(ids.map(async (id) => (await message(id)).state));
const frozen = async (batchId: string) => (await db.mailBatch.findUniqueOrThrow({ where: { id: batchId } })).mails as OutgoingMail[];

test('a batch holds a hundred: receipts first, then the oldest, and nothing before its time', async () => {
  const alerts = await owe(
    db,
    person,
    now,
    Array.from({ length: 100 }, (_, n) => ({ sendAfter: later(-2 + n / 100) })),
  );
  const [receipt, early] = await owe(db, person, now, [
    { priority: 0, content: contents['release notification'] },
    { sendAfter: later(1) },
  ]);
  const { claimBatch } = delivery();
  const { batchId } = await claimBatch('resend', now);
  expect((await frozen(batchId!)).map(({ messageId }) => messageId)).toEqual([receipt, ...alerts.slice(0, 99)]);
  expect(await statesOf([receipt!, alerts[98]!, alerts[99]!, early!])).toEqual(['claimed', 'claimed', 'waiting', 'waiting']);
});

test('a hundred messages cost a handful of statements', async () => {
  await owe(
    db,
    person,
    now,
    Array.from({ length: 100 }, () => ({})),
  );
  const statements: string[] = [];
  const counting = db.$extends({
    query: {
      $allOperations({ operation, args, query }) {
        statements.push(operation);
        return query(args);
      },
    },
  }) as unknown as Database;
  const { claimBatch, sendBatch } = deliveryActivities({
    db: counting,
    transports: [resend()],
    from: 'a@b.example',
    publicUrl: 'https://h.example',
  });
  await sendBatch((await claimBatch('resend', now)).batchId!, now);
  expect(statements.length).toBeGreaterThan(5);
  expect(statements.length).toBeLessThanOrEqual(12);
  expect(service.sent).toHaveLength(100);
});

test('C-38: each button is a secret of 256 bits of its own, of which only the hash stays', async () => {
  const [id] = await owe(db, person, now, [{}]);
  const { claimBatch, sendBatch } = delivery();
  const { batchId } = await claimBatch('resend', now);
  const [mail] = await frozen(batchId!);
  const tokens = [...new Set([...mail!.html.matchAll(/https:\/\/h\.example\/a\/([\w-]+)"/g)].map(([, token]) => token!))];
  const rows = await db.actionLink.findMany({ where: { messageId: id } });
  expect(rows.map(({ purpose }) => purpose).sort()).toEqual([...possibleButtons['block alert'], ...footerLinks('block contact')].sort());
  expect(rows.map(({ tokenHash }) => tokenHash).sort()).toEqual(
    tokens.map((token) => createHash('sha256').update(token).digest('hex')).sort(),
  );
  for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  expect(rows[0]).toMatchObject({ personId: person.id, facilityId: person.facilityId, subjectKind: 'block' });

  await sendBatch(batchId!, now);
  expect(await frozen(batchId!)).toEqual([]);
  expect(await message(id!)).toMatchObject({ state: 'sent', attempts: 1, transportId: 're_1', sentAt: new Date(now) });
});

test('C-39, F-10: every role is mailed the links of its own day', async () => {
  const { claimBatch, sendBatch } = delivery();
  for (const [role, purposes] of [
    ['care coordinator', ['my work', 'conversations', 'coverage']],
    ['receptionist', ['day book', 'active tasks']],
    ['team lead', ['team board', 'conversations', 'my work']],
    ['facility scheduler', ['find open time', 'block schedule']],
  ] as const) {
    const reader = await createPerson(db);
    await db.person.update({ where: { id: reader.id }, data: { role } });
    const [id] = await owe(db, reader, now, [{ content: contents['ticket due'] }]);
    const { batchId } = await claimBatch('resend', now);
    const [mail] = await frozen(batchId!);
    const rows = await db.actionLink.findMany({ where: { messageId: id } });
    expect(rows.map(({ purpose }) => purpose).sort()).toEqual([...new Set(['my work', ...purposes, 'preferences'])].sort());
    const hashes = [...mail!.html.matchAll(/h\.example\/a\/([\w-]+)"/g)].map(([, token]) =>
      createHash('sha256').update(token!).digest('hex'),
    );
    expect([...new Set(hashes)].sort()).toEqual(rows.map(({ tokenHash }) => tokenHash).sort());
    await sendBatch(batchId!, now);
  }
});

test('F-28: one batch speaks to each person in their own language', async () => {
  const reader = await createPerson(db);
  await db.person.update({ where: { id: reader.id }, data: { language: 'ru' } });
  const [english] = await owe(db, person, now, [{}]);
  const [russian] = await owe(db, reader, now, [{}]);
  const { batchId } = await delivery().claimBatch('resend', now);
  const mails = new Map((await frozen(batchId!)).map((mail) => [mail.messageId, mail]));
  expect(mails.get(english!)).toMatchObject({
    subject: expect.stringMatching(/^Release Thu 3 Dec/),
    html: expect.stringContaining('lang="en"'),
  });
  expect(mails.get(russian!)).toMatchObject({
    subject: expect.stringMatching(/чт, 3 дек\..*отдать/),
    html: expect.stringContaining('lang="ru"'),
  });
});

test('a message that cannot be written is undeliverable, says why, and does not hold up the others', async () => {
  const [good, broken] = await owe(db, person, now, [{}, { content: { kind: 'block alert', facility: 'Lakeside' } }]);
  const { claimBatch, sendBatch } = delivery();
  await sendBatch((await claimBatch('resend', now)).batchId!, now);
  expect(await statesOf([good!, broken!])).toEqual(['sent', 'undeliverable']);
  expect((await message(broken!)).error).toContain('invalid');
});

test('one bad address is undeliverable, the others go', async () => {
  const ids = await owe(db, person, now, [{}, { email: 'x@bad.example' }, {}]);
  const { claimBatch, sendBatch } = delivery();
  await sendBatch((await claimBatch('resend', now)).batchId!, now);
  expect((await statesOf(ids)).sort()).toEqual(['sent', 'sent', 'undeliverable']);
  expect((await message(ids[1]!)).error).toBe('Invalid `to` field.');
  expect(await claimAgain()).toEqual({});
});

const claimAgain = () => delivery().claimBatch('resend', now);

test('killed after the service took the batch: the same batch goes again with the same bytes and key, and nobody gets two', async () => {
  const [id] = await owe(db, person, now, [{}]);
  const { batchId } = await delivery().claimBatch('resend', now);
  service.failNext = ['drop'];
  await expect(delivery().sendBatch(batchId!, now)).rejects.toThrow();
  await owe(db, person, now, [{}]); // what came meanwhile does not join the frozen batch

  const again = await delivery().claimBatch('resend', later(1));
  expect(again.batchId).toBe(batchId);
  await delivery().sendBatch(batchId!, later(1));
  const [first, second] = service.calls;
  expect([second!.body, second!.headers['idempotency-key']]).toEqual([first!.body, first!.headers['idempotency-key']]);
  expect(service.sent).toHaveLength(1);
  expect((await message(id!)).state).toBe('sent');
  await delivery().sendBatch(batchId!, later(1)); // settled: nothing to do
  expect(service.calls).toHaveLength(2);
});

test('a batch without an answer for more than 23 hours is never sent again: its messages are unknown, later ones go', async () => {
  const [old] = await owe(db, person, now, [{}]);
  const { batchId } = await delivery().claimBatch('resend', now);
  service.failNext = ['drop'];
  await expect(delivery().sendBatch(batchId!, now)).rejects.toThrow();
  await delivery().sendBatch(batchId!, later(23.1));
  expect(service.calls).toHaveLength(1);

  const [fresh] = await owe(db, person, later(23.1), [{}]);
  const next = await delivery().claimBatch('resend', later(23.1));
  expect(next.batchId).not.toBe(batchId);
  expect(await message(old!)).toMatchObject({ state: 'unknown', error: expect.stringContaining('not sent again') });
  expect(await frozen(batchId!)).toEqual([]);
  await delivery().sendBatch(next.batchId!, later(23.1));
  expect((await message(fresh!)).state).toBe('sent');
  expect(service.sent).toHaveLength(2);
});

test('a mail that the server puts off waits longer from try to try, and is withdrawn like any other', async () => {
  const peer = await startSmtpPeer();
  const [id] = await owe(db, person, now, [{}]);
  peer.refusals.set(person.email, '451 later');
  const { claimBatch, sendBatch } = delivery(smtpTransport(peer.url));
  const waits: number[] = [];
  let clock = now;
  for (let round = 0; round < 4; round++) {
    await sendBatch((await claimBatch('smtp', clock)).batchId!, clock);
    const { nextAt } = await claimBatch('smtp', clock);
    waits.push((Date.parse(nextAt!) - Date.parse(clock)) / 60_000);
    clock = nextAt!;
  }
  expect(waits).toEqual([1, 2, 4, 8]);
  expect(await message(id!)).toMatchObject({ state: 'waiting', attempts: 4, batchId: null, error: expect.stringContaining('451') });

  await db.message.update({ where: { id: id! }, data: { attempts: 27 } });
  await sendBatch((await claimBatch('smtp', clock)).batchId!, clock);
  expect((await message(id!)).state).toBe('undeliverable');
  await peer.close();
});

test('U-13: withdrawn before the claim is never sent; claimed before the withdrawal is; 200 races, no third way', async () => {
  const subjects = Array.from({ length: 200 }, () => crypto.randomUUID());
  const ids = await owe(
    db,
    person,
    now,
    subjects.map((subjectId) => ({ subjectId })),
  );
  const { claimBatch, sendBatch } = delivery();
  const withdrawn = new Set<string>();
  const claiming = (async () => {
    for (let round = 0; round < 12; round++) {
      const { batchId } = await claimBatch('resend', now);
      if (batchId) await sendBatch(batchId, now);
    }
  })();
  await Promise.all(
    subjects.map(async (subjectId) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 1500));
      await inTransaction(db, (tx) => withdrawMessages(tx, 'block', subjectId, ['block alert']));
      if ((await db.message.findFirstOrThrow({ where: { subjectId } })).state === 'withdrawn') withdrawn.add(subjectId);
    }),
  );
  await claiming;
  const rows = await db.message.findMany({ where: { id: { in: ids } } });
  const by = (state: string) => rows.filter((row) => row.state === state);
  expect(by('sent').length + by('withdrawn').length).toBe(200);
  expect(new Set(by('withdrawn').map(({ subjectId }) => subjectId))).toEqual(withdrawn); // nothing came back to life
  expect(Math.min(by('withdrawn').length, by('sent').length)).toBeGreaterThan(0);
  expect(service.sent).toHaveLength(by('sent').length);
});

test('U-13: a row that a step is withdrawing at this moment is left alone, the others are claimed', async () => {
  const subjectId = crypto.randomUUID();
  const [moot, other] = await owe(db, person, now, [{ subjectId }, {}]);
  await db.$transaction(async (tx) => {
    await withdrawMessages(tx, 'block', subjectId, ['block alert']);
    const { batchId } = await claimAgain(); // on another connection, without waiting
    expect((await frozen(batchId!)).map(({ messageId }) => messageId)).toEqual([other]);
  });
  expect(await statesOf([moot!, other!])).toEqual(['withdrawn', 'claimed']);
});

test('a life named after a transport that is not in use any more touches nothing', async () => {
  const [id] = await owe(db, person, now, [{}]);
  expect(await delivery().claimBatch('smtp', now)).toEqual({});
  expect((await message(id!)).state).toBe('waiting');
});

test('the built-in mailbox keeps each mail once, however often its batch is sent', async () => {
  const [id] = await owe(db, person, now, [{}]);
  const box = mailboxTransport(db);
  const { batchId } = await delivery(box).claimBatch('mailbox', now);
  const mails = await frozen(batchId!);
  await box.send(mails, batchId!);
  await delivery(box).sendBatch(batchId!, now);
  const entries = await db.mailboxEntry.findMany({ where: { messageId: id } });
  expect(entries).toHaveLength(1);
  expect(entries[0]).toMatchObject({ to: person.email, from: 'mail@holdfast.example', subject: 'Release Thu 3 Dec 11:00–15:30 in OR 2?' });
});
