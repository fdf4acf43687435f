import { expect, test } from 'vitest';

import { ticketActivities } from '../../activities/ticket.ts';
import { addDays, atLocal } from '../../domain/civil.ts';
import { person } from '../../ledger/message.ts';
import { createTicket } from '../../ledger/new-ticket.ts';
import { whoIsResponsible } from '../../ledger/responsible.ts';
import { standIns } from '../../ledger/substitute.ts';
import { loadTicket } from '../../ledger/ticket.ts';
import { plantTicketTypes } from '../../ledger/ticket-type.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { testApi } from '../api/api.ts';
import { signIn } from '../pages/visitor.ts';
import { createBlock, createHistory, createWorld } from '../world.ts';
import { actorOf, careTeam, mondayFrom } from './care-team.ts';

const api = testApi();

async function furnished(name: string, kind: 'remote' | 'designated' = 'remote') {
  const world = await createWorld(api.db, { name });
  const team = await careTeam(world, kind);
  const as = await api.keyFor('manager', [world.facilityId]);
  return { world, team, as, monday: mondayFrom(api.now, world.zone, 10) };
}
const email = async (id: string) => api.db.person.findUniqueOrThrow({ where: { id } });

test('P-14, P-19, U-15: an absence is rehearsed without a trace, then saved as it was rehearsed', async () => {
  const { world, team, as, monday } = await furnished('Rehearsed');
  const body = { personId: team.kim.id, from: monday, to: addDays(monday, 1) };
  const before = await api.db.absence.count();
  const rehearsed = await api.call('POST', '/absences?preview=true', { as, body });
  expect(rehearsed.status).toBe(200);
  expect(await api.db.absence.count()).toBe(before);
  const saved = await api.call('POST', '/absences', { as, body });
  expect(saved.status).toBe(201);
  const lines = saved.body.lines.map(({ practitionerId, provider, days }: Record<string, unknown>) => ({ practitionerId, provider, days }));
  expect(rehearsed.body.lines).toEqual(lines);
  expect(lines[0]).toMatchObject({ provider: 'Dr. Adler', days: [{ by: 'nobody yet', rule: 'P-12' }, { by: 'nobody yet' }] });
  expect(saved.body).toMatchObject({ notice: 'known', state: 'planned', startsAt: atLocal(monday, '00:00', world.zone) });
  expect(
    (await api.call('GET', `/absences/${saved.body.id}/timeline`, { as })).body.items.map((one: { kind: string }) => one.kind),
  ).toEqual(['ask for cover', 'escalate', 'tell manager', 'begin', 'hand back']);
});

test('F-12, U-15: an alert that would come to somebody who is away goes to their substitute, as it was rehearsed', async () => {
  const { world, as } = await furnished('Substituted');
  const { contact, other, facilityId, zone } = world;
  const named = await api.call('POST', '/substitutes', { as, body: { personId: contact.id, substituteId: other.id } });
  expect(named.status).toBe(201);
  const circle = await api.call('POST', '/substitutes', { as, body: { personId: other.id, substituteId: contact.id } });
  expect([circle.status, circle.body.code]).toEqual([422, 'SUBSTITUTES_IN_A_CIRCLE']);
  const today = api.now.slice(0, 10);
  await createHistory(world, today);
  await createBlock(world, addDays(today, 20), api.now);
  const body = { personId: contact.id, from: addDays(today, 1), to: addDays(today, 19) };
  const { landings } = (await api.call('POST', '/absences?preview=true', { as, body })).body;
  expect(landings.length).toBeGreaterThan(0);
  expect(landings[0]).toMatchObject({ kind: 'block alert', goesTo: [other.name], rule: 'C-19' });
  await api.call('POST', '/absences', { as, body });
  const people = [{ id: contact.id, name: contact.name, email: contact.email }];
  const during = atLocal(addDays(today, 2), '12:00', zone);
  expect((await standIns(api.db, people, during)).map(({ id }) => id)).toEqual([other.id]);
  expect(await standIns(api.db, people, atLocal(addDays(today, 30), '12:00', zone))).toEqual(people);
  expect(await api.db.substitute.count({ where: { facilityId } })).toBe(1);
});

test('P-19 to P-22, P-27: bad input gets a clear answer', async () => {
  const { world, team, as, monday } = await furnished('Refused');
  const enter = (body: object) => api.call('POST', '/absences', { as, body: { personId: team.kim.id, ...body } });
  expect((await enter({ from: monday, to: addDays(monday, -1) })).status).toBe(400);
  expect((await enter({ from: '2026-01-01', to: '2026-01-02' })).body).toMatchObject({ status: 422, code: 'ABSENCE_PAST' });
  expect((await enter({ from: monday, to: addDays(monday, 500) })).body).toMatchObject({
    status: 422,
    code: 'ABSENCE_TOO_LONG',
    facts: { mostDays: 366 },
  });
  const nowhere = await enter({ from: monday, to: monday, zone: 'Mars/Olympus' });
  expect(nowhere.body).toMatchObject({ status: 400, code: 'UNKNOWN_ZONE', rule: 'P-27', facts: { zone: 'Mars/Olympus' } });
  const later = addDays(monday, 14);
  const elsewhere = await enter({ from: later, to: later, fromTime: '09:00', zone: 'Europe/Berlin' });
  expect(elsewhere.body).toMatchObject({ startsAt: atLocal(later, '09:00', 'Europe/Berlin'), zone: world.zone });
  const { id } = (await enter({ from: monday, to: addDays(monday, 4) })).body;
  expect((await enter({ from: addDays(monday, 1), to: addDays(monday, 1) })).body).toMatchObject({ status: 409, code: 'ABSENCE_OVERLAPS' });
  const ask = (path: string, body = {}) => api.call('POST', `/absences/${id}/${path}?preview=true`, { as, body });
  expect((await ask('search-again')).body).toMatchObject({ status: 422, code: 'NO_SECOND_SEARCH', rule: 'P-22' });
  expect((await ask('assign-cover', { coverId: team.kim.id })).body).toMatchObject({ status: 422, code: 'COVER_AWAY' });
  expect((await ask('leave-unmonitored', { practitionerId: team.adler.practitionerId })).body.code).toBe('LINE_NOT_LEFT_ALONE');
  expect((await ask('assign-cover', { coverId: team.lee.id })).body).toMatchObject({
    preview: true,
    effect: { summary: 'Lee Park covers.' },
  });
});

test('P-14, U-15: the coverage calendar shows who is away and bare hours, and saves only after the rehearsal', async () => {
  const { team, monday } = await furnished('Calendar');
  const browser = await signIn(api, await email(team.kim.id));
  expect((await browser.get('/coverage')).text).toContain('Nobody is away in these four weeks.');
  const form = { personId: team.kim.id, from: monday, to: monday, fromTime: '', toTime: '' };
  const rehearsed = await browser.post('/coverage', form);
  expect(rehearsed.text).toContain('Nothing is saved yet.');
  expect(rehearsed.text).toContain('Nobody: 09:00–17:00 (8 h)');
  expect(await api.db.absence.count({ where: { personId: team.kim.id } })).toBe(0);
  const stale = await browser.submit(rehearsed, '/coverage', { yes: 'on', seen: 'what was so before' });
  expect([stale.status, stale.text]).toEqual([409, expect.stringContaining('nothing was saved. This is how it would be now.')]);
  const saved = await browser.submit(rehearsed, '/coverage', { yes: 'on' });
  expect(saved.status).toBe(303);
  expect((await browser.submit(rehearsed, '/coverage', { yes: 'on' })).location).toBe(saved.location); // pressed twice
  expect(await api.db.absence.count({ where: { personId: team.kim.id } })).toBe(1);
  const shown = (await browser.get(`/coverage?from=${monday}`)).text;
  expect(shown).toContain('16 h nobody looks after');
  expect((await browser.post('/coverage', { ...form, personId: team.lee.id })).status).toBe(403);
  const stranger = await signIn(api, api.world.contact);
  expect((await stranger.get('/coverage')).status).toBe(403);
});

test('P-31, U-15: called in at two, only the hours still to come are rehearsed, saved and shown, and none when they are over', async () => {
  const { world, team, as, monday } = await furnished('Afternoon');
  const now = api.now;
  const at = (time: string) => atLocal(monday, time, world.zone);
  api.now = at('14:00');
  const browser = await signIn(api, await email(team.kim.id));
  const rehearsed = await browser.post('/coverage', { personId: team.kim.id, from: monday, to: monday, fromTime: '', toTime: '' });
  expect(rehearsed.text).toContain('Nobody: 14:00–17:00 (3 h)');
  api.now = at('14:01'); // a minute passes while it is read
  const saved = await browser.submit(rehearsed, '/coverage', { yes: 'on' });
  expect(saved.status).toBe(303);
  const days = async () => (await api.call('GET', `/absences?personId=${team.kim.id}`, { as })).body.items[0].lines[0].days;
  expect(await days()).toMatchObject([{ uncovered: [{ startsAt: at('14:01'), endsAt: at('17:00') }] }]);
  api.now = at('17:30');
  expect(await days()).toEqual([]);
  expect((await browser.get('/coverage')).text).not.toContain('nobody looks after');
  api.now = now;
});

test('P-15 to P-17, P-19, P-21, P-24, F-13: the page of an absence offers each what they may decide, and nothing else', async () => {
  const { team, as, monday } = await furnished('Offered');
  const { id } = (await api.call('POST', '/absences', { as, body: { personId: team.kim.id, from: monday, to: monday } })).body;
  const see = async (who: { id: string }, headers = {}) => (await signIn(api, await email(who.id))).get(`/coverage/${id}`, headers);
  const buttons = async (who: { id: string }) =>
    [...(await see(who)).html.matchAll(/action="\/coverage\/[^/"]+\/([a-z-]+)"/g)].map(([, action]) => action);
  expect(await buttons(team.lee)).toEqual(['opt-in']);
  expect(await buttons(team.kim)).toEqual(['tell-providers', 'write-message', 'write-message', 'cancel']);
  expect(await buttons(team.adler)).toEqual(['acknowledge', 'cover-yourself']);
  expect(await buttons(team.manager)).toEqual(expect.arrayContaining(['assign-cover', 'cancel', 'cover-yourself']));
  expect((await see(team.manager)).text).toMatch(/Dr\. Adler covers the line.*Dr\. Brook covers the line/);
  expect((await see(team.manager)).text).not.toContain('I cover my line');
  expect((await see(team.adler)).text).toContain('I cover my line myself');
  const { practitionerId } = team.adler;
  await api.db.coverLine.updateMany({ where: { absenceId: id, practitionerId }, data: { message: 'Back on Tuesday.' } });
  expect(await buttons(team.adler)).toEqual(['acknowledge', 'cover-yourself', 'approve-message']);
  expect((await see(team.adler)).text).toMatch(/Dr\. Adler was not told yet.*Back on Tuesday\..*Not approved yet/);
  const browser = await signIn(api, await email(team.adler.id));
  const page = await browser.get(`/coverage/${id}`);
  const unticked = await browser.submit(page, `/coverage/${id}/cover-yourself`, { practitionerId });
  expect(unticked.status).toBe(422);
  expect((await see(team.lee, { 'accept-language': 'ru' })).text).toMatch(/Отсутствует: Kim Vale.*Я замещу.*Пока никто не взял\./);
  const elsewhere = await furnished('Offered elsewhere');
  expect((await (await signIn(api, await email(elsewhere.team.kim.id))).get(`/coverage/${id}`)).status).toBe(404);
});

test('U-15, F-10, F-11: a ticket that would warn, go on or be due while they are away is in the rehearsal, and that is what happens', async () => {
  const { world, team, as, monday } = await furnished('Tickets land');
  const { facilityId, zone } = world;
  await inTransaction(api.db, (tx) => plantTicketTypes(tx, facilityId));
  const queue = await api.db.team.findFirstOrThrow({ where: { facilityId, name: 'Care coordinators' } });
  for (const { id: personId } of [team.kim, team.lee]) await api.db.teamMember.create({ data: { teamId: queue.id, personId } });
  await api.call('POST', '/substitutes', { as, body: { personId: team.kim.id, substituteId: team.lee.id } });
  const open = (type: string, now: string) => {
    const wanted = { facilityId, type, subject: 'A matter', assigneeId: team.kim.id };
    return inTransaction(api.db, (tx) => createTicket(tx, wanted, actorOf(team.manager), now));
  };
  await api.db.ticketType.updateMany({ where: { facilityId, key: 'patient-inquiry' }, data: { slaMinutes: 480, warnMinutes: 120 } });
  await api.db.ticketType.updateMany({
    where: { facilityId, key: 'provider-question' },
    data: { slaMinutes: null, warnMinutes: 0, returnMinutes: 60 },
  });
  const friday = addDays(monday, -3);
  api.now = atLocal(friday, '16:00', zone);
  const warned = await open('patient-inquiry', api.now);
  const handedOn = await open('provider-question', atLocal(friday, '16:30', zone));
  const body = { personId: team.kim.id, from: monday, to: addDays(monday, 1) };
  const { landings } = (await api.call('POST', '/absences?preview=true', { as, body })).body;
  const at = (of: typeof warned, what: string) =>
    landings.find((one: { id: string; what: string }) => one.id === of.facts.id && one.what.startsWith(what));
  expect(at(warned, 'Warning')).toMatchObject({
    kind: 'ticket',
    goesTo: ['Lee Park'],
    rule: 'F-10',
    what: 'Warning about a ticket: Inquiry of a patient',
  });
  expect(at(warned, 'Ticket that is due')).toMatchObject({ goesTo: [] });
  expect(at(handedOn, 'Ticket that goes on')).toMatchObject({ goesTo: ['Lee Park'], rule: 'F-11' });

  await api.call('POST', '/absences', { as, body });
  const hands = ticketActivities({ db: api.db });
  const foretold = at(handedOn, 'Ticket that goes on').at as string;
  expect(foretold > atLocal(monday, '00:00', zone)).toBe(true);
  await hands.returnTicket(handedOn.facts.id, foretold);
  expect((await loadTicket(api.db, handedOn.facts.id)).facts.assignee?.name).toBe('Lee Park');
  const warning = at(warned, 'Warning').at as string;
  await hands.warnOfTicket(warned.facts.id, warning);
  const mail = await api.db.message.findFirstOrThrow({ where: { kind: 'ticket due', subjectId: warned.facts.id } });
  const owed = await person(api.db, mail.personId!);
  expect((await standIns(api.db, owed, warning)).map(({ name }) => name)).toEqual(['Lee Park']);
  api.now = '2027-01-04T12:00:00.000Z';
});

test('P-05, P-12, P-14: what is handed over while a coordinator is away goes to whoever looks after the line at that hour', async () => {
  const { world, team, as, monday } = await furnished('Handed over');
  const { facilityId, zone } = world;
  const { practitionerId } = team.adler;
  const who = async (time: string, date = monday) =>
    (await whoIsResponsible(api.db, { facilityId, practitionerId, at: atLocal(date, time, zone) }))?.name;
  const { id } = (await api.call('POST', '/absences', { as, body: { personId: team.kim.id, from: monday, to: monday } })).body;
  expect([await who('13:00', addDays(monday, -3)), await who('13:00')]).toEqual(['Kim Vale', 'Mona Manager']); // nobody covers yet
  await api.db.coverLine.updateMany({ where: { absenceId: id, practitionerId }, data: { coverId: team.max.id } });
  expect([await who('11:59'), await who('12:00')]).toEqual(['Mona Manager', 'Max Stone']); // Los Angeles begins at nine there
  await api.db.coverLine.updateMany({ where: { absenceId: id, practitionerId }, data: { choice: 'provider covers' } });
  expect(await who('11:59')).toBe('Dr. Adler');
});

test('U-15, P-14, P-19, P-21: who covers for somebody and goes away too sees the lines that turn bare, and provider and manager are told', async () => {
  const { team, as, monday } = await furnished('Cover away');
  const { practitionerId } = team.adler;
  const tuesday = addDays(monday, 1);
  const { id } = (await api.call('POST', '/absences', { as, body: { personId: team.kim.id, from: monday, to: addDays(monday, 4) } })).body;
  await api.db.coverLine.updateMany({ where: { absenceId: id, practitionerId }, data: { coverId: team.lee.id } });
  const body = { personId: team.lee.id, from: tuesday, to: tuesday };
  const elsewhen = { ...body, from: addDays(monday, 7), to: addDays(monday, 7) };
  expect((await api.call('POST', '/absences?preview=true', { as, body: elsewhen })).body.turnBare).toEqual([]);
  const because = 'Lee Park was to cover and is away too: nobody does in that time.';
  const { turnBare } = (await api.call('POST', '/absences?preview=true', { as, body })).body;
  expect(turnBare).toMatchObject([
    { absenceId: id, absent: 'Kim Vale', provider: 'Dr. Adler', days: [{ date: tuesday, covered: [], because }] },
  ]);
  const mails = () => api.db.message.findMany({ where: { subjectId: id }, orderBy: { kind: 'asc' } });
  expect(await mails()).toEqual([]);

  const browser = await signIn(api, await email(team.lee.id));
  const rehearsed = await browser.post('/coverage', { ...body, fromTime: '', toTime: '' });
  expect(rehearsed.text).toMatch(/Lines that Lee Park covers for others.*Dr\. Adler, for Kim Vale.*Nobody: 09:00–17:00 \(8 h\)/);
  const saved = await browser.submit(rehearsed, '/coverage', { yes: 'on' });
  expect(saved.status).toBe(303);
  expect(await mails()).toMatchObject([
    {
      kind: 'coverage notice',
      personId: team.adler.id,
      content: { absent: 'Kim Vale', days: expect.arrayContaining([expect.objectContaining({ date: tuesday, because })]) },
    },
    { kind: 'nobody covers', personId: team.manager.id, content: { absent: 'Kim Vale', providers: ['Dr. Adler'], coverAway: 'Lee Park' } },
  ]);
  expect((await browser.get(`/coverage/${id}`)).text).toContain(because);
});

test('P-19: days away that cannot be are refused by the field, and what was typed stays in the form', async () => {
  const { team, as, monday } = await furnished('Typed');
  await api.call('POST', '/absences', { as, body: { personId: team.kim.id, from: monday, to: addDays(monday, 4) } });
  const browser = await signIn(api, await email(team.kim.id));
  const enter = async (days: Record<string, string>) => {
    const { status, text, html } = await browser.post('/coverage', { personId: team.kim.id, to: '', fromTime: '', toTime: '', ...days });
    const said = [...html.matchAll(/<p id="([a-zA-Z]+)-refused"[^>]*>([^<]*)</g)].map(([, field, why]) => `${field}: ${why}`);
    for (const typed of Object.values(days)) expect(html).toContain(`value="${typed}"`);
    expect(text).toContain('Enter days away');
    return [status, ...said];
  };
  const late = addDays(monday, 9);
  expect(await enter({ from: late, to: addDays(late, -1) })).toEqual([400, 'to: The end must lie after the start.']);
  expect(await enter({ from: late, fromTime: '12:00', toTime: '11:00' })).toEqual([400, 'to: The end must lie after the start.']);
  expect(await enter({ from: late, fromTime: 'noon' })).toEqual([400, 'fromTime: This cannot be read.']);
  expect(await enter({ from: addDays(monday, 1) })).toEqual([409, 'from: This person is away then already.']);
  expect(await enter({ from: '2026-01-01' })).toEqual([422, 'to: An absence ends in the future.']);
  expect(await enter({ from: late, to: addDays(late, 400) })).toEqual([422, 'to: An absence is entered for a year at most.']);
});
