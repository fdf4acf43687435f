import { Webhook } from 'standardwebhooks';
import { expect, onTestFinished, test } from 'vitest';

import { systemActor } from '../../domain/decision.ts';
import { appendAudit } from '../../ledger/audit.ts';
import { startWebhook } from '../../ledger/webhook.ts';
import { prepareLives } from '../lives.ts';
import { startSubscriber } from './subscriber.ts';

const lives = prepareLives();
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** A facility with one subscribed address, whose life runs. */
async function subscribe(answer?: Parameters<typeof startSubscriber>[0], wishes: { types?: string[]; previousSecret?: string } = {}) {
  const { db } = lives;
  const subscriber = await startSubscriber(answer);
  onTestFinished(subscriber.close);
  const facilityId = crypto.randomUUID();
  const now = await lives.now();
  const previousUntil = wishes.previousSecret ? new Date(Date.parse(now) + 3_600_000) : null;
  const row = await db.webhook.create({ data: { facilityId, url: subscriber.url, secret, previousUntil, ...wishes } });
  await startWebhook(db, row, now);
  const handle = await lives.begin(`webhook/${row.id}`);
  const tell = async (subjectId: string, action: string, kind: 'block' | 'hold' = 'hold') => {
    const at = await lives.now();
    const who = { facilityId, subjectKind: kind, subjectId, at, actor: systemActor, policyVersion: 1, before: {}, after: {} };
    await appendAudit(db, { ...who, action });
    await handle.signal('webhookEventsWritten');
  };
  const states = async () =>
    (await db.webhookEvent.findMany({ where: { webhookId: row.id }, orderBy: { sequence: 'asc' } })).map(({ state }) => state);
  return { ...subscriber, id: row.id, facilityId, tell, states };
}

async function settled(check: () => Promise<boolean> | boolean): Promise<void> {
  for (let n = 0; n < 200 && !(await check()); n++) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await check()).toBe(true);
}

test('F-15: an event is posted signed, with a stable id, and says which object changed and nothing about people', async () => {
  const { posts, tell, states, id } = await subscribe();
  const hold = crypto.randomUUID();
  await tell(hold, 'confirm');
  await settled(async () => (await states()).join() === 'delivered');
  const [{ headers, body, event }] = posts as [(typeof posts)[0]];
  const now = Number(headers['webhook-timestamp']) * 1000;
  expect(Math.abs(now - Date.parse(await lives.now()))).toBeLessThan(120_000);
  const [stored] = await lives.db.webhookEvent.findMany({ where: { webhookId: id } });
  expect(headers['webhook-id']).toBe(stored!.eventId);
  expect(new Webhook(secret).sign(stored!.eventId, new Date(now), body)).toBe(headers['webhook-signature']);
  expect(event).toMatchObject({ type: 'hold.confirm', data: { subject: { kind: 'hold', id: hold }, sequence: 1, action: 'confirm' } });
  expect(body).not.toContain(systemActor.name);
});

test('F-15: a failing address is tried on the published schedule; the events of one object stay in order, others go on', async () => {
  const [slow, quick] = [crypto.randomUUID(), crypto.randomUUID()];
  let broken = true;
  const { posts, tell, states } = await subscribe(({ event }) => (broken && event.data.subject.id === slow ? 500 : 200));
  await tell(slow, 'request');
  await tell(slow, 'confirm');
  await tell(quick, 'request');
  await settled(() => posts.some(({ event }) => event.data.subject.id === quick));
  expect(posts.filter(({ event }) => event.data.subject.id === slow).every(({ event }) => event.type === 'hold.request')).toBe(true);

  const tries = () => posts.filter(({ event }) => event.data.subject.id === slow && event.type === 'hold.request');
  await lives.env.sleep('6 seconds');
  await lives.env.sleep('6 minutes');
  await lives.env.sleep('31 minutes');
  await settled(() => tries().length === 4);
  const at = tries().map(({ headers }) => Number(headers['webhook-timestamp']));
  const waits = at.slice(1).map((second, n) => second - at[n]!);
  expect(waits[0]).toBeGreaterThanOrEqual(5);
  expect(waits[1]).toBeGreaterThanOrEqual(300);
  expect(waits[2]).toBeGreaterThanOrEqual(1800);
  expect(new Set(tries().map(({ headers }) => headers['webhook-id'])).size).toBe(1);

  broken = false;
  await lives.env.sleep('121 minutes');
  await settled(async () => (await states()).every((state) => state === 'delivered'));
  expect(posts.filter(({ event }) => event.data.subject.id === slow).at(-1)!.event.type).toBe('hold.confirm');
});

test('F-15: after four days an event is given up and the next of its object goes on', async () => {
  const hold = crypto.randomUUID();
  const { posts, tell, states } = await subscribe(({ event }) => (event.type === 'hold.request' ? 'drop' : 204));
  await tell(hold, 'request');
  await tell(hold, 'confirm');
  await lives.env.sleep('5 days');
  await settled(async () => (await states()).join() === 'failed,delivered');
  expect(posts.filter(({ event }) => event.type === 'hold.request')).toHaveLength(10);
});

test('F-15: redirects are not followed, and 410 switches the address off', async () => {
  const { db } = lives;
  const moved = await subscribe(() => 302);
  await moved.tell(crypto.randomUUID(), 'request');
  await settled(() => moved.posts.length > 0);
  await settled(async () => (await db.webhookEvent.findFirstOrThrow({ where: { webhookId: moved.id } })).status === 302);
  const gone = await subscribe(() => 410);
  await gone.tell(crypto.randomUUID(), 'request');
  await settled(async () => !(await db.webhook.findUniqueOrThrow({ where: { id: gone.id } })).active);
  await gone.tell(crypto.randomUUID(), 'request');
  expect(await db.webhookEvent.count({ where: { webhookId: gone.id } })).toBe(1);
});

test('F-15: only the types that were asked for, and both secrets sign after a rotation', async () => {
  const previousSecret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
  const { posts, tell } = await subscribe(undefined, { types: ['block', 'hold.confirm'], previousSecret });
  await tell(crypto.randomUUID(), 'request');
  await tell(crypto.randomUUID(), 'mandatory release', 'block');
  await tell(crypto.randomUUID(), 'confirm');
  await settled(() => posts.length === 2);
  expect(posts.map(({ event }) => event.type).sort()).toEqual(['block.mandatory_release', 'hold.confirm']);
  const { headers, body } = posts[0]!;
  const when = new Date(Number(headers['webhook-timestamp']) * 1000);
  const signed = [secret, previousSecret].map((one) => new Webhook(one).sign(String(headers['webhook-id']), when, body));
  expect(headers['webhook-signature']).toBe(signed.join(' '));
});

test('F-15: a receiver that hangs holds up its own object for the time of one try, nobody else', { timeout: 60_000 }, async () => {
  const hanging = crypto.randomUUID();
  const { posts, tell, states } = await subscribe(({ event }) => (event.data.subject.id === hanging ? 'hang' : 204));
  await tell(hanging, 'request');
  await tell(crypto.randomUUID(), 'request');
  await settled(() => posts.length === 2);
  for (let n = 0; n < 25 && !(await states()).includes('delivered'); n++) await new Promise((resolve) => setTimeout(resolve, 1000));
  expect((await states()).sort()).toEqual(['delivered', 'waiting']);
});
