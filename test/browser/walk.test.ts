import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { addDays, atLocal, zoneDate } from '../../domain/civil.ts';
import { eventually, type System, startSystem } from '../system.ts';
import { createHistory, createWorld, type World } from '../world.ts';
import { expectSound } from './chrome.ts';
import { found, launchChrome } from './launch.ts';

const anyHour = { mail: { fromLocalTime: '00:00', untilLocalTime: '23:59', spreadSeconds: 0 } };

describe.skipIf(!found)('in a browser, without scripts of ours', () => {
  let system: System;
  let world: World;
  let browser: Browser;
  let page: Page;
  let date: string;

  beforeAll(async () => {
    [system, browser] = await Promise.all([startSystem(), launchChrome()]);
    world = await createWorld(system.db, { settings: anyHour });
    const today = zoneDate(new Date().toISOString(), world.zone);
    await createHistory(world, today);
    date = addDays(today, 11);
    const block = {
      facilityId: world.facilityId,
      roomId: world.room.id,
      groupId: world.group.id,
      startsAt: atLocal(date, '07:00', world.zone),
      endsAt: atLocal(date, '15:00', world.zone),
    };
    expect((await system.call('POST', '/v1/blocks', block)).status).toBe(201);
    page = await (await browser.newContext({ viewport: { width: 320, height: 640 } })).newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await system?.close();
  });

  const sound = () => expectSound(page);

  async function openMail(to: string, subject: string): Promise<void> {
    await eventually(() => system.db.mailboxEntry.findFirst({ where: { to, subject: { contains: subject } } }));
    await page.goto(`${system.url}/mailbox?to=${encodeURIComponent(to)}`);
    await sound();
    await page.locator('ul.mails a', { hasText: subject }).first().click();
    // shown whole: a frame without scripts cannot grow with its mail
    await page.locator('iframe').waitFor();
    const below = () => page.frames()[1]!.evaluate(() => innerHeight - document.querySelector('table')!.getBoundingClientRect().bottom);
    await expect.poll(below).toBeGreaterThan(0);
  }

  test('C-03, C-14, C-24, C-45, U-02: the holder gets the alert, releases a part from the mail, and the facility is told', {
    timeout: 90_000,
  }, async () => {
    await page.goto(system.url);
    await sound();
    await openMail(world.contact.email, 'Release');
    await page.frameLocator('iframe').getByRole('link', { name: 'Partial Release' }).click();
    await page.waitForURL(/\/a\//);
    await sound();
    await page.getByRole('checkbox').check();
    await page.getByLabel('From', { exact: true }).fill('11:00');
    await page.getByRole('button', { name: 'Release what is ticked' }).click();
    expect(await page.locator('main').innerText()).toContain('You released 11:00–15:00 (4 h)');
    await sound();
    await page.getByRole('button', { name: 'The page of this block' }).click();
    await page.waitForURL(/\/blocks\//);
    await page.context().clearCookies();
    await openMail(world.scheduler.email, 'Release Notification');
    expect(await page.frameLocator('iframe').locator('body').innerText()).toContain('11:00–15:00 (4 h)');
  });

  test('C-39, C-45, F-21, U-01: any mail opens the system; the block’s page shows what comes next, and takes the release back', {
    timeout: 90_000,
  }, async () => {
    await openMail(world.contact.email, 'Release');
    await page.frameLocator('iframe').getByRole('link', { name: 'Block Schedule' }).click();
    await page.getByRole('button', { name: 'Continue as Dana Reyes' }).click();
    await page.goto(`${system.url}/block-schedule?week=${date}`);
    await sound();
    await page.locator('a[href^="/blocks/"]').first().click();
    await sound();
    expect(await page.locator('main').innerText()).toContain('mandatory release');
    await page.getByRole('checkbox', { name: /^Yes, take back/ }).check();
    await page.getByRole('button', { name: 'Undo the last release' }).click();
    await page.waitForURL(/\/blocks\//);
    expect(await system.db.release.count({ where: { undoneAt: null } })).toBe(0);
    await page.getByRole('button', { name: 'Look first' }).click();
    await sound();
    await page.getByRole('checkbox', { name: 'Yes, release 07:00–15:00 (8 h)' }).check();
    await page.getByRole('button', { name: 'Release', exact: true }).click();
    await page.waitForURL(/\/blocks\//);
    expect(await page.locator('main').innerText()).toMatch(/Released\s+07:00–15:00 \(8 h\)/);
  });

  test('C-26, C-29, C-30, C-34, C-40: open time is requested on the page and confirmed from the facility’s mail', {
    timeout: 90_000,
  }, async () => {
    await page.context().clearCookies();
    await page.goto(`${system.url}/open-time`);
    await sound();
    await page.getByLabel('Your email address').fill(world.other.email);
    await page.getByRole('button', { name: 'Mail me a link' }).click();
    await openMail(world.other.email, 'Your links');
    await page.frameLocator('iframe').getByRole('link', { name: 'Open the page you asked for' }).click();
    await page.getByRole('button', { name: /Continue as/ }).click();
    await page.waitForURL(/\/open-time$/);
    await sound();
    await page
      .getByRole('link', { name: /Request OR 2/ })
      .last()
      .click();
    await sound();
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Request' }).click();
    expect(await page.locator('main').innerText()).toContain('Not yours yet');
    await sound();
    const hold = page.url();
    await openMail(world.scheduler.email, 'Request for open time');
    await page.frameLocator('iframe').getByRole('link', { name: 'Confirm' }).click();
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Confirm' }).click();
    expect(await page.locator('main').innerText()).toContain('The hold is confirmed.');
    await page.goto(hold);
    expect(await page.locator('main').innerText()).toMatch(/State\s+confirmed/);
    await page.goto(`${system.url}/preferences`);
    await sound();
  });
});
