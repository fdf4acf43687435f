import { expect, test } from 'vitest';

import { addMinutes, zoneDate } from '../../domain/civil.ts';
import { policyOf } from '../../ledger/facility.ts';
import { testApi } from '../api/api.ts';
import { createBlock, createHistory, createSeriesIn, proposeIn } from '../world.ts';
import { formOf, hiddenOf, signInStaff } from './visitor.ts';

const api = testApi();

test('U-06: the policy page lists what a change would touch, and saving it changes exactly that', async () => {
  const { db, world, now } = api;
  const block = await createBlock(world, '2027-03-01', now);
  const before = await db.block.findUniqueOrThrow({ where: { id: block } });
  const browser = await signInStaff(api, world.scheduler);
  const page = await browser.get('/policy');
  expect(page.text).toContain('An alert goes out only above this: 0.90 is not enough');
  const wish = { ...formOf(page), 'hold.remindAfterHours': '12', 'release.undoMinutes': '0' };

  const preview = await browser.post('/policy/preview', wish);
  expect(preview.text).toContain('Hold, remind after hours: 24 → 12');
  expect(preview.text).toContain('Release, undo minutes: 10 → 0');
  expect(preview.text).toContain('None of them would do anything else');
  expect((await policyOf(db, world.facilityId)).version).toBe(1);

  expect((await browser.post('/policy', hiddenOf(preview.html))).status).toBe(422);
  expect((await browser.submit(preview, '/policy', { yes: 'on' })).location).toBe('/policy?done=saved');
  const after = await policyOf(db, world.facilityId);
  expect([after.version, after.hold.remindAfterHours, after.release.undoMinutes, after.alert.minUnbookedMinutes]).toEqual([2, 12, 0, 120]);
  expect(await db.block.findUniqueOrThrow({ where: { id: block } })).toEqual(before);

  const stale = await browser.submit(preview, '/policy', { yes: 'on' });
  expect(stale.status).toBe(412);
  expect(stale.text).toContain('Things have changed since you looked: nothing was done.');
  expect((await policyOf(db, world.facilityId)).version).toBe(2);
});

test('U-06: the page lists series and transfers that a change touches, and has the settings of groups inside a section (C-28)', async () => {
  const { db, world, now } = api;
  const { series } = await createSeriesIn(world, { roomId: world.room2.id }, now);
  const { facts } = await proposeIn(world, { blockId: await createBlock(world, '2027-03-02', now) }, now);
  const browser = await signInStaff(api, world.scheduler);
  const form = await browser.get('/policy');
  expect(form.html).toContain('name="hold.utilization.restrictBelow"');
  const fields = formOf(form);
  const wish = { 'series.horizonDays': '200', 'transfer.enabled': 'false', 'hold.utilization.restrictBelow': '0.5' };
  const preview = await browser.post('/policy/preview', { ...fields, ...wish });
  expect(preview.text).toContain('Hold, utilization, restrict below: not set → 0.5');
  expect(preview.html).toContain(`/block-series/${series.facts.id}`);
  expect(preview.html).toContain(`/transfers/${facts.id}`);
  expect(preview.text).toContain('→ end,');
  expect((await browser.submit(preview, '/policy', { yes: 'on' })).location).toBe('/policy?done=saved');
  const { hold, transfer } = await policyOf(db, world.facilityId);
  expect([hold.utilization.restrictBelow, transfer.enabled]).toEqual([0.5, false]);
  const woken = (await db.wakeUp.findMany({ where: { kind: 'update' } })).map(({ workflowId }) => workflowId);
  expect(woken).toEqual(expect.arrayContaining([`series/${series.facts.id}`, `transfer/${facts.id}`]));
  const back = await browser.post('/policy/preview', { ...formOf(await browser.get('/policy')), 'hold.utilization.restrictBelow': '' });
  expect(back.text).toContain('Hold, utilization, restrict below: 0.5 → not set');
});

test('U-05: a change that concerns blocks can be looked at over the last four weeks, beside what was really done', async () => {
  const { db, world, now } = api;
  const browser = await signInStaff(api, world.scheduler);
  const fields = formOf(await browser.get('/policy'));
  const elsewhere = await browser.post('/policy/preview', { ...fields, 'series.horizonDays': '150' });
  expect(elsewhere.html).not.toContain('/policy/past');
  const preview = await browser.post('/policy/preview', { ...fields, 'mandatory.windowDays': '10' });
  const empty = await browser.submit(preview, '/policy/past');
  expect(empty.text).toContain('there is nothing to live again yet');

  await createHistory(world, zoneDate(now, world.zone), { weeks: 6, leadDays: 20 });
  const past = await browser.submit(preview, '/policy/past');
  expect(past.text).toContain('4 blocks in force changed');
  expect(past.text).toContain('released by itself 24 h 24 h');
  expect(past.text).toContain('days ahead, for each released minute 7.4 10.4');
  expect(past.text).toContain('4 were imported');
  expect((await browser.submit(past, '/policy/preview')).text).toContain('Mandatory, window days: 7 → 10');
  expect(await db.policy.count({ where: { facilityId: world.facilityId } })).toBe((await policyOf(db, world.facilityId)).version);
});

test('a setting outside its limits is refused and nothing is saved; nothing changed leads back', async () => {
  const { db, world } = api;
  const browser = await signInStaff(api, world.scheduler);
  const { version } = await policyOf(db, world.facilityId);
  const fields = formOf(await browser.get('/policy'));
  expect((await browser.post('/policy/preview', { ...fields, 'release.confidenceAbove': '1.5' })).status).toBe(400);
  expect((await browser.post('/policy/preview', { ...fields, 'mail.fromLocalTime': '20:00' })).status).toBe(400);
  expect((await browser.post('/policy/preview', fields)).location).toBe('/policy?done=nothing');
  expect((await browser.get('/policy?done=nothing')).text).toContain('You changed nothing');
  expect((await policyOf(db, world.facilityId)).version).toBe(version);
});

test('U-06: settings stand under the desks that the facility has, yes and no in words; what it lacks is folded away, and opened where refused', async () => {
  const { db, world } = api;
  const browser = await signInStaff(api, world.scheduler);
  const page = await browser.get('/policy');
  expect([...page.html.matchAll(/<h2 id="(\w+)"/g)].map(([, desk]) => desk)).toEqual(['orTime', 'house']);
  expect(page.text).toContain('Front desk: this facility has none');
  expect(page.text).not.toMatch(/\btrue\b|\bfalse\b/);
  const preview = await browser.post('/policy/preview', { ...formOf(page), 'transfer.enabled': 'true' });
  expect(preview.text).toContain('Transfer, enabled: no → yes');
  const refused = await browser.post('/policy/preview', {
    ...formOf(page),
    'offers.untilLocalTime': '01:00',
    'hold.remindAfterHours': '7',
  });
  expect(refused.html).toMatch(/<details open=""><summary>Front desk/);
  expect(formOf(refused)).toMatchObject({ 'offers.untilLocalTime': '01:00', 'hold.remindAfterHours': '7' });
  await db.practitioner.create({ data: { facilityId: world.facilityId, name: 'Dr. Front', initials: 'DF' } });
  expect((await browser.get('/policy')).html).toContain('<h2 id="frontDesk">');
});

test('U-06, F-22: the preview lists a reminder only where its own setting changes', async () => {
  const { world, db, now } = api;
  const browser = await signInStaff(api, world.scheduler);
  const blockId = await createBlock(world, '2027-04-05', now);
  const time = { startsAt: new Date('2027-04-05T12:00:00Z'), endsAt: new Date('2027-04-05T13:00:00Z'), since: new Date(now) };
  const { facilityId, room } = world;
  await db.worklistItem.create({
    data: { facilityId, roomId: room.id, kind: 'release', subjectKind: 'block', subjectId: blockId, what: 'x', by: 'x', ...time },
  });
  const sendAfter = addMinutes(now, 10 * 60); // not what would be planned now
  await db.message.deleteMany({ where: { kind: 'worklist reminder' } }); // of the series that another test here makes
  const mail = {
    facilityId,
    kind: 'worklist reminder',
    key: 'r',
    personId: world.scheduler.id,
    address: 'x@example.org',
    content: {},
    state: 'waiting',
  };
  await db.message.create({ data: { ...mail, subjectKind: 'facility', subjectId: facilityId, sendAfter } });
  const fields = formOf(await browser.get('/policy'));
  const other = await browser.post('/policy/preview', { ...fields, 'hold.remindAfterHours': '13' });
  expect(other.text).not.toContain('Worklist reminder');
  expect((await browser.submit(other, '/policy', { yes: 'on' })).location).toBe('/policy?done=saved');
  const owed = () => db.message.findMany({ where: { kind: 'worklist reminder', state: 'waiting' } });
  expect((await owed()).map((one) => one.sendAfter.toISOString())).toEqual([sendAfter]);
  const own = await browser.post('/policy/preview', { ...fields, 'hold.remindAfterHours': '13', 'worklist.remindAfterHours': '30' });
  expect(own.text).toContain('Worklist reminder');
});

test('C-05: the policy is the facility scheduler’s, nobody else’s', async () => {
  const { contact, support } = api.world;
  for (const person of [contact, support]) expect((await (await signInStaff(api, person)).get('/policy')).status).toBe(403);
});
