import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { noteFreedTime } from '../../ledger/matching.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { testApi } from '../api/api.ts';
import { signInStaff } from '../pages/visitor.ts';
import { createFrontDesk } from '../waitlist-world.ts';
import { expectSoundAtBothSizes } from './chrome.ts';
import { found, launchChrome } from './launch.ts';

const now = '2027-01-04T20:00:00.000Z';

describe.skipIf(!found)('tasks and the waitlist in a browser, without scripts of ours', () => {
  const api = testApi(now);
  let desk: Awaited<ReturnType<typeof createFrontDesk>>;
  let chrome: Chromium;
  let page: Page;
  let url: string;

  beforeAll(async () => {
    chrome = await launchChrome();
    url = await api.app.listen({ port: 0, host: '127.0.0.1' });
    desk = await createFrontDesk(api.db);
    const context = await chrome.newContext();
    const [name, value] = (await signInStaff(api, desk.receptionist)).cookie.split('=') as [string, string];
    await context.addCookies([{ name, value, url }]);
    page = await context.newPage();
  });
  afterAll(() => chrome?.close());

  const sound = (name: string) => expectSoundAtBothSizes(page, name);
  const words = () => page.locator('main').innerText();

  test('I-03, I-13, I-24, I-41: a task is created, appears on its day, is chosen with the keyboard and snoozed', {
    timeout: 120_000,
  }, async () => {
    await page.goto(`${url}/active-tasks`);
    await sound('active tasks empty');
    await page.getByRole('link', { name: 'Create a task' }).click();
    await page.getByLabel('Name, phone or date of birth').fill('moser');
    await page.getByRole('button', { name: 'Search' }).click();
    await sound('patient search');
    await page.getByRole('link', { name: 'Moser, Pat' }).click();
    await sound('create a task');
    await page.getByLabel('Doctor').selectOption('Dr. Anna Lopez (dentist)');
    await page.getByLabel(/^Comment/).fill('Second filling. Knows the shifts by the 20th.');
    await page.getByRole('button', { name: 'Create task' }).click();
    await sound('task');
    expect(await words()).toContain('become due');
    await desk.task({ kind: 'check-up', comment: 'Half a year is over' }, now);
    await desk.entry({ comment: 'будни вечер, выходные любое время' }, now);
    await desk.db.taskType.create({ data: { facilityId: desk.facilityId, kind: 'custom', name: 'Send papers', priority: 40 } });
    api.now = '2027-01-05T06:30:00.000Z'; // the next morning, within one working day of the sign-in
    await page.goto(`${url}/active-tasks`);
    await sound('active tasks');
    const boxes = page.getByRole('checkbox', { name: /^Choose/ });
    expect(await boxes.count()).toBe(2);
    await boxes.first().focus();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Snooze' }).click();
    expect(await words()).toContain('1 done.');
    expect(await words()).not.toContain('Second filling');
  });

  test('I-02, I-09, I-21, I-31, I-43: a patient is added to the waitlist for chosen days and found for the time that became free', {
    timeout: 120_000,
  }, async () => {
    await page.goto(`${url}/waitlist/new?patientId=${desk.otherPatient.id}`);
    await sound('add to the waitlist');
    await page.getByLabel('Free time was offered, and none suited').check();
    await page.getByLabel('Doctor').selectOption('Dr. Anna Lopez (dentist)');
    await page.getByLabel(/^Comment/).fill('only Friday');
    await page.getByLabel('Or only on these days').fill('2027-01-08');
    await page.getByRole('button', { name: 'Add to waitlist' }).click();
    await sound('waitlist entry');
    const time = { practitionerId: desk.dentist.id, startsAt: '2027-01-08T09:00:00.000Z', endsAt: '2027-01-08T09:30:00.000Z' };
    await desk.entry({ durationMinutes: 90 }, now);
    await inTransaction(api.db, (tx) => noteFreedTime(tx, { ...time, cause: 'cancelled' }, api.now));
    await page.goto(`${url}/waitlist`);
    await page.getByRole('link', { name: /10:00–10:30/ }).click();
    await page.getByText(/does not fit/).click();
    await sound('who fits');
    expect(await words()).toContain('only Friday');
    expect(await words()).toContain('The visit needs 1 h 30 min.');
  });
});
