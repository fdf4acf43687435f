import { expect, test } from 'vitest';

import { testApi } from '../api/api.ts';
import { createWorld } from '../world.ts';
import { Browser, footprint } from './visitor.ts';

const api = testApi();
let minute = 0;

/** Asks from an address of the internet of its own, a minute after whoever asked before. */
function ask(email: string, remoteAddress = `192.0.2.${++minute}`) {
  const payload = new URLSearchParams({ email }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return api.app.inject({ method: 'POST', url: '/links', headers, payload, remoteAddress });
}
const mails = (email: string) => api.db.message.findMany({ where: { address: email, kind: 'fresh links' } });

test('C-40: known, unknown and former addresses get the same answer after the same time, and only the known one gets a mail', async () => {
  const { db, world } = api;
  const { facilityId, contact } = world;
  await db.person.create({ data: { facilityId, name: 'Left', email: 'left@x.example', role: 'block contact', active: false } });
  const answers = [];
  for (const email of [contact.email, 'nobody@x.example', 'left@x.example']) {
    const before = performance.now();
    const { statusCode, body } = await ask(email);
    answers.push({ statusCode, body: body.replaceAll(email, '…') });
    expect(performance.now() - before).toBeGreaterThan(290); // not sooner for those whom nobody is mailed for
  }
  expect(answers[0]!.statusCode).toBe(200);
  expect(answers[0]!.body).toContain('fresh links are on their way');
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
  expect(await mails(contact.email)).toHaveLength(1);
  expect(await db.message.count({ where: { kind: 'fresh links' } })).toBe(1);
});

test('C-40: pressed again and again within a minute, one mail; a minute later another', async () => {
  const { world, now } = api;
  const { email } = world.other;
  await Promise.all([ask(email), ask(email.toUpperCase()), ask(email)]);
  expect(await mails(email)).toHaveLength(1);
  api.now = new Date(Date.parse(now) + 60_000).toISOString();
  await ask(email);
  api.now = now;
  expect(await mails(email)).toHaveLength(2);
});

test('C-40: somebody known to two facilities gets the links of both', async () => {
  const { db, world } = api;
  const elsewhere = await createWorld(db, { name: 'Elsewhere' });
  const common = { name: 'Two Places', email: 'two@x.example', role: 'block contact' };
  await db.person.createMany({ data: [world, elsewhere].map(({ facilityId }) => ({ facilityId, ...common })) });
  await ask(common.email);
  expect((await mails(common.email)).map(({ facilityId }) => facilityId).sort()).toEqual([world.facilityId, elsewhere.facilityId].sort());
});

test('C-40: who asks too often gets a page that says to wait, and no more mail', async () => {
  const answers = [];
  for (let n = 0; n < 12; n++) answers.push(await ask(`guess-${n}@x.example`, '198.51.100.7'));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([...Array(10).fill(200), 429, 429]);
  expect(answers[11]!.headers['content-type']).toContain('text/html');
  expect(answers[11]!.body).toContain('Wait a minute');
  expect((await ask(api.world.support.email, '198.51.100.7')).statusCode).toBe(429);
  expect(await mails(api.world.support.email)).toHaveLength(0);
});

test.each(['', 'no address', 'a@b', `${'x'.repeat(300)}@y.example`, 'a@b.example\r\nBcc: c@d.example'])(
  'C-40: “%s” is no address: 400, a page, nothing written',
  async (email) => {
    const before = await footprint(api.db);
    const { statusCode, headers } = await ask(email);
    expect(statusCode).toBe(400);
    expect(headers['content-type']).toContain('text/html');
    expect(await footprint(api.db)).toEqual(before);
  },
);

test('the start page says what this is, how to come in and where the doors are', async () => {
  const { status, text, html } = await new Browser(api).get('/');
  expect(status).toBe(200);
  expect(text).toContain('There is no password.');
  for (const door of ['/open-time', '/block-schedule', '/docs', '/readyz', '/mailbox']) expect(html).toContain(`href="${door}"`);
});
