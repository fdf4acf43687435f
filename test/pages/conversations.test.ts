import { afterAll, beforeAll, expect, test } from 'vitest';

import { decideConversation } from '../../domain/conversation-decision.ts';
import { receiveMessage } from '../../ledger/inbound.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { as, type CareTeam, careTeamIn, text } from '../care-team.ts';
import { type System, startSystem } from '../system.ts';
import { createWorld, type World } from '../world.ts';
import { enter, visible } from './visitor.ts';

let system: System;
let world: World;
let team: CareTeam;
const cookies: Record<string, string> = {};

beforeAll(async () => {
  system = await startSystem();
  world = await createWorld(system.db);
  team = await careTeamIn(world);
  for (const who of ['agent', 'lead', 'provider'] as const) cookies[who] = await enter(system, team[who]);
});
afterAll(() => system?.close());

type Form = [name: string, value: string][];
async function ask(path: string, who: string, form?: Form) {
  const body = form && { method: 'POST', body: new URLSearchParams([['form', crypto.randomUUID()], ...form]) };
  const answer = await fetch(`${system.url}${path}`, { ...body, headers: { cookie: cookies[who]! }, redirect: 'manual' });
  const html = await answer.text();
  return { status: answer.status, html, text: visible(html) };
}

async function conversation(words: string, categories: string[] = []): Promise<string> {
  await system.db.conversation.updateMany({ data: { state: 'closed' } }); // one an address
  return (await text(world, team, words, new Date().toISOString(), categories)).conversation.facts.id;
}

test('P-04, P-05: a folder shows how the last words begin; whoever takes it has it, and is not offered to hand it to themselves', async () => {
  const id = await conversation(`Where is my order? ${'I have waited so long. '.repeat(20)}`);
  const folder = await ask('/conversations?folder=open', 'agent');
  expect(folder.text).toMatch(/“Where is my order\? I have waited .{80,120}…”/);
  const before = await ask(`/conversations/${id}`, 'agent');
  expect(before.html).toContain(`action="/conversations/${id}/take"`);
  expect((await ask(`/conversations/${id}/take`, 'agent', [])).status).toBe(303);
  const after = await ask(`/conversations/${id}`, 'agent');
  expect(after.text).toContain(`With ${team.agent.name}`);
  expect(after.html).not.toContain(`action="/conversations/${id}/take"`);
  expect(after.html).toContain(`action="/conversations/${id}/hand-over"`);
  expect(
    (
      await ask(`/conversations/${id}/reply`, 'agent', [
        ['text', 'Hello, it left.'],
        ['category', 'order-status'],
      ])
    ).status,
  ).toBe(303);
  expect((await ask('/conversations?folder=open', 'agent')).text).toContain('Answered: “Hello, it left.”');
});

test('P-04: a folder begins with the patient who has waited longest, and ends with whom nobody owes an answer, page after page', async () => {
  await system.db.conversation.updateMany({ data: { state: 'closed' } });
  const { facilityId } = world;
  const at = (minute: number) => new Date(Date.UTC(2027, 0, 4, 12, minute));
  const row = (address: string, waits: number | null, said: number) => {
    const waitingSince = waits === null ? null : at(waits);
    return { facilityId, address, waitingSince, lastSaidAt: at(said), clockFrom: at(said), matters: [], next: {}, nextAt: at(59) };
  };
  const waiting = Array.from({ length: 31 }, (_, index) => row(`w${index}@x.example`, index, 58 - index)); // who wrote last waits longest
  const rest = [row('early@x.example', null, 1), row('late@x.example', null, 2)];
  await system.db.conversation.createMany({ data: [...rest, ...waiting.toReversed()] });
  const order = ({ html }: { html: string }) => [...html.matchAll(/<strong>(\w+)@x\.example<\/strong>/g)].map(([, name]) => name);
  const first = await ask('/conversations?folder=open', 'agent');
  expect(order(first)).toEqual(Array.from({ length: 30 }, (_, index) => `w${index}`));
  const [, more] = /href="(\/conversations\?folder=open&amp;part[^"]+)"/.exec(first.html)!;
  expect(order(await ask(more!.replaceAll('&amp;', '&'), 'agent'))).toEqual(['w30', 'late', 'early']);
  await system.db.conversation.deleteMany({ where: { address: { endsWith: '@x.example' } } });
});

test('R-14: whoever answers says whose an unknown address is; the account is then at hand, and the audit trail has it', async () => {
  await system.db.conversation.updateMany({ data: { state: 'closed' } });
  const { facilityId } = world;
  const wanted = {
    facilityId,
    channel: 'text' as const,
    from: '+15559990001',
    externalId: 'unknown-1',
    text: 'It is Ana.',
    categories: [],
  };
  const { conversation: unknown } = await inTransaction(system.db, (tx) => receiveMessage(tx, wanted, new Date().toISOString()));
  const { id } = unknown.facts;
  expect(unknown.patientId).toBeNull();
  const before = await ask(`/conversations/${id}`, 'agent');
  expect(before.text).toContain('Whose conversation is this?');
  expect(before.html).not.toContain('/accounts/');
  expect((await ask(`/conversations/${id}?q=Nobody`, 'agent')).text).toContain('Nobody is found by “Nobody”.');
  expect((await ask(`/conversations/${id}?q=%2B15551234567`, 'agent')).text).toContain('This is Ana Lima');
  const said = { action: 'identify' as const, patientId: team.patient.id };
  const support = { ...as(team.agent), role: 'support' as const };
  expect(() => decideConversation(unknown.facts, said, support, new Date().toISOString())).toThrow(
    expect.objectContaining({ type: 'NOT_ALLOWED' }),
  );
  expect((await ask(`/conversations/${id}/identify`, 'agent', [['patientId', crypto.randomUUID()]])).status).not.toBe(303);
  expect((await ask(`/conversations/${id}/identify`, 'agent', [['patientId', team.patient.id]])).status).toBe(303);
  const after = await ask(`/conversations/${id}`, 'agent');
  expect(after.html).toContain(`/accounts/${team.patient.id}`);
  expect(after.text).not.toContain('Whose conversation is this?');
  const events = await system.db.auditEvent.findMany({ where: { subjectId: id, action: 'identify' } });
  expect(events).toMatchObject([{ before: { patientId: null }, after: { patientId: team.patient.id }, actor: { name: team.agent.name } }]);
});

test('P-04, R-18, R-19: the folder leads to the conversation; a draft is checked, then sent, and its words are nowhere in Temporal', async () => {
  const id = await conversation('Where is my order?');
  const folder = await ask('/conversations?folder=open', 'agent');
  expect(folder.text).toContain('Ana Lima');
  expect(folder.html).toContain(`/conversations/${id}`);
  expect((await ask(`/conversations/${id}`, 'agent')).text).toContain('Where is my order?');
  const draft: Form = [
    ['text', 'Sorry, sorry: your parcel is on a ship.'],
    ['category', 'order-status'],
  ];
  const checked = await ask(`/conversations/${id}/check`, 'agent', draft);
  expect(checked.text).toContain('2 apologies: one is enough.');
  expect(checked.html).toContain('your parcel is on a ship.</textarea>');
  expect(await system.db.conversationMessage.count({ where: { conversationId: id, direction: 'outbound' } })).toBe(0);

  expect((await ask(`/conversations/${id}/reply`, 'agent', draft)).status).toBe(303);
  const after = await ask(`/conversations/${id}`, 'agent');
  expect(after.text).toContain('your parcel is on a ship.');
  expect(after.text).toContain('Waits on nobody');
  const history = await system.client.workflow.getHandle(`conversation/${id}`).fetchHistory();
  const payloads = (JSON.stringify(history).match(/"data":"([^"]+)"/g) ?? []).map((one) =>
    Buffer.from(one.slice(8, -1), 'base64').toString(),
  );
  expect(payloads.join(' ')).toContain('order-status');
  expect(payloads.join(' ')).not.toMatch(/parcel|Ana|Lima/);
});

test('R-15: a refused reply stays in the form, the clinical queue has it, and the provider answers', async () => {
  const id = await conversation('I feel dizzy.');
  const refused = await ask(`/conversations/${id}/reply`, 'agent', [
    ['text', 'Hi Ana, drink water.'],
    ['category', 'side-effects'],
  ]);
  expect(refused.status).toBe(403);
  expect(refused.text).toContain('Your role may not answer this');
  expect(refused.text).not.toContain('Nothing to mend.');
  expect(refused.html).toContain('Hi Ana, drink water.</textarea>');
  const checked: Form = [
    ['text', 'Hi Ana, drink water.'],
    ['category', 'side-effects'],
  ];
  expect((await ask(`/conversations/${id}/check`, 'agent', checked)).text).toContain('Nothing to mend.');
  expect((await ask('/conversations', 'provider')).html).toContain(`/conversations/${id}`); // opens with the clinical queue
  const answered = await ask(`/conversations/${id}/reply`, 'provider', [
    ['text', 'Hi Ana, please lie down.'],
    ['category', 'side-effects'],
  ]);
  expect(answered.status).toBe(303);
});

test('R-16, R-17: the lead’s queue has what waits for review; the lead edits it and it goes out', async () => {
  const id = await conversation('This is the third time!');
  expect((await ask(`/conversations/${id}/flag`, 'agent', [['reason', 'third late order']])).status).toBe(303);
  const draft: Form = [
    ['text', 'Hi Ana, soon.'],
    ['category', 'order-status'],
  ];
  expect((await ask(`/conversations/${id}/reply`, 'agent', draft)).status).toBe(409);
  expect((await ask(`/conversations/${id}/draft`, 'agent', draft)).status).toBe(303);
  const queue = await ask('/conversations', 'lead'); // opens with the review queue
  expect(queue.text).toMatch(/Ana Lima.*flagged.*reply to review/);
  const box = await ask(`/conversations/${id}`, 'lead');
  expect(box.html).toContain('Hi Ana, soon.</textarea>');
  expect(box.html).toMatch(/id="review-hints"><(p|ul).*checked="" value="order-status"/s);
  const { draftId } = await system.db.conversation.findUniqueOrThrow({ where: { id } });
  const mine: Form = [
    ['draftId', draftId!],
    ['text', 'Sorry, sorry: it comes on Monday.'],
    ['category', 'order-status'],
  ];
  expect((await ask(`/conversations/${id}/check`, 'lead', mine)).html).toMatch(
    /id="review".*it comes on Monday\.<\/textarea>.*2 apologies/s,
  );
  const unsorted = await ask(`/conversations/${id}/approve`, 'lead', mine.slice(0, 2));
  expect([unsorted.status, unsorted.html]).toEqual([400, expect.stringMatching(/id="review".*it comes on Monday\.<\/textarea>/s)]);
  const said: Form = [
    ['draftId', draftId!],
    ['text', 'Hi Ana, it comes on Monday.'],
    ['category', 'order-status'],
  ];
  expect((await ask(`/conversations/${id}/approve`, 'lead', said)).status).toBe(303);
  const sent = await system.db.conversationMessage.findMany({ where: { conversationId: id, state: 'answered' } });
  expect(sent.map(({ text: words }) => words)).toEqual(['Hi Ana, it comes on Monday.']);
  const second = await ask(`/conversations/${id}/approve`, 'lead', said);
  expect([second.status, second.text.includes('No reply waits for the lead here.')]).toEqual([409, true]);
  expect(second.html).toMatch(/id="reply".*Hi Ana, it comes on Monday\.<\/textarea>/s); // the second lead's words are not lost
});

test('R-17, P-04: whatever is refused about a conversation, what was typed is not lost', async () => {
  const id = await conversation('Hello?');
  const long = 'x'.repeat(501);
  const flag = await ask(`/conversations/${id}/flag`, 'agent', [['reason', long]]);
  expect([flag.status, flag.html]).toEqual([400, expect.stringContaining(`value="${long}"`)]);
  const empty = await ask(`/conversations/${id}/reply`, 'agent', [['category', 'billing']]);
  expect([empty.status, empty.html]).toEqual([400, expect.stringContaining('checked="" value="billing"')]);
  await ask(`/conversations/${id}/done`, 'agent', [['yes', 'on']]);
  const late = await ask(`/conversations/${id}/reply`, 'agent', [
    ['text', 'Hi Ana, a long answer.'],
    ['category', 'billing'],
  ]);
  expect([late.status, late.text]).toEqual([409, expect.stringMatching(/What you wrote, which was not kept Hi Ana, a long answer\./)]);
});

test('P-05, F-25: conversations need a fresh sign-in and a role; hand-over and done are one press', async () => {
  const id = await conversation('Hello?');
  expect((await fetch(`${system.url}/conversations/${id}`)).status).toBe(401);
  cookies.contact = await enter(system, world.contact);
  expect((await ask(`/conversations/${id}`, 'contact')).status).toBe(403);
  const before = await system.db.accessEvent.count({ where: { patientId: team.patient.id } });
  expect((await ask(`/conversations/${id}`, 'provider')).text).toContain('Hand over to Pat Moreno');
  expect(await system.db.accessEvent.count({ where: { patientId: team.patient.id } })).toBe(before + 1);
  await ask(`/conversations/${id}/hand-over`, 'provider', []);
  expect(await system.db.conversation.findUniqueOrThrow({ where: { id } })).toMatchObject({
    state: 'unread',
    assigneeId: team.coordinator.id,
  });
  await ask(`/conversations/${id}/done`, 'agent', [['yes', 'on']]);
  expect((await system.db.conversation.findUniqueOrThrow({ where: { id } })).state).toBe('done');
});

test('F-28: the folders, a conversation, its hints and a refusal speak Russian to whoever reads Russian', async () => {
  const id = await conversation('I feel dizzy.', ['side-effects', 'order-status']);
  await system.db.person.update({ where: { id: team.agent.id }, data: { language: 'ru' } });
  const folder = await ask('/conversations?folder=open', 'agent');
  expect(folder.text).toMatch(/Переписка.*Открытые \(1\).*Кто должен ответить: врач и команда, с/);
  const page = await ask(`/conversations/${id}`, 'agent');
  expect(page.html).not.toContain('lang="en"><h1');
  expect(page.text).toMatch(/Дальше напоминание, .*Кто должен ответить: врач и команда\./);
  const draft: Form = [
    ['text', 'Здравствуйте! Извините, простите, посылка в пути.'],
    ['category', 'side-effects'],
  ];
  expect((await ask(`/conversations/${id}/check`, 'agent', draft)).text).toContain('Извинений: 2. Достаточно одного.');
  const refused = await ask(`/conversations/${id}/reply`, 'agent', draft);
  expect([refused.status, refused.text]).toEqual([
    403,
    expect.stringContaining(
      'Что можно сделать: позвать врача или ответить на остальное или указать заново, о чём это, если вопрос не медицинский.',
    ),
  ]);
  await system.db.person.update({ where: { id: team.agent.id }, data: { language: null } });
});
