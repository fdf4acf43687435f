import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { addDays, zoneDate } from '../../domain/civil.ts';
import { bookVisit, type Clinic, createClinic, createTestPatient } from '../desk-world.ts';
import { mintLink } from '../pages/visitor.ts';
import { type System, startSystem } from '../system.ts';
import { expectSound } from './chrome.ts';
import { found, launchChrome } from './launch.ts';

describe.skipIf(!found)('a receptionist in a browser, without scripts of ours', () => {
  let system: System;
  let clinic: Clinic;
  let browser: Browser;
  let page: Page;
  let date: string;

  beforeAll(async () => {
    [system, browser] = await Promise.all([startSystem(), launchChrome()]);
    clinic = await createClinic(system.db);
    const now = new Date().toISOString();
    date = addDays(zoneDate(now, clinic.zone), 3);
    const patient = await createTestPatient(clinic, { givenName: 'Tom', familyName: 'Ashby' });
    await bookVisit(clinic, { date, patientId: patient.id, comment: 'Check after filling', now });
    page = await (await browser.newContext({ viewport: { width: 320, height: 640 } })).newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await system?.close();
  });

  const words = () => page.locator('main').innerText();
  /** Sound at 320 px and on a desk; a picture where somebody wants to look. */
  async function sound(name: string): Promise<void> {
    await expectSound(page);
    await page.setViewportSize({ width: 1280, height: 900 });
    await expectSound(page);
    if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/${name}.png`, fullPage: true });
    await page.setViewportSize({ width: 320, height: 640 });
  }

  test('I-26, I-27, I-30, I-36: books a new patient from the day book, cancels a visit into a task, and finds it on the card', {
    timeout: 180_000,
  }, async () => {
    const about = {
      kind: 'person' as const,
      id: clinic.receptionist.id,
      createdAt: new Date().toISOString(),
      content: { to: '/day-book' },
    };
    await page.goto(system.url + (await mintLink(system.db, clinic.receptionist, 'sign in', about)));
    await page.getByRole('button').first().click();
    await page.goto(`${system.url}/day-book?date=${date}`);
    await sound('day-book');
    await page.getByRole('link', { name: 'Book from 10:30' }).first().click();
    await page.getByLabel('Family name').fill('Novak');
    await page.getByLabel('Given name').fill('Eva');
    await page.getByLabel('Mobile phone').fill('0151 23456789');
    await sound('book');
    await page.getByRole('button', { name: 'Book', exact: true }).click();
    await page.waitForURL(/day-book/);
    expect(await words()).toContain('Novak, Eva');

    await page.getByRole('link', { name: 'Ashby, Tom', exact: true }).click();
    await sound('card');
    await page.getByRole('link', { name: /^Cancel…/ }).click();
    await sound('cancel-first');
    await page.getByLabel('Reason').selectOption('Doctor is absent');
    await page.getByRole('button', { name: 'Go on' }).click();
    expect(await words()).toContain('the doctor is not copied by itself');
    await sound('cancel-then');
    await page.getByLabel('Profession').selectOption('dentist');
    await page.getByRole('button', { name: 'OK, cancel it' }).click();
    await page.waitForURL(/patients/);
    expect(await words()).toContain('Cancelled task');
    expect(await words()).toContain('Doctor is absent');
    await sound('card-after');

    await page.getByRole('button', { name: 'Book: look for a time', exact: true }).click();
    await page.waitForURL(/day-book/);
    expect(await words()).toContain('new patient');
    await page.getByRole('link', { name: /^Add to the waitlist/ }).click();
    await sound('waitlist');
    await page.goto(`${system.url}/tasks/new`);
    await sound('task');
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.waitForURL(/day-book/);
    expect(await words()).not.toContain('new patient');
  });
});
