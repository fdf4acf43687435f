import { beforeAll, expect, test } from 'vitest';

import { createTicket } from '../../ledger/ticket.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { testApi } from '../api/api.ts';
import { signIn, signInStaff } from '../pages/visitor.ts';
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

test('R-04: the page of a ticket asks for exactly what closing demands', async () => {
  const page = await (await signInStaff(api, care.alerts)).get(`/tickets/${id}`);
  expect(page.status).toBe(200);
  expect([...page.html.matchAll(/name="field\.(\w+)"/g)].map(([, name]) => name)).toEqual(['pharmacy', 'sentAt']);
  expect(page.text).toMatch(/Patient Pat Example.*With Abe Alerts/);
  const elsewhere = await (await signInStaff(api, care.alerts)).get('/tickets/01890000-0000-7000-8000-0000000000aa');
  expect(elsewhere.status).toBe(404);
});

test('P-09, P-10: a ticket is opened by its type, and one that belongs elsewhere is opened there, and the page says so', async () => {
  const browser = await signInStaff(api, care.remote);
  expect((await browser.get('/tickets/new')).text).toContain('Inquiry of a patient');
  const page = await browser.get('/tickets/new?type=patient-inquiry');
  const opened = await browser.submit(page, '/tickets/new', { subject: 'Asks for a new appointment' });
  expect([opened.status, opened.location]).toEqual([303, expect.stringMatching(/^\/tickets\//)]);
  const retyped = await browser.submit(page, '/tickets/new', { subject: 'About the growth program' });
  expect([retyped.status, retyped.text]).toEqual([200, expect.stringContaining('it belongs to Growth program')]);
});

test('F-10: the lead’s board shows what is over its time soon, and the lead’s own teams alone', async () => {
  const page = await (await signInStaff(api, care.lead)).get('/team-board');
  expect(page.text).toMatch(/Insurance alerts.*Over its time, or soon.*Nobody has this one/);
  expect(page.text).not.toContain('Coordinator managers');
  expect((await (await signInStaff(api, care.agent)).get('/team-board')).status).toBe(403);
});

test('R-07: a lead adds a type and changes its clock on a page', async () => {
  const browser = await signInStaff(api, care.lead);
  expect((await browser.get('/ticket-types')).text).toContain('Refund or credit within 16 working hours');
  const form = {
    ...{ name: 'Supply request', key: 'supply-request', area: 'care operations', teamId: care.teams.care.id, takeoverTeamId: '' },
    ...{
      slaMinutes: '240',
      warnMinutes: '30',
      active: 'yes',
      'closing.0.label': 'What was ordered',
      'closing.0.kind': 'line',
      'closing.0.required': 'yes',
    },
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
  expect(late.status).toBe(412);
});
