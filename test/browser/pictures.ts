/** `npm run pictures`: takes the pictures of docs/pages.md anew, of what `npm start` plants. Written over the old ones. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';

import { hashOf, newSecret } from '../../api/auth/principal.ts';
import { readConfig } from '../../config.ts';
import { addDays } from '../../domain/civil.ts';
import { type Database, openDatabase } from '../../prisma/client.ts';
import { freePort } from '../../stack/ports.ts';
import { createProgress } from '../../stack/progress.ts';
import { readRunning } from '../../stack/running.ts';
import { start } from '../../stack/start.ts';
import { launchChrome } from './launch.ts';

const folder = join(import.meta.dirname, '..', '..', 'docs', 'pictures');
const tomorrow = addDays(new Date().toISOString().slice(0, 10), 1);
const desk = { width: 1120, height: 760 };
const wide = { width: 1400, height: 760 };
const phone = { width: 360, height: 720 };

/**
 * Who looks (a person of the sample), at what, and the links pressed from there: the first that has it. `mail`: the newest
 * so called in the mailbox, and where its button leads.
 */
type Picture = {
  name: string;
  who?: string;
  path: string;
  press?: string[];
  mail?: { subject: RegExp; button: RegExp };
  size?: typeof desk;
};

const pictures: Picture[] = [
  { name: 'start', path: '/', size: { width: 1120, height: 1360 } },
  { name: 'mailbox', path: '/mailbox' },
  { name: 'landing', path: '/mailbox', mail: { subject: /^Release/, button: /^Release/ } },
  { name: 'open-time', who: 'Dana Reyes', path: '/open-time' },
  { name: 'open-time-month', who: 'Dana Reyes', path: '/open-time/month' },
  { name: 'open-time-phone', who: 'Dana Reyes', path: '/open-time', size: phone },
  { name: 'request', who: 'Dana Reyes', path: '/open-time', press: ['/open-time/request'] },
  { name: 'block-schedule', who: 'Robin Fields', path: '/block-schedule' },
  { name: 'block-schedule-month', who: 'Robin Fields', path: '/block-schedule/month' },
  { name: 'block', who: 'Dana Reyes', path: '/block-schedule', press: ['/blocks/'] },
  { name: 'requests', who: 'Robin Fields', path: '/requests' },
  { name: 'worklist', who: 'Robin Fields', path: '/worklist' },
  { name: 'block-series', who: 'Robin Fields', path: '/block-series' },
  { name: 'rooms', who: 'Robin Fields', path: '/rooms' },
  { name: 'policy', who: 'Robin Fields', path: '/policy' },
  { name: 'reports', who: 'Robin Fields', path: '/reports' },
  { name: 'preferences', who: 'Dana Reyes', path: '/preferences' },
  { name: 'vacations', who: 'Dana Reyes', path: '/vacations' },
  { name: 'person', who: 'Sasha Support', path: '/people', press: ['/people/'] },
  { name: 'day-book', who: 'Rae Winter', path: '/day-book' },
  { name: 'day-book-phone', who: 'Rae Winter', path: '/day-book', size: phone },
  { name: 'active-tasks', who: 'Rae Winter', path: '/active-tasks' },
  { name: 'waitlist', who: 'Rae Winter', path: '/waitlist', press: ['/waitlist?'] },
  { name: 'patient-card', who: 'Rae Winter', path: '/day-book', press: ['/appointments/', '/patients/'] },
  { name: 'cancel', who: 'Rae Winter', path: `/day-book?date=${tomorrow}`, press: ['/appointments/', '/cancel'] },
  { name: 'offers', who: 'Rae Winter', path: '/offers' },
  { name: 'care-manager', who: 'Rae Winter', path: '/care-manager', size: wide },
  { name: 'opportunity', who: 'Rae Winter', path: '/care-manager', press: ['/care-manager/'] },
  { name: 'templates', who: 'Max Hollis', path: '/templates' },
  { name: 'my-work', who: 'Lena Hart', path: '/my-work' },
  { name: 'ticket', who: 'Lena Hart', path: '/my-work', press: ['/tickets/0'] },
  { name: 'conversations', who: 'Lena Hart', path: '/conversations' },
  { name: 'conversation', who: 'Lena Hart', path: '/conversations?folder=open', press: ['/conversations/'] },
  { name: 'team-board', who: 'Lena Hart', path: '/team-board' },
  { name: 'coverage', who: 'Lena Hart', path: '/coverage' },
  { name: 'absence', who: 'Chidi Obi', path: '/coverage', press: ['/coverage/'] },
  { name: 'account', who: 'Lena Hart', path: '/accounts?q=Lima', press: ['/accounts/'] },
  { name: 'ticket-types', who: 'Lena Hart', path: '/ticket-types' },
];

const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-pictures-'));
const config = { ...readConfig({ LOG_LEVEL: 'warn', HOLDFAST_DATA_DIR: dataDir }), PORT: await freePort() };
const system = await start({ config, reset: false, sample: true, progress: createProgress(), cancelled: new AbortController().signal });
try {
  const url = new Map(system.addresses).get('Start page')!;
  const { databaseUrl } = (await readRunning(dataDir))!;
  const db = openDatabase(databaseUrl, 2);
  const browser = await launchChrome();
  for (const picture of pictures) await take(browser, db, url, picture);
  await browser.close();
  await db.$disconnect();
} finally {
  await system.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function take(browser: Browser, db: Database, url: string, picture: Picture): Promise<void> {
  const { name, who, path, press = [], mail, size = desk } = picture;
  const context = await browser.newContext({ viewport: size });
  if (who) await context.addCookies([{ name: 'holdfast_session', value: await sessionOf(db, who), url }]);
  const page = await context.newPage();
  await page.goto(url + path);
  for (const link of press) await follow(page, link);
  if (mail) {
    await page.getByRole('link', { name: mail.subject }).first().click();
    const href = await page.frameLocator('iframe').getByRole('link', { name: mail.button }).first().getAttribute('href');
    await page.goto(href!);
  }
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await context.close();
}

async function follow(page: Page, link: string): Promise<void> {
  const href = await page.locator(`main a[href*="${link}"]`).first().getAttribute('href', { timeout: 5000 });
  await page.goto(new URL(href!, page.url()).href);
}

async function sessionOf(db: Database, name: string): Promise<string> {
  const person = await db.person.findFirstOrThrow({ where: { name, facility: { sample: true } } });
  const token = newSecret();
  const expiresAt = new Date(Date.now() + 3_600_000);
  await db.session.create({
    data: { tokenHash: hashOf(token), facilityId: person.facilityId, personId: person.id, scope: 'staff', expiresAt },
  });
  return token;
}
