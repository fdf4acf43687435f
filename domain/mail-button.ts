import type { Role } from './decision.ts';
import { everyDayOf } from './every-day.ts';
import { type Interval, totalMinutes } from './interval.ts';
import type { MessageContent, MessageKind } from './message.ts';

/** The purposes of action links, each a button or a footer link of a mail. A link has one purpose and one person. */
export const linkPurposes = [
  'release suggested',
  'keep',
  'release part',
  'release all',
  'undo release',
  'confirm hold',
  'change hold',
  'deny hold',
  'delete hold',
  'accept transfer',
  'decline transfer',
  'approve transfer',
  'deny transfer',
  'find open time',
  'block schedule',
  'preferences',
  'unsubscribe',
  'open page',
  'sign in',
  'worklist',
  'vacations',
  'my work',
  'conversations',
  'clearances',
  'team channel',
  'opt in',
  'cover yourself',
  'leave unmonitored',
  'acknowledge cover',
  'approve away message',
  'coverage',
  'catch up',
  'day book',
  'active tasks',
  'team board',
] as const;
export type LinkPurpose = (typeof linkPurposes)[number];

/** Which buttons a mail may carry, in order (C-14: every alert can be answered). */
export const possibleButtons: Record<MessageKind, LinkPurpose[]> = {
  'block alert': ['release suggested', 'release all', 'release part', 'keep'],
  'alert answered': [],
  'release notification': ['undo release'],
  'release undone': [],
  'block inside window': [],
  'hold requested': ['confirm hold', 'change hold', 'deny hold'],
  'hold confirmed': ['delete hold'],
  'hold denied': [],
  'hold changed': ['delete hold'],
  'hold deleted': [],
  'hold expired': [],
  'hold in conflict': [],
  'transfer proposed': ['accept transfer', 'decline transfer'],
  'transfer to approve': ['approve transfer', 'deny transfer'],
  'transfer answered': [],
  'series day taken': [],
  'series changed': [],
  'hold use restricted': [],
  'availability alert': ['find open time', 'unsubscribe'],
  'availability digest': ['find open time', 'unsubscribe'],
  'open time taken back': [],
  'ticket assigned': ['my work'],
  'ticket due': ['my work'],
  'ticket overdue': ['my work'],
  'ticket returned': ['my work'],
  'ticket emergency': ['my work'],
  'fresh links': ['open page'],
  'sign in': ['sign in'],
  'coordinator changed': [],
  'conversation notice': ['conversations'],
  'clearance notice': ['clearances'],
  'team post': ['team channel'],
  'cover wanted': ['opt in'],
  'coverage notice': ['acknowledge cover', 'cover yourself'],
  'coverage choice': ['acknowledge cover', 'leave unmonitored'],
  'nobody covers': ['coverage'],
  'cover back': ['coverage'],
  'cover changed': ['coverage'],
  'absence ended early': [],
  'provider not told': ['coverage'],
  'away message': ['approve away message'],
  'line access': [],
  'welcome back': ['catch up'],
  'company holiday': [],
  'holiday taken back': [],
  'worklist reminder': ['worklist'],
  'predicted availability': [],
  'vacation reminder': ['vacations'],
  'mail unreached': [],
  'decision refused': [],
};

/** Any old mail opens the system (C-39): every mail's foot carries what its reader works with. */
export const footerLinks = (role: Role): LinkPurpose[] => [...everyDayOf(role), 'preferences'];

/** Everything that a mail has a link for, each once. */
export const linksOf = (content: MessageContent, role: Role): LinkPurpose[] => [...new Set([...buttonsOf(content), ...footerLinks(role)])];

/** The buttons of this very mail: those that its content gives something to do. */
export function buttonsOf(content: MessageContent): LinkPurpose[] {
  return possibleButtons[content.kind].filter((purpose) => {
    if (purpose === 'open page') return content.kind === 'fresh links' && content.to !== undefined;
    if (purpose === 'release suggested') return content.kind === 'block alert' && asksForPart(content);
    return true;
  });
}

/** C-09: where all unbooked time is asked for, Full Release says it already. */
export const asksForPart = ({ proposal, unbooked }: { proposal: Interval[]; unbooked: Interval[] }): boolean =>
  totalMinutes(proposal) < totalMinutes(unbooked);
