import { expect, test } from 'vitest';

import { blockActivities } from '../../activities/block.ts';
import { addDays, atLocal, startOfDay } from '../../domain/civil.ts';
import { replaceRoomHours } from '../../ledger/facility.ts';
import { testApi } from '../api/api.ts';
import { signIn } from '../pages/visitor.ts';
import { createWorld } from '../world.ts';

const api = testApi('2027-01-04T12:00:00.000Z');

/** Zones and days that break easy arithmetic: clocks that move by half an hour or at midnight, odd offsets, the far side of the date line, a leap day. */
const days = [
  ['Australia/Lord_Howe', '2027-04-04', 'the clock goes back by half an hour'],
  ['Australia/Lord_Howe', '2027-10-03', 'the clock goes forward by half an hour'],
  ['Asia/Kathmandu', '2027-05-10', 'an offset of 5 h 45 min'],
  ['Pacific/Kiritimati', '2027-05-10', 'fourteen hours ahead'],
  ['America/Santiago', '2027-09-05', 'midnight does not exist'],
  ['America/St_Johns', '2027-11-07', 'an offset of 3 h 30 min, and the clock goes back'],
  ['America/New_York', '2028-02-29', 'a leap day'],
] as const;

test.each(days)('C-03, C-05, C-26, U-11: %s on %s: %s', async (zone, date) => {
  const world = await createWorld(api.db, { name: `Zone ${crypto.randomUUID()}`, zone });
  const { facilityId, room, group, contact, otherProvider, other, db } = world;
  const whole = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opensAt: '00:00', closesAt: '24:00' }));
  await replaceRoomHours(db, room.id, whole);
  const as = api.keys.administrator;
  const post = (path: string, body: object) => api.call('POST', path, { as, body });
  const minutes = (one: { startsAt: string; endsAt: string }) => (Date.parse(one.endsAt) - Date.parse(one.startsAt)) / 60_000;
  const next = addDays(date, 1);
  const [midnight, dayEnds] = [startOfDay(date, zone), startOfDay(next, zone)];
  const place = { facilityId, roomId: room.id, groupId: group.id };

  // the whole civil day up to 24:00, and one over the midnight after it
  const day = (await post('/blocks', { ...place, startsAt: midnight, endsAt: dayEnds })).body;
  const night = (
    await post('/blocks', { ...place, startsAt: atLocal(next, '20:00', zone), endsAt: atLocal(addDays(next, 1), '06:00', zone) })
  ).body;
  expect([day.date, night.date]).toEqual([date, next]);
  expect([day.blockMinutes, night.blockMinutes]).toEqual([minutes(day), minutes(night)]);
  expect(day.next).toMatchObject({ kind: 'mandatory release', at: startOfDay(addDays(date, -7), zone) });

  const [ledger, after] = [date, next].map((one) => () => api.call('GET', `/rooms/${room.id}/ledger?date=${one}`, { as }));
  expect((await ledger!()).body).toMatchObject({ openingMinutes: minutes(day), minutes: { block: minutes(day) } });
  expect((await after!()).body.minutes).toMatchObject({ block: 240 });

  // a case inside it, then all the rest goes: on both sides of the case, to the very end of the day
  const [from, to] = [atLocal(date, '09:00', zone), atLocal(date, '11:00', zone)];
  expect((await post('/cases', { ...place, number: 'Z-1', startsAt: from, endsAt: to })).body.credited).toBe(true);
  const actor = { personId: contact.id, name: contact.name, role: 'block contact', channel: 'page' } as const;
  const { decideBlock } = blockActivities({ db });
  await decideBlock(day.id, { id: crypto.randomUUID(), action: 'release all', actor, decidedAt: api.now });
  const releases = (await api.call('GET', `/blocks/${day.id}`, { as })).body.releases.map(({ startsAt, endsAt }: typeof day) => [
    startsAt,
    endsAt,
  ]);
  expect(releases).toEqual([
    [midnight, from],
    [to, dayEnds],
  ]);

  // an hour before and after midnight, picked on the page by the wall clock
  const browser = await signIn({ ...api, world } as never, contact);
  const wish = { what: 'part', 'part-0': 'on', 'part-0-date': next, 'part-0-from': '23:00', 'part-0-to': '01:00' };
  const preview = await browser.post(`/blocks/${night.id}/preview`, wish);
  expect([preview.status, preview.text]).toEqual([200, expect.stringContaining('(2 h)')]);

  // others see it after the undo window, and can hold the last two hours of the day
  const now = api.now;
  api.now = new Date(Date.parse(now) + 3_600_000).toISOString();
  const open = (await api.call('GET', `/open-time?facilityId=${facilityId}&from=${date}&to=${date}&roomId=${room.id}`, { as })).body.items;
  expect(open.map((one: typeof day) => [one.startsAt, one.endsAt])).toEqual(releases);
  const late = { startsAt: new Date(Date.parse(dayEnds) - 7_200_000).toISOString(), endsAt: dayEnds };
  const hold = await post('/holds', { facilityId, roomId: room.id, providerId: otherProvider.id, requesterId: other.id, ...late });
  expect(hold).toMatchObject({ status: 201, body: { heldMinutes: 120, expiresAt: startOfDay(addDays(date, -3), zone) } });
  const full = (await ledger!()).body;
  expect(full.minutes).toMatchObject({ case: 120, 'hold pending': 120, open: minutes(day) - 240, block: 0 });
  expect(Object.values(full.minutes as Record<string, number>).reduce((sum, one) => sum + one, 0)).toBe(full.openingMinutes);
  api.now = now;
});

test('C-05: a window of a year ends on a day that every year has, and no facility gets another zone', async () => {
  const { facilityId, room2, group, zone } = api.world;
  const day = (date: string) => ({ startsAt: atLocal(date, '07:00', zone), endsAt: atLocal(date, '15:00', zone) });
  const body = { facilityId, roomId: room2.id, groupId: group.id, windowDays: 365, ...day('2028-02-29') };
  expect((await api.call('POST', '/blocks', { body })).body.next.at).toBe(startOfDay('2027-03-01', zone));
  const answer = await api.call('PATCH', `/facilities/${facilityId}`, {
    as: api.keys.administrator,
    body: { zone: 'Asia/Tokyo' },
    ifMatch: 1,
  });
  expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
});
