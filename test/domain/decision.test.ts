import { expect, test } from 'vitest';

import { type Accepted, type Receipt, repeats, type SubjectKind } from '../../domain/decision.ts';

const actor = { name: 'Kim Ito', role: 'facility scheduler' as const, channel: 'api' as const };
const decidedAt = '2027-01-04T12:00:00.000Z';
const part = { startsAt: '2027-02-01T12:00:00.000Z', endsAt: '2027-02-01T14:00:00.000Z' };
const receipt = { state: 'active', by: 'Robin Fields' } as Receipt;
const last: Accepted = {
  action: 'release part',
  payload: { intervals: [{ endsAt: part.endsAt, startsAt: part.startsAt }], reason: 'away' },
  receipt,
};
const again = (more: object = {}, kind: SubjectKind = 'block', state = 'active') =>
  repeats(kind, { id: 'another', actor, decidedAt, action: 'release part', intervals: [part], ...more } as never, last, state);

test('C-30: the same content, whoever decides, when, why and after seeing what, is the same decision', () => {
  expect(again()).toBe(true);
  expect(again({ reason: 'in other words', seen: 'x', mailRefusal: true, linkId: crypto.randomUUID() })).toBe(true);
});

test('C-30: another content, another decision; so is any once the subject is not as the first one left it', () => {
  expect(again({ intervals: [part, part] })).toBe(false);
  expect(again({ action: 'release all' })).toBe(false);
  expect(again({}, 'block', 'closed')).toBe(false);
});

test('C-30: who takes a ticket decides about themselves: a second one does not get the first one’s answer', () => {
  expect(again({}, 'ticket')).toBe(false);
});
