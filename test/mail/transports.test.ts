import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { resendTransport } from '../../activities/mail/resend.ts';
import { smtpTransport } from '../../activities/mail/smtp.ts';
import { type OutgoingMail, pacer } from '../../activities/mail/transport.ts';
import { freePort } from '../../stack/ports.ts';
import { type MailService, startMailService } from './mail-service.ts';
import { type SmtpPeer, startSmtpPeer } from './smtp-peer.ts';

const mailsTo = (...addresses: string[]): OutgoingMail[] =>
  addresses.map((to, index) => ({
    messageId: `message-${index}`,
    from: 'Holdfast <mail@holdfast.example>',
    to,
    subject: `Release Thu 3 Dec? ${index}`,
    html: '<p>Grüße</p>',
    text: 'Grüße',
  }));

const unsubscribe = { 'List-Unsubscribe': '<https://h.example/unsubscribe/abc>', 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };

describe('the mail service over HTTP', () => {
  let service: MailService;
  beforeEach(async () => {
    service = await startMailService();
  });
  afterEach(() => service.close());
  const transport = () => resendTransport({ apiKey: 're_test', baseUrl: service.url, pause: async () => {} });

  test('a hundred mails are one call, with the batch’s id as idempotency key', async () => {
    const results = await transport().send(mailsTo(...Array.from({ length: 100 }, (_, n) => `p${n}@good.example`)), 'batch-1');
    expect(service.calls).toHaveLength(1);
    expect(service.calls[0]).toMatchObject({
      path: '/emails/batch',
      headers: { 'idempotency-key': 'batch-1', 'x-batch-validation': 'permissive' },
    });
    expect(results.map(({ state, transportId }) => `${state} ${transportId}`)).toEqual(service.sent.map(({ id }) => `sent ${id}`));
    expect(JSON.parse(service.calls[0]!.body)[0]).toMatchObject({ text: 'Grüße', headers: { 'Auto-Submitted': 'auto-generated' } });
  });

  test('RFC 8058: a mail’s own headers travel beside the common ones', async () => {
    await transport().send([{ ...mailsTo('a@good.example')[0]!, headers: unsubscribe }], 'batch-1');
    expect(JSON.parse(service.calls[0]!.body)[0].headers).toEqual({ 'Auto-Submitted': 'auto-generated', ...unsubscribe });
  });

  test('one bad address among three sinks neither of the others, and ids stay with their mails', async () => {
    const results = await transport().send(mailsTo('a@good.example', 'x@bad.example', 'c@good.example'), 'batch-1');
    expect(results).toEqual([
      { messageId: 'message-0', state: 'sent', transportId: 're_1' },
      { messageId: 'message-1', state: 'undeliverable', error: 'Invalid `to` field.' },
      { messageId: 'message-2', state: 'sent', transportId: 're_2' },
    ]);
    expect(service.sent.map(({ to }) => to)).toEqual(['a@good.example', 'c@good.example']);
  });

  test('a batch refused as a whole goes one by one, each mail with a key of its own', async () => {
    service.strictOnly = true;
    const results = await transport().send(mailsTo('a@good.example', 'x@bad.example', 'c@good.example'), 'batch-1');
    expect(results.map(({ state }) => state)).toEqual(['sent', 'undeliverable', 'sent']);
    expect(service.calls.slice(1).map(({ headers }) => headers['idempotency-key'])).toEqual([
      'batch-1/message-0',
      'batch-1/message-1',
      'batch-1/message-2',
    ]);
  });

  test.each([429, 500, 503, 401, 403, 404])(
    'an answer %i is worth another try: it throws, and the repetition has the same key and bytes',
    async (status) => {
      service.failNext = [status];
      const mails = mailsTo('a@good.example');
      await expect(transport().send(mails, 'batch-1')).rejects.toThrow(`${status}`);
      await transport().send(mails, 'batch-1');
      const [first, second] = service.calls;
      expect([first!.status, second!.status]).toEqual([status, 200]);
      expect(second!.headers['idempotency-key']).toBe(first!.headers['idempotency-key']);
      expect(second!.body).toBe(first!.body);
      expect(service.sent).toHaveLength(1);
    },
  );

  test('U-03: the service took the batch and the line broke: the repetition sends nothing twice', async () => {
    service.failNext = ['drop'];
    const mails = mailsTo('a@good.example', 'b@good.example');
    await expect(transport().send(mails, 'batch-1')).rejects.toThrow('no answer');
    expect(service.sent).toHaveLength(2);
    expect((await transport().send(mails, 'batch-1')).map(({ transportId }) => transportId)).toEqual(['re_1', 're_2']);
    expect(service.sent).toHaveLength(2);
  });

  test('too many calls in the middle of single sends: the repetition sends only what is missing', async () => {
    service.strictOnly = true;
    const mails = mailsTo('a@good.example', 'x@bad.example', 'c@good.example');
    service.failNext = ['as usual', 'as usual', 429];
    await expect(transport().send(mails, 'batch-1')).rejects.toThrow('429');
    expect(service.sent).toHaveLength(1);
    await transport().send(mails, 'batch-1');
    expect(service.sent.map(({ to }) => to)).toEqual(['a@good.example', 'c@good.example']);
  });
});

describe('SMTP', () => {
  let peer: SmtpPeer;
  beforeEach(async () => {
    peer = await startSmtpPeer();
  });
  afterEach(() => peer.close());

  test('mails go over one connection, and each has a Message-ID that stays the same when it is sent again', async () => {
    const mails = mailsTo('a@good.example', 'b@good.example');
    const results = await smtpTransport(peer.url).send(mails, 'batch-1');
    expect(results).toEqual([
      { messageId: 'message-0', state: 'sent', transportId: '<message-0@holdfast.example>' },
      { messageId: 'message-1', state: 'sent', transportId: '<message-1@holdfast.example>' },
    ]);
    expect(peer.taken.map(({ to }) => to)).toEqual(['a@good.example', 'b@good.example']);
    expect(peer.taken[0]!.data).toMatch(/^Auto-Submitted: auto-generated/m);
    expect(peer.taken[0]!.data).toContain('multipart/alternative');
    expect(peer.connections).toBe(2); // the look whether it is there, and the batch
  });

  test('RFC 8058: a mail’s own headers travel beside the common ones', async () => {
    await smtpTransport(peer.url).send([{ ...mailsTo('a@good.example')[0]!, headers: unsubscribe }], 'batch-1');
    for (const line of [...Object.entries(unsubscribe).map((pair) => pair.join(': ')), 'Auto-Submitted: auto-generated'])
      expect(peer.taken[0]!.data).toContain(line);
  });

  test('5xx is the last word about one address; 4xx is not; both let the others go', async () => {
    peer.refusals.set('gone@good.example', '550 no such user').set('grey@good.example', '451 try again later');
    const results = await smtpTransport(peer.url).send(mailsTo('gone@good.example', 'grey@good.example', 'c@good.example'), 'batch-1');
    expect(results.map(({ state }) => state)).toEqual(['undeliverable', 'later', 'sent']);
    expect(results[0]!.error).toContain('no such user');
    expect(peer.taken.map(({ to }) => to)).toEqual(['c@good.example']);
  });

  test('a server that is away is a reason to wait: it throws', async () => {
    const nobody = smtpTransport(`smtp://127.0.0.1:${await freePort()}`);
    await expect(nobody.send(mailsTo('a@good.example'), 'batch-1')).rejects.toThrow(/ECONNREFUSED/);
  });
});

test('the pacer spaces calls, also those made at the same moment', async () => {
  const pause = pacer(50);
  const startedMs = performance.now();
  await Promise.all([pause(), pause(), pause(), pause(), pause()]);
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(75);
});
