import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';

import type { DomainError } from '../../domain/errors.ts';
import type { TicketChoice } from '../../domain/ticket-decision.ts';
import { createTicket } from '../../ledger/new-ticket.ts';
import { changeTicket } from '../../ledger/ticket-decision.ts';
import { plantTicketTypes } from '../../ledger/ticket-type.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Person } from '../../prisma/generated/client.ts';
import { testApi } from '../api/api.ts';
import { createWorld } from '../world.ts';
import { actorFor, type CareTeam, createCareTeam } from './care-team.ts';

const api = testApi();
let care: CareTeam;
let lead: string;

beforeAll(async () => {
  care = await createCareTeam(api.world);
  lead = await api.keyFor('team lead', [api.world.facilityId]);
});

const newTicket = async (type: string, more: object = {}) => {
  const ticket = { facilityId: api.world.facilityId, type, subject: 'A matter', patientId: care.patient.id, ...more };
  return (await inTransaction(api.db, (tx) => createTicket(tx, ticket, actorFor(care.agent), api.now))).facts.id;
};

/** A decision as a life would carry it out: the state after it, or the refusal with its status' code and facts. */
async function decide(id: string, person: Person, choice: TicketChoice, reason?: string): Promise<Record<string, unknown>> {
  try {
    const by = { actor: actorFor(person), now: api.now, reason, decisionId: crypto.randomUUID() };
    const { state, effect } = await inTransaction(api.db, (tx) => changeTicket(tx, id, choice, by));
    return { state, ...(effect as Record<string, unknown>) };
  } catch (error) {
    const { type, details } = error as DomainError;
    return { refused: type, ...(details?.[0] as Record<string, unknown>) };
  }
}
const close = (id: string, outcome: object = {}, person = care.agent) => decide(id, person, { action: 'close', outcome: { ...outcome } });
const report = (nouns: string, body: object) =>
  api.call('POST', `/${nouns}`, { as: lead, body: { facilityId: api.world.facilityId, patientId: care.patient.id, ...body } });

describe('a ticket closes with what its type demands', () => {
  test('R-02: benefits verification is taken over only after the team said that it is unable', async () => {
    const id = await newTicket('benefits-verification', { fields: { program: 'Body' } });
    expect(await decide(id, care.alerts, { action: 'take over' })).toMatchObject({ refused: 'TAKEOVER_TOO_EARLY', unableAt: null });
    expect(await decide(id, care.agent, { action: 'mark unable' })).toMatchObject({ refused: 'REASON_MISSING' });
    await decide(id, care.agent, { action: 'mark unable' }, 'The insurer does not answer us.');
    expect(await decide(id, care.agent, { action: 'take over' })).toMatchObject({ refused: 'NOT_IN_TEAM' });
    expect(await decide(id, care.alerts, { action: 'take over' })).toMatchObject({ team: 'Insurance alerts', assignee: 'Abe Alerts' });
    expect(await close(id, { result: 'covered' }, care.alerts)).toMatchObject({ state: 'closed' });
  });

  test('R-03: all prior authorizations lie in the alerts queue, and close with the insurer’s decision', async () => {
    const id = await newTicket('prior-authorization', { fields: { program: 'Body' } });
    expect(await close(id, { decision: 'maybe' }, care.alerts)).toMatchObject({ refused: 'CLOSING_INCOMPLETE', rule: 'R-03' });
    expect(await close(id, { decision: 'approved' }, care.alerts)).toMatchObject({ state: 'closed', team: 'Insurance alerts' });
  });

  test('R-04: a prescription closes only with pharmacy and the instant of sending', async () => {
    const id = await newTicket('rx-triage', { fields: { program: 'Body' } });
    expect(await close(id, { pharmacy: 'Elm Street' }, care.alerts)).toMatchObject({
      refused: 'CLOSING_INCOMPLETE',
      rule: 'R-04',
      missing: ['sentAt'],
    });
    expect(await close(id, { pharmacy: 'Elm Street', sentAt: 'yesterday' }, care.alerts)).toMatchObject({ unfit: [{ field: 'sentAt' }] });
    expect(await close(id, { pharmacy: 'Elm Street', sentAt: '2027-01-04T11:00:00Z' }, care.alerts)).toMatchObject({ state: 'closed' });
    const { outcome } = await api.db.ticket.findUniqueOrThrow({ where: { id } });
    expect(outcome).toEqual({ pharmacy: 'Elm Street', sentAt: '2027-01-04T11:00:00.000Z' });
  });

  test('R-05: a voicemail is routed to a team that exists, and closes with a reply or a resolution, never unrouted', async () => {
    const id = await newTicket('voicemail');
    expect(await close(id, { reply: 'Called back.' })).toMatchObject({ refused: 'NEVER_ROUTED' });
    expect(await decide(id, care.agent, { action: 'route', teamId: 'Astrologers' })).toMatchObject({ refused: 'UNKNOWN_TEAM' });
    expect(await decide(id, care.agent, { action: 'route', teamId: 'Care coordinators' })).toMatchObject({ team: 'Care coordinators' });
    expect(await close(id, {}, care.remote)).toMatchObject({
      refused: 'CLOSING_INCOMPLETE',
      rule: 'R-05',
      missing: ['reply', 'resolution'],
    });
    expect(await close(id, { reply: 'Called back.' }, care.remote)).toMatchObject({ state: 'closed' });
  });

  test('R-06: an ID verification names both items; an issue with either is one that the patient was told of', async () => {
    const id = await newTicket('id-verification');
    expect(await close(id, { photo: 'ok' })).toMatchObject({ refused: 'CLOSING_INCOMPLETE', rule: 'R-06', missing: ['document'] });
    expect(await close(id, { photo: 'ok', document: 'issue' })).toMatchObject({ refused: 'CLOSING_INCOMPLETE', missing: ['contact'] });
    expect(await close(id, { photo: 'ok', document: 'issue', contact: 'Texted for a new picture.' })).toMatchObject({ state: 'closed' });
    const fine = await newTicket('id-verification');
    expect(await close(fine, { photo: 'ok', document: 'ok' })).toMatchObject({ state: 'closed' });
  });

  test('R-09: a program cancellation cannot close while the subscription is active', async () => {
    const subscription = { number: 'S-1', programme: 'Body', startedAt: '2026-06-01T00:00:00Z' };
    const { body } = await report('subscriptions', { ...subscription, status: 'active' });
    const id = await newTicket('program-cancellation', { fields: { subscription: 'S-1' } });
    expect(await close(id)).toMatchObject({ refused: 'SUBSCRIPTION_ACTIVE', active: ['S-1'] });
    const first = await api.call('POST', `/subscriptions/${body.id}/cancel`, { as: lead });
    expect(first.body).toMatchObject({ status: 'cancelled', cancelledAt: api.now, cancelledBy: 'A team lead' });
    expect((await api.call('POST', `/subscriptions/${body.id}/cancel`, { as: lead })).body).toEqual(first.body); // twice: the first answer
    expect(await close(id)).toMatchObject({ state: 'closed' });
    const nothing = await newTicket('program-cancellation', { fields: { subscription: 'S-9' } });
    expect(await close(nothing)).toMatchObject({ refused: 'SUBSCRIPTION_UNKNOWN' });
  });

  test('R-11: a lab order is really cancelled, and a new one stands in its place where one is wanted', async () => {
    const order = { what: 'Metabolic panel', orderedAt: '2026-12-01T00:00:00Z' };
    await report('lab-orders', { ...order, number: 'L-1', status: 'active' });
    expect(
      (await api.call('POST', '/tickets', { as: lead, body: { facilityId: api.world.facilityId, type: 'lab-cancellation', subject: 'x' } }))
        .body.facts,
    ).toMatchObject({ missing: ['order', 'replacement'] });
    const id = await newTicket('lab-cancellation', { fields: { order: 'L-1', replacement: 'with a new one' } });
    await report('lab-orders', { ...order, number: 'L-2', status: 'active', replaces: 'L-1' });
    expect(await close(id)).toMatchObject({ refused: 'LAB_ORDER_ALIVE', order: 'L-1', replacements: ['L-2'] }); // the new one is requested, the old one alive
    await report('lab-orders', { ...order, number: 'L-1', status: 'cancelled' });
    expect(await close(id)).toMatchObject({ state: 'closed' });

    await report('lab-orders', { ...order, number: 'L-3', status: 'cancelled' });
    const wanted = await newTicket('lab-cancellation', { fields: { order: 'L-3', replacement: 'with a new one' } });
    expect(await close(wanted)).toMatchObject({ refused: 'LAB_ORDER_NOT_REPLACED' });
    const without = await newTicket('lab-cancellation', { fields: { order: 'L-3', replacement: 'without a new one' } });
    expect(await close(without)).toMatchObject({ state: 'closed' });
    const unknown = await newTicket('lab-cancellation', { fields: { order: 'L-99', replacement: 'without a new one' } });
    expect(await close(unknown)).toMatchObject({ refused: 'LAB_ORDER_UNKNOWN' });
  });

  test('R-12: orders are listed whatever their status, and whoever looked is written down', async () => {
    for (const [number, status] of [
      ['O-1', 'shipped'],
      ['O-2', 'lost'],
    ]) {
      await report('orders', { number, status, what: 'Refill', orderedAt: '2026-12-01T00:00:00Z' });
    }
    const { body } = await api.call('GET', `/orders?patientId=${care.patient.id}`, { as: lead });
    expect(body.items.map((one: { status: string }) => one.status).sort()).toEqual(['lost', 'shipped']);
    expect(await api.db.accessEvent.count({ where: { patientId: care.patient.id, what: 'orders' } })).toBe(1);
    for (const type of ['pricing-and-shipping', 'order-management', 'updated-insurance'])
      expect(await close(await newTicket(type), { resolution: 'Answered.' })).toMatchObject({ state: 'closed' });
  });

  test('R-13: a non-clinical message closes with the check that the patient needs nothing else', async () => {
    const id = await newTicket('non-clinical-message');
    expect(await close(id)).toMatchObject({ refused: 'CLOSING_INCOMPLETE', rule: 'R-13', missing: ['checked'] });
    expect(await close(id, { checked: 'no' })).toMatchObject({ refused: 'CLOSING_INCOMPLETE' });
    expect(await close(id, { checked: true })).toMatchObject({ state: 'closed' });
  });

  test('R-10: the patient updated their insurance', async () => {
    const id = await newTicket('updated-insurance');
    expect(await close(id)).toMatchObject({ refused: 'CLOSING_INCOMPLETE', rule: 'R-10' });
    expect(await close(id, { resolution: 'The new card is on file.' })).toMatchObject({ state: 'closed' });
  });
});

test('P-02: a clearance type of before its closing rule is given it by migration; a type of the customer’s own is left alone', async () => {
  const { db } = api;
  const { facilityId } = await createWorld(db, { name: 'Older types' });
  await inTransaction(db, (tx) => plantTicketTypes(tx, facilityId));
  await db.ticketType.updateMany({ where: { facilityId, key: 'clearance' }, data: { rule: null } });
  const older = await db.ticketType.findFirstOrThrow({ where: { facilityId, key: 'clearance' } });
  const { id: _id, fields, closing, ...terms } = older;
  const own = { ...terms, fields: fields as object, closing: closing as object, key: 'own-clearance', name: 'Our own', source: null };
  await db.ticketType.create({ data: own });
  await db.$executeRawUnsafe(await readFile('prisma/migrations/20261129183500_clearance_closing/migration.sql', 'utf8'));
  const rules = await db.ticketType.findMany({ where: { facilityId, key: { endsWith: 'clearance' } }, orderBy: { key: 'asc' } });
  expect(rules.map(({ key, rule, version }) => [key, rule, version])).toEqual([
    ['clearance', 'clearance', older.version + 1],
    ['own-clearance', null, older.version],
  ]);
});

describe('types are data', () => {
  test('R-07: a type of the customer’s own is one entry: it opens, demands and closes like those of the starting set', async () => {
    const body = {
      facilityId: api.world.facilityId,
      key: 'supply-request',
      name: 'Supply request',
      area: 'care operations',
      teamId: care.teams.care.id,
      closing: [{ name: 'ordered', label: 'What was ordered', kind: 'line' }],
    };
    const made = await api.call('POST', '/ticket-types', { as: lead, body });
    expect([made.status, made.body.version]).toEqual([201, 1]);
    expect((await api.call('POST', '/ticket-types', { as: lead, body })).body.code).toBe('TICKET_TYPE_EXISTS');
    const id = await newTicket('supply-request');
    expect(await close(id)).toMatchObject({ refused: 'CLOSING_INCOMPLETE', missing: ['ordered'] });
    expect(await close(id, { ordered: 'Gloves', colour: 'blue' })).toMatchObject({ unknown: ['colour'] });
    expect(await close(id, { ordered: 'Gloves' })).toMatchObject({ state: 'closed' });
    const off = await api.call('PATCH', `/ticket-types/${made.body.id}`, { as: lead, ifMatch: 1, body: { active: false } });
    expect(off.status).toBe(200);
    const gone = await api.call('POST', '/tickets', {
      as: lead,
      body: { facilityId: api.world.facilityId, type: 'supply-request', subject: 'x' },
    });
    expect(gone.body.code).toBe('UNKNOWN_TICKET_TYPE');
  });

  test('F-10: another clock of a type or other hours of a team move its open tickets, and wake those that are due earlier', async () => {
    const id = await newTicket('refund-or-credit');
    const due = async () => (await api.call('GET', `/tickets/${id}`, { as: lead })).body.dueAt;
    expect(await due()).toBe('2027-01-05T22:00:00.000Z'); // two days of eight hours in New York, from Monday nine o'clock on
    await api.db.wakeUp.deleteMany();
    const type = await api.db.ticketType.findUniqueOrThrow({
      where: { facilityId_key: { facilityId: api.world.facilityId, key: 'refund-or-credit' } },
    });
    await api.call('PATCH', `/ticket-types/${type.id}`, { as: lead, ifMatch: type.version, body: { slaMinutes: 60, warnMinutes: 0 } });
    expect(await due()).toBe('2027-01-04T15:00:00.000Z');
    expect(await api.db.wakeUp.count({ where: { workflowId: `ticket/${id}`, kind: 'update' } })).toBe(1);
    const hours = [{ weekday: 1, from: '12:00', to: '20:00' }];
    const { body } = await api.call('PATCH', `/teams/${care.teams.care.id}`, {
      as: lead,
      ifMatch: care.teams.care.version,
      body: { hours },
    });
    expect(body.hours).toEqual(hours);
    expect(await due()).toBe('2027-01-04T18:00:00.000Z');
    expect(await api.db.wakeUp.count({ where: { workflowId: `ticket/${id}` } })).toBe(1); // later wakes nobody
  });
});

test('many tickets at once: a result for each, none silently dropped', async () => {
  const [one, two] = [await newTicket('order-management'), await newTicket('order-management')];
  const missing = '01890000-0000-7000-8000-0000000000aa';
  await close(two, { resolution: 'Answered.' });
  const body = { ids: [one, two, missing], choice: { action: 'close', outcome: { resolution: 'Answered.' } } };
  const { status, body: answer } = await api.call('POST', '/tickets/bulk', { as: lead, body });
  const results = new Map(
    (answer.results as { id: string; receipt?: { state: string }; problem?: { code: string } }[]).map((one) => [one.id, one]),
  );
  expect(status).toBe(200);
  expect(results.get(one)?.receipt?.state).toBe('closed');
  expect([results.get(two)?.problem?.code, results.get(missing)?.problem?.code]).toEqual(['TICKET_CLOSED', 'TICKET_NOT_FOUND']);
});
