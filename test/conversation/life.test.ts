import type { WorkflowHandle, WorkflowUpdateFailedError } from '@temporalio/client';
import { expect, test } from 'vitest';

import type { ConversationChoice } from '../../domain/conversation-decision.ts';
import type { Receipt } from '../../domain/decision.ts';
import { keepWords } from '../../ledger/conversation.ts';
import { receiveMessage } from '../../ledger/inbound.ts';
import { createTicket } from '../../ledger/new-ticket.ts';
import { plantTicketTypes } from '../../ledger/ticket-type.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { as, type CareTeam, careTeamIn, text } from '../care-team.ts';
import { prepareLives } from '../lives.ts';
import { createWorld, type World } from '../world.ts';

const lives = prepareLives();
const anyHour = { mail: { fromLocalTime: '00:00', untilLocalTime: '23:59', spreadSeconds: 0 } };

async function begun(name: string, words = 'Where is my order?', categories: string[] = []) {
  const world = await createWorld(lives.db, { name, settings: anyHour });
  const team = await careTeamIn(world);
  const { conversation } = await text(world, team, words, await lives.now(), categories);
  const id = conversation.facts.id;
  return { world, team, id, handle: await lives.begin(`conversation/${id}`) };
}

type Somebody = CareTeam['lead'];

/** Puts a choice to the life, with the words of a reply kept first, as the API does. Gives the receipt, or the refusal's code. */
async function decide(
  world: World,
  handle: WorkflowHandle,
  who: Somebody,
  choice: ConversationChoice,
  { words, reason }: { words?: string; reason?: string } = {},
) {
  const decision = { id: crypto.randomUUID(), actor: as(who), decidedAt: await lives.now(), reason, ...choice };
  const conversationId = handle.workflowId.split('/')[1]!;
  if (words)
    await keepWords(lives.db, {
      conversationId,
      facilityId: world.facilityId,
      decisionId: decision.id,
      channel: 'text',
      text: words,
      by: as(who),
      at: decision.decidedAt,
    });
  try {
    const receipt = await handle.executeUpdate<Receipt, [object]>('decideConversation', { args: [decision], updateId: decision.id });
    return { receipt, code: undefined };
  } catch (error) {
    return { receipt: undefined, code: ((error as WorkflowUpdateFailedError).cause as { type?: string }).type };
  }
}

const row = (id: string) => lives.db.conversation.findUniqueOrThrow({ where: { id } });
const outbound = (conversationId: string) =>
  lives.db.conversationMessage.findMany({ where: { conversationId, direction: 'outbound' }, orderBy: { id: 'asc' } });
const notices = async (id: string) =>
  (
    await lives.db.message.findMany({
      where: { subjectId: id, personId: { not: null } },
      orderBy: { createdAt: 'asc' },
      include: { person: true },
    })
  ).map(({ content, person, state }) => [(content as { what: string }).what, person!.name, state]);

test('P-05, F-11: handed over it goes to the assigned coordinator, who is reminded twice; then it is the lead’s', async () => {
  const { world, team, id, handle } = await begun('Handed over');
  await decide(world, handle, team.provider, { action: 'hand over' });
  expect(await row(id)).toMatchObject({ state: 'unread', assigneeId: team.coordinator.id });
  expect(await notices(id)).toEqual([['handed over', 'Pat Moreno', 'waiting']]);
  await lives.env.sleep('7 hours');
  expect(await row(id)).toMatchObject({ state: 'open', assigneeId: team.lead.id });
  expect(await notices(id)).toEqual([
    ['handed over', 'Pat Moreno', 'withdrawn'],
    ['waits', 'Pat Moreno', 'withdrawn'],
    ['waits', 'Pat Moreno', 'withdrawn'],
    ['returned', 'Lee Head', 'waiting'],
  ]);
  await decide(world, handle, team.lead, { action: 'done' });
  await handle.result();
});

test('P-04: done with the patient still waiting warns; a reply to it is refused until it is reopened; then it is closed by itself', async () => {
  const { world, team, id, handle } = await begun('Done');
  const { receipt } = await decide(world, handle, team.agent, { action: 'done' });
  expect(receipt).toMatchObject({ state: 'done', effect: { warnings: [{ code: 'UNANSWERED', rule: 'P-04' }] } });
  const reply: ConversationChoice = { action: 'reply', categories: ['order-status'] };
  expect((await decide(world, handle, team.agent, reply, { words: 'Hi, it left.' })).code).toBe('CONVERSATION_DONE');
  await decide(world, handle, team.agent, { action: 'reopen' });
  await decide(world, handle, team.agent, reply, { words: 'Hi, it left.' });
  expect((await outbound(id)).map(({ state }) => state)).toEqual(['draft', 'answered']); // the refused words are kept, unsent
  expect((await decide(world, handle, team.agent, { action: 'done' })).receipt!.effect).toMatchObject({ warnings: [] });
  await handle.result();
  expect(await row(id)).toMatchObject({ state: 'closed' });
});

test('P-04: answered and quiet it is done by itself; a new text opens it again, and one after the end a new one', async () => {
  const { world, team, id, handle } = await begun('Quiet');
  await decide(world, handle, team.coordinator, { action: 'reply', categories: ['order-status'] }, { words: 'Hi, it left.' });
  await lives.env.sleep('15 days');
  expect((await row(id)).state).toBe('done');
  const again = await text(world, team, 'And now?', await lives.now());
  expect(again.conversation.facts).toMatchObject({ id, state: 'open' });
  await handle.executeUpdate('replanConversation'); // what the wake-up row asks for
  await lives.env.sleep('3 hours');
  expect((await notices(id)).at(-1)).toEqual(['waits', 'Pat Moreno', 'waiting']);
  await decide(world, handle, team.agent, { action: 'done' });
  await handle.result();
  expect((await text(world, team, 'Hello?', await lives.now())).conversation.facts.id).not.toBe(id);
});

test('P-06, R-15, R-21: whoever may not answer a clinical part is refused, nothing goes out, and it waits on the provider', async () => {
  const { world, team, id, handle } = await begun('Clinical', 'Where is my order, and why am I dizzy?');
  const clinical: ConversationChoice = { action: 'reply', categories: ['order-status', 'side-effects'] };
  expect((await decide(world, handle, team.agent, clinical, { words: 'Hi, drink water.' })).code).toBe('CATEGORY_NOT_YOURS');
  expect((await decide(world, handle, team.coordinator, clinical, { words: 'Hi, drink water.' })).code).toBe('MEDICAL_IS_THE_PROVIDERS');
  expect((await decide(world, handle, team.lead, clinical, { words: 'Hi, drink water.' })).code).toBe('CATEGORY_NOT_YOURS');
  expect((await row(id)).queues).toEqual(['clinical']);
  expect(await notices(id)).toContainEqual(['clinical', 'Dr. Vale', 'waiting']);
  expect((await outbound(id)).every(({ state }) => state === 'draft')).toBe(true);

  // the clinical part was routed on: the reply to the rest goes as it is
  const part = await decide(world, handle, team.agent, { action: 'reply', categories: ['order-status'] }, { words: 'Hi, it left.' });
  expect(part.receipt!.effect).toMatchObject({ reply: 'sent', matters: [{ category: 'side-effects', queue: 'clinical' }] });
  expect((await row(id)).waitingSince).not.toBeNull(); // the patient waits for the rest
  const rest: ConversationChoice = { action: 'reply', categories: ['unsure'] };
  expect((await decide(world, handle, team.coordinator, rest, { words: 'Hi again.' })).code).toBe('MEDICAL_IS_THE_PROVIDERS'); // all that is open is medical
  const answer = await decide(world, handle, team.provider, { action: 'reply', categories: ['side-effects'] }, { words: 'Hi, lie down.' });
  expect(answer.receipt!.effect).toMatchObject({ reply: 'sent', matters: [] });
  expect((await row(id)).waitingSince).toBeNull();
  await decide(world, handle, team.agent, { action: 'done' });
  await handle.result();
});

test('P-06: tagging tells the provider, who may answer then; another provider may not', async () => {
  const { world, team, id, handle } = await begun('Tagged');
  const other = await world.db.person.create({
    data: { facilityId: world.facilityId, name: 'Dr. Roe', role: 'practitioner', email: 'roe@t.example' },
  });
  const roe = await world.db.practitioner.create({
    data: { facilityId: world.facilityId, personId: other.id, name: 'Dr. Roe', initials: 'DR' },
  });
  const reply: ConversationChoice = { action: 'reply', categories: ['side-effects'] };
  expect((await decide(world, handle, other, reply, { words: 'Hi.' })).code).toBe('NOT_ALLOWED');
  expect((await decide(world, handle, team.coordinator, { action: 'tag', practitionerId: crypto.randomUUID() })).code).toBe('NOT_FOUND');
  await decide(world, handle, team.coordinator, { action: 'tag', practitionerId: roe.id });
  expect(await notices(id)).toContainEqual(['tagged', 'Dr. Roe', 'waiting']);
  expect((await decide(world, handle, other, reply, { words: 'Hi.' })).receipt!.summary).toBe('The reply goes to the patient.');
  await decide(world, handle, team.agent, { action: 'done' });
  await handle.result();
});

test('R-16: a reply of whoever is unsure is held, and goes out when the lead approves it', async () => {
  const { world, team, id, handle } = await begun('Unsure');
  const held = await decide(world, handle, team.agent, { action: 'reply', categories: ['unsure'] }, { words: 'Hi, maybe.' });
  expect(held.receipt!.effect).toMatchObject({ reply: 'held' });
  expect((await outbound(id)).map(({ state, why }) => [state, why])).toEqual([['review', 'unsure']]);
  expect(await notices(id)).toEqual([['review', 'Lee Head', 'waiting']]);
  expect((await decide(world, handle, team.agent, { action: 'approve' })).code).toBe('REVIEW_NOT_YOURS');
  await decide(world, handle, team.lead, { action: 'approve' });
  expect((await outbound(id)).map(({ state, text: words }) => [state, words])).toEqual([['answered', 'Hi, maybe.']]);
  expect((await row(id)).draftId).toBeNull();
  await decide(world, handle, team.agent, { action: 'done' });
  await handle.result();
});

test('R-16: what the writer was unsure of waits on nobody any more when the lead has approved, by the lead’s own sorting or without', async () => {
  const { world, team, id, handle } = await begun('Unsure no more', 'Where is my order? I feel dizzy.', ['order-status']);
  const unsure: ConversationChoice = { action: 'reply', categories: ['unsure'] };
  await decide(world, handle, team.agent, unsure, { words: 'Hi, maybe.' });
  const clinical: ConversationChoice = { action: 'approve', categories: ['side-effects'] };
  expect((await decide(world, handle, team.lead, clinical)).code).toBe('CATEGORY_NOT_YOURS');
  expect(await row(id)).toMatchObject({ queues: ['team', 'clinical'] }); // routed on
  const approved = await decide(world, handle, team.lead, { action: 'approve', categories: ['order-status'] });
  expect(approved.receipt!.effect).toMatchObject({ covers: ['order-status'] });
  expect(await row(id)).toMatchObject({ queues: ['clinical'] });
  await text(world, team, 'Where is it?', await lives.now(), ['order-status']);
  await decide(world, handle, team.agent, unsure, { words: 'Hi, perhaps.' });
  const { draftId } = await row(id);
  await decide(world, handle, team.agent, unsure, { words: 'Hi, on Monday.' }); // in its place, while a lead reads the first
  expect((await decide(world, handle, team.lead, { action: 'approve', draftId: draftId! })).code).toBe('PREVIEW_STALE');
  await decide(world, handle, team.lead, { action: 'approve' });
  expect(await row(id)).toMatchObject({ queues: ['clinical'], draftId: null });
  await decide(world, handle, team.provider, { action: 'done' });
  await handle.result();
});

test('R-17: flagged, replies wait for the lead, who approves or edits; of two leads the first wins and the second sees', async () => {
  const { world, team, id, handle } = await begun('Flagged');
  expect((await decide(world, handle, team.agent, { action: 'flag' })).code).toBe('REASON_MISSING');
  await decide(world, handle, team.agent, { action: 'flag' }, { reason: 'third late order' });
  const reply: ConversationChoice = { action: 'reply', categories: ['order-status'] };
  expect((await decide(world, handle, team.agent, reply, { words: 'Hi, soon.' })).code).toBe('CONVERSATION_FLAGGED');
  expect((await decide(world, handle, team.provider, reply, { words: 'Hi, soon.' })).code).toBe('CONVERSATION_FLAGGED');
  const clinical: ConversationChoice = { action: 'reply', categories: ['side-effects'] };
  expect((await decide(world, handle, team.agent, clinical, { words: 'Hi, rest.' })).code).toBe('CONVERSATION_FLAGGED'); // before R-15
  await decide(world, handle, team.agent, { action: 'draft', categories: ['order-status'] }, { words: 'Hi, soon.' });
  const [one, two] = await Promise.all([
    decide(world, handle, team.lead, { action: 'approve' }, { words: 'Hi Ana, it comes on Monday.' }),
    decide(world, handle, team.manager, { action: 'approve' }),
  ]);
  expect([one.code, two.code].filter((code) => code === undefined).length).toBe(1);
  expect([one.code, two.code]).toContain('NO_DRAFT');
  const sent = (await outbound(id)).filter(({ state }) => state === 'answered');
  expect(sent.length).toBe(1);
  expect(sent[0]!.text).toBe(one.code ? 'Hi, soon.' : 'Hi Ana, it comes on Monday.');
  expect(await row(id)).toMatchObject({ flaggedAt: null, draftId: null });
  await decide(world, handle, team.agent, { action: 'done' });
  await handle.result();
});

test('R-14, P-06: once somebody says whose a conversation is, its tickets are theirs too, and the provider whom they see is told', async () => {
  const world = await createWorld(lives.db, { name: 'Unknown caller', settings: anyHour });
  const team = await careTeamIn(world);
  const { facilityId } = world;
  await plantTicketTypes(lives.db, facilityId);
  const at = await lives.now();
  const times = { startsAt: '2026-01-02T15:00:00Z', endsAt: '2026-01-02T15:30:00Z', bookedAt: at, next: {}, nextAt: at };
  await lives.db.appointment.create({ data: { facilityId, patientId: team.patient.id, practitionerId: team.practitioner.id, ...times } });
  const call = { facilityId, channel: 'voicemail' as const, from: '+15559990002', externalId: 'caller', text: 'I feel dizzy.' };
  const { conversation, ticketId } = await inTransaction(lives.db, (tx) =>
    receiveMessage(tx, { ...call, categories: ['side-effects'] }, at),
  );
  const { id } = conversation.facts;
  const other = await lives.db.patient.create({ data: { facilityId, givenName: 'Ben', familyName: 'Carter' } });
  const about = { kind: 'conversation' as const, id };
  const theirs = { facilityId, type: 'support', subject: 'Of a friend', patientId: other.id, about };
  const { facts: friends } = await inTransaction(lives.db, (tx) => createTicket(tx, theirs, as(team.agent), at));
  const handle = await lives.begin(`conversation/${id}`);
  const { receipt } = await decide(world, handle, team.agent, { action: 'identify', patientId: team.patient.id });
  expect(receipt!.effect).toMatchObject({ state: 'open' });
  const whose = { patientId: team.patient.id, practitionerId: team.practitioner.id };
  expect(await row(id)).toMatchObject(whose);
  const ticketRow = (one: string) => lives.db.ticket.findUniqueOrThrow({ where: { id: one } });
  expect(await ticketRow(ticketId!)).toMatchObject({ ...whose, version: 2 });
  expect(await ticketRow(friends.id)).toMatchObject({ patientId: other.id, version: 1 });
  const [event] = await lives.db.auditEvent.findMany({ where: { subjectId: ticketId!, action: 'identify' } });
  expect(event).toMatchObject({ before: { patientId: null, practitionerId: null }, after: whose, actor: { name: team.agent.name } });
  expect(await notices(id)).toEqual([['clinical', 'Dr. Vale', 'waiting']]);
  await decide(world, handle, team.provider, { action: 'done' });
  await handle.result();
});
