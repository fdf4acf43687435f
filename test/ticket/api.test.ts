import { beforeAll, describe, expect, test } from 'vitest';

import type { DomainError } from '../../domain/errors.ts';
import type { TicketChoice } from '../../domain/ticket-decision.ts';
import { createTicket } from '../../ledger/new-ticket.ts';
import { changeTicket } from '../../ledger/ticket-decision.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Person } from '../../prisma/generated/client.ts';
import { testApi } from '../api/api.ts';
import { actorFor, type CareTeam, createCareTeam } from './care-team.ts';

const api = testApi();
let care: CareTeam;
let agent: string;
let manager: string;

beforeAll(async () => {
  care = await createCareTeam(api.world);
  agent = await api.keyFor('care team agent', [api.world.facilityId]);
  manager = await api.keyFor('manager', [api.world.facilityId]);
});

const open = (type: string, more: object = {}, as = agent) =>
  api.call('POST', '/tickets', { as, body: { facilityId: api.world.facilityId, type, subject: 'A matter', ...more } });

/** A decision of a person as a life would carry it out: the code of the refusal, or the state after it. */
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

const newTicket = async (type: string, more: object = {}) =>
  (
    await inTransaction(api.db, (tx) =>
      createTicket(
        tx,
        { facilityId: api.world.facilityId, type, subject: 'A matter', patientId: care.patient.id, ...more },
        actorFor(care.agent),
        api.now,
      ),
    )
  ).facts.id;

describe('opening', () => {
  test('R-07, R-08: a ticket has a type of the facility; its origin is a person or an event; an unknown type is refused', async () => {
    const byHand = await open('other-non-clinical');
    expect([byHand.status, byHand.body.origin, byHand.body.team.name]).toEqual([201, 'person', 'Care team']);
    expect((await open('refund-or-credit', { origin: 'automated', patientId: care.patient.id })).body.origin).toBe('automated');
    const unknown = await open('horoscope');
    expect([unknown.status, unknown.body.code, unknown.body.rule]).toEqual([422, 'UNKNOWN_TICKET_TYPE', 'R-07']);
    expect(await api.db.wakeUp.count({ where: { workflowId: `ticket/${byHand.body.id}`, kind: 'start' } })).toBe(1);
  });

  test('R-01: the alerts queue takes the Body programme and no other', async () => {
    expect((await open('insurance-alert', { fields: { program: 'Body' } })).body.team.name).toBe('Insurance alerts');
    const other = await open('insurance-alert', { fields: { program: 'Mind' } });
    expect([other.status, other.body.rule, other.body.facts.unfit[0].field]).toEqual([422, 'R-01', 'program']);
  });

  test('P-08: the priority flag is for a medical emergency, and is told to the whole team and its lead', async () => {
    const refused = await open('patient-inquiry', { priority: true });
    expect([refused.status, refused.body.rule]).toEqual([422, 'P-08']);
    const { body } = await open('patient-inquiry', { priority: true, medicalEmergency: true });
    expect(body.priority).toBe(true);
    const told = await api.db.message.findMany({ where: { subjectId: body.id, kind: 'ticket emergency' }, include: { person: true } });
    expect(told.map(({ person }) => person?.name).sort()).toEqual(['Dora Desk', 'Lea Lead', 'Rea Remote']);
  });

  test('P-10: a growth inquiry under another type is re-typed, and the answer and the audit trail say so', async () => {
    const { status, body } = await open('patient-inquiry', { subject: 'How do I join the Growth Program?' });
    expect([status, body.type.key, body.team.name, body.retypedFrom.key]).toEqual([201, 'growth-program', 'Support', 'patient-inquiry']);
    const [event] = (await api.call('GET', `/tickets/${body.id}/history`, { as: manager })).body.items;
    expect([event.rule, event.after.filedAs]).toEqual(['P-10', 'patient-inquiry']);
    expect((await open('patient-inquiry', { subject: 'My son needs a growth programmer' })).body.retypedFrom).toBeNull(); // whole words only
  });

  test('P-26: a growth request to care coordinators is refused: it is the provider’s own', async () => {
    const refused = await open('growth-program', { teamId: care.teams.coordinators.id });
    expect([refused.status, refused.body.code, refused.body.rule]).toEqual([422, 'GROWTH_NOT_SUPPORTED', 'P-26']);
    const id = await newTicket('growth-program');
    await decide(id, care.manager, { action: 'route', teamId: care.teams.coordinators.id });
    expect(await decide(id, care.manager, { action: 'assign', personId: care.designated.id })).toMatchObject({
      refused: 'GROWTH_NOT_SUPPORTED',
    });
  });

  test('P-01, P-09, P-25, P-30: each area of a coordinator’s job has a type; support, upgrades and coverage questions have their queues', async () => {
    const { body } = await api.call('GET', `/ticket-types?facilityId=${api.world.facilityId}&limit=100`, { as: agent });
    const areas = new Set((body.items as { area: string }[]).map(({ area }) => area));
    for (const area of ['provider communication', 'patient communication', 'scheduling', 'health record']) expect(areas).toContain(area);
    expect((await open('support')).body.team.name).toBe('Support');
    expect((await open('coverage-question')).body.team.name).toBe('Coordinator managers');
    expect((await open('coordinator-upgrade')).body.facts.missing).toEqual(['requirementsReviewed']);
    expect((await open('coordinator-upgrade', { fields: { requirementsReviewed: true } })).body.team.name).toBe('Support');
  });

  test('what does not exist, is malformed or is past is refused with its place', async () => {
    expect((await open('support', { patientId: '01890000-0000-7000-8000-0000000000aa' })).status).toBe(404);
    expect((await open('support', { teamId: 'Nobody' })).body.code).toBe('UNKNOWN_TEAM');
    expect((await open('support', { dueAt: '2027-01-01T00:00:00Z' })).body.code).toBe('DUE_PAST');
    expect((await open('support', { subject: ' ' })).status).toBe(400);
    expect((await open('support', { fields: { colour: 'red' } })).body.facts.unknown).toEqual(['colour']);
    const contact = await open('support', {}, api.keys.contact);
    expect([contact.status, contact.body.code]).toEqual([403, 'NOT_ALLOWED']);
  });
});

describe('who works it', () => {
  test('P-29: a remote coordinator is refused a task of designated scope, a designated one is not; every refusal names its rule', async () => {
    const id = await newTicket('in-office-task');
    expect(await decide(id, care.remote, { action: 'take' })).toMatchObject({ refused: 'OUTSIDE_SCOPE', kind: 'remote' });
    expect(await decide(id, care.agent, { action: 'take' })).toMatchObject({ refused: 'WORK_NOT_YOURS' });
    expect(await decide(id, care.designated, { action: 'take' })).toMatchObject({ state: 'open', assignee: 'Dora Desk' });
    const refused = await api.call('POST', `/tickets/${id}/pause?preview=true`, {
      as: await api.keyFor('care coordinator', [api.world.facilityId]),
      body: { reason: 'waits' },
    });
    expect([refused.status, refused.body.rule]).toEqual([403, 'P-29']); // a tool counts as remote
  });

  test('a ticket is worked by its team; the lead gives it to others, anybody takes one for themselves', async () => {
    const id = await newTicket('refund-or-credit');
    expect(await decide(id, care.alerts, { action: 'take' })).toMatchObject({ refused: 'NOT_IN_TEAM' });
    expect(await decide(id, care.agent, { action: 'assign', personId: care.second.id })).toMatchObject({ refused: 'ASSIGN_NOT_YOURS' });
    expect(await decide(id, care.agent, { action: 'take' })).toMatchObject({ assignee: 'Ada Agent' });
    expect(await decide(id, care.second, { action: 'take' })).toMatchObject({ refused: 'TICKET_TAKEN', by: 'Ada Agent' });
    expect(await decide(id, care.lead, { action: 'assign', personId: care.alerts.id })).toMatchObject({ refused: 'ASSIGNEE_NOT_IN_TEAM' });
    expect(await decide(id, care.lead, { action: 'assign', personId: care.second.id })).toMatchObject({ assignee: 'Ben Agent' });
    const told = await api.db.message.findMany({ where: { subjectId: id, kind: 'ticket assigned' }, include: { person: true } });
    expect(told.map(({ person }) => person?.name)).toEqual(['Ben Agent']);
  });

  test('two leads answer at once: the first answer stands, the other sees who gave it', async () => {
    const id = await newTicket('other-non-clinical');
    const other = await api.db.person.create({
      data: { facilityId: api.world.facilityId, name: 'Lou Lead', role: 'team lead', email: 'lou@x.example' },
    });
    const close = { action: 'close' as const, outcome: { resolution: 'Done.' } };
    const answers = await Promise.all([decide(id, care.lead, close), decide(id, other, close)]);
    const won = answers.findIndex((answer) => answer.state === 'closed');
    expect(answers[won]).toMatchObject({ state: 'closed' });
    expect(answers[1 - won]).toMatchObject({ refused: 'TICKET_CLOSED', by: [care.lead, other][won]!.name });
  });
});
