import type { MessageContent } from '../domain/message.ts';
import type { Speech } from '../words/speech.ts';
import { Buttons, Layout, Line, type MailProps } from './layout.tsx';

type Ticket = Extract<MessageContent, { kind: `ticket ${string}` }>;

const keys = {
  'ticket assigned': 'workMail.ticket.assigned',
  'ticket due': 'workMail.ticket.due',
  'ticket overdue': 'workMail.ticket.overdue',
  'ticket returned': 'workMail.ticket.returned',
  'ticket emergency': 'workMail.ticket.emergency',
} as const;

/** For subject and heading: the type and what about it, never a patient. */
export const ticketTitle = ({ kind, type }: Ticket, { words }: Speech): string => words(`${keys[kind]}.title`, { type });

function whatHappened(content: Ticket, { words }: Speech): string {
  switch (content.kind) {
    case 'ticket assigned':
      return words('workMail.ticket.assigned.text', { by: content.by });
    case 'ticket due':
      return words(content.assignee ? 'workMail.ticket.due.yours' : 'workMail.ticket.due.nobody');
    case 'ticket overdue':
      return content.assignee
        ? words('workMail.ticket.overdue.somebody', { assignee: content.assignee })
        : words('workMail.ticket.overdue.nobody');
    case 'ticket returned':
      return content.to
        ? words('workMail.ticket.returned.to', { from: content.from, to: content.to })
        : words('workMail.ticket.returned.queue', { from: content.from });
    case 'ticket emergency':
      return words('workMail.ticket.emergency.text');
  }
}

/** P-08, F-10, F-11: to the people of a team. What it is about stands on the page, behind a sign-in. */
export function TicketMail({ content, links, speech }: MailProps<Ticket>) {
  const { team, type, openedAt, zone } = content;
  const { words, dateTime } = speech;
  const happened = whatHappened(content, speech);
  return (
    <Layout preview={happened} title={ticketTitle(content, speech)} {...{ links, zone, speech }}>
      <Line>{words('workMail.ticket.about', { type, team, at: dateTime(openedAt, zone) })}</Line>
      <Line>{happened}</Line>
      <Buttons purposes={['my work']} links={links} speech={speech} />
    </Layout>
  );
}
