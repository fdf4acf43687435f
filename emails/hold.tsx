import type { ReactNode } from 'react';

import { formatRange } from '../domain/civil.ts';
import { buttonsOf, type MessageContent } from '../domain/message.ts';
import { Buttons, Fact, Layout, Line, type Links } from './layout.tsx';
import { dateTime, day, longDay, ranges } from './wording.ts';

type HoldContent = Extract<MessageContent, { hold: unknown }>;

/** The title and the words of each message about a hold; the frame and the facts are the same for all. */
function words(content: HoldContent): { title: string; body: ReactNode } {
  const { zone, hold } = content;
  const when = day(hold.startsAt, zone);
  switch (content.kind) {
    case 'hold requested':
      return {
        title: content.reminder ? `Still waiting: a request for ${when}` : `Request for open time on ${when}`,
        body: <Line>{content.requester} waits for your answer. The time is hidden from everybody else until you confirm or deny.</Line>,
      };
    case 'hold confirmed':
      return {
        title: `Hold Confirmation for ${when}`,
        body: (
          <Line>
            The time is yours: you can promise it to a patient now. Please fill it with cases before it expires; if you no longer need it,
            delete it so that others can use it.
          </Line>
        ),
      };
    case 'hold denied':
      return { title: `Your request for ${when} was denied`, body: <Fact name={`Reason given by ${content.by}`}>{content.reason}</Fact> };
    case 'hold changed':
      return {
        title: `Your hold on ${when} was updated`,
        body: (
          <Fact name={`Before the change by ${content.by}`}>
            {content.before.room}, {day(content.before.hold.startsAt, zone)}, {formatRange(content.before.hold, zone)}
          </Fact>
        ),
      };
    case 'hold deleted':
      return { title: `Hold Deleted: ${when}`, body: <Fact name={`Reason given by ${content.by}`}>{content.reason}</Fact> };
    case 'hold expired':
      return {
        title: content.pending ? `The request for ${when} lapsed` : `The hold on ${when} expired`,
        body: (
          <Line>
            {content.pending ? 'It was not confirmed in time. ' : ''}
            {content.freed.length > 0 ? `Open to others again: ${ranges(content.freed, zone)}.` : 'Nothing became open.'}
          </Line>
        ),
      };
    case 'hold in conflict':
      return {
        title: `A case stands on the held time of ${when}`,
        body: (
          <Line>
            The facility’s schedule has a case of somebody else at {ranges(content.taken, zone)}. The case stands; please agree on another
            time.
          </Line>
        ),
      };
  }
}

export function HoldMail({ content, links }: { content: HoldContent; links: Links }) {
  const { title, body } = words(content);
  const { zone, hold, room, group, provider, requester, expiresAt, facility } = content;
  const buttons = buttonsOf[content.kind];
  const lives = content.kind === 'hold requested' || content.kind === 'hold confirmed' || content.kind === 'hold changed';
  return (
    <Layout preview={`${room}, ${day(hold.startsAt, zone)}, ${formatRange(hold, zone)}`} title={title} links={links} zone={zone}>
      <Fact name="Hold">
        {room}, {longDay(hold.startsAt, zone)}, {formatRange(hold, zone)}, {facility}
      </Fact>
      <Fact name="For">
        {provider}, {group}; requested by {requester}
      </Fact>
      {lives && <Fact name="Hold expiration date">{dateTime(expiresAt, zone)}</Fact>}
      {body}
      {buttons.length > 0 && <Buttons purposes={buttons} links={links} />}
    </Layout>
  );
}

export const holdTitle = (content: HoldContent) => words(content).title;
