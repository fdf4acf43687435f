import { expect, test } from 'vitest';

import { addMinutes, atLocal } from '../../domain/civil.ts';
import { receiveMessage } from '../../ledger/inbound.ts';
import { enterAbsence } from '../../ledger/new-absence.ts';
import { createTicket } from '../../ledger/new-ticket.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { testApi } from '../api/api.ts';
import { signInStaff, untranslated } from '../pages/visitor.ts';
import { createCareTeam } from '../ticket/care-team.ts';
import { createWorld } from '../world.ts';
import { actorOf, careTeam, mondayFrom, wholeDays } from './care-team.ts';

const api = testApi();
const enter = async (id: string) => signInStaff(api, await api.db.person.findUniqueOrThrow({ where: { id } }));

test('P-16, U-15: on return the list has who wrote to a bare line and still waits, and the tickets that stood still; what is answered goes from it', async () => {
  const { db, now } = api;
  const world = await createWorld(db, { name: 'Catching up' });
  const { facilityId, zone } = world;
  const team = await careTeam(world);
  const { patient } = await createCareTeam(world);
  const monday = mondayFrom(now, zone, 3);
  const absence = await inTransaction(db, (tx) =>
    enterAbsence(tx, { personId: team.kim.id, ...wholeDays(monday, monday, zone) }, actorOf(team.kim), now),
  );
  const { id, lines } = absence.facts;
  const wrote = async (from: string, at: string, practitionerId: string) => {
    const message = {
      facilityId,
      channel: 'text' as const,
      from,
      externalId: crypto.randomUUID(),
      text: 'Hello?',
      categories: ['billing'],
    };
    const { conversation } = await inTransaction(db, (tx) => receiveMessage(tx, { ...message, practitionerId }, at));
    return conversation.facts.id;
  };
  const at = (time: string) => atLocal(monday, time, zone);
  const line = lines[0]!.practitionerId;
  const waits = await wrote('+15550100001', at('10:00'), line);
  const answered = await wrote('+15550100002', at('10:05'), line);
  const before = await wrote('+15550100003', addMinutes(absence.facts.startsAt, -60), line);
  const elsewhere = await db.practitioner.create({ data: { facilityId, name: 'Dr. Elsewhere', initials: 'DE' } });
  const other = await wrote('+15550100004', at('10:10'), elsewhere.id);
  const { facts: ticket } = await inTransaction(db, (tx) =>
    createTicket(tx, { facilityId, type: 'patient-inquiry', subject: 'It stood still', patientId: patient.id }, actorOf(team.kim), now),
  );
  await db.ticket.update({ where: { id: ticket.id }, data: { assigneeId: team.kim.id } });
  await db.conversation.update({ where: { id: answered }, data: { waitingSince: null, matters: [] } });
  await db.absence.update({ where: { id }, data: { state: 'over' } });

  const kim = await enter(team.kim.id);
  const page = await kim.get(`/coverage/${id}/catch-up`);
  expect(page.status).toBe(200);
  expect(page.text).toContain('+15550100001');
  for (const gone of [answered, before, other]) expect(page.html).not.toContain(gone);
  expect(page.html).toContain(`/conversations/${waits}`);
  expect(page.text).toContain('It stood still');
  const looks = await db.accessEvent.findMany({ where: { patientId: patient.id, what: 'catch up' } });
  expect(looks.map(({ by }) => (by as { name: string }).name)).toEqual([team.kim.name]);

  const key = await api.keyFor('care coordinator', [facilityId]);
  const { status, body } = await api.call('GET', `/absences/${id}/catch-up`, { as: key });
  expect([status, body]).toMatchObject([200, { conversations: [{ id: waits }], tickets: [{ subject: 'It stood still' }], more: false }]);
  expect(await db.accessEvent.count({ where: { patientId: patient.id, what: 'catch up' } })).toBe(2);
  const outsider = await api.keyFor('facility scheduler', [facilityId]);
  expect((await api.call('GET', `/absences/${id}/catch-up`, { as: outsider })).status).toBe(403);

  const absent = await kim.get(`/coverage/${id}`);
  expect(absent.html).toContain(`href="/coverage/${id}/catch-up"`);
  expect(absent.text).not.toContain('No working hours fall into this time');
  const colleague = await enter(team.lee.id);
  expect((await colleague.get(`/coverage/${id}/catch-up`)).status).toBe(403);
  expect((await colleague.get(`/coverage/${id}`)).html).not.toContain('catch-up');

  await db.conversation.update({ where: { id: waits }, data: { waitingSince: null } });
  await db.person.update({ where: { id: team.kim.id }, data: { language: 'ru' } });
  const later = await kim.get(`/coverage/${id}/catch-up`);
  expect(later.html).not.toContain(waits);
  expect(untranslated(later, [team.kim.name, 'It stood still', 'Inquiry of a patient', 'English'])).toEqual([]);
});

test('P-16: where the line was looked after all the time, nothing of it is on the list', async () => {
  const { db, now } = api;
  const world = await createWorld(db, { name: 'Looked after' });
  const { facilityId, zone } = world;
  const team = await careTeam(world);
  const monday = mondayFrom(now, zone, 3);
  const time = { startsAt: atLocal(monday, '10:00', zone), endsAt: atLocal(monday, '11:00', zone) }; // P-13: the provider watches
  const { facts } = await inTransaction(db, (tx) => enterAbsence(tx, { personId: team.kim.id, ...time }, actorOf(team.kim), now));
  const said = { facilityId, channel: 'text' as const, from: '+15550100009', externalId: 'a', text: 'Hello?', categories: ['billing'] };
  const practitionerId = facts.lines[0]!.practitionerId;
  const { conversation } = await inTransaction(db, (tx) => receiveMessage(tx, { ...said, practitionerId }, atLocal(monday, '10:30', zone)));
  const kim = await enter(team.kim.id);
  expect((await kim.get(`/coverage/${facts.id}/catch-up`)).html).not.toContain(conversation.facts.id);
});
