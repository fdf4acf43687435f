import type { WorkflowHandle } from '@temporalio/client';
import { expect, test } from 'vitest';

import { absenceActivities } from '../../activities/absence.ts';
import { advanceAbsence, coverageOfLines, planAbsence } from '../../domain/absence.ts';
import { addDays, atLocal, zoneDate } from '../../domain/civil.ts';
import { uncoveredMinutes } from '../../domain/coverage.ts';
import type { Receipt } from '../../domain/decision.ts';
import { foretell } from '../../domain/timeline.ts';
import { loadAbsence } from '../../ledger/absence.ts';
import { enterAbsence } from '../../ledger/new-absence.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { prepareLives } from '../lives.ts';
import { createWorld } from '../world.ts';
import { actorOf, careTeam, mondayFrom, type Somebody, wholeDays } from './care-team.ts';

const lives = prepareLives();

async function absent(who: Somebody, time: { startsAt: string; endsAt: string }) {
  const now = await lives.now();
  const { facts } = await inTransaction(lives.db, (tx) => enterAbsence(tx, { personId: who.id, ...time }, actorOf(who), now));
  return { id: facts.id, handle: await lives.begin(`absence/${facts.id}`) };
}

async function decide(handle: WorkflowHandle, who: Somebody, choice: object): Promise<Receipt> {
  const decision = { id: crypto.randomUUID(), actor: actorOf(who), decidedAt: await lives.now(), ...choice };
  return handle.executeUpdate<Receipt, [object]>('decideAbsence', { args: [decision], updateId: decision.id });
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'accepted',
    (error) => error.cause?.type ?? error.message,
  );
/** Such as `cover wanted → Lee Park`, sorted; withdrawn ones are marked. */
const mails = async (subjectId: string) =>
  (await lives.db.message.findMany({ where: { subjectId }, include: { person: true } }))
    .map(({ kind, person, state }) => `${kind} → ${person!.name}${state === 'withdrawn' ? ' (withdrawn)' : ''}`)
    .sort();
const auditOf = (subjectId: string) => lives.db.auditEvent.findMany({ where: { subjectId }, orderBy: { seq: 'asc' } });
const access = (absenceId: string) => lives.db.lineAccess.findMany({ where: { absenceId }, orderBy: { grantedAt: 'asc' } });
const sleepUntil = async (instant: string) => lives.env.sleep(Math.max(1, Date.parse(instant) - Date.parse(await lives.now())));
const anyHour = { mail: { fromLocalTime: '00:00', untilLocalTime: '23:59' } };

test('P-12, P-14, P-21 to P-23, U-01: the others are asked once, the first who opts in has access while it lasts, all as foretold', async () => {
  const world = await createWorld(lives.db, { name: 'Known', settings: anyHour });
  const team = await careTeam(world);
  const monday = mondayFrom(await lives.now(), world.zone, 10);
  const time = wholeDays(monday, addDays(monday, 1), world.zone);
  const { id, handle } = await absent(team.kim, time);
  await lives.env.sleep('1 minute');
  expect(await mails(id)).toEqual(['cover wanted → Lee Park', 'cover wanted → Max Stone']);
  expect(await codeOf(decide(handle, team.kim, { action: 'opt in' }))).toBe('COVER_AWAY');
  expect(await codeOf(decide(handle, team.lee, { action: 'search again' }))).toBe('NO_SECOND_SEARCH');

  expect(await decide(handle, team.max, { action: 'opt in' })).toMatchObject({ summary: 'Max Stone covers.', by: 'Max Stone' });
  expect(await codeOf(decide(handle, team.lee, { action: 'opt in' }))).toBe('COVER_TAKEN');
  const told = await lives.db.message.findFirstOrThrow({ where: { subjectId: id, kind: 'coverage notice', personId: team.adler.id } });
  const [first] = (told.content as unknown as { days: { uncovered: unknown[] }[] }).days;
  expect(first!.uncovered).toEqual([{ startsAt: atLocal(monday, '09:00', world.zone), endsAt: atLocal(monday, '12:00', world.zone) }]);

  const { facts, policy } = await loadAbsence(lives.db, id);
  const foretold = foretell(facts, await lives.now(), { plan: (then, at) => planAbsence(then, policy, at), advance: advanceAbsence });
  expect(foretold.map(({ kind, at }) => [kind, at])).toEqual([
    ['begin', time.startsAt],
    ['hand back', time.endsAt],
  ]);
  await sleepUntil(atLocal(monday, '10:00', world.zone));
  expect((await access(id)).map(({ personId, removedAt }) => [personId, removedAt])).toEqual([
    [team.max.id, null],
    [team.max.id, null],
  ]);
  await handle.result();
  expect((await access(id)).every(({ removedAt }) => removedAt?.toISOString() === time.endsAt)).toBe(true);
  expect((await auditOf(id)).slice(-2).map(({ action, at }) => [action, at.toISOString()])).toEqual(
    foretold.map(({ kind, at }) => [kind, at]),
  );
  expect(await mails(id)).toEqual([
    'cover wanted → Lee Park (withdrawn)',
    'cover wanted → Max Stone (withdrawn)',
    'coverage notice → Dr. Adler (withdrawn)',
    'coverage notice → Dr. Brook (withdrawn)',
    'line access → Max Stone',
    'line access → Max Stone',
    'welcome back → Kim Vale',
  ]);
});

test('P-12, P-16, P-19: nobody opts in and no provider was told: the manager learns of both, once each, in time', async () => {
  const world = await createWorld(lives.db, { name: 'Nobody' });
  const team = await careTeam(world);
  const monday = mondayFrom(await lives.now(), world.zone, 10);
  const { id, handle } = await absent(team.kim, wholeDays(monday, monday, world.zone));
  await handle.result();
  const events = await auditOf(id);
  expect(events.map(({ action }) => action)).toEqual(['enter', 'ask for cover', 'escalate', 'tell manager', 'begin', 'hand back']);
  const at = (action: string) => events.find((event) => event.action === action)!.at.toISOString();
  expect(at('escalate')).toBe(atLocal(addDays(monday, -3), '07:00', world.zone));
  expect(at('tell manager')).toBe(atLocal(addDays(monday, -1), '00:00', world.zone));
  const all = await mails(id);
  expect(all.filter((mail) => mail.includes('Mona'))).toEqual([
    'nobody covers → Mona Manager (withdrawn)',
    'provider not told → Mona Manager (withdrawn)',
  ]);
  expect(all).toContain('welcome back → Kim Vale'); // there is something to catch up on
});

test('F-13, P-20, P-31: called in sick: cover is looked for at once, and after half an hour without any the provider and the manager know', async () => {
  const world = await createWorld(lives.db, { name: 'Sick' });
  const team = await careTeam(world);
  await sleepUntil(atLocal(mondayFrom(await lives.now(), world.zone, 1), '08:00', world.zone));
  const today = zoneDate(await lives.now(), world.zone);
  const day = { startsAt: atLocal(today, '09:00', world.zone), endsAt: atLocal(today, '17:00', world.zone) };
  const { id, handle } = await absent(team.kim, day);
  await sleepUntil(atLocal(today, '08:20', world.zone));
  expect(await mails(id)).toEqual(['cover wanted → Lee Park', 'cover wanted → Max Stone']); // no provider is told first
  await sleepUntil(atLocal(today, '08:45', world.zone));
  expect((await mails(id)).slice(2)).toEqual([
    'coverage notice → Dr. Adler',
    'coverage notice → Dr. Brook',
    'nobody covers → Mona Manager',
  ]);
  const { practitionerId } = team.adler;
  expect(await decide(handle, team.manager, { action: 'assign cover', coverId: team.lee.id, practitionerId })).toMatchObject({
    summary: 'Lee Park covers.',
  });
  await handle.result();
  expect((await access(id)).map(({ personId }) => personId)).toEqual([team.lee.id]);
});

test('P-31: called in sick when no colleague works: nobody is waited for, the provider and the manager know at once', async () => {
  const world = await createWorld(lives.db, { name: 'Sick and alone' });
  const team = await careTeam(world);
  await lives.db.person.updateMany({ where: { id: { in: [team.lee.id, team.max.id] } }, data: { active: false } });
  await sleepUntil(atLocal(mondayFrom(await lives.now(), world.zone, 1), '08:00', world.zone));
  const today = zoneDate(await lives.now(), world.zone);
  const day = { startsAt: atLocal(today, '09:00', world.zone), endsAt: atLocal(today, '17:00', world.zone) };
  const { id, handle } = await absent(team.kim, day);
  await sleepUntil(atLocal(today, '08:05', world.zone));
  expect(await mails(id)).toEqual(['coverage notice → Dr. Adler', 'coverage notice → Dr. Brook', 'nobody covers → Mona Manager']);
  await handle.result();
  expect(await mails(id)).not.toContainEqual(expect.stringContaining('cover wanted'));
});

test('P-31: a coordinator of their own office calls in sick: the provider is told at once, and the hours are bare until they say that they know', async () => {
  const world = await createWorld(lives.db, { name: 'Sick in the office' });
  const team = await careTeam(world, 'designated');
  await sleepUntil(atLocal(mondayFrom(await lives.now(), world.zone, 1), '08:00', world.zone));
  const today = zoneDate(await lives.now(), world.zone);
  const { id, handle } = await absent(team.kim, {
    startsAt: atLocal(today, '09:00', world.zone),
    endsAt: atLocal(today, '17:00', world.zone),
  });
  await sleepUntil(atLocal(today, '08:05', world.zone));
  expect(await mails(id)).toEqual(['coverage choice → Dr. Adler', 'coverage choice → Dr. Brook']);
  const bare = async () =>
    coverageOfLines((await loadAbsence(lives.db, id)).facts, await lives.now()).map(({ days }) => uncoveredMinutes(days));
  expect(await bare()).toEqual([480, 480]);
  const { practitionerId } = team.adler;
  await decide(handle, team.adler, { action: 'acknowledge', practitionerId });
  const { lines } = (await loadAbsence(lives.db, id)).facts;
  expect((await bare())[lines.findIndex((line) => line.practitionerId === practitionerId)]).toBe(0);
  expect((await bare()).reduce((sum, minutes) => sum + minutes, 0)).toBe(480); // the other has not said so yet
  await handle.result();
  expect(await mails(id)).toContain('welcome back → Kim Vale');
});

test('P-31: called in after the last hour of the day, nobody is asked, told or waited for; after an hour of it, only the rest counts', async () => {
  const world = await createWorld(lives.db, { name: 'Sick at night' });
  const team = await careTeam(world);
  const monday = mondayFrom(await lives.now(), world.zone, 1);
  const at = (time: string) => atLocal(monday, time, world.zone);
  await sleepUntil(at('15:00'));
  const lee = await absent(team.lee, wholeDays(monday, monday, world.zone));
  const { facts } = await loadAbsence(lives.db, lee.id);
  expect(facts.lines).toEqual([]);
  const max = await absent(team.max, wholeDays(addDays(monday, 20), addDays(monday, 20), world.zone));
  await sleepUntil(at('16:40'));
  const late = await absent(team.kim, wholeDays(monday, monday, world.zone));
  await sleepUntil(at('16:41'));
  expect(await mails(late.id)).toEqual(['cover wanted → Max Stone']);
  await sleepUntil(at('17:05')); // half an hour after asking there is nobody left to arrange anything for
  expect(await codeOf(decide(late.handle, team.max, { action: 'opt in' }))).toBe('COVER_NOT_NEEDED');
  await late.handle.result();
  expect(await mails(late.id)).toEqual(['cover wanted → Max Stone (withdrawn)', 'welcome back → Kim Vale']);
  expect((await auditOf(late.id)).map(({ action }) => action)).not.toContain('tell manager');
  expect(coverageOfLines((await loadAbsence(lives.db, late.id)).facts, at('00:00')).flatMap(({ days }) => days)).toEqual([]); // it is over
  await decide(max.handle, team.manager, { action: 'cancel' });
});

test('P-14, P-21, P-23, P-24: who covers and was away is there again: those who were left bare are told, and open lines are asked about', async () => {
  const world = await createWorld(lives.db, { name: 'There again', settings: anyHour });
  const team = await careTeam(world);
  const monday = mondayFrom(await lives.now(), world.zone, 10);
  const week = wholeDays(monday, addDays(monday, 4), world.zone);
  const kim = await absent(team.kim, week);
  await decide(kim.handle, team.manager, { action: 'assign cover', coverId: team.lee.id, practitionerId: team.adler.practitionerId });
  expect(await mails(kim.id)).toContain('cover changed → Lee Park');
  await decide(kim.handle, team.adler, { action: 'acknowledge', practitionerId: team.adler.practitionerId });
  const lee = await absent(team.lee, wholeDays(addDays(monday, 1), addDays(monday, 1), world.zone));
  await lives.env.sleep('1 minute');
  await lives.db.message.updateMany({
    where: { subjectId: kim.id, kind: { in: ['nobody covers', 'coverage notice'] } },
    data: { state: 'sent' },
  });
  await lives.db.message.deleteMany({ where: { subjectId: kim.id, kind: 'cover wanted', personId: team.lee.id } });
  await decide(kim.handle, team.manager, { action: 'assign cover', coverId: team.max.id }); // in place of whoever is away, and where nobody covers
  expect((await loadAbsence(lives.db, kim.id)).facts.lines.map(({ cover }) => cover?.name)).toEqual(['Max Stone', 'Max Stone']);
  expect((await mails(kim.id)).filter((mail) => mail.startsWith('cover changed'))).toEqual([
    'cover changed → Lee Park',
    'cover changed → Lee Park',
    'cover changed → Max Stone',
  ]);
  const { id: absenceId } = kim;
  await lives.db.coverLine.updateMany({ where: { absenceId, practitionerId: team.adler.practitionerId }, data: { coverId: team.lee.id } });
  await lives.db.coverLine.updateMany({ where: { absenceId, practitionerId: team.brook.practitionerId }, data: { coverId: null } });
  await lives.db.message.updateMany({
    where: { subjectId: kim.id, kind: { in: ['nobody covers', 'coverage notice'] } },
    data: { state: 'sent' },
  });
  await decide(lee.handle, team.lee, { action: 'cancel' });
  const told = await lives.db.message.findMany({ where: { subjectId: kim.id, state: 'waiting' }, include: { person: true } });
  expect(told.map(({ kind, person }) => `${kind} → ${person!.name}`).sort()).toEqual(
    expect.arrayContaining(['cover back → Mona Manager', 'cover wanted → Lee Park', 'coverage notice → Dr. Adler']),
  );
  const { days } = told.find(({ kind }) => kind === 'coverage notice')!.content as unknown as { days: { uncovered: unknown[] }[] };
  expect(days.flatMap(({ uncovered }) => uncovered)).toEqual([]);
  await decide(kim.handle, team.manager, { action: 'cover yourself', practitionerId: team.adler.practitionerId });
  expect((await mails(kim.id)).filter((mail) => mail === 'cover changed → Lee Park')).toHaveLength(3); // released
  await decide(kim.handle, team.kim, { action: 'cancel' });
  expect(await mails(kim.id)).toContain('absence ended early → Dr. Adler');
  expect(await mails(kim.id)).toContain('absence ended early → Dr. Brook'); // told when Max was assigned
});

test('P-21: who opts in and enters days away in the same moment does not cover unseen: one of the two sees the other', async () => {
  const world = await createWorld(lives.db, { name: 'Same moment' });
  const team = await careTeam(world);
  const { decideAbsence } = absenceActivities({ db: lives.db });
  for (let week = 0; week < 8; week++) {
    const monday = addDays(mondayFrom(await lives.now(), world.zone, 10), week * 7);
    const now = await lives.now();
    const day = wholeDays(monday, monday, world.zone);
    const enter = (who: Somebody) => inTransaction(lives.db, (tx) => enterAbsence(tx, { personId: who.id, ...day }, actorOf(who), now));
    const { facts } = await enter(team.kim);
    const decision = { id: crypto.randomUUID(), actor: actorOf(team.lee), decidedAt: now, action: 'opt in' };
    const [, answer] = await Promise.all([enter(team.lee), codeOf(decideAbsence(facts.id, decision))]);
    const warned = (await mails(facts.id)).includes('nobody covers → Mona Manager');
    expect([answer, warned]).toEqual(answer === 'accepted' ? ['accepted', true] : [expect.stringContaining('away'), false]);
  }
});

test('P-15 to P-17, P-24: what is the provider’s to decide, and nobody else’s', async () => {
  const world = await createWorld(lives.db, { name: 'Designated' });
  const team = await careTeam(world, 'designated');
  const monday = mondayFrom(await lives.now(), world.zone, 10);
  const { id, handle } = await absent(team.kim, wholeDays(monday, monday, world.zone));
  const { practitionerId } = team.adler;
  expect(await codeOf(decide(handle, team.brook, { action: 'leave unmonitored', practitionerId }))).toBe('NOT_YOUR_LINE');
  expect(await decide(handle, team.adler, { action: 'leave unmonitored', practitionerId })).toMatchObject({ state: 'planned' });
  expect(await codeOf(decide(handle, team.lee, { action: 'opt in' }))).toBe('COVER_NOT_NEEDED'); // the provider covers
  await decide(handle, team.kim, { action: 'write message', practitionerId, text: 'I am away until Tuesday.' });
  expect(await codeOf(decide(handle, team.kim, { action: 'send message', practitionerId }))).toBe('AWAY_MESSAGE_UNAPPROVED');
  expect(await codeOf(decide(handle, team.kim, { action: 'approve message', practitionerId }))).toBe('NOT_YOUR_LINE');
  await decide(handle, team.adler, { action: 'approve message', practitionerId });
  expect(await codeOf(decide(handle, team.kim, { action: 'send message', practitionerId }))).toBe('accepted');
  await decide(handle, team.kim, { action: 'tell providers' });
  expect(await mails(id)).toEqual(
    expect.arrayContaining(['away message → Dr. Adler', 'coverage choice → Dr. Adler', 'coverage choice → Dr. Brook']),
  );
  expect(await codeOf(decide(handle, team.lee, { action: 'cancel' }))).toBe('NOT_YOUR_ABSENCE');
  await decide(handle, team.kim, { action: 'cancel' });
  await handle.result();
  expect((await auditOf(id)).at(-1)).toMatchObject({ action: 'cancel', after: expect.objectContaining({ state: 'cancelled' }) });
});

test('P-19, P-21: who opts in and is away then too is refused, and so is an absence inside another', async () => {
  const world = await createWorld(lives.db, { name: 'Both' });
  const team = await careTeam(world);
  const monday = mondayFrom(await lives.now(), world.zone, 10);
  const { handle } = await absent(team.kim, wholeDays(monday, addDays(monday, 4), world.zone));
  const other = await absent(team.lee, wholeDays(addDays(monday, 2), addDays(monday, 2), world.zone));
  expect(await codeOf(decide(handle, team.lee, { action: 'opt in' }))).toBe('COVER_AWAY');
  const inside = wholeDays(addDays(monday, 1), addDays(monday, 1), world.zone);
  await expect(absent(team.kim, inside)).rejects.toMatchObject({ type: 'ABSENCE_OVERLAPS' });
  for (const one of [handle, other.handle]) await decide(one, team.manager, { action: 'cancel' });
});
