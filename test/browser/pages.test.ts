import type { BrowserContext, Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { atLocal } from '../../domain/civil.ts';
import { footerLinks, possibleButtons } from '../../domain/mail-button.ts';
import { requestHold } from '../../ledger/new-hold.ts';
import { inTransaction, lockRoomDays } from '../../ledger/transaction.ts';
import { testApi } from '../api/api.ts';
import { mintLink, signIn, signInStaff } from '../pages/visitor.ts';
import { createBlock } from '../world.ts';
import { expectSoundAtBothSizes } from './chrome.ts';
import { found, launchChrome } from './launch.ts';

const date = '2027-02-01';

describe.skipIf(!found)('every page, on a phone and on a desk', () => {
  const api = testApi();
  let chrome: Chromium;
  let url: string;
  let context: BrowserContext;
  let page: Page;
  let seen: Record<string, string>;

  beforeAll(async () => {
    chrome = await launchChrome();
    url = await api.app.listen({ port: 0, host: '127.0.0.1' });
    seen = await furnish();
    context = await chrome.newContext();
    page = await context.newPage();
  });
  afterAll(() => chrome?.close());

  /** Things to look at: blocks and holds in several states, and one link of every purpose. */
  async function furnish(): Promise<Record<string, string>> {
    const { db, world, now } = api;
    const { facilityId, room, room2, group, contact, other, scheduler, otherProvider, zone } = world;
    const at = (time: string) => atLocal(date, time, zone);
    const block = await createBlock(world, date, now);
    const part = await createBlock(world, date, now, { roomId: room2.id });
    const over = await createBlock(world, '2027-01-05', now, { roomId: room2.id });
    await db.block.update({ where: { id: over }, data: { state: 'closed' } });
    await db.case.create({
      data: { facilityId, number: 'B-1', roomId: room.id, groupId: group.id, startsAt: at('09:00'), endsAt: at('10:00') },
    });
    const release = { kind: 'partial', releasedAt: now, releasedBy: contact.name, visibleAt: new Date(Date.parse(now) + 600_000) };
    await db.release.create({ data: { blockId: part, roomId: room2.id, startsAt: at('07:00'), endsAt: at('11:00'), ...release } });
    const time = { roomId: room2.id, startsAt: at('15:00'), endsAt: at('17:00') };
    const hold = await inTransaction(db, async (tx) => {
      await lockRoomDays(tx, [time]);
      const actor = { personId: other.id, name: other.name, role: 'block contact', channel: 'page' } as const;
      return (await requestHold(tx, { facilityId, providerId: otherProvider.id, requesterId: other.id, ...time }, actor, now)).facts.id;
    });
    const links: Record<string, string> = {};
    for (const purpose of [...new Set([...Object.values(possibleButtons).flat(), ...footerLinks('block contact')])]) {
      const ofHold = purpose.endsWith('hold');
      const person = purpose === 'delete hold' ? other : ofHold ? scheduler : contact;
      const id = ofHold ? hold : purpose === 'undo release' ? part : block;
      links[`button ${purpose}`] = await mintLink(db, person, purpose, {
        kind: ofHold ? 'hold' : 'block',
        id,
        createdAt: now,
        content: { proposal: [{ startsAt: at('11:00'), endsAt: at('14:00') }] },
      });
    }
    const closed = { kind: 'block', id: over, createdAt: now };
    const slot = new URLSearchParams({ roomId: room.id, startsAt: at('15:00'), endsAt: at('17:00') });
    const gone = new URLSearchParams({ roomId: room2.id, startsAt: at('15:00'), endsAt: at('17:00') });
    return {
      ...links,
      start: '/',
      'ask for a link': '/links',
      'unknown link': `/a/${'x'.repeat(43)}`,
      'old link': await mintLink(db, contact, 'find open time', { ...closed, createdAt: '2026-01-01T00:00:00.000Z' }),
      'moot button': await mintLink(db, contact, 'keep', closed),
      mailbox: '/mailbox',
      'find open time': '/open-time',
      'nothing open': `/open-time?from=${date}&to=${date}&minutes=1440`,
      'request time': `/open-time/request?${slot}`,
      'time that has gone': `/open-time/request?${gone}`,
      'hold pending': `/holds/${hold}`,
      'block schedule': `/block-schedule?week=${date}`,
      'empty week': '/block-schedule?week=2027-06-01',
      'block month': `/block-schedule/month?month=${date.slice(0, 7)}`,
      'open month': `/open-time/month?month=${date.slice(0, 7)}`,
      'open month that is over': '/open-time/month?month=2020-01',
      'block with a case': `/blocks/${block}`,
      'block partly released': `/blocks/${part}`,
      'block over': `/blocks/${over}`,
      'no such block': `/blocks/${crypto.randomUUID()}`,
      preferences: '/preferences',
      desk: '/desk',
      rooms: '/rooms',
      'day of a room': `/rooms/${room.id}/day?date=${date}`,
      'block series': '/block-series',
      'new block series': '/block-series/new',
      'hours of a room': `/rooms/${room.id}`,
      requests: '/requests',
      worklist: '/worklist',
      policy: '/policy',
      'sign in': '/sign-in',
      people: '/people',
      person: `/people/${contact.id}`,
    };
  }

  async function come(person?: Parameters<typeof signIn>[1], enter = signIn): Promise<void> {
    await context.clearCookies();
    if (!person) return;
    const [name, value] = (await enter(api, person)).cookie.split('=') as [string, string];
    await context.addCookies([{ name, value, url }]);
  }

  const sound = (name: string) => expectSoundAtBothSizes(page, name);

  async function look(names: string[], as = ''): Promise<void> {
    for (const name of names) {
      await page.goto(`${url}${seen[name]}`);
      await sound(`${name}${as}`);
    }
  }

  const ofMails = ['unknown link', 'old link', 'moot button'];
  const guarded = ['find open time', 'request time', 'block schedule', 'block with a case', 'preferences', 'desk'];

  test('U-02, C-14: the landing pages of all buttons, and those of links that lead nowhere', { timeout: 120_000 }, async () => {
    await come();
    await look([...Object.keys(seen).filter((name) => name.startsWith('button ')), ...ofMails]);
  });

  test('C-38, C-40: the doors, and what a stranger sees behind them', { timeout: 120_000 }, async () => {
    await come();
    await look(['start', 'ask for a link', 'mailbox', ...guarded], ' of a stranger');
    await page.goto(`${url}/links`);
    await page.getByLabel('Your email address').fill('nobody@x.example');
    await page.getByRole('button', { name: 'Mail me a link' }).click();
    await sound('answer to asking');
  });

  test('C-45: Find Open Time, Block Schedule and all behind them, as a holder', { timeout: 120_000 }, async () => {
    await come(api.world.contact);
    await look([
      ...guarded,
      'nothing open',
      'time that has gone',
      'empty week',
      'block month',
      'open month',
      'open month that is over',
      'block partly released',
      'block over',
      'no such block',
    ]);
    await page.goto(`${url}${seen['block with a case']}`);
    await page.getByRole('button', { name: 'Look first' }).click();
    await sound('preview of a release');
  });

  test('C-30, C-33: the pages of requester and facility', { timeout: 120_000 }, async () => {
    await come(api.world.other);
    await look(['find open time', 'hold pending'], ' of the requester');
    await come(api.world.scheduler);
    await look(['find open time', 'hold pending', 'block schedule', 'desk', 'requests', 'worklist', 'policy'], ' of the facility');
  });

  test('U-06, C-31: the desk of the facility scheduler', { timeout: 120_000 }, async () => {
    await come();
    await look(['sign in']);
    await come(api.world.scheduler, signInStaff);
    await look(['rooms', 'hours of a room', 'day of a room', 'block series', 'new block series', 'policy']);
    await page.locator('[name="mandatory.windowDays"]').fill('12');
    await page.getByRole('button', { name: 'See what this would change' }).click();
    await sound('preview of a policy');
    await page.getByRole('button', { name: 'See what it would have done' }).click();
    await sound('a policy over the last weeks');
    await come(api.world.support, signInStaff);
    await look(['desk', 'people', 'person'], ' of support');
    await come(api.world.scheduler, signInStaff);
    await page.goto(`${url}/requests`);
    await page.getByText('Change time, duration or room').click();
    await sound('change of a request');
  });

  test('C-14: a browser that keeps the rules does not let a form go without its tick; one that does not gets a page', async () => {
    await come();
    await page.goto(`${url}${seen['button release all']}`);
    await page.getByRole('button', { name: 'Full Release' }).click();
    expect(await page.locator('input:invalid').count()).toBe(1);
    await page.evaluate(() => document.querySelector<HTMLInputElement>('input[name=yes]')!.removeAttribute('required'));
    await page.getByRole('button', { name: 'Full Release' }).click();
    await page.getByRole('alert').waitFor();
    await sound('tick missing');
  });

  test('by keyboard: the first stop leads past the tabs, and every stop is seen', async () => {
    await come();
    await page.goto(`${url}${seen['button release part']}`);
    await page.keyboard.press('Tab');
    const skip = page.getByRole('link', { name: 'Skip to content' });
    expect(await skip.evaluate((link) => link === document.activeElement && link.getBoundingClientRect().left >= 0)).toBe(true);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true);
    const stops = new Set<string>();
    for (let stop = 0; stop < 12; stop++) {
      const { name, marked } = await page.evaluate(() => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement!);
        const outlined = outlineStyle !== 'none' && outlineWidth !== '0px';
        return { name: document.activeElement!.outerHTML.slice(0, 120), marked: outlined || boxShadow !== 'none' };
      });
      if (name.startsWith('<body')) break;
      expect(marked, name).toBe(true);
      stops.add(name);
      await page.keyboard.press('Tab');
    }
    expect(stops.size).toBeGreaterThanOrEqual(4);
  });
});
