import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { hashOf, newSecret } from '../../api/auth/principal.ts';
import { testApi } from '../api/api.ts';
import { createPatient, createPractice, type Practice, report } from '../care-manager/practice.ts';
import { signInStaff } from '../pages/visitor.ts';
import { expectSoundAtBothSizes } from './chrome.ts';
import { found, launchChrome } from './launch.ts';

describe.skipIf(!found)('the Care Manager in a browser, without scripts of ours', () => {
  const api = testApi();
  let practice: Practice;
  let chrome: Chromium;
  let page: Page;
  let url: string;

  beforeAll(async () => {
    chrome = await launchChrome();
    url = await api.app.listen({ port: 0, host: '127.0.0.1' });
    practice = await createPractice(api.db, 'Browser practice', { booking: { online: true } });
    for (const name of ['Adams', 'Brown', 'Clark']) {
      const { id: patientId } = await createPatient(api.db, practice.facilityId, 'Kim', name);
      await report(practice, api.now, 10, { number: `COT-${name}`, patientId, nhs: true, udaValue: 3, payor: 'NHS' });
    }
    page = await comeAs(practice.desk);
  });
  afterAll(() => chrome?.close());

  async function comeAs(person: Parameters<typeof signInStaff>[1]): Promise<Page> {
    const context = await chrome.newContext();
    const [name, value] = (await signInStaff(api, person)).cookie.split('=') as [string, string];
    await context.addCookies([{ name, value, url }]);
    return context.newPage();
  }
  const sound = (name: string, seen = page, owner?: string) => expectSoundAtBothSizes(seen, name, owner);
  const words = () => page.locator('main').innerText();

  test('D-04, D-06, D-07, D-13, D-22, D-23: the list is sorted, several are assigned and rejected with the keyboard, and the lightbulb is red', {
    timeout: 120_000,
  }, async () => {
    await page.goto(`${url}/care-manager`);
    await sound('care manager');
    await page
      .getByRole('columnheader')
      .getByRole('link', { name: /^Patient/ })
      .click();
    expect(await page.locator('th[aria-sort="ascending"]').innerText()).toContain('Patient');
    await page.getByRole('checkbox', { name: /Adams/ }).check();
    await page.getByLabel('Assign to').selectOption('Rae Desk');
    await page.getByRole('button', { name: 'Assign', exact: true }).click();
    await sound('care manager with one of mine');
    expect(await page.locator('a.lightbulb.red').count()).toBe(1);
    for (const name of [/Brown/, /Clark/]) {
      await page.getByRole('checkbox', { name }).focus();
      await page.keyboard.press('Space');
    }
    await page.getByRole('button', { name: 'Reject' }).click();
    await sound('reject these');
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: /Reject/ }).click();
    expect(await words()).not.toContain('Brown');
    await page.goto(`${url}/care-manager?status=rejected`);
    await sound('care manager rejected');
    expect(await words()).toContain('Brown, Kim');
  });

  test('D-08, D-11, D-12: one opportunity, its notes and its booking; offers and templates beside it', { timeout: 120_000 }, async () => {
    await page.goto(`${url}/care-manager`);
    await page.getByRole('link', { name: 'Adams, Kim' }).click();
    await sound('opportunity');
    await page.getByLabel('Note').fill('Asks for an evening.');
    await page.locator('form[action$="/notes"] button').click();
    expect(await words()).toContain('Asks for an evening.');
    for (const path of ['/offers', '/templates', '/templates/new', '/day-book', '/patients?q=adams', '/clearances']) {
      await page.goto(url + path);
      if (await page.getByText('Rule').count()) continue; // not of this role
      await sound(path.slice(1).replace(/\W/g, ' '));
    }
  });

  test('F-25: a manager reads on the card who looked', { timeout: 60_000 }, async () => {
    const email = 'max@browser.example';
    const data = { facilityId: practice.facilityId, name: 'Max Lead', role: 'manager', email };
    const manager = await comeAs(await api.db.person.create({ data }));
    const adams = await api.db.patient.findFirstOrThrow({ where: { familyName: 'Adams' } });
    await manager.goto(`${url}/patients/${adams.id}`);
    await sound('patient card', manager);
    await manager.getByRole('link', { name: 'Who looked' }).click();
    await sound('who looked', manager);
    expect(await manager.locator('main').innerText()).toContain('Rae Desk (receptionist): care manager');
  });

  test('D-10: the patient’s booking link, before and after a time is chosen', { timeout: 60_000 }, async () => {
    const { facilityId } = practice;
    const opportunity = await api.db.opportunity.findFirstOrThrow({ where: { facilityId, status: 'open' } });
    const token = newSecret();
    const link = { tokenHash: hashOf(token), facilityId, patientId: opportunity.patientId, purpose: 'book visit', createdAt: api.now };
    await api.db.actionLink.create({ data: { ...link, subjectKind: 'opportunity', subjectId: opportunity.id } });
    const phone = await (await chrome.newContext()).newPage();
    await phone.goto(`${url}/p/${token}`);
    await sound('booking link', phone, 'Browser practice');
    await phone.getByRole('radio').first().check();
    await phone.locator('main form button').first().click();
    await sound('booked by link', phone, 'Browser practice');
    expect(await phone.locator('main').innerText()).toContain('Your visit is booked');
  });
});
