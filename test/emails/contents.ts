import { everyDayOf } from '../../domain/every-day.ts';
import { type LinkPurpose, linkPurposes } from '../../domain/mail-button.ts';
import type { MessageContent } from '../../domain/message.ts';

const place = { facility: 'Lakeside Surgery Center', zone: 'America/New_York' };
const between = (startsAt: string, endsAt: string) => ({ startsAt, endsAt });

// New York's clocks go back on 1 November 2026: 07:00 is 11:00Z before, 12:00Z after.
const morning = between('2026-12-03T12:00:00.000Z', '2026-12-03T14:00:00.000Z');
const noon = between('2026-12-03T14:00:00.000Z', '2026-12-03T16:00:00.000Z');
const afternoon = between('2026-12-03T16:00:00.000Z', '2026-12-03T20:30:00.000Z');

const block = { ...place, room: 'OR 2', group: 'Lakeside Orthopedics', block: between(morning.startsAt, afternoon.endsAt) };
const hold = {
  ...place,
  room: 'OR 2',
  group: 'Lakeside Orthopedics',
  provider: 'Dr. Haddad',
  requester: 'Robin Vega',
  hold: between('2026-12-03T12:30:00.000Z', '2026-12-03T16:00:00.000Z'),
  expiresAt: '2026-11-30T05:00:00.000Z',
};

const transfer = {
  ...place,
  blocks: [
    { room: 'OR 2', block: between(morning.startsAt, afternoon.endsAt), from: 'Lakeside Orthopedics', to: 'ENT' },
    { room: 'OR 5', block: between('2026-12-10T12:00:00.000Z', '2026-12-10T20:00:00.000Z'), from: 'ENT', to: 'Lakeside Orthopedics' },
  ],
  proposer: 'Robin Vega',
  note: 'We have no surgeon that day.',
  decideBy: '2026-11-24T05:00:00.000Z',
};

const ticket = { ...place, type: 'Refund or credit', team: 'Care team', openedAt: '2026-12-01T15:00:00.000Z' };

const slot = { roomId: '01890000-0000-7000-8000-000000000002', room: 'OR 2', providers: ['Dr. Haddad', 'Dr. Sato'], ...afternoon };

const absence = {
  ...place,
  absent: 'Kim Vale',
  away: between('2026-12-03T05:00:00.000Z', '2026-12-05T05:00:00.000Z'),
  theirZone: 'America/Denver',
};
const lineDay = {
  date: '2026-12-03',
  covered: [morning],
  uncovered: [afternoon],
  because: 'Lee covers; outside of their own hours nobody does.',
};

/** One message of every kind. */
export const contents: { [Kind in MessageContent['kind']]: Extract<MessageContent, { kind: Kind }> } = {
  'block alert': {
    kind: 'block alert',
    ...block,
    proposal: [afternoon],
    unbooked: [morning, afternoon],
    booked: [noon],
    confidence: 0.9349,
    because: 'On 41 of the last 44 similar days of this holder nothing more was booked in the 9 days before.',
    askedAgainAt: '2026-11-25T12:00:00.000Z',
    mandatoryAt: '2026-11-26T05:00:00.000Z',
  },
  'alert answered': { kind: 'alert answered', ...block, by: 'Dana Reyes', answer: 'released', released: [afternoon] },
  'release notification': {
    kind: 'release notification',
    ...block,
    release: 'full',
    released: [morning, afternoon],
    booked: [noon],
    by: 'Dana Reyes',
    at: '2026-10-30T13:00:00.000Z',
    undoUntil: '2026-10-30T13:10:00.000Z',
  },
  'release undone': { kind: 'release undone', ...block, returned: [afternoon], later: [], by: 'Sam Ito', reason: 'released by mistake' },
  'block inside window': { kind: 'block inside window', ...block, mandatoryAt: '2026-11-26T05:00:00.000Z' },
  'hold requested': { kind: 'hold requested', ...hold, reminder: false },
  'hold confirmed': { kind: 'hold confirmed', ...hold },
  'hold denied': { kind: 'hold denied', ...hold, by: 'Kim Ito', reason: 'The room is being repaired.' },
  'hold changed': { kind: 'hold changed', ...hold, by: 'Kim Ito', before: { room: 'OR 1', hold: afternoon } },
  'hold deleted': { kind: 'hold deleted', ...hold, by: 'Robin Vega', reason: 'Another day suits better.' },
  'hold expired': { kind: 'hold expired', ...hold, pending: false, freed: [morning] },
  'hold in conflict': { kind: 'hold in conflict', ...hold, taken: [noon] },
  'series changed': {
    kind: 'series changed',
    ...place,
    room: 'OR 2',
    group: 'Lakeside Orthopedics',
    by: 'Sam Ito',
    reason: 'They move.',
    days: [{ before: block.block }, { before: morning, after: afternoon }],
  },
  'transfer proposed': { kind: 'transfer proposed', ...transfer, reminder: false },
  'transfer to approve': { kind: 'transfer to approve', ...transfer, reminder: false },
  'transfer answered': { kind: 'transfer answered', ...transfer, outcome: 'denied', by: 'Kim Ito', reason: 'The room has no microscope.' },
  'series day taken': { kind: 'series day taken', ...place, room: 'OR 2', group: 'Lakeside Orthopedics', days: [block.block] },
  'hold use restricted': {
    kind: 'hold use restricted',
    ...place,
    because: 'You used 2 h of the 8 h you held (25 %) in 3 holds since 1 September 2026; below 50 % requests are limited.',
    limits: ['You find open time of the next 7 days only.'],
  },
  'availability alert': { kind: 'availability alert', ...place, slots: [slot], openings: [crypto.randomUUID()] },
  'availability digest': {
    kind: 'availability digest',
    ...place,
    slots: [{ ...slot, ...morning, room: 'OR 1' }, slot],
    openings: [crypto.randomUUID()],
  },
  'open time taken back': { kind: 'open time taken back', ...place, room: 'OR 2', returned: [afternoon], by: 'Dana Reyes' },
  'ticket assigned': { kind: 'ticket assigned', ...ticket, by: 'Kim Ito' },
  'ticket due': { kind: 'ticket due', ...ticket, assignee: 'Dana Reyes' },
  'ticket overdue': { kind: 'ticket overdue', ...ticket },
  'ticket returned': { kind: 'ticket returned', ...ticket, from: 'Dana Reyes', to: 'Kim Ito' },
  'ticket emergency': { kind: 'ticket emergency', ...ticket },
  'fresh links': { kind: 'fresh links', ...place, to: '/blocks/1' },
  'vacation reminder': { kind: 'vacation reminder', ...place, month: '2027-02', surgeons: ['Dr. Okafor', 'Dr. Sato'] },
  'conversation notice': {
    kind: 'conversation notice',
    ...place,
    what: 'handed over',
    provider: 'Dr. Vale',
    since: '2026-12-01T12:00:00.000Z',
  },
  'team post': { kind: 'team post', ...place, team: 'Care team', by: 'Dana Reyes', at: '2026-12-01T12:00:00.000Z' },
  'clearance notice': { kind: 'clearance notice', ...place, what: 'reminder', provider: 'Dr. Vale', visitAt: '2026-12-03T15:00:00.000Z' },
  'coordinator changed': {
    kind: 'coordinator changed',
    ...place,
    before: 'Kim Ito',
    after: { name: 'Pat Moreno', zone: 'America/Denver' },
  },
  'predicted availability': {
    kind: 'predicted availability',
    ...place,
    days: 14,
    more: 0,
    blocks: [
      {
        room: 'OR 2',
        holder: 'Lakeside Orthopedics',
        block: block.block,
        unused: [afternoon],
        confidence: 0.9349,
        because: 'On 41 of the last 44 similar days of this holder nothing more was booked in the 9 days before.',
        mandatoryAt: '2026-11-26T05:00:00.000Z',
      },
    ],
  },
  'cover wanted': { kind: 'cover wanted', ...absence, providers: ['Dr. Haddad', 'Dr. Sato'], lines: 3, sameDay: false },
  'coverage notice': { kind: 'coverage notice', ...absence, days: [lineDay] },
  'coverage choice': { kind: 'coverage choice', ...absence, days: [lineDay] },
  'nobody covers': { kind: 'nobody covers', ...absence, providers: ['Dr. Haddad'] },
  'cover back': { kind: 'cover back', ...absence, providers: ['Dr. Haddad'], cover: 'Lee Park' },
  'cover changed': { kind: 'cover changed', ...absence, providers: ['Dr. Haddad'], change: 'assigned', by: 'Mona Manager' },
  'absence ended early': { kind: 'absence ended early', ...absence, cancelled: true },
  'provider not told': { kind: 'provider not told', ...absence, providers: ['Dr. Haddad'] },
  'away message': { kind: 'away message', ...absence, text: 'I am away until Monday. Please call the practice.' },
  'line access': { kind: 'line access', ...absence, providers: ['Dr. Haddad'], granted: true },
  'welcome back': { kind: 'welcome back', ...absence, providers: ['Dr. Haddad'] },
  'company holiday': { kind: 'company holiday', ...place, date: '2026-12-25', name: 'Christmas Day' },
  'holiday taken back': { kind: 'holiday taken back', ...place, date: '2026-12-25' },
  'worklist reminder': { kind: 'worklist reminder', ...place, open: 3, oldest: '2026-12-01T12:00:00.000Z' },
  'sign in': { kind: 'sign in', ...place, to: '/' },
  'mail unreached': {
    kind: 'mail unreached',
    ...place,
    person: 'Dana Reyes',
    address: 'dana@gone.example',
    what: 'block alert',
    why: 'mailbox unavailable',
    others: ['Sam Ito'],
  },
  'decision refused': { kind: 'decision refused', ...place, what: 'release all in OR 2', why: 'Nothing unbooked is left in the block.' },
};

/** An address for every purpose, as a mail's links come. */
export const links = {
  ...(Object.fromEntries(linkPurposes.map((purpose) => [purpose, `https://holdfast.example/a/${purpose.replaceAll(' ', '-')}`])) as Record<
    LinkPurpose,
    string
  >),
  everyDay: everyDayOf('block contact'),
};
