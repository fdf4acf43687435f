import { afterAll, beforeAll, expect, test } from 'vitest';

import { createTicket } from '../../ledger/new-ticket.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { enter, visible } from '../pages/visitor.ts';
import { type System, startSystem } from '../system.ts';
import { createWorld } from '../world.ts';
import { actorFor, type CareTeam, createCareTeam } from './care-team.ts';

let system: System;
let care: CareTeam;
let path: string;
let cookie: string;
let seen: string;

beforeAll(async () => {
  system = await startSystem();
  const world = await createWorld(system.db);
  care = await createCareTeam(world);
  cookie = await enter(system, care.alerts);
  const wanted = { facilityId: world.facilityId, type: 'rx-triage', subject: 'Typed words', fields: { program: 'Body' } };
  const now = new Date().toISOString();
  const { facts } = await inTransaction(system.db, (tx) =>
    createTicket(tx, { ...wanted, assigneeId: care.alerts.id }, actorFor(care.manager), now),
  );
  path = `/tickets/${facts.id}`;
  seen = /name="seen" value="([^"]+)"/.exec(await (await fetch(`${system.url}${path}`, { headers: { cookie } })).text())![1]!;
});
afterAll(() => system?.close());

async function post(action: string, form: Record<string, string>) {
  const body = new URLSearchParams({ form: crypto.randomUUID(), seen, ...form });
  const answer = await fetch(`${system.url}${path}/${action}`, { method: 'POST', body, headers: { cookie }, redirect: 'manual' });
  return [answer.status, await answer.text()];
}

test('R-04, U-02: what was typed into a form of a ticket stays when it is refused: unreadable, incomplete, too early, stale', async () => {
  const typed = { 'field.pharmacy': 'Elm Street' };
  const kept = expect.stringContaining('value="Elm Street"');
  expect(await post('close', { ...typed, 'field.sentAt': 'noon' })).toEqual([400, kept]);
  expect(await post('close', typed)).toEqual([422, kept]);
  expect(await post('close', { ...typed, seen: 'what was so before' })).toEqual([409, kept]);
  const long = 'n'.repeat(2001);
  expect(await post('note', { reason: long })).toEqual([400, expect.stringContaining(`value="${long}"`)]);
  const past = { reason: 'It waits for the pharmacy.', until: '2020-01-01T09:00' };
  expect(await post('pause', past)).toEqual([422, expect.stringMatching(/<details open="">.*value="It waits for the pharmacy\."/s)]);
});

test('R-04: closed by somebody else meanwhile, what the second typed stands on the page by itself', async () => {
  const outcome = { 'field.pharmacy': 'Oak Avenue', 'field.sentAt': '2027-01-04T09:00' };
  expect((await post('close', outcome))[0]).toBe(303);
  const [status, html] = await post('close', { ...outcome, 'field.pharmacy': 'Elm Street 12' });
  expect([status, visible(html as string)]).toEqual([
    409,
    expect.stringMatching(/closed already.*What you wrote, which was not kept Elm Street 12.*Closed by Abe Alerts/),
  ]);
});
