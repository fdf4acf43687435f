import { createHmac } from 'node:crypto';
import { type FastifyInstance, fastify } from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { sendProblem } from '../../api/problems.ts';
import { registerResendWebhooks } from '../../api/routes/resend-webhooks.ts';
import type { Database } from '../../prisma/client.ts';
import { testDatabase } from '../database.ts';
import { createPerson, owe } from './owed.ts';

const key = Buffer.from('a secret of the webhook, not of us');
const secret = `whsec_${key.toString('base64')}`;
let db: Database;
let app: FastifyInstance;
let close: () => Promise<void>;
let id: string;
let transportId: string;

beforeAll(async () => {
  ({ db, close } = await testDatabase());
  app = fastify();
  app.setErrorHandler(sendProblem);
  await app.register((scope) => registerResendWebhooks(scope, { db, secret }));
  app.post('/json', (request) => request.body); // a route beside it: its bodies are parsed as ever
});
afterAll(async () => {
  await app.close();
  await close();
});
beforeEach(async () => {
  const person = await createPerson(db);
  [id] = (await owe(db, person, new Date().toISOString(), [{}])) as [string];
  transportId = `re_${id}`;
  await db.message.update({ where: { id }, data: { state: 'sent', transportId } });
});

type Wishes = {
  at?: string;
  emailId?: string;
  ageSeconds?: number;
  detail?: object;
  tamper?: (body: string) => string;
  prefix?: string;
  with?: Buffer;
};

async function report(
  type: string,
  {
    at = new Date().toISOString(),
    emailId = transportId,
    ageSeconds = 0,
    detail,
    tamper,
    prefix = 'svix',
    with: signer = key,
  }: Wishes = {},
) {
  const body = JSON.stringify({ type, created_at: at, data: { email_id: emailId, to: ['dana@good.example'], ...detail } });
  const timestamp = String(Math.floor(Date.now() / 1000) - ageSeconds);
  const signature = createHmac('sha256', signer).update(`msg_1.${timestamp}.${body}`).digest('base64');
  const headers = {
    'content-type': 'application/json',
    [`${prefix}-id`]: 'msg_1',
    [`${prefix}-timestamp`]: timestamp,
    [`${prefix}-signature`]: `v1,${signature}`,
  };
  return app.inject({ method: 'POST', url: '/webhooks/resend', headers, payload: tamper ? tamper(body) : body });
}
const stored = () => db.message.findUniqueOrThrow({ where: { id } });

test('a signed report of a delivery or a bounce changes the message and keeps the reason', async () => {
  expect((await report('email.delivered')).statusCode).toBe(204);
  expect((await stored()).state).toBe('delivered');
  await report('email.bounced', { detail: { bounce: { message: 'mailbox full', type: 'Permanent', subType: 'General' } } });
  expect(await stored()).toMatchObject({ state: 'bounced', error: 'mailbox full' });
});

test.each([
  ['email.suppressed', { suppressed: { message: 'on the list', type: 'x' } }, 'bounced', 'on the list'],
  ['email.failed', { failed: { reason: 'reached_daily_quota' } }, 'undeliverable', 'reached_daily_quota'],
  ['email.complained', {}, 'bounced', 'the recipient calls it spam'],
])('%s is kept with its reason', async (type, detail, state, error) => {
  await report(type, { detail });
  expect(await stored()).toMatchObject({ state, error });
});

test('reports in any order, and twice, end the same; reportedAt is that of the newest', async () => {
  const at = (minute: number) => `2026-11-23T14:0${minute}:00.000Z`;
  const events = [
    ['email.sent', at(1)],
    ['email.delivery_delayed', at(2)],
    ['email.delivered', at(3)],
    ['email.bounced', at(4)],
  ] as const;
  for (const [type, when] of [...events].reverse().concat(events, events)) await report(type, { at: when });
  expect(await stored()).toMatchObject({ state: 'bounced', reportedAt: new Date(at(4)) });
});

test('delivered never goes back to sent; opened and clicked change nothing', async () => {
  await report('email.delivered');
  for (const type of ['email.sent', 'email.opened', 'email.clicked', 'contact.created']) expect((await report(type)).statusCode).toBe(204);
  expect((await stored()).state).toBe('delivered');
});

test('an unknown message that turns out to be delivered is known again', async () => {
  await db.message.update({ where: { id }, data: { state: 'unknown' } });
  await report('email.delivered');
  expect((await stored()).state).toBe('delivered');
});

test('a report that overtakes our own record is asked for again; an old one about mail that is not ours is let go', async () => {
  await db.message.update({ where: { id }, data: { transportId: null, state: 'claimed' } });
  expect((await report('email.bounced')).statusCode).toBe(404);
  await db.message.update({ where: { id }, data: { transportId, state: 'sent' } });
  expect((await report('email.bounced')).statusCode).toBe(204);
  expect((await stored()).state).toBe('bounced');
  expect((await report('email.bounced', { emailId: 're_of_somebody_else', at: '2026-01-01T00:00:00.000Z' })).statusCode).toBe(204);
});

test.each<[string, Wishes]>([
  ['a changed body', { tamper: (body) => body.replace('bounced', 'delivered') }],
  ['another spelling of the same JSON', { tamper: (body) => `${body} ` }],
  ['another secret', { with: Buffer.from('guessed') }],
  ['a timestamp six minutes old', { ageSeconds: 360 }],
  ['a timestamp six minutes ahead', { ageSeconds: -360 }],
  ['no signature', { prefix: 'x' }],
  ['a body that is no JSON', { tamper: () => 'not json' }],
  ['an empty body', { tamper: () => '' }],
])('C-38: %s is refused with 401 and changes nothing', async (_what, wishes) => {
  const answer = await report('email.bounced', wishes);
  expect(answer.statusCode).toBe(401);
  expect(answer.json()).toMatchObject({ code: 'WEBHOOK_UNSIGNED' });
  expect((await stored()).state).toBe('sent');
});

test('the headers of the open standard are taken too, and other routes still parse their JSON', async () => {
  expect((await report('email.delivered', { prefix: 'webhook' })).statusCode).toBe(204);
  const answer = await app.inject({ method: 'POST', url: '/json', payload: { a: 1 } });
  expect(answer.json()).toEqual({ a: 1 });
});
