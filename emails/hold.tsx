import type { ReactNode } from 'react';

import { buttonsOf } from '../domain/mail-button.ts';
import type { MessageContent } from '../domain/message.ts';
import type { Speech } from '../words/speech.ts';
import { Buttons, Fact, Layout, Line, type MailProps } from './layout.tsx';

export type HoldContent = Extract<MessageContent, { hold: unknown }>;

/** The title and the words of each message about a hold; the frame and the facts are the same for all. */
function said(content: HoldContent, { words, day, range, ranges }: Speech): { title: string; body: ReactNode } {
  const { zone, hold } = content;
  const when = day(hold.startsAt, zone);
  switch (content.kind) {
    case 'hold requested':
      return {
        title: words(content.reminder ? 'holdMail.requested.reminder' : 'holdMail.requested.title', { when }),
        body: <Line>{words('holdMail.requested.text', { requester: content.requester })}</Line>,
      };
    case 'hold confirmed':
      return { title: words('holdMail.confirmed.title', { when }), body: <Line>{words('holdMail.confirmed.text')}</Line> };
    case 'hold denied':
      return {
        title: words('holdMail.denied.title', { when }),
        body: <Fact name={words('holdMail.reason', { by: content.by })}>{content.reason}</Fact>,
      };
    case 'hold changed':
      return {
        title: words('holdMail.changed.title', { when }),
        body: (
          <Fact name={words('holdMail.changed.before', { by: content.by })}>
            {content.before.room}, {day(content.before.hold.startsAt, zone)}, {range(content.before.hold, zone)}
          </Fact>
        ),
      };
    case 'hold deleted':
      return {
        title: words('holdMail.deleted.title', { when }),
        body: <Fact name={words('holdMail.reason', { by: content.by })}>{content.reason}</Fact>,
      };
    case 'hold expired':
      return {
        title: words(content.pending ? 'holdMail.expired.lapsed' : 'holdMail.expired.title', { when }),
        body: (
          <Line>
            {content.pending && `${words('holdMail.expired.late')} `}
            {content.freed.length > 0
              ? words('holdMail.expired.freed', { ranges: ranges(content.freed, zone) })
              : words('holdMail.expired.nothing')}
          </Line>
        ),
      };
    case 'hold in conflict':
      return {
        title: words('holdMail.conflict.title', { when }),
        body: <Line>{words('holdMail.conflict.text', { ranges: ranges(content.taken, zone) })}</Line>,
      };
  }
}

export function HoldMail({ content, links, speech }: MailProps<HoldContent>) {
  const { title, body } = said(content, speech);
  const { zone, hold, room, group, provider, requester, expiresAt, facility } = content;
  const { words, day, longDay, range, dateTime } = speech;
  const buttons = buttonsOf(content);
  const lives = content.kind === 'hold requested' || content.kind === 'hold confirmed' || content.kind === 'hold changed';
  return (
    <Layout preview={`${room}, ${day(hold.startsAt, zone)}, ${range(hold, zone)}`} {...{ title, links, zone, speech }}>
      <Fact name={words('holdMail.hold')}>
        {room}, {longDay(hold.startsAt, zone)}, {range(hold, zone)}, {facility}
      </Fact>
      <Fact name={words('holdMail.for')}>{words('holdMail.requestedBy', { provider, group, requester })}</Fact>
      {lives && <Fact name={words('holdMail.expires')}>{dateTime(expiresAt, zone)}</Fact>}
      {body}
      {buttons.length > 0 && <Buttons purposes={buttons} links={links} speech={speech} />}
    </Layout>
  );
}

export const holdTitle = (content: HoldContent, speech: Speech) => said(content, speech).title;
