import { expect, test } from 'vitest';

import { advanceClearance, type ClearanceFacts, isUrgent, linkReasons, planClearance } from '../../domain/clearance.ts';
import { type ClearanceChoice, decideClearance } from '../../domain/clearance-decision.ts';
import type { Actor, Role } from '../../domain/decision.ts';
import { PolicySettings } from '../../domain/policy.ts';
import { foretell } from '../../domain/timeline.ts';

const policy = { ...PolicySettings.parse({}), version: 1 };
const visitAt = '2027-01-14T15:00:00.000Z';
const facts: ClearanceFacts = {
  id: 'c',
  version: 1,
  zone: 'America/New_York',
  paused: false,
  shadow: false,
  state: 'open',
  appointmentId: 'a',
  patientId: 'p',
  practitionerId: 'd',
  visitAt,
  openedAt: '2027-01-04T12:00:00.000Z',
  linkReason: null,
  linkSentAt: null,
  registeredAt: null,
  remindedAt: null,
  urgedAt: null,
  escalatedAt: null,
  ticketId: null,
  endedAt: null,
  endedBy: null,
};
const actor = (role: Role): Actor => ({ name: 'Somebody', role, channel: 'page' });
const told = (from: ClearanceFacts) =>
  foretell(from, from.openedAt, { plan: (then, at) => planClearance(then, policy, at), advance: advanceClearance }).map(
    ({ kind, at }) => `${kind} ${at.slice(0, 16)}`,
  );

test('P-02: reminded on the last mornings, urgent a day before, escalated while there is time to act, lapsed when the visit begins', () => {
  expect(told(facts)).toEqual([
    'remind 2027-01-11T12:00',
    'remind 2027-01-12T12:00',
    'remind 2027-01-13T12:00',
    'urge 2027-01-13T15:00',
    'escalate 2027-01-14T11:00',
    'lapse 2027-01-14T15:00',
  ]);
});

test('P-02: 24 hours before is urgent, a minute earlier is not; whoever is added late has half of the time before the lead is told', () => {
  expect(isUrgent(facts, policy, '2027-01-13T15:00:00.000Z')).toBe(true);
  expect(isUrgent(facts, policy, '2027-01-13T14:59:00.000Z')).toBe(false);
  const late = { ...facts, openedAt: '2027-01-14T13:00:00.000Z', urgedAt: '2027-01-14T13:00:00.000Z' };
  expect(told(late)).toEqual(['escalate 2027-01-14T14:00', 'lapse 2027-01-14T15:00']);
});

test('F-23: while the facility is paused nothing comes', () => {
  expect(planClearance({ ...facts, paused: true }, policy, facts.openedAt)).toMatchObject({ kind: 'wait', rule: 'F-23' });
});

const form = { registrationUrl: 'https://forms.example/registration' };
const decide = (choice: ClearanceChoice, role: Role = 'practitioner', at = facts.openedAt, from = facts, policyPcc = form) => {
  try {
    return decideClearance(from, choice, actor(role), at, policyPcc).after;
  } catch (error) {
    return (error as { type: string }).type;
  }
};

test('P-03: the link goes out for each of three reasons, and for no fourth', () => {
  for (const linkReason of linkReasons)
    expect(decide({ action: 'send link', linkReason })).toMatchObject({ linkReason, linkSentAt: facts.openedAt });
  expect(decide({ action: 'send link', linkReason: 'because' })).toBe('LINK_REASON_UNKNOWN');
  expect(decide({ action: 'send link', linkReason: 'update' }, 'practitioner', facts.openedAt, facts, { registrationUrl: '' })).toBe(
    'REGISTRATION_FORM_MISSING',
  );
});

test('P-02: clearing is for the provider and whoever looks after the line; what is settled stays settled', () => {
  expect(decide({ action: 'clear' }, 'care coordinator')).toMatchObject({ state: 'cleared', endedBy: 'Somebody' });
  expect(decide({ action: 'clear' }, 'receptionist')).toBe('NOT_ALLOWED');
  expect(decide({ action: 'clear' }, 'administrator')).toMatchObject({ state: 'cleared' }); // a key of the house’s own tools
  expect(decide({ action: 'register' }, 'practitioner')).toBe('NOT_ALLOWED');
  expect(decide({ action: 'clear' }, 'practitioner', facts.openedAt, { ...facts, state: 'cleared' })).toBe('CLEARANCE_SETTLED');
  expect(decide({ action: 'clear' }, 'practitioner', visitAt)).toBe('CLEARANCE_SETTLED');
});
