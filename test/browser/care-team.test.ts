import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { inTransaction } from '../../ledger/transaction.ts';
import { plantCareTeam } from '../../prisma/sample/care-team.ts';
import { mintLink } from '../pages/visitor.ts';
import { eventually, type System, startSystem } from '../system.ts';
import { expectSound, expectSoundAtBothSizes } from './chrome.ts';
import { found, launchChrome } from './launch.ts';

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
  async function comeInAs(role: string): Promise<void> {
    const person = await system.db.person.findFirstOrThrow({ where: { role, facility: { sample: true } } });
    const about = { kind: 'person' as const, id: person.id, createdAt: new Date().toISOString(), content: { to: '/conversations' } };
    await page.goto(system.url + (await mintLink(system.db, person, 'sign in', about)));
    await page.getByRole('button').first().click();
    await page.waitForURL(/conversations/);
  }
  const sound = (name: string) => expectSoundAtBothSizes(page, name);
  async function open(path: string, name: string): Promise<void> {
    await page.goto(`${system.url}${path}`);
    await sound(name);
  }

  test('P-02, P-04, P-07, R-05, U-15: every page of the desk is sound; a draft is checked, a patient cleared, a question asked', {
    timeout: 300_000,
  }, async () => {
    await comeInAs('team lead');

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
    await open('/substitutes', 'substitutes');
    await open('/holidays', 'holidays');
    await open('/coordinators', 'coordinators');
    await page.locator('summary').first().click();
    await sound('coordinators-open');
    const absence = await system.db.absence.findFirstOrThrow();
    await open(`/coverage/${absence.id}/catch-up`, 'catch-up');

    await open('/clearances', 'clearances');
    await page.getByRole('link', { name: 'Dmitri Orlov' }).click();
    await sound('clearance');
    await page.getByLabel('The patient is new to the practice').check();
    await page.getByRole('button', { name: 'Send the link' }).click();
    await expect.poll(words).toContain('registration link sent');
    await register(await linkToPatient());
    await page.reload();
    expect(await words()).toMatch(/registered .*, to be cleared/);
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

  /** P-03: where the link of a mail or text to a patient leads. */
  async function linkToPatient(): Promise<string> {
    const sent = await eventually(() => system.db.mailboxEntry.findFirst({ where: { text: { contains: '/p/' } } }));
    return /https?:\/\/\S+\/p\/[\w-]+/.exec(sent.text)![0];
  }
  /** The patient says that the form is filled in: with the box unticked nothing happens, with it they are thanked, twice over. */
  async function register(link: string): Promise<void> {
    const patient = await (await browser.newContext({ viewport: { width: 320, height: 640 } })).newPage();
    await patient.goto(link);
    await expectSound(patient, link, 'Lakeside Virtual Care');
    if (process.env.PICTURES) await patient.screenshot({ path: `${process.env.PICTURES}/registration-320.png`, fullPage: true });
    await patient.locator('input[name=yes]').evaluate((box) => box.removeAttribute('required'));
    await patient.locator('form button[type=submit]').click();
    await patient.waitForLoadState();
    expect(await patient.getByRole('alert').count()).toBe(1);
    expect(await system.db.clearance.count({ where: { registeredAt: { not: null } } })).toBe(0);
    await patient.locator('input[name=yes]').check();
    await patient.locator('form button[type=submit]').click();
    await patient.waitForLoadState();
    await expectSound(patient, link, 'Lakeside Virtual Care');
    expect(await patient.locator('form').count()).toBe(0);
    await patient.goto(link); // once more, later
    expect(await patient.locator('form').count()).toBe(0);
    await patient.context().close();
  }

  test('R-09, P-09, P-10: a ticket about a patient is opened, taken, refused to close and closed; another type is added', {
    timeout: 300_000,
  }, async () => {
    await open('/tickets/new', 'ticket-new');
    await page.getByRole('link', { name: 'Program cancellation' }).click();
    await page.getByLabel('Name, phone or date of birth').fill('Ana');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('link', { name: 'Lima, Ana' }).click();
    await sound('ticket-new-form');
    await page.getByLabel('What is it about, in a line').fill('Wants to stop the program');
    await page.getByRole('button', { name: 'Open the ticket' }).click();
    await expect.poll(words).toMatch(/Patient\s+Ana Lima/);
    await page.getByRole('button', { name: 'Take it' }).click();
    await expect.poll(words).toMatch(/With\s+Lena Hart/);
    await sound('ticket-mine');
    const patient = await system.db.patient.findFirstOrThrow({ where: { givenName: 'Ana', familyName: 'Lima' } });
    const { id: patientId, facilityId } = patient;
    const times = { startedAt: new Date(), reportedAt: new Date() };
    await system.db.subscription.create({ data: { facilityId, patientId, number: 'S-1', programme: 'Sleep', status: 'active', ...times } });
    await page.getByRole('button', { name: 'Close the ticket' }).click();
    await expect.poll(words).toContain('The subscription is still active: cancel it first.');
    await sound('ticket-refused');
    await system.db.subscription.updateMany({ where: { patientId }, data: { status: 'cancelled' } }); // the customer's own system says so
    await page.getByRole('button', { name: 'Close the ticket' }).click();
    await page.waitForURL(/my-work/);
    await expect.poll(words).toContain('Closed: Wants to stop the program');

    await open('/ticket-types/new', 'ticket-type-new');
    await page.getByLabel('Name', { exact: true }).fill('Supplies');
    await page.getByLabel('Key, for tools').fill('supplies');
    await page.getByLabel('Question 1').last().fill('What was ordered');
    await page.getByRole('button', { name: 'Add it' }).click();
    await expect.poll(words).toContain('Saved.');
    await sound('ticket-type-saved');
  });

  test('P-21, P-23, U-15: a coordinator opts in on the page of an absence, and enters days of their own after the rehearsal', {
    timeout: 300_000,
  }, async () => {
    const other = await system.db.person.findFirstOrThrow({ where: { name: 'Chidi Obi' } });
    const absence = await system.db.absence.findFirstOrThrow({ where: { person: { name: 'Bea Nowak' } } });
    await page.context().clearCookies();
    const about = { kind: 'person' as const, id: other.id, createdAt: new Date().toISOString(), content: { to: '/coverage' } };
    await page.goto(system.url + (await mintLink(system.db, other, 'sign in', about)));
    await page.getByRole('button').first().click();
    await open('/coverage', 'coverage-asked');
    await page.getByRole('link', { name: 'Can you cover? See it, and decide' }).click();
    await sound('absence');
    await page.getByRole('button', { name: 'I cover' }).click();
    await expect.poll(words).toContain('Chidi Obi covers.');
    await expect.poll(words).not.toContain('Nobody has taken it yet.');
    expect(await system.db.coverLine.count({ where: { absenceId: absence.id, coverId: other.id } })).toBe(1);
    await sound('absence-covered');
    await open('/coverage', 'coverage-covered');
    const day = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
    await page.getByLabel('First day away').fill(day);
    await page.getByRole('button', { name: 'See what would land where' }).click();
    await expect.poll(words).toContain('Nothing is saved yet.');
    await sound('rehearsal');
    await page.getByLabel('Yes, Chidi Obi is away then').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL(/coverage\/[0-9a-f-]+$/);
    await expect.poll(words).toContain('What happens if nobody does anything');
  });

  test('C-38, F-10, F-15, F-16: a manager changes a team, subscribes an address and reads a trail; what was typed outlives the sign-in', {
    timeout: 180_000,
  }, async () => {
    await comeInAs('manager');
    await open('/teams', 'teams');
    await page.getByText('Change Insurance alerts').click();
    await sound('teams-open');
    await open('/webhooks', 'webhooks');
    await page.getByLabel('Address').fill('https://hooks.example.org/a-path-that-goes-on-and-on-and-on-and-on-until-it-ends');
    await page.getByRole('button', { name: 'Subscribe it' }).click();
    await sound('webhook-secret');
    expect(await words()).toContain('whsec_');
    const patient = await system.db.patient.findFirstOrThrow({ where: { familyName: 'Orlov', facility: { sample: true } } });
    await open(`/patients/${patient.id}?tab=audit`, 'audit-trail');
    await page.locator('main summary').first().click();
    await sound('audit-trail-open');

    await page.goto(`${system.url}/team-channel`);
    await page.getByLabel('Say it to the team').fill('Kept, though the sign-in ran out.');
    await system.db.session.updateMany({ data: { revokedAt: new Date() } });
    await page.getByRole('button', { name: 'Post' }).click();
    await sound('kept-form');
    const kept = page;
    page = await page.context().newPage(); // the link of the mail opens in another tab
    await comeInAs('manager');
    page = kept;
    await page.getByRole('button', { name: 'I am in: send it again' }).click();
    await page.waitForURL(/team-channel/);
    expect(await words()).toContain('Kept, though the sign-in ran out.');
  });
});
