import { beforeAll, describe, expect, test } from 'vitest';

import { testApi } from '../api/api.ts';
import { type CareTeam, careTeamIn } from '../care-team.ts';

const api = testApi();
let team: CareTeam;
let agent: string;
let lead: string;
let coordinator: string;

beforeAll(async () => {
  const { db, world, keyFor } = api;
  team = await careTeamIn(world);
  const here = [world.facilityId];
  [agent, lead, coordinator] = await Promise.all([
    keyFor('care team agent', here),
    keyFor('team lead', here),
    keyFor('care coordinator', here),
  ]);
  const { practitioner, patient } = team;
  const time = { startsAt: '2027-01-02T15:00:00Z', endsAt: '2027-01-02T15:30:00Z', bookedAt: api.now, next: {}, nextAt: api.now };
  await db.appointment.create({ data: { facilityId: world.facilityId, patientId: patient.id, practitionerId: practitioner.id, ...time } });
});

let count = 0;
const inbound = (wishes: object = {}) =>
  api.call('POST', '/conversations/inbound', {
    as: agent,
    body: {
      facilityId: api.world.facilityId,
      channel: 'text',
      from: '+15551234567',
      externalId: `in-${++count}`,
      text: 'Where is my order?',
      ...wishes,
    },
  });
const preview = (id: string, path: string, body: object, as = agent) =>
  api.call('POST', `/conversations/${id}/${path}?preview=true`, { as, body });

describe('conversations come in by one endpoint', () => {
  test('a text of a known patient opens a conversation of the provider they see; delivered again it does nothing', async () => {
    const first = await inbound({ externalId: 'SM-1' });
    expect(first.status).toBe(201);
    const again = await inbound({ externalId: 'SM-1', text: 'Where is my order? (again)' });
    expect([again.status, again.body]).toEqual([200, first.body]);
    const { body } = await api.call('GET', `/conversations/${first.body.conversationId}`, { as: agent });
    expect(body).toMatchObject({
      patientId: team.patient.id,
      practitionerId: team.practitioner.id,
      state: 'open',
      waitsOn: [{ on: 'assignee' }],
    });
    const said = await api.call('GET', `/conversations/${first.body.conversationId}/messages`, { as: agent });
    expect(said.body.items).toMatchObject([{ text: 'Where is my order?', state: 'received', direction: 'inbound' }]);
  });

  test('R-14: a patient who has seen nobody yet belongs to the provider by whose line they wrote before', async () => {
    const { db, world } = api;
    const { facilityId } = world;
    const digits = String(Math.random()).slice(2, 9); // each try has its own
    const card = { facilityId, givenName: 'Zoe', familyName: 'Unseen', phone: `+1555${digits}`, email: `zoe${digits}@patients.example` };
    await db.patient.create({ data: card });
    const first = await inbound({ from: card.phone, practitionerId: team.practitioner.id });
    const second = await inbound({ channel: 'email', from: card.email });
    expect(second.body.conversationId).not.toBe(first.body.conversationId);
    const { body } = await api.call('GET', `/conversations/${second.body.conversationId}`, { as: agent });
    expect(body.practitionerId).toBe(team.practitioner.id);
  });

  test('R-14: an email of many pages comes in whole, and one too long is refused with the limit', async () => {
    const text = 'A long story. '.repeat(1200).trim();
    const { status, body } = await inbound({ channel: 'email', from: 'ana@patients.example', text });
    expect(status).toBe(201);
    const said = await api.call('GET', `/conversations/${body.conversationId}/messages`, { as: agent });
    expect(said.body.items[0].text).toBe(text);
    const refused = await inbound({ channel: 'email', from: 'ana@patients.example', text: 'x'.repeat(20_001) });
    expect(refused.status).toBe(400);
    expect(JSON.stringify(refused.body.facts)).toContain('20000');
    const reply = { text: `Hello,\n\n${'it left. '.repeat(400)}`, categories: ['order-status'] };
    expect((await preview(body.conversationId, 'replies', reply)).status).toBe(200);
  });

  test('voicemail and text by one number are one thread; fifty deliveries at once are one message', async () => {
    const from = '+15550001111';
    const every = await Promise.all(Array.from({ length: 50 }, () => inbound({ from, externalId: 'V-1', channel: 'voicemail' })));
    const all = every.filter(({ status }) => status !== 503); // a busy machine turns some away: their sender delivers them again
    expect(all.filter(({ status }) => status === 201).length).toBe(1);
    expect(new Set(all.map(({ body }) => body.messageId)).size).toBe(1);
    const more = await inbound({ from });
    expect(more.body.conversationId).toBe(all[0]!.body.conversationId);
    expect(await api.db.wakeUp.count({ where: { workflowId: `conversation/${more.body.conversationId}`, kind: 'start' } })).toBe(1);
  });

  test('two patients with one address: nobody guesses whose it is; a malformed address is 400, a patient of elsewhere 404', async () => {
    const { db, world } = api;
    const shared = { facilityId: world.facilityId, familyName: 'Twin', phone: '+15550002222' };
    for (const givenName of ['One', 'Two']) await db.patient.create({ data: { ...shared, givenName } });
    const { body } = await inbound({ from: shared.phone });
    expect((await db.conversation.findUniqueOrThrow({ where: { id: body.conversationId } })).patientId).toBeNull();
    expect((await inbound({ from: 'the blue phone' })).status).toBe(400);
    expect((await inbound({ from: '+15550003333', patientId: crypto.randomUUID() })).status).toBe(404);
    expect((await inbound({ from: '+15550003333', categories: ['weather'] })).body.code).toBe('CATEGORY_UNKNOWN');
  });

  test('F-25: whoever reads a conversation leaves an event; roles that do not talk with patients read none', async () => {
    const { body } = await inbound();
    const path = `/conversations/${body.conversationId}`;
    const before = await api.db.accessEvent.count({ where: { patientId: team.patient.id } });
    await api.call('GET', path, { as: coordinator });
    await api.call('GET', '/conversations', { as: coordinator });
    expect(await api.db.accessEvent.count({ where: { patientId: team.patient.id } })).toBe(before + 2);
    for (const address of [path, '/conversations', `${path}/messages`])
      expect((await api.call('GET', address, { as: api.keys.contact })).status).toBe(403);
  });

  test('P-04: folders and queues are filters', async () => {
    const { body } = await inbound({ from: '+15550004444', categories: ['side-effects', 'billing'] });
    const ids = async (query: string) =>
      (await api.call('GET', `/conversations?${query}`, { as: lead })).body.items.map(({ id }: { id: string }) => id) as string[];
    expect(await ids('queue=clinical')).toEqual([body.conversationId]);
    expect(await ids('state=open')).toContain(body.conversationId);
    expect(await ids('state=done')).toEqual([]);
    expect(await ids('flagged=true')).toEqual([]);
    expect((await api.call('GET', '/conversations?folder=spam', { as: lead })).status).toBe(400);
  });
});

describe('the preview of a reply says what would be refused, and hints', () => {
  let id: string;
  beforeAll(async () => {
    id = (await inbound({ from: '+15550005555' })).body.conversationId;
  });

  test('R-14: each of the eleven categories may be answered by an agent, R-15: none of the six, P-06: nor by a coordinator', async () => {
    const { body } = await api.call('GET', `/reply-categories?facilityId=${api.world.facilityId}`, { as: agent });
    const [source] = body.items;
    expect(source).toMatchObject({ version: 0, inForce: true, signedOffBy: null });
    for (const { key, answeredBy } of source.categories as { key: string; answeredBy: string }[]) {
      const reply = { text: 'Hi, yes.', categories: [key] };
      const [byAgent, byCoordinator] = [await preview(id, 'replies', reply), await preview(id, 'replies', reply, coordinator)];
      if (answeredBy === 'clinical') {
        expect([key, byAgent.status, byAgent.body.rule, byCoordinator.status, byCoordinator.body.rule]).toEqual([
          key,
          403,
          'R-15',
          403,
          'P-06',
        ]);
      } else {
        const outcome = answeredBy === 'team' ? 'sent' : 'held';
        expect([key, byAgent.body.effect.reply, byCoordinator.body.effect.reply]).toEqual([key, outcome, outcome]);
      }
    }
  });

  test('R-18, R-19: hints are beside the effect and block nothing', async () => {
    const { status, body } = await preview(id, 'replies', { text: 'Sorry, sorry: it left.', categories: ['billing', 'order-status'] });
    expect(status).toBe(200);
    expect(body.effect.hints.map(({ code }: { code: string }) => code)).toEqual([
      'GREETING_MISSING',
      'MATTERS_IN_ONE_PARAGRAPH',
      'TOO_MANY_APOLOGIES',
    ]);
  });

  test('R-15, R-21, P-06: where all that is open is medical, a reply to a part of the team’s goes; what covers none is refused with true ways out', async () => {
    const { conversationId } = (await inbound({ from: '+15550008888' })).body;
    const sorted = (category: string, queue: string) =>
      api.db.conversation.update({
        where: { id: conversationId },
        data: { matters: [{ category, queue, since: new Date().toISOString(), settledAt: null }], queues: [queue] },
      });
    const reply = (category: string, as = agent) => preview(conversationId, 'replies', { text: 'Hi, yes.', categories: [category] }, as);
    await sorted('side-effects', 'clinical');
    for (const who of [agent, coordinator, lead]) expect((await reply('order-status', who)).body.effect.reply).toBe('sent');
    const { status, body } = await reply('unsure', coordinator);
    expect([status, body.code, body.facts.categories]).toEqual([403, 'MEDICAL_IS_THE_PROVIDERS', ['side-effects']]);
    expect(body.facts.waysOut).toEqual(['tag the provider', 'reply to the other parts', 'sort it again if it is not medical']);
    await sorted('unsure', 'lead');
    expect((await reply('unsure', coordinator)).body.effect.reply).toBe('held');
  });

  test('R-21: no category is 400, an unknown one 422; R-17: only a lead approves', async () => {
    const none = await preview(id, 'replies', { text: 'Hi.' });
    expect([none.status, none.body.code]).toEqual([400, 'CATEGORY_MISSING']);
    expect((await preview(id, 'replies', { text: 'Hi.', categories: ['weather'] })).body.code).toBe('CATEGORY_UNKNOWN');
    expect((await preview(id, 'approve', {})).body.code).toBe('REVIEW_NOT_YOURS');
    expect((await preview(id, 'approve', {}, lead)).body.code).toBe('NO_DRAFT');
  });

  test('P-04: a reply to a conversation that is done, or closed, is refused with the way out', async () => {
    const { conversationId } = (await inbound({ from: '+15550007777' })).body;
    const reply = { text: 'Hi, yes.', categories: ['order-status'] };
    const code = async (state: string) => {
      await api.db.conversation.update({ where: { id: conversationId }, data: { state } });
      const { status, body } = await preview(conversationId, 'replies', reply);
      return [status, body.code, body.facts.waysOut];
    };
    expect(await code('done')).toEqual([409, 'CONVERSATION_DONE', ['POST /v1/conversations/{id}/reopen']]);
    expect(await code('closed')).toEqual([409, 'CONVERSATION_CLOSED', ['the next message of the patient opens a new one']]);
    for (const path of ['hand-over', 'reopen', 'done'])
      expect([path, (await preview(conversationId, path, {})).status]).toEqual([path, 409]);
    const again = (await inbound({ from: '+15550007777' })).body;
    expect(again.conversationId).not.toBe(conversationId);
  });
});

test('R-21: the list has versions; a proposed one changes nothing until a lead has signed it off', async () => {
  const { facilityId } = api.world;
  const { body } = await inbound({ from: '+15550006666' });
  const list = async () => (await api.call('GET', `/reply-categories?facilityId=${facilityId}`, { as: agent })).body.items;
  const [source] = await list();
  const categories = source.categories.map((one: { key: string }) =>
    one.key === 'order-quality' ? { ...one, answeredBy: 'clinical' } : one,
  );
  const quality = () => preview(body.conversationId, 'replies', { text: 'Hi.', categories: ['order-quality'] });
  expect((await api.call('POST', '/reply-categories', { as: agent, body: { facilityId, categories } })).status).toBe(403);
  const proposed = await api.call('POST', '/reply-categories', { as: lead, body: { facilityId, categories } });
  expect(proposed.body).toMatchObject({ version: 1, inForce: false });
  expect((await quality()).status).toBe(200);
  const signOff = () => api.call('POST', `/reply-categories/${proposed.body.id}/sign-off`, { as: lead, body: {} });
  const signed = await signOff();
  expect(signed.body).toMatchObject({ version: 1, inForce: true, signedOffBy: 'A team lead' });
  expect((await signOff()).body).toEqual(signed.body);
  expect((await quality()).body.rule).toBe('R-15');
  expect((await list()).map(({ version, inForce }: { version: number; inForce: boolean }) => [version, inForce])).toEqual([
    [1, true],
    [0, false],
  ]);
});
