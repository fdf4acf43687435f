import { expect, test } from 'vitest';

import { planBlock } from '../../domain/block.ts';
import { PolicySettings } from '../../domain/policy.ts';
import { prepareHistory } from '../../domain/prediction.ts';
import { describe } from '../../workflows/details.ts';

const policy = { ...PolicySettings.parse({}), version: 1 };
const facts = {
  ...{ id: 'b', zone: 'America/New_York', paused: false, shadow: false, state: 'active' as const, date: '2027-02-01', windowDays: 7 },
  ...{ startsAt: '2027-02-01T12:00:00.000Z', endsAt: '2027-02-01T20:00:00.000Z', silenced: true, alerts: 1, lastAskedAt: null },
  ...{ mandatoryOff: false, mandatoryAt: null, releases: [], cases: [], claims: [] },
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
