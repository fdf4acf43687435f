import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { inTransaction } from '../../ledger/transaction.ts';
import { plantCareTeam } from '../../prisma/sample/care-team.ts';
import { mintLink } from '../pages/visitor.ts';
import { type System, startSystem } from '../system.ts';
import { expectSound, found, launchChrome } from './chrome.ts';

describe.skipIf(!found)('a lead of the sample care team in a browser, without scripts of ours', () => {
  let system: System;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    [system, browser] = await Promise.all([startSystem(), launchChrome()]);
    await inTransaction(system.db, (tx) => plantCareTeam(tx, new Date().toISOString()));
    page = await (await browser.newContext({ viewport: { width: 320, height: 640 } })).newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await system?.close();
  });

  const words = () => page.locator('main').innerText();
  /** Sound at 320 px and on a desk; pictures where somebody wants to look. */
  async function sound(name: string): Promise<void> {
    for (const [width, height] of [
      [1280, 900],
      [320, 640],
    ] as const) {
      await page.setViewportSize({ width, height });
      await expectSound(page);
      if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/${name}-${width}.png`, fullPage: true });
    }
  }
  async function open(path: string, name: string): Promise<void> {
    await page.goto(`${system.url}${path}`);
    await sound(name);
  }

  test('P-02, P-04, P-07, R-05, U-15: every page of the desk is sound; a draft is checked, a patient cleared, a question asked', {
    timeout: 300_000,
  }, async () => {
    const lead = await system.db.person.findFirstOrThrow({ where: { role: 'team lead', facility: { sample: true } } });
    const about = { kind: 'person' as const, id: lead.id, createdAt: new Date().toISOString(), content: { to: '/conversations' } };
    await page.goto(system.url + (await mintLink(system.db, lead, 'sign in', about)));
    await page.getByRole('button').first().click();

    await open('/conversations?folder=open', 'conversations');
    await page.getByRole('link', { name: 'Ben Carter' }).click();
    await sound('conversation');
    await page.getByLabel('Your reply').fill('Sorry, sorry: the invoice is in your account.');
    await page.getByRole('button', { name: 'Check', exact: false }).first().click();
    expect(await words()).toContain('2 apologies: one is enough.');
    await sound('conversation-checked');

    await open('/my-work', 'my-work');
    await open('/team-board', 'team-board');
    expect(await words()).toContain('Care team');
    const voicemail = await system.db.ticket.findFirstOrThrow({ where: { type: { key: 'voicemail' } } });
    await open(`/tickets/${voicemail.id}`, 'ticket');
    expect(await words()).toContain('What was said');
    await open('/ticket-types', 'ticket-types');

    await open('/clearances', 'clearances');
    await page.getByRole('link', { name: 'Dmitri Orlov' }).click();
    await sound('clearance');
    await page.getByLabel('The patient is cleared for this visit').check();
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await page.waitForURL(/clearances/);
    expect(await words()).toContain('cleared by Lena Hart');

    await open('/team-channel', 'team-channel');
    await page.getByLabel('Say it to the team').fill('Who knows the new insurance form?');
    await page.getByRole('button', { name: 'Post' }).click();
    expect(await words()).toContain('Who knows the new insurance form?');
    await sound('team-channel-said');

    await open('/coverage', 'coverage');
    expect(await words()).toContain('Bea Nowak');
    await page.locator('summary').first().click();
    await sound('coverage-open');
  });

  test('R-09, R-20: a cancellation closes only when the subscription is cancelled, which the account does', {
    timeout: 120_000,
  }, async () => {
    const ticket = await system.db.ticket.findFirstOrThrow({
      where: { type: { key: 'program-cancellation' }, facility: { sample: true } },
    });
    const close = async () => {
      await page.goto(`${system.url}/tickets/${ticket.id}`);
      await page.getByText('Close it', { exact: true }).first().click();
      await page.getByRole('button', { name: 'Close the ticket' }).click();
    };
    await close();
    expect(await words()).toContain('The subscription is still active: cancel it first.');
    await page.getByRole('link', { name: 'Account' }).click();
    await page.getByLabel('Yes, cancel the subscription to Body').check();
    await page.getByRole('button', { name: 'Cancel the subscription' }).click();
    expect(await words()).toMatch(/cancelled[\s\S]*Lena Hart/);
    await close();
    await page.waitForURL(/my-work/);
    expect(await system.db.ticket.findUniqueOrThrow({ where: { id: ticket.id } })).toMatchObject({
      state: 'closed',
      closedBy: 'Lena Hart',
    });
  });
});
