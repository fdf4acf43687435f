import { Client, Connection } from '@temporalio/client';
import { expect, test } from 'vitest';

import { buildApp } from '../../api/app.ts';
import { hashOf } from '../../api/auth/principal.ts';
import { readConfig } from '../../config.ts';
import { testApi } from '../api/api.ts';
import { createBlock, createWorld } from '../world.ts';
import { Browser, mintLink, signIn } from './visitor.ts';

const api = testApi();
const guarded = ['/open-time', '/block-schedule', '/preferences', `/blocks/${crypto.randomUUID()}`, `/holds/${crypto.randomUUID()}`];

test('C-38, C-39: only pressing “Continue as …” signs in, for 30 days and for scheduling', async () => {
  const { db, world, now } = api;
  const browser = new Browser(api);
  const link = await mintLink(db, world.contact, 'find open time', { kind: 'person', id: world.contact.id, createdAt: now });
  await browser.get(link);
  expect(browser.cookie).toBe('');
  const answer = await browser.post(link);
  expect([answer.status, answer.location]).toEqual([303, '/open-time']);
  const cookie = String(answer.headers['set-cookie']);
  expect(cookie).toMatch(/^holdfast_session=[\w-]{43}; Path=\/; Expires=Wed, 03 Feb 2027 12:00:00 GMT; HttpOnly; SameSite=Lax$/);
  const session = await db.session.findFirstOrThrow({ where: { personId: world.contact.id } });
  expect(session.scope).toBe('scheduling');
  expect(session.tokenHash).toBe(hashOf(browser.cookie.split('=')[1]!));
  expect((await browser.get('/open-time')).text).toContain('Signed in as Dana Reyes');
});

test.each(guarded)('C-38: %s without a session is 401 and says how to come in', async (path) => {
  const strangers = [new Browser(api), new Browser(api), new Browser(api)];
  strangers[1]!.cookie = 'holdfast_session=';
  strangers[2]!.cookie = `holdfast_session=${'x'.repeat(43)}`;
  for (const stranger of strangers) {
    const { status, html } = await stranger.get(path);
    expect(status).toBe(401);
    expect(html).toContain('action="/links"');
  }
});

test('signing out ends the session on the server, not only in the browser', async () => {
  const browser = await signIn(api, api.world.other);
  const { cookie } = browser;
  const action = endOf((await browser.get('/preferences')).html, 'Sign out here');
  expect((await browser.post(action)).location).toBe('/');
  expect(browser.cookie).toBe('');
  browser.cookie = cookie;
  expect((await browser.get('/open-time')).status).toBe(401);
});

test('C-38: a session is called by what its browser and machine are called', async () => {
  const { db, world } = api;
  const browser = await signIn(api, world.contact);
  const agents = {
    'Edge, Windows':
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0',
    'Safari, iPhone': 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1',
    'Chrome, Android': 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36',
    'Firefox, Linux': 'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0',
    'Unknown browser': 'curl/8',
  };
  const session = await db.session.findFirstOrThrow({ where: { tokenHash: hashOf(browser.cookie.split('=')[1]!) } });
  for (const [name, userAgent] of Object.entries(agents)) {
    await db.session.update({ where: { id: session.id }, data: { userAgent } });
    const { text } = await browser.get('/preferences');
    expect(text).toContain(`${name} since `);
    expect(text).not.toMatch(/Mozilla|curl/);
  }
});

test('a session elsewhere is ended from here, and this one goes on', async () => {
  const { world } = api;
  const elsewhere = await signIn(api, world.scheduler);
  const here = await signIn(api, world.scheduler);
  const action = endOf((await here.get('/preferences')).html, 'End this session');
  expect((await here.post(action)).location).toBe('/preferences');
  expect((await elsewhere.get('/preferences')).status).toBe(401);
  expect((await here.get('/preferences')).status).toBe(200);
});

test('nobody ends a session of somebody else, nor one that is none', async () => {
  const { db, world } = api;
  const victim = await signIn(api, world.support);
  const { id } = await db.session.findFirstOrThrow({ where: { personId: world.support.id } });
  const browser = await signIn(api, world.contact);
  for (const one of [id, crypto.randomUUID(), 'nonsense']) expect((await browser.post(`/sessions/${one}/end`)).status).toBe(404);
  expect((await victim.get('/preferences')).status).toBe(200);
});

test('a session ends after its 30 days, and when its person leaves', async () => {
  const { db, world, now } = api;
  const person = await db.person.create({
    data: { facilityId: world.facilityId, name: 'Jo Brief', email: 'jo@x.example', role: 'block contact' },
  });
  const browser = await signIn(api, person);
  try {
    api.now = '2027-02-03T11:59:59.000Z';
    expect((await browser.get('/open-time')).status).toBe(200);
    api.now = '2027-02-03T12:00:00.000Z';
    expect((await browser.get('/open-time')).status).toBe(401);
  } finally {
    api.now = now;
  }
  await db.person.update({ where: { id: person.id }, data: { active: false } });
  expect((await browser.get('/open-time')).status).toBe(401);
});

test('a form of another site is refused although the browser sends its cookie; behind a proxy our own are taken', async () => {
  const browser = await signIn(api, api.world.contact);
  const foreign = { origin: 'https://evil.example' };
  for (const path of [`/blocks/${crypto.randomUUID()}/decisions`, '/open-time/requests', `/sessions/${crypto.randomUUID()}/end`])
    expect((await browser.post(path, {}, foreign)).status).toBe(403);
  const config = readConfig({ LOG_LEVEL: 'silent', PUBLIC_URL: 'https://holdfast.example' });
  const { db } = api;
  const client = new Client({ connection: Connection.lazy({ address: '127.0.0.1:1' }) });
  const app = await buildApp({ db, reader: db, accessLog: db, client, config, flush: async () => {}, now: () => api.now });
  const ask = async (origin: string) =>
    (await app.inject({ method: 'POST', url: '/links', headers: { origin, host: 'api.internal:3000' }, payload: {} })).statusCode;
  expect(await ask('https://holdfast.example')).toBe(400); // taken, and then found to be without an address
  expect(await ask('https://evil.example')).toBe(403);
  await app.close();
  await client.connection.close();
});

test('who schedules for one facility sees and does nothing in another', async () => {
  const { db, world, now } = api;
  const elsewhere = await createWorld(db, { name: 'Elsewhere' });
  const theirs = await createBlock(elsewhere, '2027-02-02', now);
  for (const person of [world.contact, world.scheduler, world.support]) {
    const browser = await signIn(api, person);
    const own = await browser.get('/block-schedule?week=2027-02-02');
    expect(own.html).not.toContain(theirs);
    expect((await browser.get('/open-time?to=2027-03-01')).html).not.toContain(elsewhere.room.id);
    expect((await browser.get(`/blocks/${theirs}`)).status).toBe(404);
    const decision = { form: crypto.randomUUID(), choice: '{"action":"release all"}', seen: '', yes: 'on' };
    expect((await browser.post(`/blocks/${theirs}/decisions`, decision)).status).toBe(404);
    expect((await browser.post(`/blocks/${theirs}/preview`, { what: 'all' })).status).toBe(404);
    const slot = { roomId: elsewhere.room2.id, startsAt: '2027-02-02T15:00:00.000Z', endsAt: '2027-02-02T17:00:00.000Z' };
    expect((await browser.get(`/open-time/request?${new URLSearchParams(slot)}`)).status).toBe(404);
    const request = { roomId: elsewhere.room2.id, date: '2027-02-02', providerId: elsewhere.provider.id, from: '10:00', to: '12:00' };
    expect((await browser.post('/open-time/requests', { ...request, form: crypto.randomUUID(), yes: 'on' })).status).toBe(404);
  }
  expect(await db.hold.count({ where: { facilityId: elsewhere.facilityId } })).toBe(0);
});

test('C-23: a holder sees the blocks of the own groups, the facility’s staff all of them', async () => {
  const { world, now } = api;
  const block = await createBlock(world, '2027-02-03', now, { groupId: world.otherGroup.id });
  const seen = async (person: typeof world.contact) => (await (await signIn(api, person)).get(`/blocks/${block}`)).status;
  expect(await seen(world.contact)).toBe(404);
  expect(await seen(world.other)).toBe(200);
  expect(await seen(world.scheduler)).toBe(200);
});

/** Where the form with that button leads. */
function endOf(html: string, button: string): string {
  const forms = [...html.matchAll(/<form[^>]*action="([^"]+)"[^>]*>(?:(?!<\/form>)[\s\S])*<\/form>/g)];
  return forms.find(([form]) => form.includes(button))![1]!;
}
