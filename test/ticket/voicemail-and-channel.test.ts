import { beforeAll, describe, expect, test } from 'vitest';

import { addMinutes } from '../../domain/civil.ts';
import { changeTicket } from '../../ledger/ticket-decision.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { testApi } from '../api/api.ts';
import { actorFor, type CareTeam, createCareTeam } from './care-team.ts';

const api = testApi();
let care: CareTeam;
let agentKey: string;

beforeAll(async () => {
  care = await createCareTeam(api.world);
  agentKey = await api.keyFor('care team agent', [api.world.facilityId]);
});

const voicemail = (more: object = {}) => {
  const body = { facilityId: api.world.facilityId, channel: 'voicemail', from: '+12025550123', text: 'Please call me about my order.' };
  return api.call('POST', '/conversations/inbound', { as: agentKey, body: { ...body, externalId: crypto.randomUUID(), ...more } });
};
const ticketOf = (id: string) => api.db.ticket.findUniqueOrThrow({ where: { id }, include: { type: true, team: true } });
const close = (id: string, outcome: object) =>
  inTransaction(api.db, (tx) =>
    changeTicket(tx, id, { action: 'close', outcome } as never, {
      actor: actorFor(care.lead),
      now: api.now,
      decisionId: crypto.randomUUID(),
    }),
  );

describe('R-05: a voicemail', () => {
  test('opens a ticket, once however often it is delivered; unrouted it cannot be closed', async () => {
    const externalId = 'VM-1';
    const { status, body } = await voicemail({ externalId });
    expect(status).toBe(201);
    const again = await voicemail({ externalId });
    expect([again.status, again.body.ticketId]).toEqual([200, body.ticketId]);
    const ticket = await ticketOf(body.ticketId);
    expect(ticket).toMatchObject({ origin: 'automated', patientId: care.patient.id, routedAt: null, aboutId: body.conversationId });
    expect([ticket.type.key, ticket.team.name]).toEqual(['voicemail', 'Care team']);
    await expect(close(body.ticketId, { resolution: 'Called back.' })).rejects.toMatchObject({ type: 'NEVER_ROUTED' });
  });

  test('closed with a reply, its conversation waits no longer; what was said since goes on waiting', async () => {
    const from = '+12025550188';
    const first = await voicemail({ from, teamId: 'Clinical team', categories: ['order-status'] });
    const conversation = () => api.db.conversation.findUniqueOrThrow({ where: { id: first.body.conversationId } });
    expect(await conversation()).toMatchObject({ waitingSince: expect.any(Date), queues: ['team'] });
    await close(first.body.ticketId, { reply: 'It comes on Monday.' });
    expect(await conversation()).toMatchObject({ state: 'open', waitingSince: null, queues: [] });
    expect((await conversation()).next).toMatchObject({ kind: 'settle' });
    const second = await voicemail({ from, teamId: 'Clinical team' });
    const since = (await conversation()).waitingSince;
    api.now = addMinutes(api.now, 5);
    await voicemail({ channel: 'text', from, text: 'And my invoice?', categories: ['billing'] });
    expect((await conversation()).waitingSince).toEqual(since);
    await close(second.body.ticketId, { resolution: 'Called back.' });
    expect(await conversation()).toMatchObject({ waitingSince: new Date(api.now), queues: ['team'] });
    const trail = await api.db.auditEvent.findMany({ where: { subjectId: first.body.conversationId, action: 'settle voicemail' } });
    expect(trail.map(({ rule }) => rule)).toEqual(['R-05', 'R-05']);
  });

  test('for a known team goes there at once; for an unknown one it is refused, and nothing is kept', async () => {
    const { body } = await voicemail({ teamId: 'Clinical team' });
    expect((await ticketOf(body.ticketId)).team.name).toBe('Clinical team');
    await close(body.ticketId, { resolution: 'Called back.' });
    const refused = await voicemail({ externalId: 'VM-2', teamId: 'No such team' });
    expect([refused.status, refused.body.code]).toEqual([422, 'UNKNOWN_TEAM']);
    expect(await api.db.conversationMessage.count({ where: { externalId: 'VM-2' } })).toBe(0);
    expect((await voicemail({ channel: 'text', teamId: 'Clinical team' })).status).toBe(400);
  });
});

describe('P-07: the channel of a team', () => {
  const post = (body: object, teamId = care.teams.care.id) => api.call('POST', `/teams/${teamId}/posts`, { as: agentKey, body });

  test('tells all of the team; what is meant for one of them is said to all, with the reason', async () => {
    const { status, body } = await post({ text: 'Who knows?', meantForId: care.second.id, onBehalfOf: care.agent.id });
    expect(status).toBe(201);
    expect(body).toMatchObject({ meantForId: care.second.id, because: expect.stringContaining('anybody can help') });
    const told = await api.db.message.findMany({ where: { kind: 'team post' }, include: { person: true } });
    expect(told.map(({ person }) => person!.name).sort()).toEqual(['Ben Agent', 'Lea Lead']);
    expect(JSON.stringify(told.map(({ content }) => content))).not.toContain('Who knows?');
    const listed = await api.call('GET', `/teams/${care.teams.care.id}/posts`, { as: agentKey });
    expect(listed.body.items).toMatchObject([{ text: 'Who knows?', by: 'Ada Agent' }]);
  });

  test('a direct message to somebody of elsewhere is refused, and so is a post of somebody who is not in the team', async () => {
    const direct = await post({ text: 'Psst', meantForId: care.doctor.id, onBehalfOf: care.agent.id });
    expect([direct.status, direct.body.code]).toEqual([422, 'DIRECT_MESSAGE']);
    const foreign = await post({ text: 'Hello', onBehalfOf: care.alerts.id });
    expect([foreign.status, foreign.body.code]).toEqual([403, 'NOT_IN_TEAM']);
  });
});
