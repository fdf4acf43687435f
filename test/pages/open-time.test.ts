import { beforeAll, expect, test } from 'vitest';

import { atLocal } from '../../domain/civil.ts';
import { setRoomHours } from '../../ledger/facility.ts';
import { Prisma } from '../../prisma/generated/client.ts';
import { testApi } from '../api/api.ts';
import { createBlock } from '../world.ts';
import { type Browser, footprint, hiddenOf, signIn } from './visitor.ts';

const api = testApi();
const date = '2027-02-01';
const at = (time: string, on = date) => atLocal(on, time, api.world.zone);
let browser: Browser;
let block: string;

beforeAll(async () => {
  const { db, world, now } = api;
  block = await createBlock(world, date, now); // 07:00 to 15:00 in OR 1, of Orthopedics
  const { facilityId, room, group } = world;
  await db.case.create({
    data: { facilityId, number: 'O-1', roomId: room.id, groupId: group.id, startsAt: at('07:00'), endsAt: at('13:30') },
  });
  browser = await signIn(api, world.contact);
});

const pathOf = (roomId: string, from: string, to: string) =>
  `/open-time/request?${new URLSearchParams({ roomId, startsAt: at(from), endsAt: at(to) })}`;
const holds = () => api.db.hold.findMany({ orderBy: { requestedAt: 'asc' } });

test('C-45: open time is listed by day, narrowed by dates, room and length', async () => {
  const { world } = api;
  const all = await browser.get(`/open-time?from=${date}&to=${date}`);
  expect(all.text).toContain('OR 1, 15:00–17:00 (2 h)');
  expect(all.text).toContain('OR 2, 07:00–17:00 (10 h)');
  expect(all.text).toContain('times in America/New_York');
  const long = await browser.get(`/open-time?from=${date}&to=${date}&minutes=180`);
  expect(long.text).not.toContain('OR 1, ');
  const room = await browser.get(`/open-time?from=${date}&to=${date}&room=${world.room.id}`);
  expect(room.text).not.toContain('OR 2, ');
  const none = await browser.get(`/open-time?from=${date}&to=${date}&minutes=1440`);
  expect(none.text).toContain('Try a longer range or a shorter length');
});

test('C-44, C-45, F-06: narrowed by surgeon, only what they can use is listed, with their holds, and they are asked for first', async () => {
  const { db, world } = api;
  const { id } = world.provider;
  const hours = [{ weekday: 1, from: '07:00', to: '12:00' }];
  await db.provider.update({ where: { id }, data: { availability: hours, minCaseMinutes: 180 } });
  const mine = await browser.get(`/open-time?from=${date}&to=${date}&provider=${id}`);
  expect(mine.text).toContain('OR 2, 07:00–17:00 (10 h)');
  expect(mine.text).not.toContain('OR 1, ');
  expect((await browser.get(`/open-time?from=${date}&to=${date}&provider=${id}&minutes=301`)).text).toContain('Nothing is open');
  expect((await browser.get(`/open-time/month?month=2027-02&provider=${id}`)).text).not.toMatch(/ 2 \d+ h open/); // a Tuesday
  const request = await browser.get(/href="(\/open-time\/request[^"]+)"/.exec(mine.html)![1]!.replaceAll('&amp;', '&'));
  expect(request.html).toMatch(new RegExp(`<option value="${id}" selected`));
  const rows = await api.call('GET', `/open-time?facilityId=${world.facilityId}&from=${date}&to=2027-02-03&providerId=${id}`);
  expect(rows.body.items.map(({ room }: { room: string }) => room)).toEqual(['OR 2']);
  const away = {
    facilityId: world.facilityId,
    providerId: id,
    from: new Date(date),
    to: new Date(date),
    enteredBy: 'x',
    enteredAt: api.now,
  };
  const { id: vacation } = await db.vacation.create({ data: away });
  expect((await browser.get(`/open-time?from=${date}&to=${date}&provider=${id}`)).text).toContain('Nothing is open');
  await db.vacation.delete({ where: { id: vacation } });
  await db.provider.update({ where: { id }, data: { availability: Prisma.DbNull, minCaseMinutes: null } });
});

test('C-26, C-27, C-30, C-34: before requesting the page says when it expires, what is still free of one’s own, and to wait', async () => {
  const page = await browser.get(pathOf(api.world.room2.id, '07:00', '17:00'));
  expect(page.html).toMatch(/name="from"[^>]*value="07:00"/);
  expect(page.html).toMatch(/name="to"[^>]*value="17:00"/);
  expect(page.text).toContain('Hold expiration date Fri 29 Jan, 00:00');
  expect(page.text).toContain('Wait for the Hold Confirmation before you promise it to a patient.');
  expect(page.text).toContain('OR 1, Mon 1 Feb, 13:30–15:00 (1 h 30 min)');
  expect(page.text).toContain('please fill your own time first');
  const elsewhere = await signIn(api, api.world.other);
  expect((await elsewhere.get(pathOf(api.world.room2.id, '07:00', '17:00'))).text).not.toContain('please fill your own time first');
});

test('C-27: a block that is full asks nobody to fill it', async () => {
  const { db, world } = api;
  const { facilityId, room, group } = world;
  const rest = { facilityId, number: 'O-2', roomId: room.id, groupId: group.id, startsAt: at('13:30'), endsAt: at('15:00') };
  const { id } = await db.case.create({ data: rest });
  expect((await browser.get(pathOf(world.room2.id, '07:00', '17:00'))).text).not.toContain('please fill your own time first');
  await db.case.delete({ where: { id } });
});

test('C-26, C-29, U-03: one form posted twice, and twenty times at once, is one request', async () => {
  const { db, world } = api;
  const page = await browser.get(pathOf(world.room2.id, '08:00', '10:00'));
  const form = { providerId: world.provider.id, from: '08:00', to: '10:00', yes: 'on' };
  const answers = await Promise.all(Array.from({ length: 20 }, () => browser.submit(page, '/open-time/requests', form)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
  expect(new Set(answers.map(({ location }) => location)).size).toBe(1);
  const [hold, ...others] = await holds();
  expect(others).toEqual([]);
  expect(hold).toMatchObject({ state: 'pending', requesterId: world.contact.id, roomId: world.room2.id });
  expect(await db.message.count({ where: { subjectId: hold!.id, kind: 'hold requested' } })).toBe(1);
  expect((await browser.submit(page, '/open-time/requests', form)).location).toBe(`/holds/${hold!.id}`);
});

test('C-29: the same form with other times is another request, and what is taken is gone without a name', async () => {
  const { world } = api;
  const page = await browser.get(pathOf(world.room2.id, '10:00', '17:00'));
  const form = { providerId: world.provider.id, yes: 'on' };
  const first = await browser.submit(page, '/open-time/requests', { ...form, from: '10:00', to: '11:00' });
  const second = await browser.submit(page, '/open-time/requests', { ...form, from: '11:00', to: '12:00' });
  expect(second.location).not.toBe(first.location);
  const late = await (await signIn(api, world.other)).post('/open-time/requests', {
    ...hiddenOf(page.html),
    form: crypto.randomUUID(),
    providerId: world.otherProvider.id,
    from: '11:30',
    to: '12:30',
    yes: 'on',
  });
  expect(late.status).toBe(409);
  expect(late.text).toContain('This time is not open.');
  expect(late.text).not.toMatch(/Dana|Okafor|Ortho/);
  expect(await holds()).toHaveLength(3);
});

test('C-29: the form for time that has gone meanwhile says so instead of asking', async () => {
  const page = await browser.get(pathOf(api.world.room2.id, '10:00', '12:00'));
  expect(page.status).toBe(409);
  expect(page.html).not.toContain('<form');
  expect(page.html).toContain('href="/open-time"');
});

test.each([
  ['without the tick', { yes: undefined }, 422],
  ['for a provider of another group', { provider: 'other' }, 404],
  ['outside the opening hours', { from: '05:00', to: '06:00' }, 422],
  ['for no time at all', { from: '13:00', to: '' }, 400],
  ['inside one’s own block', { room: 1, from: '13:30', to: '14:30' }, 422],
  ['for a day that does not exist', { date: '2027-02-31' }, 400],
  ['for the past', { date: '2027-01-03' }, 422],
])('C-26, C-37: a request %s is refused on a page, and nothing is written', async (_what, wish: Record<string, unknown>, status) => {
  const { world } = api;
  const [before, rows] = [await holds(), await footprint(api.db)];
  const answer = await browser.post('/open-time/requests', {
    form: crypto.randomUUID(),
    roomId: wish.room === 1 ? world.room.id : world.room2.id,
    date: String(wish.date ?? date),
    providerId: wish.provider === 'other' ? world.otherProvider.id : world.provider.id,
    from: String(wish.from ?? '13:00'),
    to: String(wish.to ?? '14:00'),
    ...('yes' in wish ? {} : { yes: 'on' }),
  });
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toContain('text/html');
  expect(await holds()).toEqual(before);
  expect(await footprint(api.db)).toEqual(rows);
});

test('C-33, C-34, C-35: one’s own holds are listed with state, expiry and how much is filled', async () => {
  const { db, world } = api;
  const { facilityId, room2, group } = world;
  await db.case.create({
    data: { facilityId, number: 'O-9', roomId: room2.id, groupId: group.id, startsAt: at('08:00'), endsAt: at('09:00') },
  });
  const page = await browser.get('/open-time');
  expect(page.text).toContain('OR 2, Mon 1 Feb, 08:00–10:00 pending; hold expiration date Fri 29 Jan, 00:00; filled 1 h of 2 h');
  const hold = (await holds())[0]!;
  const own = await browser.get(`/holds/${hold.id}`);
  expect(own.text).toContain('Not yours yet: wait for the Hold Confirmation');
  expect(own.text).toMatch(/remind facility\. .* times more, the last on/);
  expect(own.text).toContain('Fri 29 Jan, 00:00: expire.');
  expect(own.html).toContain(`action="/holds/${hold.id}/delete"`);
  expect(own.html).not.toContain('/confirm"');
});

test('C-30: the facility finds the requests that wait for it; nobody else is shown them', async () => {
  const hold = (await holds())[0]!;
  const facility = await (await signIn(api, api.world.scheduler)).get('/open-time');
  expect(facility.text).toContain('Requests that wait for you');
  expect(facility.html).toContain(`/holds/${hold.id}`);
  const other = await (await signIn(api, api.world.other)).get('/open-time');
  expect(other.text).not.toContain('Requests that wait for you');
  expect(other.html).not.toContain(hold.id);
  expect((await (await signIn(api, api.world.other)).get(`/holds/${hold.id}`)).status).toBe(404);
});

test('C-33: deleting asks for the tick and a reason', async () => {
  const hold = (await holds())[0]!;
  const form = { form: crypto.randomUUID() };
  expect((await browser.post(`/holds/${hold.id}/delete`, { ...form, reason: 'The patient cancelled.' })).status).toBe(422);
  expect((await browser.post(`/holds/${hold.id}/delete`, { ...form, yes: 'on', reason: '  ' })).status).toBe(422);
  expect((await browser.post(`/holds/${hold.id}/nonsense`, { ...form, yes: 'on' })).status).toBe(404);
  expect((await holds())[0]!.state).toBe('pending');
});

test.each([
  'from=nonsense',
  'from=2027-02-31',
  'from=9999-12-31',
  'from=0001-01-01&to=9999-12-31',
  'minutes=0',
  'minutes=x',
  'room=x',
  'from=2027-03-01&to=2027-02-01',
  'from=&to=',
  'minutes=',
])('/open-time?%s is a page, never a failure of ours', async (query) => {
  const { status, headers } = await browser.get(`/open-time?${query}`);
  expect(status).toBeLessThan(500);
  expect(headers['content-type']).toContain('text/html');
});

test.each(['', 'roomId=x', 'startsAt=x&endsAt=y', 'backwards', 'far'])(
  '/open-time/request?%s is a page, never a failure of ours',
  async (query) => {
    const { room2 } = api.world;
    const known: Record<string, string> = {
      backwards: pathOf(room2.id, '12:00', '11:00'),
      far: `/open-time/request?roomId=${room2.id}&startsAt=9999-12-31T00:00:00Z&endsAt=9999-12-31T23:00:00Z`,
    };
    const { status } = await browser.get(known[query] ?? `/open-time/request?${query}`);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  },
);

test('C-23, C-45: the block of one’s own is one click away', async () => {
  expect((await browser.get(`/block-schedule?week=${date}`)).html).toContain(`/blocks/${block}`);
});

test('C-26, C-45: a holiday and an exception show in Find Open Time, and a form for closed time says why', async () => {
  const { db, world } = api;
  const { facilityId, room, room2 } = world;
  const [holiday, special] = ['2027-03-08', '2027-03-09'];
  await db.holiday.create({ data: { facilityId, date: new Date(holiday), name: 'Founders’ Day' } });
  const dates = { firstDate: new Date(special), lastDate: new Date(special) };
  await db.roomHoursException.create({ data: { roomId: room.id, ...dates, opensAt: '18:00', closesAt: '22:00' } });
  await db.roomHoursException.create({ data: { roomId: room2.id, ...dates, reason: 'New floor' } });
  expect((await browser.get(`/open-time?from=${holiday}&to=${holiday}`)).text).toContain('Nothing is open in these days.');
  const page = await browser.get(`/open-time?from=${special}&to=${special}`);
  expect(page.text).toContain('OR 1, 18:00–22:00 (4 h)');
  expect(page.text).not.toContain('OR 2, 07:00');
  expect((await browser.get('/open-time/month?month=2027-03')).text).toContain('7 20 h open 8 9 4 h open 10 20 h open');

  const slot = new URLSearchParams({ roomId: room2.id, startsAt: at('08:00', holiday), endsAt: at('10:00', holiday) });
  const form = await browser.get(`/open-time/request?${slot}`);
  expect(form.status).toBe(422);
  expect(form.text).toContain('Monday, 8 March 2027: holiday, Founders’ Day.');
  const asked = {
    form: crypto.randomUUID(),
    roomId: room2.id,
    date: special,
    providerId: world.provider.id,
    from: '08:00',
    to: '10:00',
    yes: 'on',
  };
  const answer = await browser.post('/open-time/requests', asked);
  expect(answer.status).toBe(422);
  expect(answer.text).toContain('Tuesday, 9 March 2027: closed, New floor.');
});

test('C-26: 15:00 to 14:00 is no night: a form that ends before it starts is refused, and an end on another day has its date', async () => {
  const { db, world } = api;
  const { room, provider } = world;
  const [first, second] = ['2027-04-05', '2027-04-06'];
  await setRoomHours(db, room.id, [1, 2, 3, 4, 5, 6, 7], '00:00', '24:00');
  const before = await holds();
  const wish = { roomId: room.id, date: first, providerId: provider.id, yes: 'on' };
  const ask = (times: Record<string, string>) => browser.post('/open-time/requests', { ...wish, form: crypto.randomUUID(), ...times });
  for (const [to, endDate] of [
    ['14:00', ''],
    ['15:00', ''],
    ['16:00', '2027-04-04'],
  ] as const) {
    const refused = await ask({ from: '15:00', to, endDate });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('It must end after it starts: an end on another day needs its date.');
  }
  expect(await holds()).toEqual(before);

  const night = { startsAt: atLocal(first, '22:00', world.zone), endsAt: atLocal(second, '02:00', world.zone) };
  const page = await browser.get(`/open-time/request?${new URLSearchParams({ roomId: room.id, ...night })}`);
  expect(page.html).toMatch(/<details open=""><summary>It goes past midnight/);
  expect(page.html).toMatch(new RegExp(`name="endDate"[^>]*value="${second}"`));
  expect((await ask({ from: '22:00', to: '02:00', endDate: second })).status).toBe(303);
  expect((await ask({ from: '20:00', to: '00:00' })).status).toBe(409); // to midnight, which the night has taken
  expect((await ask({ from: '20:00', to: '22:00', endDate: '' })).status).toBe(303);
  expect((await holds()).slice(-2)).toMatchObject([
    { startsAt: new Date(atLocal(first, '22:00', world.zone)), endsAt: new Date(night.endsAt) },
    { startsAt: new Date(atLocal(first, '20:00', world.zone)), endsAt: new Date(night.startsAt) },
  ]);
  await setRoomHours(db, room.id, [1, 2, 3, 4, 5, 6, 7], '07:00', '17:00');
});
