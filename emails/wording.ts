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
  'deny hold': 'Deny',
  'delete hold': 'Delete this hold',
  'sign in': 'Sign in',
  'find open time': 'Find Open Time',
  'block schedule': 'Block Schedule',
  preferences: 'Change your communication preferences',
};

/** "07:30–09:00 and 11:00–15:30 (6 h)", or "nothing". */
export function ranges(intervals: Interval[], zone: string): string {
  if (intervals.length === 0) return 'nothing';
  const parts = intervals.map((one) => formatRange(one, zone));
  const list = parts.length === 1 ? parts[0]! : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
  return `${list} (${formatDuration(totalMinutes(intervals))})`;
}

export const day = (instant: string, zone: string) => formatInstant(instant, zone, 'date');
export const dateTime = (instant: string, zone: string) => formatInstant(instant, zone, 'dateTime');
