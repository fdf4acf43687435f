import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';

import { blockActivities } from '../../activities/block.ts';
import { holdActivities } from '../../activities/hold.ts';
import { addMinutes, atLocal } from '../../domain/civil.ts';
import type { Actor } from '../../domain/decision.ts';
import { countRelease, type ReleasedFact, recapturedMinutes, releaseFillRate, releaseLeadTime } from '../../domain/report.ts';
import { reportCase } from '../../ledger/case.ts';
import { requestHold } from '../../ledger/new-hold.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { testApi } from '../api/api.ts';
import { signIn } from '../pages/visitor.ts';
import { createBlock, createWorld, type World } from '../world.ts';

const api = testApi();
const date = '2027-02-01';
let world: World;
let key: string;

const at = (time: string, on = date) => atLocal(on, time, world.zone);
const by = ({ id, name }: { id: string; name: string }, role: Actor['role']): Actor => ({ personId: id, name, role, channel: 'page' });
const holder = () => by(world.contact, 'block contact');
const scheduler = () => by(world.scheduler, 'facility scheduler');
const decision = (actor: Actor, choice: object, decidedAt: string) => ({ id: crypto.randomUUID(), actor, decidedAt, ...choice });

async function request(from: string, to: string, now: string): Promise<string> {
  const { facilityId, room, otherProvider, other } = world;
  const wanted = { facilityId, roomId: room.id, providerId: otherProvider.id, requesterId: other.id, startsAt: at(from), endsAt: at(to) };
  const { facts } = await inTransaction(api.db, (tx) => requestHold(tx, wanted, by(other, 'block contact'), now));
  return facts.id;
}

let number = 0;
const book = (groupId: string, from: string, to: string, now: string) =>
  inTransaction(api.db, (tx) => {
    const { facilityId, room } = world;
    const report = { facilityId, number: `R-${++number}`, roomId: room.id, groupId, startsAt: at(from), endsAt: at(to) };
    return reportCase(tx, report, scheduler(), now);
  });

/**
 * One block of eight hours. Four are released four weeks ahead (11:00–15:00), four by the mandatory release (07:00–11:00).
 * Of the first, two hours are held and filled for 1 h 30 min, one is asked for and denied. Of the second, the other group
 * books one hour without a hold, the block's own group half an hour.
 */
beforeAll(async () => {
  world = await createWorld(api.db, { name: 'Reporting' });
  key = await api.keyFor('facility scheduler', [world.facilityId]);
  const [block, hold] = [blockActivities({ db: api.db }), holdActivities({ db: api.db })];
  const { now } = api;
  const id = await createBlock(world, date, now);
  const part = { action: 'release part', intervals: [{ startsAt: at('11:00'), endsAt: at('15:00') }] };
  await block.decideBlock(id, decision(holder(), part, now));
  const later = addMinutes(now, 60);
  const held = await request('12:00', '14:00', later);
  await hold.decideHold(held, decision(scheduler(), { action: 'confirm' }, later));
  const denied = await request('14:00', '15:00', later);
  await hold.decideHold(denied, decision(scheduler(), { action: 'deny', reason: 'the room is painted' }, later));
  await book(world.otherGroup.id, '12:00', '13:30', later);
  const mandatory = at('00:00', '2027-01-25');
  await block.releaseUnbooked(id, mandatory);
  await book(world.otherGroup.id, '07:00', '08:00', addMinutes(mandatory, 60));
  await book(world.group.id, '08:00', '08:30', addMinutes(mandatory, 60));
  await hold.expireHold(held, at('00:00', '2027-01-29'));

  const undone = await createBlock(world, '2027-02-02', now);
  await block.decideBlock(undone, decision(holder(), { action: 'release all' }, now));
  await block.decideBlock(undone, decision(holder(), { action: 'undo' }, addMinutes(now, 5)));
  api.now = '2027-02-10T12:00:00.000Z';
});

const read = (name: string, query = '', headers = {}) =>
  api.call('GET', `/reports/${name}?facilityId=${world.facilityId}${query}`, { as: key, headers });
const text = (name: string, query = '', headers = {}) =>
  api.app.inject({
    method: 'GET',
    url: `/v1/reports/${name}?facilityId=${world.facilityId}${query}`,
    headers: { authorization: `Bearer ${key}`, ...headers },
  });

describe('F-18: figures counted by hand, from lives that ran', () => {
  test('hold utilization: 1 h 30 min of the 2 h that were held; the denied request does not count', async () => {
    const { body } = await read('hold-utilization');
    const figures = { holds: 1, heldMinutes: 120, usedMinutes: 90, utilization: 0.75 };
    expect(body).toMatchObject({ rule: 'F-18', from: '2026-03-01', to: '2027-02-10', total: figures });
    expect(body.items).toEqual([{ month: '2027-02', groupId: world.otherGroup.id, group: 'ENT', ...figures }]);
  });

  test('release lead time: the middle minute seven days and seven hours ahead, all of them half way to four weeks', async () => {
    const { total } = (await read('release-lead-time')).body;
    const [late, early] = [7 * 1440 + 7 * 60, 28 * 1440 + 4 * 60];
    expect(total).toEqual({ releases: 2, releasedMinutes: 480, medianLeadMinutes: late, meanLeadMinutes: (late + early) / 2 });
  });

  test('release fill rate: 90 + 60 + 30 of 480 minutes', async () => {
    expect((await read('release-fill-rate')).body.total).toEqual({ releasedMinutes: 480, usedAgainMinutes: 180, fillRate: 0.375 });
  });

  test('U-11: recaptured minutes: each link of the chain, and the room’s own ledger of the day counts the same', async () => {
    const { items } = (await read('recaptured-minutes', '&by=group')).body;
    const chain = { releasedMinutes: 480, openMinutes: 480, requestedMinutes: 180, heldMinutes: 120 };
    expect(items).toEqual([
      { month: null, groupId: world.group.id, group: 'Orthopedics', ...chain, recapturedMinutes: 150, throughHoldMinutes: 90 },
    ]);
    const day = await api.call('GET', `/rooms/${world.room.id}/ledger?date=${date}`, { as: key });
    expect(day.body.recapturedMinutes).toBe(150);
  });

  test('only what is over counts, in the period and the group that were asked for', async () => {
    for (const query of ['&from=2027-02-02', '&to=2027-01-31', `&groupId=${world.otherGroup.id}`])
      expect((await read('release-fill-rate', query)).body).toMatchObject({ items: [], total: { releasedMinutes: 0, fillRate: null } });
    const { now } = api;
    api.now = at('11:00');
    expect((await read('release-fill-rate')).body.total.releasedMinutes).toBe(240);
    api.now = now;
  });

  test('a month is the facility’s: where it is February already, while January lasts elsewhere', async () => {
    const { now } = api;
    api.now = '2027-01-04T12:00:00.000Z';
    const far = await createWorld(api.db, { name: 'Far away', zone: 'Pacific/Auckland' });
    const id = await createBlock(far, '2027-02-01', api.now); // 07:00 there is 18:00 UTC of 31 January
    await blockActivities({ db: api.db }).decideBlock(id, decision(by(far.contact, 'block contact'), { action: 'release all' }, api.now));
    api.now = now;
    const as = await api.keyFor('facility scheduler', [far.facilityId]);
    const { body } = await api.call('GET', `/reports/release-fill-rate?facilityId=${far.facilityId}&by=month`, { as });
    expect(body.items).toMatchObject([{ month: '2027-02', group: null, releasedMinutes: 480 }]);
  });
});

describe('F-18: the shapes it comes in', () => {
  test('CSV by ?format or by Accept, and no name in it is a formula to a spreadsheet', async () => {
    await api.db.group.update({ where: { id: world.otherGroup.id }, data: { name: '=HYPERLINK("http://x","y")' } });
    const asked = await text('hold-utilization', '&format=csv');
    expect(asked.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(asked.headers['content-disposition']).toBe('attachment; filename="hold-utilization-2026-03-01-2027-02-10.csv"');
    const rows = parse(asked.body, { columns: true }) as Record<string, string>[];
    expect(rows).toEqual([
      {
        month: '2027-02',
        group: '\'=HYPERLINK("http://x","y")',
        groupId: world.otherGroup.id,
        holds: '1',
        heldMinutes: '120',
        usedMinutes: '90',
        utilization: '0.75',
      },
    ]);
    expect((await text('hold-utilization', '', { accept: 'text/csv' })).body).toBe(asked.body);
    expect((await text('hold-utilization', '', { accept: 'application/json, text/csv' })).headers['content-type']).toMatch(/json/);
    await api.db.group.update({ where: { id: world.otherGroup.id }, data: { name: 'ENT' } });
  });

  test('bad input: a period backwards or too long, an unknown part, another facility, a holder', async () => {
    for (const query of ['&from=2027-02-02&to=2027-02-01', '&from=2020-01-01&to=2027-02-01', '&by=room', '&size=1'])
      expect([query, (await read('hold-utilization', query)).status]).toEqual([query, 400]);
    const { status } = await api.call('GET', `/reports/hold-utilization?facilityId=${api.world.facilityId}`, { as: key });
    expect(status).toBe(404);
    expect((await api.call('GET', `/reports/hold-utilization?facilityId=${api.world.facilityId}`, { as: api.keys.contact })).status).toBe(
      403,
    );
  });

  test('the page has a plot and a table for each, an empty state, and the CSV; it is the facility’s', async () => {
    const browser = await signIn(api, world.scheduler);
    expect((await browser.get('/desk')).html).toContain('href="/reports"');
    const page = await browser.get('/reports');
    expect(page.status).toBe(200);
    expect(page.html.match(/<svg/g)).toHaveLength(4);
    expect(page.html.match(/role="img"/g)).toHaveLength(4);
    expect(page.text).toContain('Feb 2027 1 2.0 h 1.5 h 75.0 %');
    expect(page.text).toContain('37.5 %');
    const csv = /href="(\/reports\/hold-utilization\.csv\?[^"]+)"/.exec(page.html)![1]!.replaceAll('&amp;', '&');
    expect((await browser.get(csv)).html).toContain('2027-02,ENT,');
    expect((await browser.get('/reports?from=2025-01-01&to=2025-02-01')).text).toContain('Nothing that was held or released');
    expect((await browser.get('/reports?from=2027-03-01&to=2025-02-01')).status).toBe(400);
    expect((await (await signIn(api, world.contact)).get('/reports')).status).toBe(403);
  });
});

/** The minutes of a day, so that a slow and plain count can be compared. */
const day = '2027-01-01T00:00:00.000Z';
const span = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 30 }))
  .map(([from, minutes]) => ({ startsAt: addMinutes(day, from), endsAt: addMinutes(day, from + minutes) }));
const group = fc.constantFrom('a', 'b', 'c');
const released: fc.Arbitrary<ReleasedFact> = fc
  .tuple(
    span,
    group,
    fc.integer({ min: -5, max: 70 }),
    fc.array(fc.tuple(span, group), { maxLength: 4 }),
    fc.array(fc.tuple(span, group, fc.boolean()), { maxLength: 4 }),
  )
  .map(([time, groupId, visible, cases, claims]) => ({
    groupId,
    group: groupId,
    month: '2027-01',
    blockId: 'block',
    kind: 'partial' as const,
    ...time,
    releasedAt: addMinutes(day, -100),
    visibleAt: addMinutes(day, visible),
    cases: cases.map(([one, groupId]) => ({ ...one, groupId })),
    claims: claims.map(([one, groupId, confirmed]) => ({ ...one, groupId, confirmed, used: false })),
  }));

test('F-18: the arithmetic of intervals counts what counting minute by minute does', () => {
  fc.assert(
    fc.property(released, (fact) => {
      const minutes = Array.from({ length: 100 }, (_, minute) => addMinutes(day, minute));
      const stands = <One extends { startsAt: string; endsAt: string }>(ones: One[], minute: string) =>
        ones.filter(({ startsAt, endsAt }) => startsAt <= minute && minute < endsAt);
      const counted = (wanted: (minute: string) => boolean) =>
        minutes.filter((minute) => stands([fact], minute).length > 0 && wanted(minute)).length;
      const others = (minute: string) => stands(fact.cases, minute).filter(({ groupId }) => groupId !== fact.groupId);
      const confirmed = (minute: string) => stands(fact.claims, minute).filter((claim) => claim.confirmed);
      expect(recapturedMinutes([countRelease(fact)])).toEqual({
        releasedMinutes: counted(() => true),
        openMinutes: counted((minute) => minute >= fact.visibleAt),
        requestedMinutes: counted((minute) => stands(fact.claims, minute).length > 0),
        heldMinutes: counted((minute) => confirmed(minute).length > 0),
        recapturedMinutes: counted((minute) => others(minute).length > 0),
        throughHoldMinutes: counted((minute) =>
          others(minute).some((one) => confirmed(minute).some(({ groupId }) => groupId === one.groupId)),
        ),
      });
      expect(releaseFillRate([countRelease(fact)]).usedAgainMinutes).toBe(counted((minute) => stands(fact.cases, minute).length > 0));
      expect(releaseLeadTime([countRelease(fact)]).releasedMinutes).toBe(counted(() => true));
    }),
  );
});
