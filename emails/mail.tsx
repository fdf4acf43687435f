import type { ReactElement } from 'react';
import { render, toPlainText } from 'react-email';

import type { MessageContent } from '../domain/message.ts';
import { AbsenceMail, absenceTitle, CompanyHoliday, companyHolidayTitle } from './absence.tsx';
import { DecisionRefused, FreshLinks, HoldUseRestricted, SignIn } from './access.tsx';
import { AvailabilityAlert, availabilityTitle, OpenTimeTakenBack } from './availability.tsx';
import { AlertAnswered, BlockAlert, BlockInsideWindow, ReleaseNotification, ReleaseUndone } from './block.tsx';
import { ConversationNotice, conversationTitle } from './conversation.tsx';
import { CoordinatorChanged, coordinatorTitle } from './coordinator.tsx';
import { HoldMail, holdTitle } from './hold.tsx';
import type { Links } from './layout.tsx';
import { PredictedAvailability, predictedTitle } from './predicted-availability.tsx';
import { SeriesChanged, SeriesDayTaken } from './series.tsx';
import { TicketMail, ticketTitle } from './ticket.tsx';
import { VacationReminder } from './vacation.tsx';
import { day, times } from './wording.ts';
import { WorklistReminder } from './worklist.tsx';

export type RenderedMail = { subject: string; html: string; text: string };

export const asWritten = { selectors: [{ selector: 'h1', options: { uppercase: false } }] };

/** A message as one person gets it: HTML and plain text say the same and carry the same links. */
export async function renderMail(content: MessageContent, links: Links): Promise<RenderedMail> {
  const html = await render(body(content, links));
  return { subject: subjectOf(content), html, text: toPlainText(html, asWritten) };
}

function body(content: MessageContent, links: Links): ReactElement {
  switch (content.kind) {
    case 'block alert':
      return <BlockAlert content={content} links={links} />;
    case 'alert answered':
      return <AlertAnswered content={content} links={links} />;
    case 'release notification':
      return <ReleaseNotification content={content} links={links} />;
    case 'release undone':
      return <ReleaseUndone content={content} links={links} />;
    case 'block inside window':
      return <BlockInsideWindow content={content} links={links} />;
    case 'availability alert':
    case 'availability digest':
      return <AvailabilityAlert content={content} links={links} />;
    case 'open time taken back':
      return <OpenTimeTakenBack content={content} links={links} />;
    case 'fresh links':
      return <FreshLinks content={content} links={links} />;
    case 'vacation reminder':
      return <VacationReminder content={content} links={links} />;
    case 'conversation notice':
      return <ConversationNotice content={content} links={links} />;
    case 'coordinator changed':
      return <CoordinatorChanged content={content} links={links} />;
    case 'cover wanted':
    case 'coverage notice':
    case 'coverage choice':
    case 'nobody covers':
    case 'provider not told':
    case 'away message':
    case 'line access':
    case 'welcome back':
      return <AbsenceMail content={content} links={links} />;
    case 'company holiday':
      return <CompanyHoliday content={content} links={links} />;
    case 'worklist reminder':
      return <WorklistReminder content={content} links={links} />;
    case 'predicted availability':
      return <PredictedAvailability content={content} links={links} />;
    case 'sign in':
      return <SignIn content={content} links={links} />;
    case 'decision refused':
      return <DecisionRefused content={content} links={links} />;
    case 'series day taken':
      return <SeriesDayTaken content={content} links={links} />;
    case 'series changed':
      return <SeriesChanged content={content} links={links} />;
    case 'hold use restricted':
      return <HoldUseRestricted content={content} links={links} />;
    case 'ticket assigned':
    case 'ticket due':
    case 'ticket overdue':
    case 'ticket returned':
    case 'ticket emergency':
      return <TicketMail content={content} links={links} />;
    default:
      return <HoldMail content={content} links={links} />;
  }
}

/** Names the room and the day, never a patient. */
function subjectOf(content: MessageContent): string {
  switch (content.kind) {
    case 'block alert':
      return `Release ${day(content.block.startsAt, content.zone)} ${times(content.proposal, content.zone)} in ${content.room}?`;
    case 'alert answered':
      return `${content.by} answered: ${content.room}, ${day(content.block.startsAt, content.zone)}`;
    case 'release notification':
      return `Release Notification: ${content.room}, ${day(content.block.startsAt, content.zone)}`;
    case 'release undone':
      return `Release undone: ${content.room}, ${day(content.block.startsAt, content.zone)}`;
    case 'block inside window':
      return `New block inside its release window: ${content.room}, ${day(content.block.startsAt, content.zone)}`;
    case 'availability alert':
    case 'availability digest':
      return availabilityTitle(content);
    case 'open time taken back':
      return `Open time taken back: ${content.room}, ${day(content.returned[0]!.startsAt, content.zone)}`;
    case 'fresh links':
      return `Your links to ${content.facility}`;
    case 'vacation reminder':
      return `Is a surgeon away soon? ${content.facility}`;
    case 'conversation notice':
      return conversationTitle(content);
    case 'coordinator changed':
      return coordinatorTitle(content);
    case 'cover wanted':
    case 'coverage notice':
    case 'coverage choice':
    case 'nobody covers':
    case 'provider not told':
    case 'away message':
    case 'line access':
    case 'welcome back':
      return absenceTitle(content);
    case 'company holiday':
      return companyHolidayTitle(content);
    case 'worklist reminder':
      return `${content.open} ${content.open === 1 ? 'change is' : 'changes are'} not in your own schedule yet`;
    case 'predicted availability':
      return predictedTitle(content);
    case 'sign in':
      return `Sign in to ${content.facility}`;
    case 'decision refused':
      return 'Your decision could not be carried out';
    case 'series day taken':
      return `No block on ${day(content.days[0]!.startsAt, content.zone)}: ${content.room} is taken`;
    case 'series changed':
      return `The block series in ${content.room} was changed: ${content.days.length} ${content.days.length === 1 ? 'day' : 'days'}`;
    case 'hold use restricted':
      return `What you may request at ${content.facility} is limited for now`;
    case 'ticket assigned':
    case 'ticket due':
    case 'ticket overdue':
    case 'ticket returned':
    case 'ticket emergency':
      return ticketTitle(content);
    default:
      return `${holdTitle(content)}, ${content.room}`;
  }
}
