import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { type Browser, signInStaff } from '../pages/visitor.ts';
import { allowTransfers, createBlock } from '../world.ts';
import { routesOf, testApi } from './api.ts';

const api = testApi();

/** Every write route there is, the ids of its path made up. */
const writes = (which: (path: string) => boolean) =>
  routesOf(api.app)
    .filter(({ path }) => which(path))
    .flatMap(({ methods, path }) => {
      const url = path.replaceAll(/:\w+/g, () => crypto.randomUUID());
      return methods.filter((one) => !['GET', 'HEAD', 'OPTIONS'].includes(one)).map((method) => ({ method: method as 'POST', url }));
    });

const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
const bodies: [what: string, type: string, body: string][] = [
  ['no JSON', 'application/json', '{"a":'],
  ['null', 'application/json', 'null'],
  ['a list', 'application/json', '[1,2,3]'],
  ['a text', 'application/json', '"drop table"'],
  ['a nest of lists', 'application/json', deep],
  ['keys of prototypes', 'application/json', '{"__proto__":{"role":"administrator"},"constructor":{"prototype":{}}}'],
  ['unknown fields', 'application/json', '{"nobody":"knows this","facilityId":{"$ne":null}}'],
  ['a zero character', 'application/json', '{"name":"a\\u0000b","reason":"\\u0000","facilityId":"\\u0000"}'],
  ['another type', 'text/xml', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
  ['a form', 'application/x-www-form-urlencoded', 'facilityId=1&facilityId=2&name[]=x'],
  ['no type', '', 'bytes'],
];

test('every write route answers garbage with a problem of the 4xx, and never with an error of its own', async () => {
  const bad: string[] = [];
  for (const { method, url } of writes((path) => path.startsWith('/v1/'))) {
    for (const [what, type, payload] of bodies) {
      const headers = {
        authorization: `Bearer ${api.keys.administrator}`,
        'idempotency-key': crypto.randomUUID(),
        'if-match': '"1"',
        ...(type && { 'content-type': type }),
      };
      const answer = await api.app.inject({ method, url, headers, payload });
      const isProblem = String(answer.headers['content-type']).startsWith('application/problem+json');
      if (answer.statusCode < 400 || answer.statusCode >= 500 || !isProblem) bad.push(`${method} ${url}, ${what}: ${answer.statusCode}`);
    }
  }
  expect(bad).toEqual([]);
});

test('an address that is none is answered like any other mistake: by a page to whoever reads one, else by a problem', async () => {
  for (const url of ['/%zz', '/v1/blocks/%E0%A4%A', `/v1/blocks/${'x'.repeat(5000)}`]) {
    const { statusCode, headers } = await api.app.inject({ url, headers: { authorization: `Bearer ${api.keys.administrator}` } });
    expect([url, statusCode >= 400 && statusCode < 500, headers['content-type']]).toEqual([
      url,
      true,
      expect.stringMatching(/^application\/problem\+json/),
    ]);
  }
  const page = await api.app.inject({ url: '/%zz', headers: { accept: 'text/html' } });
  expect([page.statusCode, page.headers['content-type']]).toEqual([400, 'text/html; charset=utf-8']);
  expect(page.body).toContain('The request is malformed.');
});

test('a name that cannot be seen, or turns the words after it around, is none; one in any script is', async () => {
  const { facilityId } = api.world;
  const named = async (name: string) =>
    (await api.call('POST', '/groups', { as: api.keys.administrator, body: { facilityId, name } })).status;
  for (const name of ['\u200b', ' \u2060 ', 'Ward \u202egnp', 'Ward \u2067x', 'a\tb', '\u0085'])
    expect([name, await named(name)]).toEqual([name, 400]);
  for (const name of ['جراحة العظام', 'Zoë 🏥', 'क्‍ष', '<b>', '=1+1', '—']) expect([name, await named(name)]).toEqual([name, 201]);
});

test('what PostgreSQL cannot hold is refused wherever it is said: in a field, in the name of one, in a list, in a filter', async () => {
  const { facilityId } = api.world;
  const ticket = { facilityId, type: 'support', subject: 'A question' };
  const said: [path: string, body: object][] = [
    ['/facilities', { name: 'Nowhere', zone: '\u0000' }],
    ['/tickets', { ...ticket, fields: { 'a\u0000': 'b' } }],
    ['/tickets', { ...ticket, teamId: '\ud800' }],
    ['/tickets/01890000-0000-7000-8000-000000000001/close', { outcome: { resolution: '\u0000' } }],
    ['/tickets/01890000-0000-7000-8000-000000000001/close', { outcome: { resolution: 'ok', extra: ['\ud800'] } }],
    ['/conversations/inbound', { facilityId, channel: 'email', from: 'a@b.example', externalId: '\u0000', text: 'x' }],
  ];
  for (const [path, body] of said) {
    const answer = await api.call('POST', path, { as: api.keys.administrator, body });
    expect([path, answer.status, answer.body.code]).toEqual([path, 400, 'INVALID_REQUEST']);
  }
});

test('a body of more than a megabyte is refused before it is read', async () => {
  const headers = { authorization: `Bearer ${api.keys.administrator}`, 'idempotency-key': 'huge', 'content-type': 'application/json' };
  const payload = JSON.stringify({ reason: 'x'.repeat(2_000_000) });
  for (const url of ['/v1/blocks', '/v1/cases', '/v1/holds', '/v1/policies']) {
    const answer = await api.app.inject({ method: 'POST', url, headers, payload });
    expect([answer.statusCode, answer.json().code]).toEqual([413, 'INVALID_REQUEST']);
  }
});

test('every form of every page, with any field holding anything, is answered by a page and never with an error', {
  timeout: 120_000,
}, async () => {
  const { db, world } = api;
  const person = { name: 'Ada Min', email: 'ada@test.example', role: 'administrator', facilityId: world.facilityId };
  const browsers = [await signInStaff(api, await db.person.create({ data: person })), await signInStaff(api, world.scheduler)];
  const names = fieldNames();
  expect(names.length).toBeGreaterThan(100);
  const pages = writes((path) => !/^\/(v1|fhir|codec|webhooks)/.test(path));
  expect(pages.length).toBeGreaterThan(60);
  const bad: string[] = [];
  for (const { url } of pages)
    for (const browser of browsers)
      for (const value of ['', '{', 'null', '[{}]', '\u0000', '-1', '9'.repeat(400), crypto.randomUUID(), '2027-02-30'])
        for (const tick of [{}, { yes: 'on', form: crypto.randomUUID() }] as Record<string, string>[]) {
          const { status } = await browser.post(url, { ...Object.fromEntries(names.map((name) => [name, value])), ...tick });
          if (status >= 500) bad.push(`${url} with ${value.slice(0, 40)}: ${status}`);
        }
  expect(bad).toEqual([]);
});

/** What any field of any form is called. */
function fieldNames(): string[] {
  const folder = join(import.meta.dirname, '../../api/pages');
  const sources = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  return [...new Set(sources.flatMap((source) => [...source.matchAll(/\bname="([\w.-]+)"/g)].map(([, name]) => name!)))];
}

/** Values that a field of an otherwise good body may hold by mistake or malice. */
const hostile = [
  null,
  true,
  -1,
  0,
  1e9,
  2 ** 53,
  1.5,
  '',
  ' ',
  '\u0000',
  '\ud800',
  'x'.repeat(100_000),
  [],
  {},
  [[]],
  [null],
  '0000-01-01',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '+275760-09-13T00:00:00Z',
  '2027-02-30T10:00:00Z',
  '2027-02-30',
  '2027-02-01T10:00:00+14:00',
  '2027-02-01T24:00:00Z',
  '2027-02-01T10:00:60Z',
  '24:00',
  '99:99',
  '9999-12-31',
  '\'; DROP TABLE "Block"; --',
];

type Described = { get?: { parameters?: { name: string; in: string }[] } };

test('a hostile value in any part of the address of a list, a report or a thing is refused or taken, and never an error of ours', {
  timeout: 120_000,
}, async () => {
  const { paths = {} } = api.app.swagger() as { paths?: Record<string, Described> };
  const wishes = Object.entries(paths).flatMap(([path, { get }]) =>
    (get?.parameters ?? []).filter((one) => one.in === 'query').map(({ name }) => ({ path, name })),
  );
  expect(wishes.length).toBeGreaterThan(150);
  const headers = { authorization: `Bearer ${api.keys.administrator}` };
  const values = hostile.filter((value) => typeof value === 'string' && value.length < 100).map((value) => encodeURIComponent(fair(value)));
  const bad: string[] = [];
  for (const { path, name } of wishes)
    for (const value of [...values, '%ED%A0%80', `${name}&${name}=`]) {
      const address = path.replace(/\{\w+\}/g, crypto.randomUUID());
      const facility = name === 'facilityId' ? '' : `&facilityId=${api.world.facilityId}`;
      const { statusCode } = await api.app.inject({ url: `${address}?${name}=${value}${facility}`, headers });
      if (statusCode >= 500) bad.push(`${path} ${name} = ${value}: ${statusCode}`);
    }
  expect(bad).toEqual([]);
});

/** Half a character can be said in a body, but not in an address. */
const fair = (value: unknown) => String(value).replace(/\p{Cs}/gu, '');

test('a hostile value in any field of a good body is refused or taken, and never an error of ours', { timeout: 120_000 }, async () => {
  const { world, db, now } = api;
  await allowTransfers(world);
  const { facilityId, room, room2, group, otherGroup, provider, contact } = world;
  const blockId = await createBlock(world, '2027-03-08', now);
  const time = { startsAt: '2027-03-15T15:00:00Z', endsAt: '2027-03-15T18:00:00Z' };
  const nextDay = { startsAt: '2027-03-16T15:00:00Z', endsAt: '2027-03-16T18:00:00Z' };
  const part = { startsAt: '2027-03-08T15:00:00Z', endsAt: '2027-03-08T18:00:00Z' };
  const onBehalfOf = contact.id;
  const weekly = { kind: 'weekly', weekdays: [2], everyWeeks: 2, anchor: '2027-03-02' };
  const bodies: Record<string, object> = {
    '/blocks': { facilityId, roomId: room2.id, groupId: group.id, providerId: provider.id, windowDays: 7, ...time },
    '/cases': { facilityId, number: 'G-1', roomId: room.id, groupId: group.id, providerId: provider.id, bookedAt: now, ...time },
    '/holds': { facilityId, roomId: room.id, providerId: provider.id, requesterId: contact.id, onBehalfOf, ...nextDay },
    '/block-series': {
      facilityId,
      roomId: room2.id,
      groupId: group.id,
      from: '07:00',
      to: '15:00',
      recurrence: weekly,
      validFrom: '2027-03-01',
      validUntil: '2027-06-01',
      skippedDates: ['2027-03-02'],
      windowDays: 7,
    },
    '/transfers': { facilityId, blockId, toGroupId: otherGroup.id, note: 'please', onBehalfOf },
    '/vacations': { providerId: provider.id, from: '2027-03-08', to: '2027-03-09', onBehalfOf },
    '/policies': { facilityId, settings: { release: { undoMinutes: 5 } } },
    [`/facilities/${facilityId}/holidays`]: { date: '2027-12-24', name: 'Eve' },
    [`/blocks/${blockId}/confidences`]: { predictor: 'Model', confidence: 0.9, intervals: [part], asOf: now },
    [`/blocks/${blockId}/releases?preview=true`]: { intervals: [part], onBehalfOf, reason: 'why' },
  };
  const ask = async (path: string, body: object) => (await api.call('POST', path, { as: api.keys.administrator, body, ifMatch: 2 })).status;
  for (const [path, body] of Object.entries(bodies))
    expect([path, [200, 201]]).toEqual([path, expect.arrayContaining([await ask(path, body)])]);
  const bad: string[] = [];
  for (const [path, body] of Object.entries(bodies))
    for (const field of Object.keys(body))
      for (const value of hostile) {
        const status = await ask(path, { ...body, [field]: value });
        if (status >= 500) bad.push(`${path} ${field} = ${JSON.stringify(value).slice(0, 60)}: ${status}`);
      }
  expect(bad).toEqual([]);
  expect(await db.facility.count()).toBe(1);
});

test('U-02: the forms of the pages answer what no form of ours would post with a page of the 4xx', async () => {
  const { world, now } = api;
  const block = await createBlock(world, '2027-03-01', now);
  const staff = await signInStaff(api, world.scheduler);
  const id = { form: 'form-of-a-test', seen: '1', yes: 'on' };
  const garbage: [path: string, form: Record<string, string>][] = [
    ['/policy', { ...id, 'release.undoMinutes': 'x' }],
    ['/policy', { ...id, 'release.undoMinutes': '-1' }],
    ['/policy', { ...id, seen: 'x', 'release.undoMinutes': '1' }],
    ['/rooms/hours', { ...id, kind: 'x' }],
    ['/rooms/preview', { kind: 'weekdays', roomId: 'x' }],
    ['/block-series', { ...id, what: 'x' }],
    ['/block-series/preview', { weekdays: 'x' }],
    ['/block-series/preview', { what: 'end', include: 'x' }],
    [`/blocks/${block}/decisions`, { ...id, choice: '{"action":"release part","intervals":[{}]}' }],
    [`/blocks/${block}/decisions`, { ...id, choice: 'keep' }],
    [`/blocks/${block}/preview`, { what: 'part', 'part-0': 'on', 'part-0-date': '9999-99-99', 'part-0-from': '25:00' }],
    [`/blocks/${block}/transfer`, { what: 'ever' }],
    ['/holds/x/confirm', id],
    ['/vacations', { ...id, providerId: 'x', from: '2027-02-30', to: '' }],
    ['/open-time/requests', { ...id, roomId: world.room.id, date: '0000-01-01', from: '', to: '', providerId: '' }],
    ['/preferences', { dailyHour: '99' }],
    ['/people', { name: '\u0000', email: 'x', role: 'emperor' }],
  ];
  for (const [path, form] of garbage) expect([path, form, await statusOf(staff, path, form)]).toEqual([path, form, 'refused']);
});

async function statusOf(browser: Browser, path: string, form: Record<string, string>): Promise<string> {
  const { status } = await browser.post(path, form);
  return status >= 400 && status < 500 ? 'refused' : String(status);
}
