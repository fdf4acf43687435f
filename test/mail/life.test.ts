import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { deliveryActivities } from '../../activities/delivery.ts';
import { resendTransport } from '../../activities/mail/resend.ts';
import type { Database } from '../../prisma/client.ts';
import { createTimeSkippingEnvironment } from '../../stack/time-skipping.ts';
import { testDatabase } from '../database.ts';
import { workflowBundle } from '../workflow-bundle.ts';
import { type MailService, startMailService } from './mail-service.ts';
import { createPerson, owe, type Person } from './owed.ts';

let db: Database;
let env: TestWorkflowEnvironment;
let service: MailService;
let person: Person;
let bundle: { codePath: string };
let stop: (() => Promise<void>) | undefined;

beforeAll(async () => {
  try {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
  } catch {
    // another file of this process did
  }
  const [database, skipping, stand, bundled] = await Promise.all([
    testDatabase(),
    createTimeSkippingEnvironment(),
    startMailService(),
    workflowBundle(),
  ]);
  [db, env, service, bundle] = [database.db, skipping, stand, bundled];
  person = await createPerson(db);
  const transport = resendTransport({ apiKey: 're_test', baseUrl: service.url, pause: async () => {} });
  const activities = deliveryActivities({ db, transports: [transport], from: 'mail@holdfast.example', publicUrl: 'https://h.example' });
  const worker = await Worker.create({ connection: env.nativeConnection, taskQueue: 'test', workflowBundle: bundle, activities });
  const running = worker.run();
  stop = async () => {
    worker.shutdown();
    await running;
    await service.close();
    await env.teardown();
    await database.close();
  };
});
afterAll(() => stop?.());

const now = async () => new Date(await env.currentTimeMs()).toISOString();
const inHours = async (hours: number) => new Date((await env.currentTimeMs()) + hours * 3_600_000).toISOString();
const wake = () =>
  env.client.workflow.signalWithStart('delivery', {
    workflowId: 'delivery/resend',
    taskQueue: 'test',
    args: [{ transport: 'resend' }],
    signal: 'messagesWaiting',
  });
const state = async (id: string) => (await db.message.findUniqueOrThrow({ where: { id } })).state;

/** Lets time pass, in steps that leave the worker room to work. */
async function eventually(id: string, wanted: string, step: '1 second' | '20 minutes' = '1 second') {
  const look = async () => {
    await env.sleep(step);
    return state(id);
  };
  await expect.poll(look, { timeout: 80_000, interval: 30 }).toBe(wanted);
}

async function finish() {
  const handle = env.client.workflow.getHandle('delivery/resend');
  const history = await handle.fetchHistory();
  await Worker.runReplayHistory({ workflowBundle: bundle }, history, 'delivery/resend');
  await handle.terminate('the test is over');
  return history.events!;
}

test('sends what is due, sleeps to the minute for what is not, and an idle week costs nothing', async () => {
  const [due] = await owe(db, person, await now(), [{}]);
  const [digest] = await owe(db, person, await now(), [{ sendAfter: await inHours(15) }]);
  await wake();
  await eventually(due!, 'sent');
  expect(await state(digest!)).toBe('waiting');
  await env.sleep('15 hours');
  await eventually(digest!, 'sent');
  const { sentAt, sendAfter } = await db.message.findUniqueOrThrow({ where: { id: digest! } });
  expect(sentAt!.getTime() - sendAfter.getTime()).toBeLessThan(5000);

  const before = (await env.client.workflow.getHandle('delivery/resend').fetchHistory()).events!.length;
  await env.sleep('7 days');
  const [afterWeek] = await owe(db, person, await now(), [{}]);
  expect((await env.client.workflow.getHandle('delivery/resend').fetchHistory()).events!.length).toBe(before);
  await wake();
  await eventually(afterWeek!, 'sent');
  await finish();
});

test('a service that is away for more than a day stops nothing: its batch is unknown, what comes later goes', async () => {
  service.failNext = Array.from({ length: 2000 }, () => 503);
  const [lost] = await owe(db, person, await now(), [{}]);
  await wake();
  await eventually(lost!, 'claimed');
  await db.mailBatch.updateMany({ where: { settledAt: null }, data: { claimedAt: await inHours(-22) } });
  await eventually(lost!, 'unknown', '20 minutes');
  const keys = new Set(service.calls.filter(({ status }) => status === 503).map(({ headers }) => headers['idempotency-key']));
  expect(keys.size).toBe(1);
  const { batchId } = await db.message.findUniqueOrThrow({ where: { id: lost! } });
  expect([...keys]).toEqual([batchId]);

  service.failNext = [];
  const [next] = await owe(db, person, await now(), [{}]);
  await wake();
  await eventually(next!, 'sent');
  expect(service.sent.length).toBe(4);
  await finish();
}, 90_000);
