import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { inTransaction } from '../../ledger/transaction.ts';
import { plantCareTeam } from '../../prisma/sample/care-team.ts';
import { testApi } from '../api/api.ts';
import { signInStaff } from '../pages/visitor.ts';
import { expectSoundAtBothSizes } from './chrome.ts';
import { found, launchChrome } from './launch.ts';

describe.skipIf(!found)('an agent of the sample care team works on accounts, in a browser', () => {
  const api = testApi(new Date().toISOString());
  let chrome: Chromium;
  let page: Page;
  let url: string;

  beforeAll(async () => {
    chrome = await launchChrome();
    url = await api.app.listen({ port: 0, host: '127.0.0.1' });
    await inTransaction(api.db, (tx) => plantCareTeam(tx, api.now));
    const agent = await api.db.person.findFirstOrThrow({ where: { name: 'Ari Cole' } });
    const context = await chrome.newContext({ locale: 'en-GB' });
    const [name, value] = (await signInStaff(api, agent)).cookie.split('=') as [string, string];
    await context.addCookies([{ name, value, url }]);
    page = await context.newPage();
  });
  afterAll(() => chrome?.close());

  const words = () => page.locator('main').innerText();
  const press = (name: string) => page.getByRole('button', { name }).click();
  const follow = (name: string) => page.getByRole('link', { name, exact: true }).click();
  const sound = (name: string, owner?: string) => expectSoundAtBothSizes(page, name, owner);

  test('R-20: finds a patient by hand, reads every part of the account, gives credit', { timeout: 180_000 }, async () => {
    await page.goto(`${url}/desk`);
    await follow('Patient accounts');
    await page.getByRole('searchbox').fill('lim');
    await press('Search');
    await sound('search');
    await follow('Lima, Ana');
    await sound('overview');
    expect(await words()).toMatch(/Personal info[\s\S]*Condition plan[\s\S]*One tablet in the morning[\s\S]*History/);
    await follow('Edit info');
    await sound('edit');
    await page.getByLabel('Email').fill('ana.lima@patients.example');
    await press('Save');
    expect(await page.getByLabel('Email').inputValue()).toBe('ana.lima@patients.example');
    await follow('Plans');
    await sound('plans');
    expect(await words()).toMatch(/Weight[\s\S]*Half a tablet[\s\S]*Other treatment requests[\s\S]*denied/);
    await follow('Order history');
    await sound('orders');
    for (const status of ['delivered', 'returned', 'shipped', 'cancelled']) expect(await words()).toContain(status);
    await follow('Credit');
    await page.getByLabel('Amount, GBP').fill('-1');
    await page.getByLabel('Reason').fill('The last parcel came broken.');
    await press('Add credit');
    await sound('credit refused');
    expect(await page.getByRole('alert').innerText()).toContain('above zero');
    expect(await page.getByLabel('Reason').inputValue()).toBe('The last parcel came broken.');
    await page.getByLabel('Amount, GBP').fill('7.50');
    await press('Add credit');
    expect(await words()).toContain('Given in all: £22.50');
    await sound('credit');
  });

  test('R-20, R-09: cancels the subscription that a ticket asks about, from the ticket', { timeout: 120_000 }, async () => {
    const ticket = await api.db.ticket.findFirstOrThrow({ where: { type: { key: 'program-cancellation' } } });
    await page.goto(`${url}/tickets/${ticket.id}`);
    await sound('ticket');
    await follow('Account');
    await sound('subscription');
    expect(await words()).toContain('Wants to stop the programme');
    await page.getByLabel('Yes, cancel the subscription to Body').check();
    await press('Cancel the subscription');
    expect(await words()).toMatch(/cancelled[\s\S]*Ari Cole/);
    await sound('subscription cancelled');
  });

  test('R-20: logs in as the patient with a reason; the banner follows everywhere until the end', { timeout: 120_000 }, async () => {
    await page.goto(`${url}/accounts?q=lima`);
    await follow('Lima, Ana');
    await page.locator('summary').click();
    await sound('log in');
    await page.getByLabel('Why').fill('She does not find her offer.');
    await page.getByLabel('Yes, log me in as Ana Lima').check();
    await press('Log in as the patient');
    await sound('as patient', 'Lakeside Virtual Care');
    expect(await words()).toContain('Hello Ana');
    await follow('Choose a time for your visit');
    await sound('as patient booking', 'Lakeside Virtual Care');
    await page.getByRole('radio').first().check();
    await press('Book this time');
    expect(await words()).toContain('There is nothing else to do');
    const { actor } = await api.db.auditEvent.findFirstOrThrow({ where: { subjectKind: 'appointment' }, orderBy: { recordedAt: 'desc' } });
    expect(actor).toMatchObject({ name: 'Ari Cole', role: 'care team agent', onBehalfOfPatientId: expect.any(String) });
    await page.goto(`${url}/my-work`);
    const banner = page.getByRole('complementary');
    expect(await banner.innerText()).toContain('You are logged in as Ana Lima');
    await sound('my work as patient');
    await page.keyboard.press('End');
    expect(await banner.isVisible()).toBe(true);
    await page.goto(`${url}/my-work?language=ru`);
    await sound('my work as patient russian');
    await page.goto(`${url}/as-patient?language=ru`);
    await sound('as patient russian', 'Lakeside Virtual Care');
    await press('Выйти');
    expect(await page.getByRole('complementary').count()).toBe(0);
    await sound('overview russian');
    expect(await words()).toContain('Вход от имени пациента: She does not find her offer.');
  });
});
