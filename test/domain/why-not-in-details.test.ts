import { expect, test } from 'vitest';

import { planAppointment } from '../../domain/appointment.ts';
import { planBlock } from '../../domain/block.ts';
import { planLadder } from '../../domain/offer-ladder.ts';
import { PolicySettings } from '../../domain/policy.ts';
import { prepareHistory } from '../../domain/prediction.ts';
import { describe } from '../../workflows/details.ts';

const policy = { ...PolicySettings.parse({}), version: 1 };
const facts = {
  id: 'b',
  zone: 'America/New_York',
  paused: false,
  shadow: false,
  state: 'active' as const,
  date: '2027-02-01',
  windowDays: 7,
  startsAt: '2027-02-01T12:00:00.000Z',
  endsAt: '2027-02-01T20:00:00.000Z',
  silenced: true,
  alerts: 1,
  lastAskedAt: null,
  mandatoryOff: false,
  mandatoryAt: null,
  releases: [],
  cases: [],
  claims: [],
};

test('U-07, U-17: the current details say what comes next, and why nothing comes before it', () => {
  const next = planBlock(facts, policy, '2027-01-04T12:00:00.000Z');
  expect(next).toMatchObject({ kind: 'mandatory release', whyNot: { rule: 'C-13' } });
  const [first, ...rest] = describe(next, facts.zone, ['keep'], 'decideBlock').split('\n\n');
  expect(first).toMatch(/^\*\*Next:\*\* mandatory release at Monday,? 25 January 2027 at 00:00 \(America\/New_York\)$/);
  expect(rest).toEqual([
    '**Because:** 7 days before the block what is still unbooked goes back to the facility. (rule C-05)',
    '**Before that:** no question to the holder. The holder asked not to be alerted about this block again. (rule C-13)',
    '**To act:** send the Update `decideBlock` with action `keep`, your name and a reason.',
  ]);
});

test('U-07: not sure enough, the details name the value and the limit; a history that was not read is no reason', () => {
  const asked = { ...facts, silenced: false };
  const unread = planBlock(asked, policy, '2027-01-04T12:00:00.000Z');
  expect(unread.whyNot).toBeUndefined();
  const history = prepareHistory({ holder: [], group: [], facility: [] });
  const { whyNot } = planBlock({ ...asked, history }, policy, '2027-01-04T12:00:00.000Z');
  expect(whyNot).toMatchObject({ what: 'no question to the holder', rule: 'C-01' });
});

test('U-07, U-17, I-38: the details of a visit say why no task comes, those of a ladder why nobody is asked now', () => {
  const visit = {
    id: 'v',
    version: 1,
    zone: 'UTC',
    paused: false,
    shadow: false,
    status: 'booked' as const,
    patientId: 'p',
    practitionerId: 'd',
    startsAt: '2027-01-05T09:00:00.000Z',
    endsAt: '2027-01-05T09:30:00.000Z',
    bookedAt: '2027-01-04T09:00:00.000Z',
    arrivedAt: null,
    fulfilledAt: null,
    noShowAt: null,
    cancelledAt: null,
    cancelReason: null,
    otherVisitAt: null,
    waiting: true,
  };
  const now = '2027-01-05T08:00:00.000Z';
  expect(planAppointment(visit, policy, now).whyNot).toMatchObject({ what: 'no task to bring them back', rule: 'I-38' });
  expect(planAppointment({ ...visit, waiting: false }, policy, now).whyNot).toBeUndefined();
  const again = { ...visit, waiting: false, otherVisitAt: '2027-01-09T09:00:00.000Z' };
  expect(planAppointment(again, policy, now).whyNot).toMatchObject({ because: 'The patient has another visit.' });

  const ladder = {
    id: 'l',
    version: 1,
    zone: 'UTC',
    paused: false,
    shadow: false,
    state: 'offering' as const,
    mode: 'sequential' as const,
    practitionerId: 'd',
    startsAt: '2027-01-06T09:00:00.000Z',
    endsAt: '2027-01-06T10:00:00.000Z',
    endedAt: null,
    offers: [],
    waiting: [{ entryId: 'e', patientId: 'p', minutes: 30 }],
  };
  const quiet = planLadder(ladder, policy, '2027-01-04T22:00:00.000Z');
  expect(quiet).toMatchObject({ at: '2027-01-05T08:00:00.000Z', whyNot: { what: 'nobody is asked now', rule: 'F-04' } });
  expect(describe(quiet, 'UTC', ['stop'], 'decideOfferLadder')).toContain('Patients are asked from 08:00 to 19:00 only.');
  expect(planLadder(ladder, policy, '2027-01-04T12:00:00.000Z').whyNot).toBeUndefined();
});
