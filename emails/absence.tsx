import type { ReactNode } from 'react';

import { buttonsOf } from '../domain/mail-button.ts';
import type { MessageContent } from '../domain/message.ts';
import type { Speech } from '../words/speech.ts';
import { Buttons, type Content, Fact, Layout, Line, type MailProps } from './layout.tsx';

type Absence = Extract<MessageContent, { absent: string }>;

/** The title and the words of each message about an absence; the frame and the dates are the same for all. */
function said(content: Absence, { words, civilDay, ranges }: Speech): { title: string; body: ReactNode } {
  const { absent, zone } = content;
  const providers = 'providers' in content ? content.providers.join(', ') : '';
  switch (content.kind) {
    case 'cover wanted':
      return {
        title: words(content.sameDay ? 'lineMail.wanted.today' : 'lineMail.wanted.title', { absent }),
        body: (
          <>
            <Fact name={words('lineMail.providers')}>{providers}</Fact>
            <Line>{words('lineMail.wanted.text', { count: content.lines })}</Line>
          </>
        ),
      };
    case 'coverage notice':
    case 'coverage choice':
      return {
        title: words('lineMail.notice.title', { absent }),
        body: (
          <>
            {content.days.map(({ date, covered, uncovered, because }) => (
              <Fact key={date} name={civilDay(date)}>
                {because} {covered.length > 0 && `${words('lineMail.notice.covered', { ranges: ranges(covered, zone) })} `}
                {uncovered.length > 0 && words('lineMail.notice.nobody', { ranges: ranges(uncovered, zone) })}
              </Fact>
            ))}
            <Line>{words(content.kind === 'coverage choice' ? 'lineMail.notice.choice' : 'lineMail.notice.yourself')}</Line>
          </>
        ),
      };
    case 'nobody covers': {
      const cover = content.coverAway;
      return {
        title: cover ? words('lineMail.nobody.awayTitle', { absent, cover }) : words('lineMail.nobody.title', { absent }),
        body: (
          <>
            <Fact name={words('lineMail.providers')}>{providers}</Fact>
            <Line>{cover ? words('lineMail.nobody.away', { cover }) : words('lineMail.nobody.text')}</Line>
          </>
        ),
      };
    }
    case 'cover back':
      return {
        title: words('lineMail.coverBack.title', { absent, cover: content.cover }),
        body: (
          <>
            <Fact name={words('lineMail.providers')}>{providers}</Fact>
            <Line>{words('lineMail.coverBack.text', { cover: content.cover })}</Line>
          </>
        ),
      };
    case 'cover changed': {
      const { change, by } = content;
      return {
        title: words(`lineMail.changed.${change}.title`, { absent }),
        body: <Line>{words(`lineMail.changed.${change}.text`, { absent, by, providers })}</Line>,
      };
    }
    case 'absence ended early': {
      const how = content.cancelled ? 'cancelled' : 'back';
      return { title: words(`lineMail.ended.${how}`, { absent }), body: <Line>{words('lineMail.ended.text', { absent })}</Line> };
    }
    case 'provider not told':
      return { title: words('lineMail.untold.title', { absent }), body: <Fact name={words('lineMail.untold.who')}>{providers}</Fact> };
    case 'away message':
      return {
        title: words('lineMail.message.title', { absent }),
        body: (
          <>
            <Fact name={words('lineMail.message.text')}>{content.text}</Fact>
            <Line>{words('lineMail.message.next')}</Line>
          </>
        ),
      };
    case 'line access':
      return content.granted
        ? { title: words('lineMail.access.title', { absent }), body: <Line>{words('lineMail.access.text', { providers })}</Line> }
        : { title: words('lineMail.access.backTitle', { absent }), body: <Line>{words('lineMail.access.back', { providers })}</Line> };
    case 'welcome back':
      return { title: words('lineMail.welcome.title'), body: <Line>{words('lineMail.welcome.text', { providers })}</Line> };
  }
}

export function AbsenceMail({ content, links, speech }: MailProps<Absence>) {
  const { title, body } = said(content, speech);
  const { zone, theirZone, away, absent } = content;
  const { words, dateTime } = speech;
  const buttons = buttonsOf(content);
  const [from, to] = [dateTime(away.startsAt, zone), dateTime(away.endsAt, zone)];
  const [theirFrom, theirTo] = [dateTime(away.startsAt, theirZone), dateTime(away.endsAt, theirZone)];
  return (
    <Layout preview={`${absent}, ${from} – ${to}`} {...{ title, links, zone, speech }}>
      <Fact name={words('lineMail.away')}>
        {theirZone === zone ? `${from} – ${to}` : words('lineMail.awayIn', { from, to, theirFrom, theirTo, zone: theirZone })}
      </Fact>
      {body}
      {buttons.length > 0 && <Buttons purposes={buttons} links={links} speech={speech} />}
    </Layout>
  );
}

export const absenceTitle = (content: Absence, speech: Speech) => said(content, speech).title;

/** P-18: to every provider. */
export function CompanyHoliday({ content, links, speech }: MailProps<Content<'company holiday'>>) {
  const title = companyHolidayTitle(content, speech);
  return (
    <Layout preview={title} zone={content.zone} {...{ title, links, speech }}>
      <Line>{speech.words('lineMail.holiday.text', { name: content.name })}</Line>
    </Layout>
  );
}

/** P-18: the day is a working day after all. */
export function HolidayTakenBack({ content, links, speech }: MailProps<Content<'holiday taken back'>>) {
  const title = holidayTakenBackTitle(content, speech);
  return (
    <Layout preview={title} zone={content.zone} {...{ title, links, speech }}>
      <Line>{speech.words('lineMail.holiday.takenBack.text')}</Line>
    </Layout>
  );
}

export const holidayTakenBackTitle = ({ date }: Content<'holiday taken back'>, { words, civilDay }: Speech) =>
  words('lineMail.holiday.takenBack.title', { day: civilDay(date) });

export const companyHolidayTitle = ({ date }: Content<'company holiday'>, { words, civilDay }: Speech) =>
  words('lineMail.holiday.title', { day: civilDay(date) });
