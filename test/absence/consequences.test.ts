import { expect, test } from 'vitest';

import { addDays, addMinutes, atLocal, zoneDate } from '../../domain/civil.ts';
import { advanceTicket } from '../../domain/ticket.ts';
import { assignCoordinator } from '../../ledger/coordinator.ts';
import { receiveMessage } from '../../ledger/inbound.ts';
import { enterAbsence } from '../../ledger/new-absence.ts';
import { createTicket } from '../../ledger/new-ticket.ts';
import { addHoliday, removeHoliday } from '../../ledger/special-hours.ts';
import { loadTicket } from '../../ledger/ticket.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { testApi } from '../api/api.ts';
import { createCareTeam } from '../ticket/care-team.ts';
import { createWorld } from '../world.ts';
import { actorOf, careTeam, mondayFrom, wholeDays } from './care-team.ts';

const api = testApi();
const by = { name: 'test', role: 'administrator' as const, channel: 'api' as const };

test('P-18: a holiday is told to providers with a coordinator some days before, not when it is taken back; whoever gets one later is told too', async () => {
  const { db, now } = api;
  const world = await createWorld(db, { name: 'Holidays' });
  const { facilityId, zone } = world;
  const team = await careTeam(world);
  const date = addDays(zoneDate(now, zone), 20);
  const notices = async () =>
    (await db.message.findMany({ where: { facilityId, kind: 'company holiday' }, include: { person: true }, orderBy: { id: 'asc' } })).map(
      ({ person, state, sendAfter }) => [person!.name, state, sendAfter.toISOString()],
    );
  await inTransaction(db, (tx) => addHoliday(tx, facilityId, { date, name: 'Founders’ Day' }, { actor: by, now }));
  const at = atLocal(addDays(date, -3), '07:00', zone);
  expect(await notices()).toEqual([
    ['Dr. Adler', 'waiting', at],
    ['Dr. Brook', 'waiting', at],
  ]);
  await inTransaction(db, (tx) => removeHoliday(tx, facilityId, date, { actor: by, now }));
  expect((await notices()).map(([, state]) => state)).toEqual(['withdrawn', 'withdrawn']);
  await inTransaction(db, (tx) => addHoliday(tx, facilityId, { date, name: 'Founders’ Day' }, { actor: by, now: addMinutes(now, 1) }));
  const late = await db.person.create({
    data: { facilityId, name: 'Dr. Late', role: 'practitioner', email: `late@${facilityId}.example` },
  });
  const practitioner = await db.practitioner.create({ data: { facilityId, personId: late.id, name: late.name, initials: 'DL' } });
  await inTransaction(db, (tx) => assignCoordinator(tx, practitioner.id, team.lee.id, { actor: by, at: now }));
  expect((await notices()).filter(([, state]) => state === 'waiting').map(([name]) => name)).toEqual([
    'Dr. Adler',
    'Dr. Brook',
    'Dr. Late',
  ]);
});

test('P-18: whoever was told of a holiday learns, once, that it is taken back; whoever was not told yet learns of neither', async () => {
  const { db, now } = api;
  const world = await createWorld(db, { name: 'Taken back' });
  const { facilityId, zone } = world;
  const team = await careTeam(world);
  const date = addDays(zoneDate(now, zone), 2);
  const add = (at: string) =>
    inTransaction(db, (tx) => addHoliday(tx, facilityId, { date, name: 'Founders’ Day' }, { actor: by, now: at }));
  const remove = (at: string) => inTransaction(db, (tx) => removeHoliday(tx, facilityId, date, { actor: by, now: at }));
  const taken = async () =>
    (
      await db.message.findMany({ where: { facilityId, kind: 'holiday taken back' }, include: { person: true }, orderBy: { id: 'asc' } })
    ).map(({ person, state }) => [person!.name, state]);
  await add(now);
  const told = { facilityId, kind: 'company holiday', personId: team.adler.id };
  await db.message.updateMany({ where: told, data: { state: 'sent', sentAt: now } });
  await remove(addMinutes(now, 1));
  expect(await taken()).toEqual([['Dr. Adler', 'waiting']]);
  await add(addMinutes(now, 2)); // a holiday again before the second mail has gone: it would say what is not so
  expect(await taken()).toEqual([['Dr. Adler', 'withdrawn']]);
  await remove(addMinutes(now, 3));
  await db.message.updateMany({ where: { facilityId, kind: 'holiday taken back', state: 'waiting' }, data: { state: 'sent' } });
  await add(addMinutes(now, 4));
  await remove(addMinutes(now, 5)); // the third notice had not gone: last heard, Dr. Adler works on that day
  expect((await taken()).map(([, state]) => state)).toEqual(['withdrawn', 'sent']);
});

test('F-10, P-18: a holiday that is added or removed moves the clocks of open tickets', async () => {
  const { db } = api;
  const world = await createWorld(db, { name: 'Holiday clock' });
  const { facilityId, zone } = world;
  const care = await createCareTeam(world);
  const monday = mondayFrom(api.now, zone, 1);
  const now = atLocal(monday, '10:00', zone); // eight working hours, a warning two before: at four
  const wanted = { facilityId, type: 'pricing-and-shipping', subject: 'A matter' };
  const { facts } = await inTransaction(db, (tx) => createTicket(tx, wanted, { ...by, personId: care.agent.id }, now));
  const next = async () => (await db.ticket.findUniqueOrThrow({ where: { id: facts.id } })).nextAt.toISOString();
  await db.ticket.update({ where: { id: facts.id }, data: { warnedAt: addMinutes(now, 1) } });
  await inTransaction(db, (tx) => addHoliday(tx, facilityId, { date: addDays(monday, 1), name: 'Off' }, { actor: by, now }));
  expect(await next()).toBe(atLocal(addDays(monday, 2), '10:00', zone));
  await inTransaction(db, (tx) => removeHoliday(tx, facilityId, addDays(monday, 1), { actor: by, now }));
  expect(await next()).toBe(atLocal(addDays(monday, 1), '10:00', zone));
  expect(await db.wakeUp.count({ where: { workflowId: `ticket/${facts.id}`, kind: 'update' } })).toBe(1); // earlier again: it is woken
});

test('F-11: a ticket of somebody silent does not go to whoever is away', async () => {
  const { db } = api;
  const world = await createWorld(db, { name: 'Silent and away' });
  const { facilityId, zone } = world;
  const care = await createCareTeam(world);
  const monday = mondayFrom(api.now, zone, 1);
  const now = atLocal(monday, '10:00', zone);
  await db.ticketType.updateMany({ where: { facilityId, key: 'pricing-and-shipping' }, data: { returnMinutes: 60 } });
  const wanted = { facilityId, type: 'pricing-and-shipping', subject: 'A matter', assigneeId: care.agent.id };
  const { facts } = await inTransaction(db, (tx) => createTicket(tx, wanted, by, now));
  const successor = async () => {
    const { facts: present } = await loadTicket(db, facts.id);
    return advanceTicket(present, { kind: 'return', at: addMinutes(now, 60), because: '', rule: 'F-11' }).assignee?.name;
  };
  expect(await successor()).toBe('Ben Agent');
  const away = (personId: string) =>
    inTransaction(db, (tx) => enterAbsence(tx, { personId, ...wholeDays(monday, monday, zone) }, by, api.now));
  await away(care.second.id);
  expect(await successor()).toBe('Lea Lead');
  await away(care.lead.id);
  expect(await successor()).toBeUndefined(); // back into the queue
});

test('P-17: approved words go out to whoever writes while nobody looks after the line, once; unapproved ones do not', async () => {
  const { db } = api;
  const world = await createWorld(db, { name: 'Out of office' });
  const { facilityId, zone } = world;
  const team = await careTeam(world, 'designated');
  const monday = mondayFrom(api.now, zone, 7);
  const { facts } = await inTransaction(db, (tx) =>
    enterAbsence(tx, { personId: team.kim.id, ...wholeDays(monday, monday, zone) }, actorOf(team.kim), api.now),
  );
  const line = { absenceId: facts.id, practitionerId: team.adler.practitionerId };
  await db.coverLine.updateMany({ where: line, data: { choice: 'unmonitored', message: 'I am away until Tuesday.' } });
  const at = (time: string) => atLocal(monday, time, zone);
  const write = async (from: string, time: string) => {
    const inbound = { facilityId, channel: 'text' as const, from, externalId: crypto.randomUUID(), text: 'Hello?', categories: [] };
    const { conversation } = await inTransaction(db, (tx) =>
      receiveMessage(tx, { ...inbound, practitionerId: team.adler.practitionerId }, at(time)),
    );
    return db.message.findMany({ where: { subjectId: conversation.facts.id, kind: 'reply' } });
  };
  expect(await write('+15550101001', '10:00')).toEqual([]);
  await db.coverLine.updateMany({ where: line, data: { messageApprovedAt: api.now } });
  const sent = await write('+15550101001', '11:00');
  expect(sent).toMatchObject([{ channel: 'sms', address: '+15550101001', content: { text: 'I am away until Tuesday.' } }]);
  expect(await write('+15550101001', '12:00')).toHaveLength(1); // once
  await db.coverLine.updateMany({ where: line, data: { choice: 'provider covers' } });
  expect(await write('+15550101002', '13:00')).toEqual([]); // the provider looks after the line
});
