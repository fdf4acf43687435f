import { formatDuration, formatInstant, formatRange } from '../domain/civil.ts';
import { type Interval, totalMinutes } from '../domain/interval.ts';
import type { LinkPurpose } from '../domain/message.ts';

/** The words on the buttons, the same in mails and on pages. */
export const buttonLabels: Record<LinkPurpose, string> = {
  keep: 'Keep My Block Time',
  'release part': 'Partial Release',
  'release all': 'Full Release',
  'undo release': 'Undo this release',
  'confirm hold': 'Confirm',
  'change hold': 'Change time or room',
  'deny hold': 'Deny',
  'delete hold': 'Delete this hold',
  'find open time': 'Find Open Time',
  'block schedule': 'Block Schedule',
  preferences: 'Change your communication preferences',
  unsubscribe: 'Stop Availability Alerts',
  'sign in': 'Sign in',
  worklist: 'Open the worklist',
  conversations: 'Open the conversations',
  vacations: 'Enter vacation days',
  'my work': 'Open My work',
  'opt in': 'I can cover',
  'cover yourself': 'I cover my line myself',
  'leave unmonitored': 'Leave my line unmonitored',
  'acknowledge cover': 'I know',
  'approve away message': 'Approve this message',
  coverage: 'Open the coverage calendar',
};

/** "07:30–09:00 and 11:00–15:30", or "nothing". */
export function times(intervals: Interval[], zone: string): string {
  const parts = intervals.map((one) => formatRange(one, zone));
  return parts.length < 2 ? (parts[0] ?? 'nothing') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** "07:30–09:00 and 11:00–15:30 (6 h)", or "nothing". */
export function ranges(intervals: Interval[], zone: string): string {
  return intervals.length === 0 ? 'nothing' : `${times(intervals, zone)} (${formatDuration(totalMinutes(intervals))})`;
}

export const day = (instant: string, zone: string) => formatInstant(instant, zone, 'date');
/** With its year: an old mail is still read a year later. */
export const longDay = (instant: string, zone: string) => formatInstant(instant, zone, 'longDate');
export const dateTime = (instant: string, zone: string) => formatInstant(instant, zone, 'dateTime');
