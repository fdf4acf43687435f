import { existsSync } from 'node:fs';
import { type FastifyInstance, fastify } from 'fastify';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { deliveryActivities } from '../../activities/delivery.ts';
import { mailboxTransport } from '../../activities/mail/mailbox.ts';
import { registerMailbox } from '../../api/pages/mailbox.tsx';
import { sendProblem } from '../../api/problems.ts';
import { type Database, openReader } from '../../prisma/client.ts';
import { testDatabase } from '../database.ts';
import { createPerson, owe, type Person } from './owed.ts';

let db: Database;
let app: FastifyInstance;
let close: () => Promise<void>;
let person: Person;
let url: string;
let emptyPage: string;

beforeAll(async () => {
  const database = await testDatabase();
  db = database.db;
  const reader = await openReader(database.url);
  app = fastify();
  app.setErrorHandler(sendProblem);
  registerMailbox(app, { reader });
  app.get('/a/:token', (_request, reply) => reply.type('text/html').send('<form method="post"><button>Yes</button></form>'));
  app.post('/a/:token', (_request, reply) => reply.type('text/html').send('<p>done</p>'));
  app.addContentTypeParser('application/x-www-form-urlencoded', (_request, _payload, done) => done(null));
  url = await app.listen({ port: 0, host: '127.0.0.1' });
  emptyPage = (await app.inject('/mailbox')).body;

  person = await createPerson(db);
  const now = '2026-11-23T14:00:00.000Z';
  const { claimBatch, sendBatch } = deliveryActivities({
    db,
    transports: [mailboxTransport(db)],
    from: 'mail@holdfast.example',
    publicUrl: url,
  });
  await owe(
    db,
    person,
    now,
    Array.from({ length: 55 }, () => ({})),
  );
  await owe(db, person, now, [{ email: 'other@good.example' }]);
  await sendBatch((await claimBatch('mailbox', now)).batchId!, now);
  close = async () => {
    await app.close();
    await reader.$disconnect();
    await database.close();
  };
});
afterAll(() => close());

const idsIn = (html: string) => [...html.matchAll(/href="\/mailbox\/([0-9a-f-]{36})"/g)].map(([, id]) => id!);

test('an empty mailbox says when mail will come', () => {
  expect(emptyPage).toContain('No mail yet.');
});

test('lists every mail once, a page at a time', async () => {
  const first = (await app.inject('/mailbox')).body;
  const older = /href="(\/mailbox\?cursor=[^"]+)"/.exec(first)![1]!.replaceAll('&amp;', '&');
  const second = (await app.inject(older)).body;
  const ids = [...idsIn(first), ...idsIn(second)];
  expect(idsIn(first)).toHaveLength(50);
  expect(new Set(ids).size).toBe(56);
  expect(second).not.toContain('Older mail');
});

test('shows the mails to one address, also on the next page', async () => {
  expect(idsIn((await app.inject('/mailbox?to=other@good.example')).body)).toHaveLength(1);
  const first = (await app.inject(`/mailbox?to=${person.email}`)).body;
  const older = /href="(\/mailbox\?[^"]*cursor=[^"]+)"/.exec(first)![1]!.replaceAll('&amp;', '&');
  expect(idsIn((await app.inject(older)).body)).toHaveLength(5);
});

test('one mail: HTML in a frame without scripts or forms, plain text, headers', async () => {
  const [id] = idsIn((await app.inject(`/mailbox?to=${person.email}`)).body);
  const { body } = await app.inject(`/mailbox/${id}`);
  expect(body).toContain('sandbox="allow-top-navigation-by-user-activation"');
  expect(body).toContain(`To ${person.email}`);
  expect(body).toContain('Auto-Submitted: auto-generated');
  expect(body).toContain('<pre>Will you use 11:00–15:30 on Thu 3 Dec?');
  expect((await app.inject('/mailbox/unknown')).statusCode).toBe(404);
  expect((await app.inject(`/mailbox/${crypto.randomUUID()}`)).statusCode).toBe(404);
  expect((await app.inject('/mailbox?cursor=nonsense')).statusCode).toBe(400);
});

test.each([
  ['another machine', { remoteAddress: '192.0.2.7' }],
  ['a proxy on this machine', { headers: { 'x-forwarded-for': '192.0.2.7' } }],
  ['a site whose name points to this machine', { headers: { host: 'rebound.example' } }],
])('is not there for %s', async (_who, wishes) => {
  for (const path of ['/mailbox', `/mailbox/${crypto.randomUUID()}`]) {
    const answer = await app.inject({ url: path, ...wishes });
    expect(answer.statusCode).toBe(404);
    expect(answer.body).not.toContain('@');
  }
});

const browserPath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const hasBrowser = existsSync(browserPath);
if (!hasBrowser && process.env.CI) throw new Error(`CI has no browser at ${browserPath}`);
if (!hasBrowser) console.log(`skipped: no browser at ${browserPath}`);

test.skipIf(!hasBrowser)(
  'C-14: a click on a button in the frame opens its page in the whole window, where a form can be posted',
  async () => {
    const args =
      '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
    const browser = await chromium.launch({ executablePath: browserPath, args: args.split(' ') });
    try {
      const page = await browser.newPage({ viewport: { width: 320, height: 640 } });
      await page.goto(`${url}/mailbox?to=${person.email}`);
      await page.locator('ul.mails a').first().click();
      await page.frameLocator('iframe').getByRole('link', { name: 'Full Release' }).click();
      await page.waitForURL(/\/a\/[\w-]{43}$/);
      await page.getByRole('button', { name: 'Yes' }).click();
      await page.getByText('done').waitFor();
    } finally {
      await browser.close();
    }
  },
);
