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
import { HoldMail, holdTitle } from './hold.tsx';
import type { Links } from './layout.tsx';
import { PredictedAvailability, predictedTitle } from './predicted-availability.tsx';
import { SeriesChanged, SeriesDayTaken } from './series.tsx';
import { TeamPostMail, teamPostTitle } from './team-post.tsx';
import { TicketMail, ticketTitle } from './ticket.tsx';
import { TransferMail, transferTitle } from './transfer.tsx';
import { VacationReminder } from './vacation.tsx';
import { WorklistReminder } from './worklist.tsx';

export type RenderedMail = { subject: string; html: string; text: string };

export const asWritten = { selectors: [{ selector: 'h1', options: { uppercase: false } }] };

/** A message as one person gets it, in their language: HTML and plain text say the same and carry the same links. */
export async function renderMail(content: MessageContent, links: Links, language: Language = 'en'): Promise<RenderedMail> {
  const speech = speechIn(language);
  const html = await render(body(content, links, speech));
  return { subject: subjectOf(content, speech), html, text: toPlainText(html, asWritten) };
}

function body(content: MessageContent, links: Links, speech: Speech): ReactElement {
  switch (content.kind) {
    case 'block alert':
      return <BlockAlert content={content} links={links} speech={speech} />;
    case 'alert answered':
      return <AlertAnswered content={content} links={links} speech={speech} />;
    case 'release notification':
      return <ReleaseNotification content={content} links={links} speech={speech} />;
    case 'release undone':
      return <ReleaseUndone content={content} links={links} speech={speech} />;
    case 'block inside window':
      return <BlockInsideWindow content={content} links={links} speech={speech} />;
    case 'availability alert':
    case 'availability digest':
      return <AvailabilityAlert content={content} links={links} speech={speech} />;
    case 'open time taken back':
      return <OpenTimeTakenBack content={content} links={links} speech={speech} />;
    case 'fresh links':
      return <FreshLinks content={content} links={links} speech={speech} />;
    case 'vacation reminder':
      return <VacationReminder content={content} links={links} speech={speech} />;
    case 'conversation notice':
      return <ConversationNotice content={content} links={links} speech={speech} />;
    case 'clearance notice':
      return <ClearanceNotice content={content} links={links} speech={speech} />;
    case 'team post':
      return <TeamPostMail content={content} links={links} speech={speech} />;
    case 'coordinator changed':
      return <CoordinatorChanged content={content} links={links} speech={speech} />;
    case 'cover wanted':
    case 'coverage notice':
    case 'coverage choice':
    case 'nobody covers':
    case 'cover back':
    case 'cover changed':
    case 'absence ended early':
    case 'provider not told':
    case 'away message':
    case 'line access':
    case 'welcome back':
      return <AbsenceMail content={content} links={links} speech={speech} />;
    case 'company holiday':
      return <CompanyHoliday content={content} links={links} speech={speech} />;
    case 'holiday taken back':
      return <HolidayTakenBack content={content} links={links} speech={speech} />;
    case 'worklist reminder':
      return <WorklistReminder content={content} links={links} speech={speech} />;
    case 'predicted availability':
      return <PredictedAvailability content={content} links={links} speech={speech} />;
    case 'sign in':
      return <SignIn content={content} links={links} speech={speech} />;
    case 'mail unreached':
      return <MailUnreached content={content} links={links} speech={speech} />;
    case 'decision refused':
      return <DecisionRefused content={content} links={links} speech={speech} />;
    case 'series day taken':
      return <SeriesDayTaken content={content} links={links} speech={speech} />;
    case 'series changed':
      return <SeriesChanged content={content} links={links} speech={speech} />;
    case 'hold use restricted':
      return <HoldUseRestricted content={content} links={links} speech={speech} />;
    case 'ticket assigned':
    case 'ticket due':
    case 'ticket overdue':
    case 'ticket returned':
    case 'ticket emergency':
      return <TicketMail content={content} links={links} speech={speech} />;
    case 'transfer proposed':
    case 'transfer to approve':
    case 'transfer answered':
      return <TransferMail content={content} links={links} speech={speech} />;
    default:
      return <HoldMail content={content} links={links} speech={speech} />;
  }
}

/** Names the room and the day, never a patient. */
function subjectOf(content: MessageContent, speech: Speech): string {
  const { words, day, times } = speech;
  switch (content.kind) {
    case 'block alert':
      return words('blockMail.alert.subject', { ...aboutBlock(content, speech), times: times(content.proposal, content.zone) });
    case 'alert answered':
      return words('blockMail.answered.subject', { ...aboutBlock(content, speech), by: content.by });
    case 'release notification':
      return words('blockMail.released.subject', aboutBlock(content, speech));
    case 'release undone':
      return words('blockMail.undone.subject', aboutBlock(content, speech));
    case 'block inside window':
      return words('blockMail.inside.subject', aboutBlock(content, speech));
    case 'availability alert':
    case 'availability digest':
      return availabilityTitle(content, speech);
    case 'open time taken back':
      return words('timeMail.back.subject', { room: content.room, when: day(content.returned[0]!.startsAt, content.zone) });
    case 'fresh links':
      return words('workMail.links.title', { facility: content.facility });
    case 'vacation reminder':
      return words('workMail.vacation.subject', { facility: content.facility });
    case 'conversation notice':
      return conversationTitle(content, speech);
    case 'clearance notice':
      return clearanceTitle(content, speech);
    case 'team post':
      return teamPostTitle(content, speech);
    case 'coordinator changed':
      return coordinatorTitle(content, speech);
    case 'cover wanted':
    case 'coverage notice':
    case 'coverage choice':
    case 'nobody covers':
    case 'cover back':
    case 'cover changed':
    case 'absence ended early':
    case 'provider not told':
    case 'away message':
    case 'line access':
    case 'welcome back':
      return absenceTitle(content, speech);
    case 'company holiday':
      return companyHolidayTitle(content, speech);
    case 'holiday taken back':
      return holidayTakenBackTitle(content, speech);
    case 'worklist reminder':
      return words('workMail.worklist.subject', { count: content.open });
    case 'predicted availability':
      return predictedTitle(content, speech);
    case 'sign in':
      return words('workMail.signIn.title', { facility: content.facility });
    case 'mail unreached':
      return words('workMail.unreached.title', { person: content.person });
    case 'decision refused':
      return words('workMail.refused.title');
    case 'series day taken':
      return words('blockMail.series.taken.subject', { room: content.room, when: day(content.days[0]!.startsAt, content.zone) });
    case 'series changed':
      return words('blockMail.series.changed.subject', { room: content.room, count: content.days.length });
    case 'hold use restricted':
      return words('holdMail.restricted.subject', { facility: content.facility });
    case 'ticket assigned':
    case 'ticket due':
    case 'ticket overdue':
    case 'ticket returned':
    case 'ticket emergency':
      return ticketTitle(content, speech);
    case 'transfer proposed':
    case 'transfer to approve':
    case 'transfer answered':
      return `${transferTitle(content, speech)}, ${content.blocks[0]!.room}`;
    default:
      return `${holdTitle(content, speech)}, ${content.room}`;
  }
}

const aboutBlock = ({ room, block, zone }: { room: string; block: Interval; zone: string }, { day }: Speech) => ({
  room,
  when: day(block.startsAt, zone),
});
