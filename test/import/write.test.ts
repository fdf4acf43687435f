import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { type InDatabase, runImport } from '../../cli/import/command.ts';
import type { OnProgress } from '../../cli/import/write.ts';
import { setRoomHours } from '../../ledger/facility.ts';
import { requestHold } from '../../ledger/new-hold.ts';
import { inTransaction, lockRoomDays } from '../../ledger/transaction.ts';
import { testDatabase } from '../database.ts';
import { fileWith, fixture } from './files.ts';

let data: Awaited<ReturnType<typeof testDatabase>>;
let facility = '';
let facilities = 0;
const inDatabase: InDatabase = (run) => run(data.db);
/** A Monday: the fixture has days before it and after it, up to the day after the clocks change. */
const now = new Date('2027-03-15T06:00:00Z');

beforeAll(async () => {
  data = await testDatabase();
});
afterAll(() => data.close());
beforeEach(() => {
  facility = `Riverside ${++facilities}`;
});

type Given = Partial<Parameters<typeof runImport>[1]>;
const run = (path: string, given: Given = {}, at = now, onProgress?: OnProgress) =>
  runImport(
    path,
    { facility, zone: 'Europe/Berlin', map: [], blockHours: '07:00-16:00', skipBad: false, json: false, ...given },
    inDatabase,
    at,
    onProgress,
  );

async function imported(path = fixture('schedule.csv'), given: Given = { contacts: fixture('contacts.csv') }, at = now) {
  const report = await run(path, given, at);
  if (!report.imported) throw new Error(JSON.stringify(report.bad));
  return report;
}

const header = 'case,room,group,provider,start,minutes,cancelledAt,description\n';
const byNumber = (number: string) =>
  data.db.case.findFirstOrThrow({ where: { number, facility: { name: facility } }, include: { events: true } });

describe('a schedule in the database', () => {
  test('C-19: days over are history, days ahead are live, those of a group without a contact inactive and listed', async () => {
    const report = await imported();
    expect(report).toMatchObject({
      facility: { name: facility, zone: 'Europe/Berlin', new: true },
      rooms: { total: 2, new: 2 },
      groups: { total: 2, new: 2, withoutContact: ['Harbour ENT'] },
      providers: { total: 2, new: 2 },
      people: { new: 3 },
      blocks: { history: 2, live: 2, inactive: 1, activated: 0, unchanged: 0 },
      cases: { new: 9, unchanged: 0, changed: 0 },
      overlapping: 1,
      bad: [],
    });
    expect(report.warnings.map(({ message }) => message)).toEqual([
      'case C-4 overlaps case C-3 (line 4) in room OR 2 from 2027-03-09 07:45; both stand (C-07).',
      'no block in OR 2 on 2027-03-10: Harbour ENT, Lindgren Orthopaedics share the day.',
      'group Harbour ENT has no contact: 1 block is inactive (C-19).',
    ]);
  });

  test('a block stands 07:00–16:00 facility time across the change of the clock, and its life starts with a plan that saw the cases', async () => {
    await imported();
    const blocks = await data.db.block.findMany({ where: { facility: { name: facility } }, orderBy: { startsAt: 'asc' } });
    expect(
      blocks.map(({ state, startsAt, endsAt }) => `${state} ${startsAt.toISOString().slice(0, 16)} ${endsAt.toISOString().slice(11, 16)}`),
    ).toEqual([
      'closed 2027-03-08T06:00 15:00',
      'closed 2027-03-09T06:00 15:00',
      'active 2027-03-22T06:00 15:00',
      'inactive 2027-03-23T06:00 15:00',
      'active 2027-03-29T05:00 14:00',
    ]);
    expect(blocks[2]!.mandatoryOff).toBe(true);
    expect(blocks[4]).toMatchObject({ mandatoryOff: false, next: { kind: 'mandatory release', at: '2027-03-21T23:00:00.000Z' } });
    const started = await data.db.wakeUp.findMany({ where: { workflowId: { in: blocks.map(({ id }) => `block/${id}`) }, kind: 'start' } });
    expect(started).toHaveLength(3);
  });

  test('rooms open at the block hours from Monday to Friday, providers belong to their group, people have their roles', async () => {
    await imported();
    const rooms = await data.db.room.findMany({
      where: { facility: { name: facility } },
      include: { hours: { orderBy: { weekday: 'asc' } } },
    });
    expect(rooms.map(({ hours }) => hours.map(({ weekday, opensAt, closesAt }) => `${weekday} ${opensAt}-${closesAt}`))).toEqual(
      rooms.map(() => [1, 2, 3, 4, 5].map((day) => `${day} 07:00-16:00`)),
    );
    const providers = await data.db.provider.findMany({
      where: { group: { facility: { name: facility } } },
      include: { group: true },
      orderBy: { name: 'asc' },
    });
    expect(providers.map(({ name, group }) => `${name}: ${group!.name}`)).toEqual([
      'Dr Alva Lindgren: Lindgren Orthopaedics',
      'Dr Jon Moreau: Harbour ENT',
    ]);
    const people = await data.db.person.findMany({
      where: { facility: { name: facility } },
      include: { mainOf: true, memberships: true },
      orderBy: { email: 'asc' },
    });
    expect(people.map(({ email, role, mainOf, memberships }) => [email, role, mainOf.length, memberships.length])).toEqual([
      ['ida.berg@example.org', 'block contact', 1, 0],
      ['mara.vogt@example.org', 'facility scheduler', 0, 0],
      ['nils.roth@example.org', 'block contact', 0, 1],
    ]);
  });

  test('C-06: credit is known where the booking date is; a case without one keeps none', async () => {
    await imported();
    expect(await byNumber('C-1')).toMatchObject({
      credited: true,
      bookedAt: new Date('2027-02-01T09:15:00Z'),
      description: 'Knee arthroscopy',
      events: [{ kind: 'booked' }],
    });
    expect(await byNumber('C-6')).toMatchObject({ credited: null, bookedAt: null, events: [{ at: null }] });
    expect(await byNumber('C-9')).toMatchObject({ credited: null });
  });

  test('the same file twice changes nothing', async () => {
    await imported();
    const before = await snapshot();
    const again = await imported();
    expect(again).toMatchObject({
      facility: { new: false },
      rooms: { new: 0 },
      people: { new: 0 },
      blocks: { history: 0, live: 0, inactive: 0, activated: 0, unchanged: 5 },
      cases: { new: 0, unchanged: 9, changed: 0 },
    });
    expect(await snapshot()).toEqual(before);
  });

  test('C-19: blocks that wait for a contact become active when a later file names one', async () => {
    await imported();
    const path = await fileWith('group,name,email\nHarbour ENT,Eva Holm,eva@example.org\n', 'contacts.csv');
    const report = await imported(fixture('schedule.csv'), { contacts: path });
    expect(report.blocks).toEqual({ history: 0, live: 0, inactive: 0, activated: 1, unchanged: 5 });
    expect(report.groups.withoutContact).toEqual([]);
    const block = await data.db.block.findFirstOrThrow({
      where: { facility: { name: facility }, group: { name: 'Harbour ENT' }, date: new Date('2027-03-23') },
    });
    expect(block).toMatchObject({ state: 'active', mandatoryOff: false, next: { kind: 'mandatory release' } });
    expect(await data.db.wakeUp.count({ where: { workflowId: `block/${block.id}`, kind: 'update' } })).toBe(1);
    expect(await data.db.auditEvent.findMany({ where: { subjectId: block.id }, orderBy: { seq: 'asc' } })).toMatchObject([
      { action: 'create' },
      { action: 'activate' },
    ]);
  });

  test('moved, cancelled and corrected cases of a later file are changes; what it does not say stays', async () => {
    await imported();
    const rows = [
      'C-5,OR 1,Lindgren Orthopaedics,Dr Alva Lindgren,22.03.2027 10:00,90,,',
      'C-6,OR 2,Harbour ENT,,23.03.2027 13:00,60,14.03.2027 08:00,',
      'C-7,OR 1,Lindgren Orthopaedics,,29.03.2027 07:30,90,,Shoulder',
      'C-1,OR 1,,,08.03.2027 07:30,90,,',
    ];
    const report = await imported(await fileWith(header + rows.join('\n')), {});
    expect(report.cases).toEqual({ new: 0, unchanged: 1, changed: 3 });
    expect(await byNumber('C-5')).toMatchObject({
      startsAt: new Date('2027-03-22T09:00:00Z'),
      bookedAt: new Date('2027-03-01T09:15:00Z'),
      description: 'Knee arthroscopy',
      events: [{ kind: 'booked' }, { kind: 'moved' }],
    });
    expect(await byNumber('C-6')).toMatchObject({
      cancelledAt: new Date('2027-03-14T07:00:00Z'),
      events: [{ kind: 'booked' }, { kind: 'cancelled' }],
    });
    expect(await byNumber('C-7')).toMatchObject({ description: 'Shoulder', events: [{ kind: 'booked' }] });
  });

  test('C-07: a new case that lands on a hold stands, and the hold is in conflict and its requester told', async () => {
    const { facility: made } = await imported();
    const room = await data.db.room.findFirstOrThrow({ where: { facilityId: made.id, name: 'OR 1' } });
    const person = await data.db.person.findFirstOrThrow({ where: { facilityId: made.id, email: 'nils.roth@example.org' } });
    const provider = await data.db.provider.findFirstOrThrow({ where: { facilityId: made.id, name: 'Dr Jon Moreau' } });
    await data.db.membership.create({ data: { groupId: provider.groupId!, personId: person.id } });
    await setRoomHours(data.db, room.id, [1, 2, 3, 4, 5], '07:00', '18:00');
    const place = { roomId: room.id, startsAt: '2027-03-24T08:00:00.000Z', endsAt: '2027-03-24T10:00:00.000Z' };
    const actor = { name: 'Nils Roth', role: 'block contact', channel: 'page', personId: person.id } as const;
    const hold = await inTransaction(data.db, async (tx) => {
      await lockRoomDays(tx, [place]);
      return requestHold(tx, { ...place, facilityId: made.id, providerId: provider.id, requesterId: person.id }, actor, now.toISOString());
    });
    const report = await imported(await fileWith(`${header}C-77,OR 1,Lindgren Orthopaedics,,24.03.2027 09:30,60,,\n`), {});
    expect(report.cases).toEqual({ new: 1, unchanged: 0, changed: 0 });
    expect(await data.db.hold.findUniqueOrThrow({ where: { id: hold.facts.id } })).toMatchObject({ inConflict: true });
    expect(await data.db.message.count({ where: { subjectId: hold.facts.id, personId: person.id, kind: 'hold in conflict' } })).toBe(1);
  });

  test('--shift-to: what would be booked only after today has no booking date yet, and is said', async () => {
    const report = await imported(fixture('schedule.csv'), { shiftTo: '2028-05-01', contacts: fixture('contacts.csv') });
    expect(report.shiftedDays % 7).toBe(0);
    expect(report.blocks).toMatchObject({ history: 0, live: 3, inactive: 2 });
    expect(report.warnings).toContainEqual({
      file: 'schedule.csv',
      message: '5 cases are booked only after today: imported without a booking date.',
    });
    expect(await byNumber('C-1')).toMatchObject({ startsAt: new Date('2028-05-01T05:30:00Z'), bookedAt: null, credited: null });
  });

  test('a block of somebody else that stands there already stays, and is listed', async () => {
    await imported();
    const report = await imported(await fileWith(`${header}C-78,OR 1,Harbour ENT,,29.03.2027 11:00,60,,\n`), {});
    expect(report.blocks).toMatchObject({ live: 0, inactive: 0 });
    expect(report.warnings).toContainEqual({
      file: 'schedule.csv',
      message: 'no block of Harbour ENT in room OR 1 on 2027-03-29: another block stands there (07:00–16:00) and stays.',
    });
  });
});

describe('bad input', () => {
  const mixed = `${header}1,OR 1,A,,2027-04-05 07:00,60,,\n2,OR 1,A,,never,60,,\n`;
  const exists = () => data.db.facility.count({ where: { name: facility } });

  test('one bad row: nothing is imported; with --skip-bad the rest is', async () => {
    const path = await fileWith(mixed);
    expect(await run(path)).toMatchObject({ imported: false, canSkip: true, bad: [{ file: 'schedule.csv', line: 3 }] });
    expect(await exists()).toBe(0);
    expect(await run(path, { skipBad: true })).toMatchObject({ imported: true, cases: { new: 1 }, bad: [{ line: 3 }] });
    expect(await exists()).toBe(1);
  });

  test('a contact of an unknown group undoes all that the transaction wrote; with --skip-bad it is left out', async () => {
    const contacts = await fileWith('group,name,email\nNobody,Ann,ann@example.org\n', 'contacts.csv');
    const bad = [{ file: 'contacts.csv', line: 2, message: 'there is no group “Nobody” in the schedule or the facility.' }];
    expect(await run(fixture('schedule.csv'), { contacts })).toMatchObject({ imported: false, bad });
    expect(await exists()).toBe(0);
    expect(await run(fixture('schedule.csv'), { contacts, skipBad: true })).toMatchObject({ imported: true, people: { new: 0 }, bad });
  });

  test('an unknown zone, and another zone than the facility has, are refused even with --skip-bad', async () => {
    expect(await run(fixture('schedule.csv'), { zone: 'Mars/Base', skipBad: true })).toMatchObject({
      imported: false,
      canSkip: false,
      bad: [{ file: '--zone' }],
    });
    await imported();
    const report = await run(fixture('schedule.csv'), { zone: 'Europe/Paris', skipBad: true });
    expect(report).toMatchObject({
      imported: false,
      bad: [{ file: '--zone', message: expect.stringContaining('is in Europe/Berlin, not in Europe/Paris') }],
    });
  });

  test('a failure in the middle leaves nothing behind', async () => {
    const stop = (part: string, done: number) => {
      if (part === 'blocks' && done > 2) throw new Error('stopped');
    };
    await expect(run(fixture('schedule.csv'), {}, now, stop)).rejects.toThrow('stopped');
    expect(await exists()).toBe(0);
  });
});

/** Every row that an import could touch, but for the facility's own name. */
async function snapshot() {
  const where = { facility: { name: facility } };
  return {
    cases: await data.db.case.findMany({ where, orderBy: { id: 'asc' }, include: { events: true } }),
    blocks: await data.db.block.findMany({ where, orderBy: { id: 'asc' } }),
    people: await data.db.person.findMany({ where, orderBy: { id: 'asc' }, include: { memberships: true } }),
    groups: await data.db.group.findMany({ where, orderBy: { id: 'asc' } }),
    wakeUps: await data.db.wakeUp.count(),
    messages: await data.db.message.count(),
    audit: await data.db.auditEvent.count(),
  };
}
