import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { verifyAudit } from '../../ledger/audit-verify.ts';
import { receiveMessage } from '../../ledger/inbound.ts';
import { createTicket } from '../../ledger/new-ticket.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { as, type CareTeam, careTeamIn } from '../care-team.ts';
import { eventually, type Program, type System, startSystem } from '../system.ts';
import { createCareTeam } from '../ticket/care-team.ts';
import { createWorld, type World } from '../world.ts';

const lives = 40;
const anyHour = { mail: { fromLocalTime: '00:00', untilLocalTime: '23:59', spreadSeconds: 0 } };
const always = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '24:00' }));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let system: System;
let world: World;
let team: CareTeam;
let worker: Program;
let api: Program;

beforeAll(async () => {
  system = await startSystem({ env: { ANSWER_WITHIN_SECONDS: '3' }, manual: true });
  [worker, api] = await Promise.all([system.startWorker(), system.startApi()]);
  world = await createWorld(system.db, { settings: anyHour });
  team = await careTeamIn(world);
  await createCareTeam(world);
  await system.db.team.updateMany({ where: { facilityId: world.facilityId }, data: { hours: always } });
});
afterAll(() => system?.close());

/** Tickets of one agent whose clock runs out in a few seconds, all in the same one. */
async function plantTickets(dueAt: string): Promise<string[]> {
  const { facilityId, db } = world;
  const agent = await db.person.findFirstOrThrow({ where: { facilityId, name: 'Ada Agent' } });
  const ids: string[] = [];
  for (let n = 0; n < lives; n++) {
    const wanted = { facilityId, type: 'pricing-and-shipping', subject: `Matter ${n}`, assigneeId: agent.id, dueAt };
    const { facts } = await inTransaction(db, (tx) => createTicket(tx, wanted, as(agent), new Date().toISOString()));
    ids.push(facts.id);
  }
  return ids;
}

/** Patients of `domain`, each with a question. */
async function plantConversations(domain: string): Promise<string[]> {
  const { facilityId, db } = world;
  const ids: string[] = [];
  for (let n = 0; n < lives; n++) {
    const from = `patient-${n}@${domain}`;
    const inbound = { facilityId, channel: 'email' as const, from, externalId: from, text: `Where is parcel ${n}?`, categories: [] };
    const { conversation } = await inTransaction(db, (tx) => receiveMessage(tx, inbound, new Date().toISOString()));
    ids.push(conversation.facts.id);
  }
  return ids;
}

/** Sends a reply as a tool would: with one key, again until there is an answer. */
async function answer(id: string, n: number): Promise<number> {
  const key = randomUUID();
  for (;;) {
    try {
      const body = { text: `Hello, parcel ${n} comes on Monday.`, categories: ['order-status'], onBehalfOf: team.agent.id };
      const { status } = await system.call('POST', `/v1/conversations/${id}/replies`, body, { 'idempotency-key': key });
      if (status < 500 && status !== 409) return status;
    } catch {
      // the API is down
    }
    await pause(200);
  }
}

test('F-10, R-14, U-03: worker and API killed amid tickets whose clocks run out and replies that go out: nothing is lost or doubled', {
  timeout: 240_000,
}, async () => {
  const { db } = system;
  const dueAt = new Date(Date.now() + 25_000).toISOString();
  const tickets = await plantTickets(dueAt);
  const domain = `${randomUUID()}.example`; // other patients each time that this is run
  const conversations = await plantConversations(domain);
  const replies = conversations.map(answer);
  await pause(400);
  await worker.kill('SIGKILL');
  worker = await system.startWorker();
  await pause(500);
  await Promise.all([worker.kill('SIGKILL'), api.kill('SIGKILL')]);
  [worker, api] = await Promise.all([system.startWorker(), system.startApi()]);
  const statuses = await Promise.all(replies);
  expect(statuses.filter((status) => status !== 200 && status !== 201 && status !== 202)).toEqual([]);
  await pause(Math.max(0, Date.parse(dueAt) - Date.now() + 150)); // amid the clocks that run out
  await worker.kill('SIGKILL');
  worker = await system.startWorker();

  const sent = (kind: string, subjects: string[]) => db.message.count({ where: { kind, subjectId: { in: subjects }, state: 'sent' } });
  await eventually(async () => (await sent('reply', conversations)) === lives, 90_000);
  await eventually(async () => (await sent('ticket overdue', tickets)) >= lives, 90_000);
  await pause(1000); // whatever would be doubled

  const answered = await db.conversationMessage.groupBy({
    by: ['conversationId'],
    where: { conversationId: { in: conversations }, state: 'answered' },
    _count: true,
  });
  expect(answered.map(({ _count }) => _count)).toEqual(Array.from({ length: lives }, () => 1));
  expect(await db.message.count({ where: { kind: 'reply', subjectId: { in: conversations } } })).toBe(lives);
  expect(await db.mailboxEntry.count({ where: { to: { endsWith: `@${domain}` } } })).toBe(lives);

  const rows = await db.ticket.findMany({ where: { id: { in: tickets } } });
  const lateMs = rows.map(({ escalatedAt }) => escalatedAt!.getTime() - Date.parse(dueAt));
  expect(lateMs.filter((ms) => ms !== 0 && ms < 60_000)).toEqual([]); // as of its due instant, unless the worker was a minute late
  for (const action of ['warn', 'escalate'])
    expect([action, await db.auditEvent.count({ where: { subjectId: { in: tickets }, action } })]).toEqual([action, lives]);
  for (const kind of ['ticket due', 'ticket overdue']) {
    const mails = await db.message.groupBy({ by: ['subjectId', 'personId'], where: { kind, subjectId: { in: tickets } }, _count: true });
    expect([kind, mails.length >= lives, mails.every(({ _count }) => _count === 1)]).toEqual([kind, true, true]);
  }
  expect((await verifyAudit(db)).broken).toEqual([]);
});
