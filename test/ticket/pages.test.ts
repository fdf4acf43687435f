import { beforeAll, expect, test } from 'vitest';

import { receiveMessage } from '../../ledger/inbound.ts';
import { createTicket } from '../../ledger/new-ticket.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { testApi } from '../api/api.ts';
import { signIn, signInStaff } from '../pages/visitor.ts';
import { createWorld } from '../world.ts';
import { actorFor, type CareTeam, createCareTeam } from './care-team.ts';

const api = testApi();
let care: CareTeam;
let id: string;

beforeAll(async () => {
  care = await createCareTeam(api.world);
  const ticket = { facilityId: api.world.facilityId, type: 'rx-triage', subject: 'Send it to Elm Street', fields: { program: 'Body' } };
  const open = (more: object) => inTransaction(api.db, (tx) => createTicket(tx, { ...ticket, ...more }, actorFor(care.manager), api.now));
  id = (await open({ patientId: care.patient.id, assigneeId: care.alerts.id })).facts.id;
  await open({ subject: 'Nobody has this one', dueAt: '2027-01-04T12:30:00.000Z' });
  await api.db.team.update({ where: { id: care.teams.alerts.id }, data: { leadId: care.lead.id } });
});

test('R-07, F-25: My work is behind a fresh sign-in, shows yours and what is free, and writes down whose data was shown', async () => {
  const stale = await (await signIn(api, care.alerts)).get('/my-work');
  expect(stale.status).toBe(401);
  const browser = await signInStaff(api, care.alerts);
  const page = await browser.get('/my-work');
  expect(page.status).toBe(200);
  expect(page.text).toMatch(/Yours.*Send it to Elm Street.*Pat Example.*working time left.*Free to take.*Nobody has this one/);
  expect(page.html).toContain('<progress aria-label="Time used:');
  expect(await api.db.accessEvent.count({ where: { patientId: care.patient.id, what: 'my work' } })).toBe(1);
  const other = await (await signInStaff(api, care.agent)).get('/my-work');
  expect(other.text).not.toContain('Elm Street'); // another team
  expect((await (await signInStaff(api, api.world.contact)).get('/my-work')).status).toBe(403);
});

test('F-10, R-04: whoever closed a ticket reads on My work that it is closed, with a way back to it', async () => {
  const wanted = { facilityId: api.world.facilityId, type: 'voicemail', subject: 'Called about Tuesday', assigneeId: care.alerts.id };
  const { facts } = await inTransaction(api.db, (tx) => createTicket(tx, wanted, actorFor(care.manager), api.now));
  const browser = await signInStaff(api, care.alerts);
  const look = async () => (await browser.get(`/my-work?closed=${facts.id}`)).html;
  expect(await look()).not.toContain('role="status"'); // it is open still
  await api.db.ticket.update({ where: { id: facts.id }, data: { state: 'closed' } });
  expect(await look()).toContain(`role="status">Closed: <a href="/tickets/${facts.id}">Called about Tuesday</a>`);
  await api.db.ticket.delete({ where: { id: facts.id } });
  expect(await look()).not.toContain('role="status"');
});

test('R-04: the page of a ticket asks for exactly what closing demands', async () => {
  const page = await (await signInStaff(api, care.alerts)).get(`/tickets/${id}`);
  expect(page.status).toBe(200);
  expect([...page.html.matchAll(/name="field\.(\w+)"/g)].map(([, name]) => name)).toEqual(['pharmacy', 'sentAt']);
  expect(page.text).toMatch(/Patient Pat Example.*With Abe Alerts/);
  const elsewhere = await (await signInStaff(api, care.alerts)).get('/tickets/01890000-0000-7000-8000-0000000000aa');
  expect(elsewhere.status).toBe(404);
});

test('P-29, R-02: whose team it is not is offered nothing that would be refused, and the team that takes over just that, once it may', async () => {
  const wanted = { facilityId: api.world.facilityId, type: 'benefits-verification', subject: 'Verify', fields: { program: 'Body' } };
  const { facts } = await inTransaction(api.db, (tx) => createTicket(tx, wanted, actorFor(care.manager), api.now));
  const [outside, inside] = [await signInStaff(api, care.alerts), await signInStaff(api, care.agent)];
  const offered = async (browser: typeof outside) =>
    [...(await browser.get(`/tickets/${facts.id}`)).html.matchAll(/action="\/tickets\/[^/"]+\/([a-z-]+)"/g)].map(([, action]) => action);
  expect(await offered(outside)).toEqual([]);
  expect((await outside.get(`/tickets/${facts.id}`)).text).toContain('It lies with Care team: whoever is of that team works on it.');
  expect(await offered(inside)).toEqual(expect.arrayContaining(['take', 'close', 'mark-unable']));
  await api.db.ticket.update({ where: { id: facts.id }, data: { unableAt: api.now } });
  expect(await offered(outside)).toEqual(['take-over']);
  expect(await offered(inside)).not.toContain('take-over');
});

test('R-05: the form of a voicemail says that one of its two answers is needed', async () => {
  const wanted = { facilityId: api.world.facilityId, type: 'voicemail', subject: 'Voicemail', assigneeId: care.agent.id };
  const { facts } = await inTransaction(api.db, (tx) => createTicket(tx, wanted, actorFor(care.manager), api.now));
  const page = await (await signInStaff(api, care.agent)).get(`/tickets/${facts.id}`);
  expect(page.text).toContain('What was replied (one of the two is needed)');
  expect(page.text).toContain('How it was resolved (one of the two is needed)');
});

test('R-09, R-11: a new ticket offers the numbers of the patient’s own orders and subscriptions, and refuses one that could never close', async () => {
  const { facilityId } = api.world;
  const patientId = care.patient.id;
  const reported = { facilityId, patientId, reportedAt: api.now };
  await api.db.labOrder.create({ data: { ...reported, number: 'L-77', what: 'Metabolic panel', orderedAt: api.now } });
  await api.db.subscription.create({ data: { ...reported, number: 'S-77', programme: 'Body', startedAt: api.now } });
  const browser = await signInStaff(api, care.agent);
  const open = async (type: string, fields: Record<string, string>) => {
    const page = await browser.get(`/tickets/new?type=${type}&patient=${patientId}`);
    return { page, answer: await browser.submit(page, '/tickets/new', { subject: 'Please cancel', ...fields }) };
  };
  const lab = { 'field.order': 'L-78', 'field.replacement': 'without a new one' };
  const mistyped = await open('lab-cancellation', lab);
  expect(mistyped.page.html).toContain('<option value="L-77">Metabolic panel</option>');
  expect(mistyped.answer.status).toBe(409);
  expect(mistyped.answer.text).toContain('This patient has no such lab order.');
  expect(mistyped.answer.html).toContain('value="L-78"'); // what was typed
  expect((await open('lab-cancellation', { ...lab, 'field.order': 'L-77' })).answer.status).toBe(303);
  const wrong = await open('program-cancellation', { 'field.subscription': 'S-1' });
  expect([wrong.answer.status, wrong.page.html.includes('<option value="S-77">Body</option>')]).toEqual([409, true]);
  expect((await open('program-cancellation', { 'field.subscription': 'Body' })).answer.status).toBe(303);
  expect((await open('program-cancellation', { 'field.subscription': '' })).answer.status).toBe(303);
});

test('P-09, P-10: a ticket is opened by its type, and one that belongs elsewhere is opened there, and the page says so', async () => {
  const browser = await signInStaff(api, care.remote);
  expect((await browser.get('/tickets/new')).text).toContain('Inquiry of a patient');
  const page = await browser.get('/tickets/new?type=patient-inquiry');
  const opened = await browser.submit(page, '/tickets/new', { subject: 'Asks for a new appointment' });
  expect([opened.status, opened.location]).toEqual([303, expect.stringMatching(/^\/tickets\//)]);
  const again = await browser.submit(page, '/tickets/new', { subject: 'Asks for a new appointment' }); // pressed twice
  expect(again.location).toBe(opened.location);
  const retyped = await browser.submit(page, '/tickets/new', { subject: 'About the growth program' });
  expect(retyped.status).toBe(303);
  expect((await browser.get(retyped.location)).text).toContain('it belongs to Growth program');
});

test('F-10: the lead’s board shows what is over its time soon, and the lead’s own teams alone', async () => {
  const page = await (await signInStaff(api, care.lead)).get('/team-board');
  expect(page.text).toMatch(/Insurance alerts.*Over its time, or soon.*Nobody has this one/);
  expect(page.text).not.toContain('Coordinator managers');
  const urgent = await api.db.ticket.findFirstOrThrow({ where: { subject: 'Nobody has this one' } });
  await api.db.ticket.update({ where: { id: urgent.id }, data: { priority: true } });
  const board = await (await signInStaff(api, care.lead)).get('/team-board');
  expect(board.text.split('Nobody has this one')).toHaveLength(2); // flagged and late, it stands there once
  await api.db.ticket.update({ where: { id: urgent.id }, data: { priority: false } });
  expect((await (await signInStaff(api, care.agent)).get('/team-board')).status).toBe(403);
});

test('R-07: a lead adds a type and changes its clock on a page', async () => {
  const browser = await signInStaff(api, care.lead);
  expect((await browser.get('/ticket-types')).text).toContain('Refund or credit within 16 h of working time');
  const form = {
    name: 'Supply request',
    key: 'supply-request',
    area: 'care operations',
    teamId: care.teams.care.id,
    takeoverTeamId: '',
    slaMinutes: '240',
    warnMinutes: '30',
    active: 'yes',
    'closing.0.label': 'What was ordered',
    'closing.0.kind': 'line',
    'closing.0.required': 'yes',
  };
  const added = await browser.post('/ticket-types/new', form);
  expect([added.status, added.location]).toEqual([303, expect.stringMatching(/^\/ticket-types\/.*saved$/)]);
  const row = await api.db.ticketType.findFirstOrThrow({ where: { facilityId: api.world.facilityId, key: 'supply-request' } });
  expect(row).toMatchObject({
    slaMinutes: 240,
    closing: [{ name: 'whatWasOrdered', label: 'What was ordered', kind: 'line', required: true }],
  });
  const page = await browser.get(`/ticket-types/${row.id}`);
  const saved = await browser.submit(page, `/ticket-types/${row.id}`, { ...form, slaMinutes: '60' });
  expect(saved.status).toBe(303);
  expect((await api.db.ticketType.findUniqueOrThrow({ where: { id: row.id } })).slaMinutes).toBe(60);
  const late = await browser.submit(page, `/ticket-types/${row.id}`, form); // the version from before
  expect([late.status, late.text]).toEqual([412, expect.stringContaining('Somebody has changed this since you looked')]);
  const twice = await browser.post('/ticket-types/new', form);
  expect([twice.status, twice.text]).toEqual([409, expect.stringContaining('There is a ticket type with this key already.')]);
  const early = await browser.post('/ticket-types/new', { ...form, key: 'early', warnMinutes: '240' });
  expect([early.status, early.text]).toEqual([422, expect.stringContaining('warn for less time than the clock runs')]);
  const refused = await browser.post('/ticket-types/new', { ...form, key: 'Supply!', name: 'Kept words' });
  expect([refused.status, refused.html]).toEqual([400, expect.stringContaining('value="Kept words"')]);
  expect(refused.html).toContain('<p id="key-refused"');
  const rows = { 'closing.0.label': '', 'closing.1.label': 'Which size', 'closing.1.kind': 'choice', 'closing.1.options': '' };
  const unsaid = await browser.post('/ticket-types/new', { ...form, ...rows, key: 'sizes' });
  expect(unsaid.html).toContain('<p id="closing.1.options-refused" class="warning refused">A choice, and nothing else, has options.</p>');
  expect(unsaid.html).toContain('name="closing.1.label" value="Which size"');
});

test('R-07, F-28: a type keeps more questions than the form begins with, and questions in other letters', async () => {
  const browser = await signInStaff(api, care.lead);
  const closing = Array.from({ length: 9 }, (_, index) => ({
    name: `answer${index}`,
    label: `Question ${index}`,
    kind: 'line',
    required: true,
  }));
  const type = {
    facilityId: api.world.facilityId,
    teamId: care.teams.care.id,
    key: 'long',
    name: 'Long',
    area: 'support',
    roles: [],
    closing,
  };
  const { id: typeId } = await api.db.ticketType.create({ data: { ...type, fields: [] } });
  const page = await browser.get(`/ticket-types/${typeId}`);
  const rows = closing.flatMap(({ name, label }, index) => [
    [`closing.${index}.name`, name],
    [`closing.${index}.label`, label],
    [`closing.${index}.kind`, 'line'],
    [`closing.${index}.required`, 'yes'],
  ]);
  const added = { 'closing.9.label': 'Что заказали', 'closing.9.kind': 'line', 'closing.10.label': '', 'closing.10.kind': 'line' };
  const form = {
    name: 'Long',
    area: 'support',
    teamId: care.teams.care.id,
    takeoverTeamId: '',
    active: 'yes',
    ...Object.fromEntries(rows),
  };
  expect((await browser.submit(page, `/ticket-types/${typeId}`, { ...form, ...added })).status).toBe(303);
  const saved = (await api.db.ticketType.findUniqueOrThrow({ where: { id: typeId } })).closing as { name: string; label: string }[];
  expect(saved.map(({ name }) => name)).toEqual([...closing.map(({ name }) => name), 'question10']);
  expect(saved[9]).toMatchObject({ label: 'Что заказали' });
});

test('R-09, P-09: a ticket says whose it is, also from a conversation; what was refused stays in the form', async () => {
  const browser = await signInStaff(api, care.agent);
  await api.db.patient.update({ where: { id: care.patient.id }, data: { searchName: ' example pat' } });
  const found = await browser.get('/tickets/new?type=program-cancellation&q=Example');
  expect(found.text).toContain('Example, Pat');
  const path = `/tickets/new?type=program-cancellation&patient=${care.patient.id}`;
  expect(found.html).toContain(path.replaceAll('&', '&amp;'));
  const page = await browser.get(path);
  const opened = await browser.submit(page, '/tickets/new', { subject: 'Wants to stop' });
  const ticket = await api.db.ticket.findUniqueOrThrow({ where: { id: opened.location.split('/')[2]! } });
  expect(ticket.patientId).toBe(care.patient.id);
  expect(await api.db.accessEvent.count({ where: { patientId: care.patient.id, what: 'new ticket' } })).toBeGreaterThan(1);

  const inbound = {
    facilityId: api.world.facilityId,
    channel: 'text' as const,
    from: '+12025550111',
    externalId: 'new ticket',
    text: 'Help',
  };
  const { conversation } = await inTransaction(api.db, (tx) =>
    receiveMessage(tx, { ...inbound, categories: [], patientId: care.patient.id }, api.now),
  );
  const { id: talk } = conversation.facts;
  const from = await browser.get(`/tickets/new?type=order-management&conversation=${talk}`);
  const about = await browser.submit(from, '/tickets/new', { subject: 'Their parcel' });
  const raised = await api.db.ticket.findUniqueOrThrow({ where: { id: about.location.split('/')[2]! } });
  expect(raised).toMatchObject({ patientId: care.patient.id, aboutKind: 'conversation', aboutId: talk });

  const rx = await browser.get('/tickets/new?type=rx-triage');
  const refused = await browser.submit(rx, '/tickets/new', { subject: 'Without its programme' });
  expect([refused.status, refused.text]).toEqual([422, expect.stringContaining('Missing: Programme. Nothing was opened')]);
  expect(refused.html).toContain('value="Without its programme"');
  const elsewhere = await createWorld(api.db, { name: 'Elsewhere' });
  const stranger = await api.db.patient.create({ data: { facilityId: elsewhere.facilityId, givenName: 'A', familyName: 'B' } });
  expect((await browser.get(`/tickets/new?type=support&patient=${stranger.id}`)).status).toBe(404);
});

test('F-10: a clock that has just run out says so once', async () => {
  const before = api.now;
  api.now = '2027-01-04T12:30:30.000Z'; // half a minute after the one that nobody has was due
  const { text } = await (await signInStaff(api, care.alerts)).get('/my-work');
  api.now = before;
  expect(text).toMatch(/in the queue of Insurance alerts due now Take it/);
  expect(text).not.toMatch(/due now, /);
});

test('F-28: the pages of tickets speak Russian to whoever reads Russian', async () => {
  const browser = await signInStaff(api, care.lead);
  const russian = { 'accept-language': 'ru' };
  for (const path of ['/my-work', '/team-board', '/ticket-types', '/ticket-types/new', '/tickets/new', `/tickets/${id}`]) {
    const { html, text } = await browser.get(path, russian);
    expect([path, /<main id="main" lang="en"/.test(html)]).toEqual([path, false]);
    expect([path, text]).toEqual([path, expect.stringMatching(/обращени|Моя работа|Доска/i)]);
  }
  expect((await browser.get(`/tickets/${id}`, russian)).text).toContain('рабочего времени, срок');
});
