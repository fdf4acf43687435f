import { expect, test } from 'vitest';

import type { ConversationChannel } from '../../domain/conversation.ts';
import type { Receipt } from '../../domain/decision.ts';
import { keepWords } from '../../ledger/conversation.ts';
import { deliveriesOf } from '../../ledger/conversation-reply.ts';
import { receiveMessage } from '../../ledger/inbound.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { as, careTeamIn } from '../care-team.ts';
import { prepareLives } from '../lives.ts';
import { createWorld } from '../world.ts';

const lives = prepareLives();
const words = 'Hello,\n\nyour order left yesterday.';

/** Somebody writes from that address, and the agent answers. Gives the reply's id, or the refusal's code. */
async function answered(
  name: string,
  from: string,
  card: { language?: string; textsStoppedAt?: string } = {},
  channel: ConversationChannel = 'text',
) {
  const world = await createWorld(lives.db, { name });
  const { facilityId } = world;
  const team = await careTeamIn(world);
  await lives.db.patient.update({ where: { id: team.patient.id }, data: { email: 'ana@patients.example', ...card } });
  const at = await lives.now();
  const inbound = { facilityId, channel, from, externalId: crypto.randomUUID(), text: 'Where is my order?', categories: ['order-status'] };
  const { conversation } = await inTransaction(lives.db, (tx) => receiveMessage(tx, inbound, at));
  const { id: conversationId } = conversation.facts;
  const handle = await lives.begin(`conversation/${conversationId}`);
  const decision = { id: crypto.randomUUID(), actor: as(team.agent), decidedAt: at, action: 'reply', categories: ['order-status'] };
  await keepWords(lives.db, { conversationId, facilityId, decisionId: decision.id, channel: 'text', text: words, by: as(team.agent), at });
  const code = await handle.executeUpdate<Receipt, [object]>('decideConversation', { args: [decision], updateId: decision.id }).then(
    () => null,
    (error) => error.cause.type as string,
  );
  const { id } = await lives.db.conversationMessage.findUniqueOrThrow({ where: { decisionId: decision.id } });
  return { id, code, conversationId, patientId: team.patient.id };
}

async function deliver(transport: 'mailbox' | 'text-mailbox') {
  const workflowId = `delivery/${transport}`;
  await lives.env.client.workflow.signalWithStart('delivery', {
    workflowId,
    taskQueue: 'test',
    args: [{ transport }],
    signal: 'messagesWaiting',
  });
  await lives.env.sleep('2 minutes');
}
async function entry(replyId: string) {
  const { id: messageId } = await lives.db.message.findUniqueOrThrow({ where: { key: `reply/${replyId}` } });
  return lives.db.mailboxEntry.findUniqueOrThrow({ where: { messageId } });
}
const delivery = async (id: string) => (await deliveriesOf(lives.db, [id])).get(id);

test('R-14, F-28: a reply is mailed to the address that wrote, framed in the patient’s language, and its writer sees that it went', async () => {
  const { id, patientId } = await answered('Mailed reply', 'ana@patients.example', { language: 'ru' }, 'email');
  expect(await delivery(id)).toMatchObject({ state: 'waiting' });
  await deliver('mailbox');
  const mail = await entry(id);
  expect(mail).toMatchObject({ to: 'ana@patients.example', subject: 'Ответ от «Mailed reply»' });
  expect(mail.text).toContain('your order left yesterday.');
  expect(await delivery(id)).toMatchObject({ state: 'sent', error: null });
  expect(await lives.db.message.findUniqueOrThrow({ where: { key: `reply/${id}` } })).toMatchObject({ patientId, kind: 'reply' });
});

test('R-14: a text, or a voicemail from a phone that no card has, is answered by text', async () => {
  const { id } = await answered('Texted reply', '+15557654321', {}, 'voicemail');
  await deliver('text-mailbox');
  expect(await entry(id)).toMatchObject({ to: '+15557654321', text: expect.stringContaining('your order left yesterday.') });
  expect(await delivery(id)).toMatchObject({ state: 'sent' });
});

test('D-09: whoever has stopped texts gets none: the reply is refused, and nothing goes out', async () => {
  const { id, code } = await answered('Stopped', '+15551234567', { textsStoppedAt: await lives.now() });
  expect(code).toBe('TEXTS_STOPPED');
  expect(await delivery(id)).toBeUndefined();
  expect(await lives.db.conversationMessage.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: 'draft' });
});
