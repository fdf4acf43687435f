import type { ReactElement } from 'react';
import { render, toPlainText } from 'react-email';

import type { Interval } from '../domain/interval.ts';
import type { Language } from '../domain/language.ts';
import type { MessageContent } from '../domain/message.ts';
import { type Speech, speechIn } from '../words/speech.ts';
import { AbsenceMail, absenceTitle, CompanyHoliday, companyHolidayTitle, HolidayTakenBack, holidayTakenBackTitle } from './absence.tsx';
import { DecisionRefused, FreshLinks, HoldUseRestricted, MailUnreached, SignIn } from './access.tsx';
import { AvailabilityAlert, availabilityTitle, OpenTimeTakenBack } from './availability.tsx';
import { AlertAnswered, BlockAlert, BlockInsideWindow, ReleaseNotification, ReleaseUndone } from './block.tsx';
import { ClearanceNotice, clearanceTitle } from './clearance.tsx';
import { ConversationNotice, conversationTitle } from './conversation.tsx';
import { CoordinatorChanged, coordinatorTitle } from './coordinator.tsx';
import { type HoldContent, HoldMail, holdTitle } from './hold.tsx';
import type { Content, Links, MailProps } from './layout.tsx';
import { PredictedAvailability, predictedTitle } from './predicted-availability.tsx';
import { SeriesChanged, SeriesDayTaken } from './series.tsx';
import { TeamPostMail, teamPostTitle } from './team-post.tsx';
import { TicketMail, ticketTitle } from './ticket.tsx';
import { type TransferContent, TransferMail, transferTitle } from './transfer.tsx';
import { VacationReminder } from './vacation.tsx';
import { WorklistReminder } from './worklist.tsx';

export type RenderedMail = { subject: string; html: string; text: string };

export const asWritten = { selectors: [{ selector: 'h1', options: { uppercase: false } }] };

/** A message as one person gets it, in their language: HTML and plain text say the same and carry the same links. */
export async function renderMail(content: MessageContent, links: Links, language: Language = 'en'): Promise<RenderedMail> {
  const speech = speechIn(language);
  const { Body, subject } = mails[content.kind] as Mail<MessageContent>; // the one of its kind takes it
  const html = await render(<Body content={content} links={links} speech={speech} />);
  return { subject: subject(content, speech), html, text: toPlainText(html, asWritten) };
}

type Mail<Of extends MessageContent> = {
  Body: (props: MailProps<Of>) => ReactElement;
  /** Names the room and the day, never a patient. */
  subject: (content: Of, speech: Speech) => string;
};

const aboutBlock = ({ room, block, zone }: { room: string; block: Interval; zone: string }, { day }: Speech) => ({
  room,
  when: day(block.startsAt, zone),
});
const hold: Mail<HoldContent> = { Body: HoldMail, subject: (content, speech) => `${holdTitle(content, speech)}, ${content.room}` };
const transfer: Mail<TransferContent> = {
  Body: TransferMail,
  subject: (content, speech) => `${transferTitle(content, speech)}, ${content.blocks[0]!.room}`,
};
const availability = { Body: AvailabilityAlert, subject: availabilityTitle };
const absence = { Body: AbsenceMail, subject: absenceTitle };
const ticket = { Body: TicketMail, subject: ticketTitle };

const mails: { [Kind in MessageContent['kind']]: Mail<Content<Kind>> } = {
  'block alert': {
    Body: BlockAlert,
    subject: (content, speech) =>
      speech.words('blockMail.alert.subject', { ...aboutBlock(content, speech), times: speech.times(content.proposal, content.zone) }),
  },
  'alert answered': {
    Body: AlertAnswered,
    subject: (content, speech) => speech.words('blockMail.answered.subject', { ...aboutBlock(content, speech), by: content.by }),
  },
  'release notification': {
    Body: ReleaseNotification,
    subject: (content, speech) => speech.words('blockMail.released.subject', aboutBlock(content, speech)),
  },
  'release undone': {
    Body: ReleaseUndone,
    subject: (content, speech) => speech.words('blockMail.undone.subject', aboutBlock(content, speech)),
  },
  'block inside window': {
    Body: BlockInsideWindow,
    subject: (content, speech) => speech.words('blockMail.inside.subject', aboutBlock(content, speech)),
  },
  'series day taken': {
    Body: SeriesDayTaken,
    subject: ({ room, days, zone }, { words, day }) =>
      words('blockMail.series.taken.subject', { room, when: day(days[0]!.startsAt, zone) }),
  },
  'series changed': {
    Body: SeriesChanged,
    subject: ({ room, days }, { words }) => words('blockMail.series.changed.subject', { room, count: days.length }),
  },
  'hold requested': hold,
  'hold confirmed': hold,
  'hold denied': hold,
  'hold changed': hold,
  'hold deleted': hold,
  'hold expired': hold,
  'hold in conflict': hold,
  'hold use restricted': {
    Body: HoldUseRestricted,
    subject: ({ facility }, { words }) => words('holdMail.restricted.subject', { facility }),
  },
  'transfer proposed': transfer,
  'transfer to approve': transfer,
  'transfer answered': transfer,
  'availability alert': availability,
  'availability digest': availability,
  'open time taken back': {
    Body: OpenTimeTakenBack,
    subject: ({ room, returned, zone }, { words, day }) => words('timeMail.back.subject', { room, when: day(returned[0]!.startsAt, zone) }),
  },
  'predicted availability': { Body: PredictedAvailability, subject: predictedTitle },
  'vacation reminder': {
    Body: VacationReminder,
    subject: ({ facility }, { words }) => words('workMail.vacation.subject', { facility }),
  },
  'worklist reminder': { Body: WorklistReminder, subject: ({ open }, { words }) => words('workMail.worklist.subject', { count: open }) },
  'ticket assigned': ticket,
  'ticket due': ticket,
  'ticket overdue': ticket,
  'ticket returned': ticket,
  'ticket emergency': ticket,
  'conversation notice': { Body: ConversationNotice, subject: conversationTitle },
  'clearance notice': { Body: ClearanceNotice, subject: clearanceTitle },
  'team post': { Body: TeamPostMail, subject: teamPostTitle },
  'coordinator changed': { Body: CoordinatorChanged, subject: coordinatorTitle },
  'cover wanted': absence,
  'coverage notice': absence,
  'coverage choice': absence,
  'nobody covers': absence,
  'cover back': absence,
  'cover changed': absence,
  'absence ended early': absence,
  'provider not told': absence,
  'away message': absence,
  'line access': absence,
  'welcome back': absence,
  'company holiday': { Body: CompanyHoliday, subject: companyHolidayTitle },
  'holiday taken back': { Body: HolidayTakenBack, subject: holidayTakenBackTitle },
  'sign in': { Body: SignIn, subject: ({ facility }, { words }) => words('workMail.signIn.title', { facility }) },
  'fresh links': { Body: FreshLinks, subject: ({ facility }, { words }) => words('workMail.links.title', { facility }) },
  'mail unreached': { Body: MailUnreached, subject: ({ person }, { words }) => words('workMail.unreached.title', { person }) },
  'decision refused': { Body: DecisionRefused, subject: (_, { words }) => words('workMail.refused.title') },
};
