import { expect, test } from 'vitest';

import { offerLadderActivities } from '../../activities/offer-ladder.ts';
import { hashOf, newSecret } from '../../api/auth/principal.ts';
import { addMinutes } from '../../domain/civil.ts';
import { testApi } from '../api/api.ts';
import { createOffers } from '../offer/offers.ts';
import { Browser } from './visitor.ts';

const api = testApi('2027-01-04T09:00:00.000Z');
const startsAt = '2027-01-04T15:00:00.000Z';

test('F-01, F-04, F-25: the desk starts offers from its page, sees who was asked, and stops them; a look is written down', async () => {
  const { facilityId, practitionerId, receptionist, patients } = await createOffers(api.db, api.now, { name: 'Desk page' });
  const freed = { facilityId, practitionerId, startsAt, endsAt: addMinutes(startsAt, 30), cause: 'cancelled', freedAt: api.now };
  await api.db.freeInterval.create({ data: freed });
  const browser = new Browser(api);
  const token = newSecret();
  const session = { tokenHash: hashOf(token), facilityId, personId: receptionist.id, scope: 'staff', expiresAt: addMinutes(api.now, 600) };
  await api.db.session.create({ data: session });
  browser.cookie = `holdfast_session=${token}`;
  expect((await browser.get('/offers')).text).toContain('Free and not offered');
  expect((await browser.post('/offers', { practitionerId, startsAt, endsAt: freed.endsAt, mode: 'sequential' })).status).toBe(303);
  const ladder = await api.db.offerLadder.findFirstOrThrow({ where: { practitionerId } });
  await offerLadderActivities({ db: api.db }).makeOffers(ladder.id, api.now);
  const page = await browser.get('/offers');
  expect(page.text).toMatch(/A Weber: open ?, asked Mon 4 Jan, 09:00, can answer until Mon 4 Jan, 09:30/);
  expect(await api.db.accessEvent.count({ where: { patientId: patients[0]!.id, what: 'offers' } })).toBe(1);
  await browser.post('/offers/stop', { ladderId: ladder.id });
  const after = await browser.get('/offers');
  expect(after.text).toContain('stopped');
  expect(after.text).toContain('Offer it'); // it is free yet: offered again, if they like
  await api.db.freeInterval.create({ data: { ...freed, cause: 'rest' } });
  expect((await browser.get('/offers')).text.match(/Offer it/g)).toHaveLength(1); // the same time once
  await api.db.appointment.create({
    data: {
      ...{ facilityId, practitionerId, patientId: patients[0]!.id, startsAt, endsAt: addMinutes(startsAt, 15), bookedAt: api.now },
      ...{ next: {}, nextAt: api.now },
    },
  });
  expect((await browser.get('/offers')).text).not.toContain('Offer it');
  const soon = { practitionerId, startsAt: '2027-01-04T10:20:00.000Z', endsAt: '2027-01-04T10:50:00.000Z', mode: 'sequential' };
  expect((await browser.post('/offers', soon)).status).toBe(303);
  const last = await api.db.offerLadder.findFirstOrThrow({ where: { practitionerId, startsAt: soon.startsAt } });
  await offerLadderActivities({ db: api.db }).makeOffers(last.id, api.now);
  expect((await browser.get('/offers')).text).toMatch(/Next: .* at Mon 4 Jan, 09:20. After that it is too late to ask anybody else/); // F-04
});
