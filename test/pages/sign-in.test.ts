import { expect, test } from 'vitest';

import { testApi } from '../api/api.ts';
import { Browser, footprint, mintLink, signIn, signInStaff } from './visitor.ts';

const api = testApi();
const signInLink = (person: { id: string; facilityId: string; email: string }, content = { to: '/policy' }, createdAt = api.now) =>
  mintLink(api.db, person, 'sign in', { kind: 'person', id: person.id, createdAt, content });

test('C-38: a page of staff asks for a fresh sign-in, also of who is signed in for scheduling, and comes back to it', async () => {
  const { scheduler } = api.world;
  for (const browser of [new Browser(api), await signIn(api, scheduler)]) {
    const asked = await browser.get('/policy');
    expect(asked.status).toBe(401);
    expect(asked.html).toContain('name="to" value="/policy"');
    expect(asked.html).toContain('action="/sign-in"');
  }
  const browser = new Browser(api);
  const answer = await browser.post(await signInLink(scheduler));
  expect([answer.status, answer.location]).toEqual([303, '/policy']);
  expect((await browser.get('/policy')).status).toBe(200);
});

test('C-38: looking at a sign-in link does nothing; its button works once', async () => {
  const { db, world } = api;
  const link = await signInLink(world.support);
  const before = await footprint(db);
  for (let n = 0; n < 20; n++) expect((await new Browser(api).get(link)).text).toContain('Sign in as Sasha Support');
  expect(await footprint(db)).toEqual(before);
  const answers = await Promise.all(Array.from({ length: 10 }, () => new Browser(api).post(link)));
  expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array(9).fill(410)]);
  expect(await db.session.count({ where: { personId: world.support.id, scope: 'staff' } })).toBe(1);
  expect((await new Browser(api).get(link)).text).toContain('no longer works');
});

test('C-38: a sign-in link lives ten minutes, a staff session twelve hours', async () => {
  const { world, now } = api;
  const minutes = (count: number) => new Date(Date.parse(now) + count * 60_000).toISOString();
  const browser = await signInStaff(api, world.scheduler);
  try {
    const [young, old] = [await signInLink(world.other), await signInLink(world.other)];
    api.now = minutes(10);
    expect((await new Browser(api).post(young)).status).toBe(303);
    api.now = minutes(10.1);
    expect((await new Browser(api).post(old)).status).toBe(410);
    api.now = minutes(12 * 60 - 1);
    expect((await browser.get('/policy')).status).toBe(200);
    api.now = minutes(12 * 60);
    expect((await browser.get('/policy')).status).toBe(401);
  } finally {
    api.now = now;
  }
});

test.each(['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/a b'])(
  'a sign-in never leads to %s',
  async (to) => {
    const { world } = api;
    expect((await new Browser(api).get(`/sign-in?${new URLSearchParams({ to })}`)).html).toContain('name="to" value="/"');
    expect((await new Browser(api).post(await signInLink(world.contact, { to }))).location).toBe('/');
  },
);

test('C-40: a sign-in link is mailed to a known address, with the page that was asked for; strangers get the same answer', async () => {
  const { db, world } = api;
  const ask = (email: string) => new Browser(api).post('/sign-in', { email, to: '/policy' });
  const [known, unknown] = [await ask(world.scheduler.email), await ask('nobody@x.example')];
  expect(known.text.replace(world.scheduler.email, '…')).toBe(unknown.text.replace('nobody@x.example', '…'));
  const mails = await db.message.findMany({ where: { kind: 'sign in' } });
  expect(mails.map(({ address, content }) => [address, (content as { to: string }).to])).toEqual([[world.scheduler.email, '/policy']]);
});

test('an unknown address is a page to a browser and a problem to a client', async () => {
  const page = await new Browser(api).get('/no-such-page', { accept: 'text/html,application/xhtml+xml' });
  expect([page.status, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
  const problem = await new Browser(api).get('/no-such-page');
  expect(problem.status).toBe(404);
  expect(problem.headers['content-type']).toContain('application/problem+json');
});

test('C-38: what is sent after the sign-in ran out stays on the page, and is sent again after the next one', async () => {
  const { db, world, now } = api;
  await db.holiday.deleteMany({ where: { date: new Date('2031-05-04') } });
  const browser = await signInStaff(api, world.support);
  const typed = { date: '2031-05-04', name: 'Summer outing of everybody' };
  const from = { referer: 'https://holdfast.example/holidays?part=2', host: 'holdfast.example' };
  try {
    api.now = new Date(Date.parse(now) + 13 * 3_600_000).toISOString();
    const refused = await browser.post('/holidays', typed, from);
    expect(refused.status).toBe(401);
    expect(refused.html).toContain('name="to" value="/holidays?part=2"');
    const answered = await browser.submit(refused, '/sign-in', { email: world.support.email });
    for (const page of [refused, answered]) expect(page.text).toContain(typed.name);
    await browser.post(await signInLink(world.support, { to: '/holidays' }, api.now)); // in another tab
    expect(answered.html).toContain('<form action="/holidays" method="post">');
    expect(await db.holiday.count({ where: { name: typed.name } })).toBe(0);
    expect((await browser.submit(answered, '/holidays')).status).toBe(303);
    expect(await db.holiday.count({ where: { name: typed.name } })).toBe(1);
  } finally {
    api.now = now;
  }
});

test('C-38: a page keeps no form that leads elsewhere', async () => {
  const leading = (action: string) => JSON.stringify({ action, fields: { name: 'x' } });
  for (const kept of [leading('https://evil.example/'), leading('//evil.example'), 'no JSON']) {
    const answered = await new Browser(api).post('/sign-in', { email: 'nobody@x.example', to: '/', kept });
    expect([answered.status, answered.text.includes('kept on this page')]).toEqual([200, false]);
  }
});
