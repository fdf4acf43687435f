import { beforeEach, expect, test } from 'vitest';

import { deliveryActivities } from '../../activities/delivery.ts';
import { mailboxTransport } from '../../activities/mail/mailbox.ts';
import { addDays, atLocal } from '../../domain/civil.ts';
import { policyOf } from '../../ledger/facility.ts';
import { movedStandings } from '../../ledger/moved-standing.ts';
import { testApi } from '../api/api.ts';
import { formOf, signInStaff } from '../pages/visitor.ts';
import { createWorld, type World } from '../world.ts';

const api = testApi();
let world: World;
let version = 1;

beforeEach(async () => {
  world = await createWorld(api.db, { name: `Restrictions ${crypto.randomUUID()}` });
  version = 1;
});

/** A hold of four hours that ended on that date, of which so much was used. */
async function ended(date: string, usedMinutes: number, requesterId = world.other.id): Promise<void> {
  const { db, facilityId, room2, otherGroup, otherProvider, zone } = world;
  const endsAt = atLocal(date, '12:00', zone);
  const times = {
    startsAt: atLocal(date, '08:00', zone),
    endsAt,
    expiresAt: endsAt,
    endedAt: endsAt,
    requestedAt: endsAt,
    confirmedAt: endsAt,
  };
  const of = { facilityId, roomId: room2.id, groupId: otherGroup.id, providerId: otherProvider.id, requesterId };
  await db.hold.create({ data: { ...of, ...times, state: usedMinutes > 0 ? 'used' : 'expired', usedMinutes, next: {}, nextAt: endsAt } });
}

async function change(utilization: object): Promise<void> {
  const body = { facilityId: world.facilityId, settings: { hold: { utilization } } };
  const answer = await api.call('POST', '/policies', { as: api.keys.administrator, body, ifMatch: version++ });
  expect(answer.status).toBe(201);
}

/** Sends what is due by then; the mails about a restriction that the requester has. */
async function mailsBy(now: string): Promise<string[]> {
  const transport = mailboxTransport(api.db);
  const { claimBatch, sendBatch } = deliveryActivities({
    db: api.db,
    transports: [transport],
    from: 'mail@holdfast.example',
    publicUrl: 'https://h.example',
  });
  for (let batch = await claimBatch(transport.name, now); batch.batchId; batch = await claimBatch(transport.name, now))
    await sendBatch(batch.batchId, now);
  const mails = await api.db.mailboxEntry.findMany({ where: { to: world.other.email, subject: { contains: 'limited for now' } } });
  return mails.map(({ text }) => text);
}

const restricting = { restrictBelow: 0.5, seeOnlyWithinDays: 7 };
const restrictedAt = async () =>
  (await api.db.person.findUniqueOrThrow({ where: { id: world.other.id } })).restrictedAt?.toISOString() ?? null;

test('C-28: a change of the policy that restricts somebody tells them at once, and only once; switched off it is lifted', async () => {
  for (const days of [10, 20, 30]) await ended(addDays('2027-01-04', -days), 60);
  await change(restricting);
  const [mail, ...more] = await mailsBy(api.now);
  expect(mail).toContain('You used 3 h of the 12 h you held (25 %)');
  expect(mail).toContain('You find open time of the next 7 days only.');
  expect(more).toEqual([]);
  expect(await restrictedAt()).toBe(api.now);
  await change({ restrictBelow: 0.6 });
  expect(await mailsBy(api.now)).toHaveLength(1);
  await change({ restrictBelow: null });
  expect(await restrictedAt()).toBeNull();
  expect(await api.db.auditEvent.count({ where: { subjectId: world.other.id, action: 'lift restriction' } })).toBe(1);
});

test('U-06, C-28: before a policy is saved it names whose requests it would limit, limit otherwise, or free, and writes nothing', async () => {
  const { facilityId, other, scheduler } = world;
  for (const days of [10, 20, 30]) await ended(addDays('2027-01-04', -days), 60);
  const preview = async (utilization: object) => {
    const body = { facilityId, settings: { hold: { utilization } } };
    return (await api.call('POST', '/policies?preview=true', { as: api.keys.administrator, body })).body.standings;
  };
  const who = { personId: other.id, name: other.name };
  expect(await preview({ restrictBelow: 0.2 })).toEqual([]);
  const because = expect.stringContaining('(25 %) in 3 holds');
  const limits = ['You find open time of the next 7 days only.'];
  expect(await preview(restricting)).toEqual([{ ...who, restrictedBefore: false, restrictedAfter: true, because, limits }]);
  expect(await restrictedAt()).toBeNull();
  const browser = await signInStaff(api, scheduler);
  const fields = { 'hold.utilization.restrictBelow': '0.5', 'hold.utilization.seeOnlyWithinDays': '7' };
  const page = await browser.post('/policy/preview', { ...formOf(await browser.get('/policy')), ...fields });
  expect(page.text).toContain('Chris Lind: not limited → limited, having used 3 h of 12 h in 3 holds');
  await change(restricting);
  expect(await preview({ mayRequest: false })).toMatchObject([{ ...who, restrictedBefore: true, restrictedAfter: true }]);
  expect(await preview({ windowDays: 25 })).toMatchObject([{ ...who, restrictedBefore: true, restrictedAfter: false }]);
  expect(await preview({ minHolds: 3 })).toEqual([]);
});

test('U-06, C-28: the preview looks back on all people in one statement, and tells them apart', async () => {
  const { db, facilityId } = world;
  const row = { facilityId, role: 'block contact' };
  const people = await Promise.all(
    [1, 2, 3, 4, 5, 6].map((n) => db.person.create({ data: { ...row, name: `Person ${n}`, email: `person${n}.${facilityId}@x.example` } })),
  );
  for (const [n, { id }] of people.entries())
    for (const days of [10, 20, 30]) await ended(addDays('2027-01-04', -days), n % 2 ? 60 : 240, id);
  let statements = 0;
  const counting = new Proxy(db, {
    get: (target, name) => {
      if (name === '$queryRaw') statements++;
      return Reflect.get(target, name, target);
    },
  });
  const before = await policyOf(db, facilityId);
  const policy = { ...before, hold: { ...before.hold, utilization: { ...before.hold.utilization, ...restricting } } };
  const moved = await movedStandings(counting, facilityId, { before, policy }, api.now);
  expect(moved.map(({ name, after }) => [name, after.because.includes('(25 %) in 3 holds')])).toEqual([
    ['Person 2', true],
    ['Person 4', true],
    ['Person 6', true],
  ]);
  expect(statements).toBe(1);
});

test('C-28: a shorter window restricts nobody anew who was restricted before', async () => {
  for (const days of [10, 12, 14, 60]) await ended(addDays('2027-01-04', -days), 60);
  await change(restricting);
  expect(await mailsBy(api.now)).toHaveLength(1);
  await change({ windowDays: 20 });
  expect(await mailsBy(api.now)).toHaveLength(1);
});

test('C-28: a restriction that begins because used time counts no more is mailed on that morning', async () => {
  for (const days of [10, 20, 30]) await ended(addDays('2027-01-04', -days), 60);
  await ended('2026-10-10', 240); // counts until 8 January, 90 days later
  await ended('2026-10-11', 240);
  await change(restricting);
  expect([await mailsBy(api.now), await restrictedAt()]).toEqual([[], null]);
  const owed = await api.db.message.findFirstOrThrow({
    where: { personId: world.other.id, kind: 'hold use restricted', state: 'waiting' },
  });
  expect(owed.sendAfter.toISOString()).toBe(atLocal('2027-01-09', '07:00', world.zone));
  expect(await mailsBy(atLocal('2027-01-09', '06:59', world.zone))).toEqual([]);
  const morning = atLocal('2027-01-09', '07:00', world.zone);
  const [mail] = await mailsBy(morning);
  expect(mail).toContain('You used 7 h of the 16 h you held (43 %) in 4 holds');
  expect(await restrictedAt()).toBe(morning);
});

test('C-28: it is judged when it is claimed: time used meanwhile, or another policy, and no mail goes', async () => {
  for (const days of [10, 20, 30]) await ended(addDays('2027-01-04', -days), 60);
  await ended('2026-10-10', 240);
  await ended('2026-10-11', 240);
  await change(restricting);
  await ended('2027-01-05', 240);
  expect(await mailsBy(atLocal('2027-01-09', '08:00', world.zone))).toEqual([]);
  await change({ restrictBelow: null });
  expect(await api.db.message.count({ where: { personId: world.other.id, state: 'waiting' } })).toBe(0);
});
