import type { MessageContent } from '../domain/message.ts';
import { Buttons, Layout, Line, type Links } from './layout.tsx';
import { dateTime } from './wording.ts';

type Content = Extract<MessageContent, { kind: `ticket ${string}` }>;

/** For subject and heading: the type and what about it, never a patient. */
export function ticketTitle(content: Content): string {
  switch (content.kind) {
    case 'ticket assigned':
      return `Yours now: ${content.type}`;
    case 'ticket due':
      return `Due soon: ${content.type}`;
    case 'ticket overdue':
      return `Overdue: ${content.type}`;
    case 'ticket returned':
      return `Given on: ${content.type}`;
    case 'ticket emergency':
      return `Medical emergency: ${content.type}`;
  }
}

function whatHappened(content: Content): string {
  switch (content.kind) {
    case 'ticket assigned':
      return `${content.by} has given it to you.`;
    case 'ticket due':
      return content.assignee ? 'It is yours and should be closed soon.' : 'It should be closed soon, and nobody has taken it.';
    case 'ticket overdue':
      return content.assignee
        ? `It should have been closed by now. ${content.assignee} has it.`
        : 'It should have been closed by now, and nobody has it.';
    case 'ticket returned':
      return `${content.from} has not been heard of. ${content.to ? `${content.to} has it now.` : 'It is back in the queue.'}`;
    case 'ticket emergency':
      return 'It goes before all others. Whoever reads this first takes it.';
  }
}

/** P-08, F-10, F-11: to the people of a team. What it is about stands on the page, behind a sign-in. */
export function TicketMail({ content, links }: { content: Content; links: Links }) {
  const { team, type, openedAt, zone } = content;
  return (
    <Layout preview={whatHappened(content)} title={ticketTitle(content)} links={links} zone={zone}>
      <Line>
        A ticket of the type {type} in the queue of {team}, opened {dateTime(openedAt, zone)}.
      </Line>
      <Line>{whatHappened(content)}</Line>
      <Buttons purposes={['my work']} links={links} />
    </Layout>
  );
}
