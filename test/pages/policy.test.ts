import { expect, test } from 'vitest';

import { policyOf } from '../../ledger/facility.ts';
import { testApi } from '../api/api.ts';
import { createBlock, createSeriesIn, proposeIn } from '../world.ts';
import { hiddenOf, type PageAnswer, signInStaff } from './visitor.ts';

const api = testApi();

/** What the form of the policy page would post. */
function fieldsOf({ html }: PageAnswer): Record<string, string> {
  const inputs = [...html.matchAll(/<input id="([^"]+)" name="[^"]+"[^>]*value="([^"]*)"/g)];
  return Object.fromEntries(inputs.map(([, name, value]) => [name!, value!]));
}

test('U-06: the policy page lists what a change would touch, and saving it changes exactly that', async () => {
  const { db, world, now } = api;
  const block = await createBlock(world, '2027-03-01', now);
  const before = await db.block.findUniqueOrThrow({ where: { id: block } });
  const browser = await signInStaff(api, world.scheduler);
  const page = await browser.get('/policy');
  expect(page.text).toContain('An alert goes out only above this: 0.90 is not enough');
  const wish = { ...fieldsOf(page), 'hold.remindAfterHours': '12', 'release.undoMinutes': '0' };

  const preview = await browser.post('/policy/preview', wish);
  expect(preview.text).toContain('Hold, remind after hours: 24 → 12');
  expect(preview.text).toContain('Release, undo minutes: 10 → 0');
  expect(preview.text).toContain('None of them would do anything else');
  expect((await policyOf(db, world.facilityId)).version).toBe(1);

  expect((await browser.post('/policy', hiddenOf(preview.html))).status).toBe(422);
  expect((await browser.submit(preview, '/policy', { yes: 'on' })).location).toBe('/policy?saved');
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
  const fields = fieldsOf(form);
  const wish = { 'series.horizonDays': '200', 'transfer.enabled': 'false', 'hold.utilization.restrictBelow': '0.5' };
  const preview = await browser.post('/policy/preview', { ...fields, ...wish });
  expect(preview.text).toContain('Hold, utilization, restrict below: not set → 0.5');
  expect(preview.html).toContain(`/block-series/${series.facts.id}`);
  expect(preview.html).toContain(`/transfers/${facts.id}`);
  expect(preview.text).toContain('→ end,');
  expect((await browser.submit(preview, '/policy', { yes: 'on' })).location).toBe('/policy?saved');
  const { hold, transfer } = await policyOf(db, world.facilityId);
  expect([hold.utilization.restrictBelow, transfer.enabled]).toEqual([0.5, false]);
  const woken = (await db.wakeUp.findMany({ where: { kind: 'update' } })).map(({ workflowId }) => workflowId);
  expect(woken).toEqual(expect.arrayContaining([`series/${series.facts.id}`, `transfer/${facts.id}`]));
  const back = await browser.post('/policy/preview', { ...fieldsOf(await browser.get('/policy')), 'hold.utilization.restrictBelow': '' });
  expect(back.text).toContain('Hold, utilization, restrict below: 0.5 → not set');
});

test('a setting outside its limits is refused and nothing is saved; nothing changed leads back', async () => {
  const { db, world } = api;
  const browser = await signInStaff(api, world.scheduler);
  const { version } = await policyOf(db, world.facilityId);
  const fields = fieldsOf(await browser.get('/policy'));
  expect((await browser.post('/policy/preview', { ...fields, 'release.confidenceAbove': '1.5' })).status).toBe(400);
  expect((await browser.post('/policy/preview', { ...fields, 'mail.fromLocalTime': '20:00' })).status).toBe(400);
  expect((await browser.post('/policy/preview', fields)).location).toBe('/policy');
  expect((await policyOf(db, world.facilityId)).version).toBe(version);
});

test('C-05: the policy is the facility scheduler’s, nobody else’s', async () => {
  const { contact, support } = api.world;
  for (const person of [contact, support]) expect((await (await signInStaff(api, person)).get('/policy')).status).toBe(403);
});
