import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { deliveryActivities } from '../../activities/delivery.ts';
import { offerLadderActivities } from '../../activities/offer-ladder.ts';
import { textMailbox } from '../../activities/text/mailbox.ts';
import { testApi } from '../api/api.ts';
import { createOffers } from '../offer/offers.ts';
import { signInStaff } from '../pages/visitor.ts';
import { expectSoundAtBothSizes } from './chrome.ts';
import { found, launchChrome } from './launch.ts';

const now = '2027-01-04T09:00:00.000Z';

describe.skipIf(!found)('what patients do alone, in a browser, and the desk sees', () => {
  const api = testApi(now);
  let practice: Awaited<ReturnType<typeof createOffers>>;
  let chrome: Chromium;
  let patient: Page;
  let desk: Page;
  let url: string;

  beforeAll(async () => {
    chrome = await launchChrome();
    url = await api.app.listen({ port: 0, host: '127.0.0.1' });
    practice = await createOffers(api.db, now, { name: 'Alone', waiting: 2, settings: { waitlist: { selfService: true } } });
    const context = await chrome.newContext();
    const [name, value] = (await signInStaff(api, practice.receptionist)).cookie.split('=') as [string, string];
    await context.addCookies([{ name, value, url }]);
    desk = await context.newPage();
    patient = await (await chrome.newContext({ locale: 'ru-RU' })).newPage();
  });
  afterAll(() => chrome?.close());

  const sound = (page: Page, name: string) => expectSoundAtBothSizes(page, name, page === patient ? 'Alone' : 'Holdfast');

  /** The address in the text that went out last. */
  async function linkOfLastText(): Promise<string> {
    const { claimBatch, sendBatch } = deliveryActivities({ db: api.db, transports: [textMailbox(api.db)], from: 'x', publicUrl: url });
    const { batchId } = await claimBatch('text-mailbox', api.now);
    await sendBatch(batchId!, api.now);
    const { id } = await api.db.message.findFirstOrThrow({ where: { channel: 'sms', state: 'sent' }, orderBy: { id: 'desc' } });
    const { text } = await api.db.mailboxEntry.findUniqueOrThrow({ where: { messageId: id } });
    return /http\S+/.exec(text)![0];
  }

  test('F-20, F-28: a patient joins the waitlist in Russian, presses the link, and the desk sees who came alone', {
    timeout: 120_000,
  }, async () => {
    await patient.goto(`${url}/join/${practice.facilityId}`);
    await sound(patient, 'join');
    await patient.getByLabel('Имя', { exact: true }).fill('Нина');
    await patient.getByLabel('Фамилия').fill('Иванова');
    await patient.getByLabel('Мобильный телефон').fill('0151 23456789');
    await patient.getByLabel('Какой приём нужен').selectOption('surgeon');
    await patient.getByLabel('Когда вы сможете прийти?').fill('будни вечер, выходные любое время');
    await patient.getByRole('button', { name: 'Прислать ссылку' }).click();
    expect(await patient.locator('main').innerText()).toContain('ссылка уже в пути');
    await sound(patient, 'join sent');
    await patient.goto(await linkOfLastText());
    await sound(patient, 'join confirm');
    await patient.getByRole('button', { name: 'Да, добавьте меня' }).click();
    expect(await patient.locator('main').innerText()).toContain('Вы в листе ожидания');
    await desk.goto(`${url}/active-tasks?item=waitlist-entry`);
    const line = desk.locator('li.card', { hasText: 'Иванова' });
    await line.getByRole('link', { name: 'Change or close' }).click();
    expect(await desk.locator('main').innerText()).toContain('the patient alone, by the public page');
    await sound(desk, 'entry of who came alone');
  });

  test('F-01, F-03: the desk sees on the offers and in the day book that a patient has accepted', { timeout: 120_000 }, async () => {
    const { facts } = await practice.start('2027-01-04T15:00:00.000Z', 'sequential', 30);
    await offerLadderActivities({ db: api.db }).makeOffers(facts.id, now);
    await desk.goto(`${url}/offers`);
    expect(await desk.locator('main').innerText()).toMatch(/A Weber: open/);
    await sound(desk, 'offers open');
    await patient.goto(await linkOfLastText());
    await sound(patient, 'offer');
    await patient.getByRole('checkbox').check();
    await patient.getByRole('button', { name: 'Take this time' }).click();
    expect(await patient.locator('main').innerText()).toContain('You have accepted');
    await desk.reload();
    expect(await desk.locator('main').innerText()).toMatch(/filled[\s\S]*A Weber: accepted/);
    await sound(desk, 'offers accepted');
    await desk.goto(`${url}/day-book?date=2027-01-04`);
    expect(await desk.locator('main').innerText()).toMatch(/15:00–15:30[\s\S]*Weber, A/);
    await sound(desk, 'day book with who accepted');
  });
});
