import { beforeAll, describe, expect, test } from 'vitest';

import { atLocal } from '../../domain/civil.ts';
import { calendarOf } from '../../ledger/calendar.ts';
import { Browser, footprint, signIn } from '../pages/visitor.ts';
import { createBlock, createHistory, proposeIn } from '../world.ts';
import { testApi } from './api.ts';

// On 14 March 2027 New York's clocks go forward, on 7 November back.
const api = testApi('2027-02-20T12:00:00.000Z');
const at = (date: string, time: string) => atLocal(date, time, api.world.zone);
type Event = Record<string, string>;

/** The events of a feed, read by RFC 5545: lines unfolded, text unescaped. */
function parse(text: string): { head: Event; events: Event[] } {
  const lines = text.replace(/\r\n[ \t]/g, '').split('\r\n');
  expect(lines[0]).toBe('BEGIN:VCALENDAR');
  expect(lines.filter(Boolean).at(-1)).toBe('END:VCALENDAR');
  const head: Event = {};
  const events: Event[] = [];
  let into = head;
  for (const line of lines.slice(1)) {
    const [, name, value] = /^([A-Z-]+)(?:;[^:]*)?:(.*)$/.exec(line) ?? [];
    if (line === 'BEGIN:VEVENT') {
      into = {};
      events.push(into);
    } else if (line === 'END:VEVENT') into = head;
    else if (name) into[name] = value!.replace(/\\n/g, '\n').replace(/\\([,;\\])/g, '$1');
  }
  return { head, events };
}

const instant = (stamp: string) => stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6.000Z');

async function open(personId: string): Promise<string> {
  const { status, body } = await api.call('POST', `/people/${personId}/calendar-feeds`);
  expect(status).toBe(201);
  return new URL(body.url).pathname;
}

const read = (path: string, headers: Record<string, string> = {}) => api.app.inject({ method: 'GET', url: path, headers });
const eventsAt = async (path: string) => parse((await read(path)).body).events;

let springBlock: string;
let askedBlock: string;
let holdId: string;
let feed: string;

beforeAll(async () => {
  const { world, now, db } = api;
  const { facilityId, room2, contact, provider, otherGroup, otherProvider, other } = world;
  springBlock = await createBlock(world, '2027-03-21', now); // its mandatory release falls on the day the clocks change
  await createBlock(world, '2027-03-22', now, { groupId: otherGroup.id, roomId: room2.id });
  await createHistory(world, '2027-02-20', { leadDays: 60 });
  askedBlock = await createBlock(world, '2027-04-20', now);
  const time = { startsAt: at('2027-11-09', '08:00'), endsAt: at('2027-11-09', '12:00') };
  const hold = { facilityId, roomId: room2.id, providerId: provider.id, requesterId: contact.id, ...time };
  holdId = (await api.call('POST', '/holds', { body: hold })).body.id;
  const theirs = {
    ...hold,
    providerId: otherProvider.id,
    requesterId: other.id,
    startsAt: at('2027-11-10', '08:00'),
    endsAt: at('2027-11-10', '09:00'),
  };
  expect((await api.call('POST', '/holds', { body: theirs })).status).toBe(201);
  await db.case.create({
    data: {
      facilityId,
      number: 'P-1',
      roomId: world.room.id,
      groupId: world.group.id,
      description: 'Erika Mustermann',
      startsAt: at('2027-03-21', '07:00'),
      endsAt: at('2027-03-21', '09:00'),
    },
  });
  feed = await open(contact.id);
});

describe('F-14, U-18: the calendar', () => {
  test('every coming decision stands at the very instant that its life sleeps for', async () => {
    const events = await eventsAt(feed);
    const startOf = (uid: string) => instant(events.find(({ UID }) => UID === uid)!.DTSTART!);
    for (const [kind, id, table] of [
      ['block', springBlock, api.db.block],
      ['block', askedBlock, api.db.block],
      ['hold', holdId, api.db.hold],
    ] as const) {
      const { next, nextAt } = await (table as typeof api.db.block).findUniqueOrThrow({ where: { id } });
      const step = next as { kind: string; at: string };
      expect(startOf(`${kind}-${id}-${step.kind.replaceAll(' ', '-')}@holdfast`)).toBe(nextAt.toISOString());
    }
    const { next } = await api.db.block.findUniqueOrThrow({ where: { id: askedBlock } });
    expect(next).toMatchObject({ kind: 'alert' });
    expect(startOf(`block-${askedBlock}-mandatory-release@holdfast`)).toBe(at('2027-04-13', '00:00')); // what follows the question
    expect(startOf(`hold-${holdId}-expire@holdfast`)).toBe(at('2027-11-06', '00:00'));
  });

  test('F-07: a proposal that a block changes hands says when it lapses, to both groups; what is settled stays as cancelled', async () => {
    const { world, db, now } = api;
    const blockId = await createBlock(world, '2027-06-15', now);
    const { facts } = await proposeIn(world, { blockId }, now);
    const theirs = await open(world.other.id);
    const of = async (path: string) => (await eventsAt(path)).filter(({ UID }) => UID!.startsWith(`transfer-${facts.id}-`));
    const which = 'OR 1, Tue 15 Jun, Orthopedics to ENT';
    const { nextAt } = await db.transfer.findUniqueOrThrow({ where: { id: facts.id } });
    for (const path of [feed, theirs]) {
      const [first, last] = await of(path);
      expect([first!.SUMMARY, instant(first!.DTSTART!)]).toEqual([`Other group asked again: ${which}`, nextAt.toISOString()]);
      expect([last!.SUMMARY, instant(last!.DTSTART!)]).toEqual([`Transfer lapses unless accepted: ${which}`, at('2027-06-06', '00:00')]);
    }
    await db.transfer.update({ where: { id: facts.id }, data: { state: 'declined', endedAt: now, version: 2 } });
    expect(await of(theirs)).toMatchObject([{ UID: `transfer-${facts.id}-lapse@holdfast`, STATUS: 'CANCELLED', SEQUENCE: '2' }]);
    await db.transfer.delete({ where: { id: facts.id } });
    await db.block.delete({ where: { id: blockId } });
  });

  test('the hours are right on both days on which the clocks change', async () => {
    const events = await eventsAt(feed);
    const one = (uid: string) => events.find(({ UID }) => UID === uid)!;
    expect(one(`block-${springBlock}-mandatory-release@holdfast`).DTSTART).toBe('20270314T050000Z'); // 00:00, still winter
    expect(one(`block-${springBlock}-time@holdfast`)).toMatchObject({ DTSTART: '20270321T110000Z', DTEND: '20270321T190000Z' }); // 07:00 in summer
    expect(one(`hold-${holdId}-expire@holdfast`).DTSTART).toBe('20271106T040000Z'); // summer
    expect(one(`hold-${holdId}-time@holdfast`).DTSTART).toBe('20271109T130000Z'); // winter
  });

  test('it says what is meant, in words, and every entry has its own name and a version', async () => {
    const { head, events } = parse((await read(feed)).body);
    expect(head).toMatchObject({
      VERSION: '2.0',
      METHOD: 'PUBLISH',
      'X-WR-TIMEZONE': 'America/New_York',
      'X-WR-CALNAME': 'Test Center: Dana Reyes',
    });
    const titles = events.map(({ SUMMARY }) => SUMMARY);
    expect(titles).toEqual(
      expect.arrayContaining([
        'OR 1: block of Orthopedics',
        'Released unless filled: OR 1, Sun 21 Mar, Orthopedics',
        'Asked to release: OR 1, Tue 20 Apr, Orthopedics',
        'OR 2: hold, pending',
        'Request lapses unless confirmed: OR 2, Tue 9 Nov, 08:00–12:00',
        'Facility asked again: OR 2, Tue 9 Nov, 08:00–12:00',
      ]),
    );
    expect(new Set(events.map(({ UID }) => UID)).size).toBe(events.length);
    for (const event of events) expect(event).toMatchObject({ SEQUENCE: '1', DTSTAMP: '20270220T120000Z', DTEND: expect.any(String) });
  });

  test('F-19: nothing of a patient, and nothing of other people, is in it', async () => {
    const { body } = await read(feed);
    expect(body).not.toMatch(/Mustermann|block of ENT|, ENT|Sato|Lind|10 Nov/);
    const theirs = (await eventsAt(await open(api.world.other.id))).map(({ SUMMARY }) => SUMMARY!);
    expect(theirs.some((title) => title.includes('ENT'))).toBe(true);
    expect(theirs.filter((title) => title.includes('Ortho'))).toEqual([]);
  });

  test('what ends early stays for a while as cancelled, under the same name with a higher version', async () => {
    const { db, now } = api;
    const ended = { state: 'deleted', endedAt: now, usedMinutes: 0, version: 2 };
    await db.hold.update({ where: { id: holdId }, data: ended });
    const of = async () => (await eventsAt(feed)).filter(({ UID }) => UID!.includes(holdId));
    const cancelled = { STATUS: 'CANCELLED', SEQUENCE: '2' };
    expect(await of()).toMatchObject([
      { UID: `hold-${holdId}-expire@holdfast`, ...cancelled },
      { UID: `hold-${holdId}-time@holdfast`, ...cancelled, SUMMARY: 'OR 2: hold, deleted' },
    ]);
    api.now = '2027-03-23T12:00:00.000Z';
    expect(await of()).toEqual([]);
    api.now = now;
    await db.hold.update({ where: { id: holdId }, data: { state: 'pending', endedAt: null, version: 3 } });
  });

  test('a block that is filled keeps its decision as cancelled; one that was released whole is cancelled itself', async () => {
    const { db, world, now } = api;
    const { facilityId, room, group } = world;
    const { id } = await db.case.create({
      data: {
        facilityId,
        number: 'P-2',
        roomId: room.id,
        groupId: group.id,
        startsAt: at('2027-04-20', '07:00'),
        endsAt: at('2027-04-20', '15:00'),
      },
    });
    const next = { kind: 'close', at: at('2027-04-20', '15:00'), because: 'Nothing unbooked is left in the block.', rule: 'C-25' };
    const { next: before } = await db.block.findUniqueOrThrow({ where: { id: askedBlock } });
    await db.block.update({ where: { id: askedBlock }, data: { next } });
    const statusOf = async (what: string) =>
      (await eventsAt(feed)).find(({ UID }) => UID === `block-${askedBlock}-${what}@holdfast`)?.STATUS;
    expect(await statusOf('mandatory-release')).toBe('CANCELLED');
    expect(await statusOf('alert')).toBeUndefined();
    expect(await statusOf('time')).toBe('CONFIRMED');
    await db.case.delete({ where: { id } });
    const release = { kind: 'full', releasedAt: now, releasedBy: 'Dana Reyes', visibleAt: now };
    const whole = { startsAt: at('2027-04-20', '07:00'), endsAt: at('2027-04-20', '15:00') };
    const { id: releaseId } = await db.release.create({ data: { blockId: askedBlock, roomId: room.id, ...whole, ...release } });
    expect(await statusOf('time')).toBe('CANCELLED');
    await db.release.delete({ where: { id: releaseId } });
    await db.block.update({ where: { id: askedBlock }, data: { next: before as object } });
  });

  test('who has it already gets 304 without a body, until something moves; GET and HEAD write nothing', async () => {
    const before = await footprint(api.db);
    const first = await read(feed);
    expect(first.headers).toMatchObject({ 'content-type': 'text/calendar; charset=utf-8', 'cache-control': 'private, no-cache' });
    const etag = first.headers.etag as string;
    api.now = '2027-02-20T13:00:00.000Z';
    const same = await read(feed, { 'if-none-match': `"other", ${etag}` });
    expect([same.statusCode, same.body]).toEqual([304, '']);
    expect((await api.app.inject({ method: 'HEAD', url: feed })).statusCode).toBe(200);
    expect(await footprint(api.db)).toEqual(before);
    await api.db.block.update({ where: { id: springBlock }, data: { version: 2 } });
    expect((await read(feed, { 'if-none-match': etag })).statusCode).toBe(200);
    api.now = '2027-02-20T12:00:00.000Z';
  });

  test('eighteen blocks more take not one statement more', async () => {
    const { world, db, now } = api;
    const person = { personId: world.contact.id, facilityId: world.facilityId, groupIds: [world.group.id] };
    const statements = async () => {
      let count = 0;
      const counted = db.$extends({
        query: {
          $allOperations({ args, query }) {
            count++;
            return query(args);
          },
        },
      });
      const entries = await calendarOf(counted as unknown as typeof db, person, now);
      return { count, entries: entries.length };
    };
    const few = await statements();
    for (let day = 10; day < 28; day++) await createBlock(world, `2027-05-${day}`, now);
    const many = await statements();
    expect(many.entries).toBeGreaterThanOrEqual(few.entries + 36);
    expect([few.count, many.count]).toEqual([5, 5]);
  });
});

describe('F-14: the address', () => {
  test('is kept as a hash, shown once, replaced by a new one, and revoked at once', async () => {
    const { contact } = api.world;
    const path = `/people/${contact.id}/calendar-feeds`;
    const first = await api.call('POST', path, { key: 'once' });
    expect(first.body.url).toMatch(/^http:\/\/localhost:3000\/calendar\/[\w-]{43}\.ics$/);
    const repeat = await api.call('POST', path, { key: 'once' });
    expect(repeat.body).toEqual({ id: first.body.id, personId: contact.id, createdAt: api.now });
    const token = /([\w-]{43})\.ics$/.exec(first.body.url)![1]!;
    expect(JSON.stringify(await api.db.calendarFeed.findMany())).not.toContain(token);
    const address = `/calendar/${token}.ics`;
    expect((await read(address)).statusCode).toBe(200);
    expect((await read(feed)).statusCode).toBe(404); // the one before

    const second = await open(contact.id);
    expect((await read(address)).statusCode).toBe(404);
    expect((await api.call('DELETE', path)).body).toEqual({ personId: contact.id, revoked: true });
    expect((await read(second)).statusCode).toBe(404);
    expect((await api.call('DELETE', path)).body).toEqual({ personId: contact.id, revoked: false });
    const actions = await api.db.auditEvent.findMany({ where: { subjectId: contact.id, rule: 'F-14' }, orderBy: { seq: 'asc' } });
    expect(actions.slice(-2).map(({ action }) => action)).toEqual(['open calendar feed', 'close calendar feed']);
  });

  test('opens nothing else, and nothing else opens it', async () => {
    const { db, world } = api;
    const path = await open(world.contact.id);
    const token = /([\w-]{43})\.ics$/.exec(path)![1]!;
    expect((await read(`/a/${token}`)).statusCode).toBe(401);
    expect((await api.call('GET', '/people', { as: token })).status).toBe(401);
    expect((await read('/preferences', { cookie: `holdfast_session=${token}` })).statusCode).toBe(401);
    const { cookie } = await signIn(api, world.contact);
    expect((await read(`/calendar/${cookie.split('=')[1]}.ics`)).statusCode).toBe(404);
    for (const nonsense of ['x.ics', `${'x'.repeat(43)}.ics`, token, `${token}.ical`, '%00.ics'])
      expect((await read(`/calendar/${nonsense}`)).statusCode).toBe(404);
    await db.person.update({ where: { id: world.contact.id }, data: { active: false } });
    expect((await read(path)).statusCode).toBe(404);
    await db.person.update({ where: { id: world.contact.id }, data: { active: true } });
  });

  test('twenty made at once leave one that stands', async () => {
    const { contact } = api.world;
    const paths = await Promise.all(Array.from({ length: 20 }, () => open(contact.id)));
    const answers = await Promise.all(paths.map(async (path) => (await read(path)).statusCode));
    expect(answers.sort()).toEqual([200, ...Array(19).fill(404)]);
  });

  test('is made and ended on the preferences page', async () => {
    const { world } = api;
    const browser = await signIn(api, world.other);
    const made = await browser.post('/preferences/calendar');
    expect(made.text).toContain('It is shown only now');
    const address = new URL(/value="(http[^"]+)"/.exec(made.html)![1]!).pathname;
    expect((await read(address)).statusCode).toBe(200);
    const page = await browser.get('/preferences');
    expect(page.text).toContain('There is an address, made on Sat 20 Feb, 07:00.');
    expect(page.html).not.toContain(address);
    expect((await browser.post('/preferences/calendar/end')).status).toBe(303);
    expect((await read(address)).statusCode).toBe(404);
    expect((await browser.get('/preferences')).text).toContain('There is no address yet.');
    expect((await new Browser(api).post('/preferences/calendar')).status).toBe(401);
  });

  test('asked more than sixty times in ten minutes it answers 429', async () => {
    const path = await open(api.world.other.id);
    const answers: number[] = [];
    for (let look = 0; look < 61; look++) answers.push((await read(path)).statusCode);
    expect(answers).toEqual([...Array(60).fill(200), 429]);
    expect((await read(await open(api.world.contact.id))).statusCode).toBe(200);
  });
});
