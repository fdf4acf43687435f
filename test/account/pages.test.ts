import { beforeAll, describe, expect, test } from 'vitest';

import { verifyAudit } from '../../ledger/audit-verify.ts';
import type { Person } from '../../prisma/generated/client.ts';
import { testApi } from '../api/api.ts';
import { type Browser, footprint, formOf, signInStaff, untranslated } from '../pages/visitor.ts';
import { type CareTeam, createCareTeam } from '../ticket/care-team.ts';

const api = testApi();
let care: CareTeam;
let agent: Browser;
let manager: string;
let account: string;

beforeAll(async () => {
  care = await createCareTeam(api.world);
  agent = await signInStaff(api, care.agent);
  manager = await api.keyFor('manager', [care.patient.facilityId]);
  account = `/accounts/${care.patient.id}`;
});

const report = (nouns: string, body: object) =>
  api.call('POST', `/${nouns}`, { as: manager, body: { facilityId: care.patient.facilityId, patientId: care.patient.id, ...body } });
const events = (action: string) => api.db.auditEvent.findMany({ where: { subjectId: care.patient.id, action }, orderBy: { seq: 'asc' } });
const visit = (person: Person) => signInStaff(api, person);

describe('R-20: the account on pages', () => {
  test('R-20: searched by hand, by name, phone or birth date', async () => {
    await api.db.patient.update({
      where: { id: care.patient.id },
      data: { searchName: ' example pat', birthDate: new Date('1990-05-17') },
    });
    for (const q of ['exam', '555 0123', '1990-05-17']) {
      const { html, text } = await agent.get(`/accounts?q=${encodeURIComponent(q)}`);
      expect([q, html.includes(account), text.includes('Example, Pat')]).toEqual([q, true, true]);
    }
    expect((await agent.get('/accounts?q=nobody')).text).toContain('Nobody is found by “nobody”');
    const { patientId } = (await api.db.accessEvent.findFirst({ where: { what: 'account search' } }))!;
    expect(patientId).toBe(care.patient.id);
  });

  test('R-20: the overview shows personal info, the condition plan and the history; a look changes nothing', async () => {
    await report('treatment-requests', { number: 'TR-1', condition: 'Weight', status: 'approved', requestedAt: '2027-01-02T08:00:00Z' });
    const plan = { request: 'TR-1', writtenBy: 'Dr. Haddad', writtenAt: '2027-01-03T08:00:00Z' };
    await report('treatment-plans', { ...plan, number: 'P-1', what: 'The old plan.', endedAt: '2027-01-03T09:00:00Z' });
    await report('treatment-plans', { ...plan, number: 'P-2', what: 'One tablet in the morning.' });
    const before = await footprint(api.db);
    const { text } = await agent.get(account);
    expect(text).toMatch(/Born 17 May 1990 \(36 years\)/);
    expect(text).toMatch(/Condition plan Weight .*One tablet in the morning\./);
    expect(text).not.toContain('The old plan.');
    expect(text).toMatch(/History .*Plan written : Weight.*Treatment request : Weight/);
    const after = await footprint(api.db);
    expect({ ...after, AccessEvent: 0 }).toEqual({ ...before, AccessEvent: 0 });
  });

  test('R-20: plans of every treatment request, the approved ones first', async () => {
    await report('treatment-requests', { number: 'TR-2', condition: 'Sleep', status: 'denied', requestedAt: '2027-01-03T08:00:00Z' });
    const { text } = await agent.get(`${account}?tab=plans`);
    expect(text).toMatch(/Plans of approved treatment requests Weight .*The old plan\. .*ended .*Other treatment requests Sleep .*denied/);
  });

  test('R-20: info is edited on the version that was seen', async () => {
    const page = await agent.get(`${account}?tab=card`);
    const saved = await agent.submit(page, account, { ...formOf(page), language: 'en', email: 'pat@patients.example' });
    expect([saved.status, saved.location]).toEqual([303, `${account}?tab=card`]);
    const stale = await agent.submit(page, account, { ...formOf(page), language: 'en', email: 'other@patients.example' });
    expect([stale.status, stale.text.includes('Somebody has changed this since you looked')]).toEqual([412, true]);
    expect(stale.html).toContain('other@patients.example'); // typed, and not lost
    const wrong = await agent.submit(await agent.get(`${account}?tab=card`), account, { ...formOf(page), phone: '12', language: 'en' });
    expect([wrong.status, wrong.html.includes('<p id="phone-refused"')]).toEqual([422, true]);
  });

  test('R-20: credit is added once, with its reason, in the currency of the policy', async () => {
    const page = await agent.get(`${account}?tab=credit`);
    const form = { ...formOf(page), amount: '12,50', reason: 'A late parcel.' };
    for (const amount of ['0', '-3', 'ten', '1.234']) {
      const refused = await agent.submit(page, `${account}/credits`, { ...form, amount });
      expect([amount, refused.status, refused.text.includes('Rule R-20')]).toEqual([amount, 400, true]);
      expect(refused.html).toMatch(/id="amount" aria-invalid="true"/);
      expect(refused.html).toContain('value="A late parcel."');
      if (amount === 'ten') expect(refused.text).toContain('This is no amount of money in this currency');
    }
    for (const press of [1, 2]) expect([press, (await agent.submit(page, `${account}/credits`, form)).status]).toEqual([press, 303]);
    expect((await agent.get(`${account}?tab=credit`)).text).toMatch(/Given in all: US\$12\.50 .*A late parcel\. .*Ada Agent/);
    expect(await api.db.credit.count()).toBe(1);
  });

  test('R-20: the order history shows orders of every status, twenty a page', async () => {
    for (let n = 0; n < 23; n++) {
      const orderedAt = `2026-12-01T09:00:${String(n).padStart(2, '0')}Z`;
      await report('orders', {
        number: `O-${n}`,
        what: 'Refill',
        status: n % 2 ? 'lost' : 'shipped',
        orderedAt,
        priceMinor: 2900,
        currency: 'USD',
      });
    }
    const first = await agent.get(`${account}?tab=orders`);
    expect(first.text.match(/Refill ·? ?/g)).toHaveLength(20);
    expect(first.text).toContain('US$29.00');
    const next = /href="([^"]+cursor=[^"]+)"/.exec(first.html)![1]!.replaceAll('&amp;', '&');
    expect((await agent.get(next)).text.match(/No\. O-\d+/g)).toEqual(['No. O-2', 'No. O-1', 'No. O-0']);
  });

  test('R-20, R-09: a subscription is cancelled where a ticket asks for it; the second press shows the first answer', async () => {
    const { body } = await report('subscriptions', {
      number: 'S-1',
      programme: 'Body',
      status: 'active',
      startedAt: '2026-10-01T09:00:00Z',
    });
    const wish = {
      type: 'program-cancellation',
      subject: 'Wants to stop',
      patientId: care.patient.id,
      facilityId: care.patient.facilityId,
    };
    const ticket = (await api.call('POST', '/tickets', { as: manager, body: wish })).body.id;
    expect((await agent.get(`/tickets/${ticket}`)).html).toContain(`${account}?tab=subscription`);
    const page = await agent.get(`${account}?tab=subscription`);
    expect(page.text).toMatch(/Open tickets about this: Wants to stop .*State active/);
    const cancel = `${account}/subscriptions/${body.id}/cancel`;
    expect((await agent.post(cancel)).status).toBe(422); // unticked
    expect((await agent.post(cancel, { yes: 'on' })).status).toBe(303);
    expect((await (await visit(care.lead)).post(cancel, { yes: 'on' })).status).toBe(303);
    expect((await agent.get(`${account}?tab=subscription`)).text).toMatch(/State cancelled .*Cancelled .*Ada Agent/);
    expect(await events('cancel subscription')).toHaveLength(1);
    expect((await agent.post(`${account}/subscriptions/${crypto.randomUUID()}/cancel`, { yes: 'on' })).status).toBe(404);
  });

  test('R-20: a coordinator looks and does not act; the front desk does not look', async () => {
    const remote = await visit(care.remote);
    const page = await remote.get(`${account}?tab=credit`);
    expect([page.status, page.html.includes('name="amount"')]).toEqual([200, false]);
    for (const path of ['/credits', '/log-in']) {
      const { status, text } = await remote.post(`${account}${path}`, { form: 'a-form-1', amount: '1', reason: 'x', yes: 'on' });
      expect([path, status, text.includes('Rule R-20')]).toEqual([path, 403, true]);
    }
    const contact = await visit(api.world.contact);
    expect((await contact.get(account)).status).toBe(403);
    expect((await contact.get('/accounts')).text).toContain('Rule R-20');
  });
});

describe('R-20: logged in as the patient', () => {
  test('R-20: it needs a reason and a tick, shows a banner on every page, and ends by the button', async () => {
    const why = { reason: 'The patient cannot find their offer.', yes: 'on' };
    expect((await agent.get('/as-patient')).status).toBe(403); // not before
    const bare = await agent.post(`${account}/log-in`, { yes: 'on' });
    expect([bare.status, bare.text.includes('Say why you log in')]).toEqual([422, true]);
    expect((await agent.post(`${account}/log-in`, { reason: why.reason })).status).toBe(422);
    const entered = await agent.post(`${account}/log-in`, why);
    expect([entered.status, entered.location]).toEqual([303, '/as-patient']);
    for (const path of ['/as-patient', '/desk', account, '/my-work', '/support', '/nowhere']) {
      const { html } = await agent.get(path, { accept: 'text/html' });
      expect([path, html.includes('You are logged in as Pat Example until 07:30')]).toEqual([path, true]);
    }
    expect((await agent.get('/as-patient')).text).toMatch(
      /Hello Pat, .*Your plans Weight: One tablet in the morning\. .*Your credit: US\$12\.50/,
    );
    const other = await visit(care.agent); // another session of the same person
    expect((await other.get('/desk')).html).not.toContain('logged in as');
    expect(await events('log in as patient')).toMatchObject([
      { rule: 'R-20', reason: why.reason, actor: { name: 'Ada Agent', role: 'care team agent' } },
    ]);
    const looks = await api.db.accessEvent.findMany({ where: { what: 'as the patient, home' } });
    expect(looks[0]!.by).toMatchObject({ name: 'Ada Agent', onBehalfOfPatientId: care.patient.id });
    const ended = await agent.post('/as-patient/end');
    expect([ended.status, ended.location]).toEqual([303, account]);
    expect((await agent.get('/desk')).html).not.toContain('logged in as');
    expect((await agent.get('/as-patient')).text).toContain('Rule R-20');
    expect(await events('end login as patient')).toHaveLength(1);
  });

  test('R-20: it is over by itself when its time is, and with the session', async () => {
    await agent.post(`${account}/log-in`, { reason: 'Look at an order.', yes: 'on' });
    api.now = '2027-01-04T12:29:59.000Z';
    expect((await agent.get('/as-patient')).status).toBe(200);
    api.now = '2027-01-04T12:30:00.000Z';
    expect((await agent.get('/as-patient')).text).toContain('the time for it is over');
    expect((await agent.get('/desk')).html).not.toContain('logged in as');
    expect((await agent.post(`${account}/log-in`, { reason: 'Once more.', yes: 'on' })).status).toBe(303);
    expect(await events('end login as patient')).toHaveLength(1); // nobody ended what was over
    await api.db.person.update({ where: { id: care.agent.id }, data: { role: 'care coordinator' } });
    expect((await agent.get('/as-patient')).text).toContain('Rule R-20'); // whoever may not any more
    await api.db.person.update({ where: { id: care.agent.id }, data: { role: 'care team agent' } });
  });

  test('R-20: a visit that is booked there is booked by the agent on the patient’s behalf; what only the patient says is refused', async () => {
    const { facilityId, id: patientId } = care.patient;
    const key = api.keys.administrator;
    const hours = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: '08:00', to: '17:00' }));
    const practitioner = await api.call('POST', '/practitioners', { as: key, body: { facilityId, name: 'Dr. Vale', hours } });
    const changed = await api.call('POST', '/policies', {
      as: key,
      ifMatch: 1,
      body: { facilityId, settings: { booking: { online: true } } },
    });
    expect(changed.status).toBe(201);
    const wish = { facilityId, patientId, practitionerId: practitioner.body.id, durationMinutes: 30, comment: 'Check', slotsChecked: true };
    const { status, body: entry } = await api.call('POST', '/waitlist-entries', { as: key, body: wish });
    expect([status, entry.code]).toEqual([201, undefined]);
    const home = await agent.get('/as-patient');
    expect(home.text).toContain('Choose a time for your visit');
    const door = `/as-patient/waitlist-entry/${entry.id}`;
    expect(home.html).toContain(door);
    const page = await agent.get(door);
    const slot = /<input[^>]*name="slot"[^>]*value="([^"]+)"/.exec(page.html)![1]!;
    expect((await agent.post(door, { slot })).status).toBe(303);
    const booked = await api.db.auditEvent.findFirstOrThrow({
      where: { subjectKind: 'appointment', rule: { not: null } },
      orderBy: { at: 'desc' },
    });
    expect(booked.actor).toMatchObject({ name: 'Ada Agent', role: 'care team agent', onBehalfOfPatientId: patientId });
    const appointment = await api.db.appointment.findFirstOrThrow({ where: { patientId } });
    expect((await agent.get('/as-patient')).text).toContain('Dr. Vale');

    const clearance = { facilityId, patientId, appointmentId: appointment.id, openedBy: 'test', openedAt: api.now, linkSentAt: api.now };
    const { id } = await api.db.clearance.create({ data: { ...clearance, next: {}, nextAt: api.now } });
    const form = await agent.get(`/as-patient/clearance/${id}`);
    expect([form.status, form.html.includes('name="yes"')]).toEqual([200, false]);
    const said = await agent.post(`/as-patient/clearance/${id}`, { yes: 'on' });
    expect([said.status, said.text.includes('PATIENT_ONLY')]).toEqual([403, true]);
    const stranger = await api.db.patient.create({ data: { facilityId, givenName: 'Other', familyName: 'One' } });
    const theirs = await api.db.clearance.create({
      data: { ...clearance, patientId: stranger.id, state: 'cleared', next: {}, nextAt: api.now },
    });
    expect((await agent.get(`/as-patient/clearance/${theirs.id}`)).status).toBe(404);
    expect((await verifyAudit(api.db)).broken).toEqual([]);
  });

  test('R-20, F-28: the account and the banner speak Russian', async () => {
    await api.db.person.update({ where: { id: care.agent.id }, data: { language: 'ru' } });
    const given = [
      'Pat',
      'Example',
      'Ada Agent',
      'Dr. Haddad',
      'Dr. Vale',
      'Weight',
      'Sleep',
      'Body',
      'Refill',
      'English',
      'Holdfast',
      'USD',
      'shipped',
      'lost',
    ];
    const written = [
      'One tablet in the morning',
      'The old plan',
      'A late parcel',
      'Wants to stop',
      'pat@patients.example',
      'Look at an order',
      'Once more',
      'A manager',
      'The patient cannot find their offer',
      'API',
    ];
    for (const tab of ['overview', 'card', 'plans', 'orders', 'subscription', 'credit']) {
      const page = await agent.get(`${account}?tab=${tab}`);
      expect([tab, page.status, untranslated(page, [...written, ...given])]).toEqual([tab, 200, []]);
      expect(page.html).toContain('Вы вошли от имени пациента: Pat Example');
    }
  });
});
