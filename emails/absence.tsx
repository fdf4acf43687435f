import type { ReactNode } from 'react';

import { buttonsOf, type MessageContent } from '../domain/message.ts';
import { Buttons, Fact, Layout, Line, type Links } from './layout.tsx';
import { dateTime, longDay, ranges } from './wording.ts';

type Content = Extract<MessageContent, { absent: string }>;

const listed = (names: string[]) => names.join(', ');

/** The title and the words of each message about an absence; the frame and the dates are the same for all. */
function words(content: Content): { title: string; body: ReactNode } {
  const { absent, zone } = content;
  switch (content.kind) {
    case 'cover wanted':
      return {
        title: content.sameDay ? `${absent} is out today: can you cover?` : `Can you cover for ${absent}?`,
        body: (
          <>
            <Fact name="Providers">{listed(content.providers)}</Fact>
            <Line>
              You look after {content.lines} {content.lines === 1 ? 'line' : 'lines'} then already. The first who opts in covers; nobody is
              looked for again afterwards. Your own hours stay as they are.
            </Line>
          </>
        ),
      };
    case 'coverage notice':
    case 'coverage choice':
      return {
        title: `${absent} is away: your line`,
        body: (
          <>
            {content.days.map(({ date, covered, uncovered, because }) => (
              <Fact key={date} name={longDay(`${date}T12:00:00Z`, 'UTC')}>
                {because} {covered.length > 0 && `Looked after: ${ranges(covered, zone)}. `}
                {uncovered.length > 0 && `Nobody: ${ranges(uncovered, zone)}.`}
              </Fact>
            ))}
            <Line>{content.kind === 'coverage choice' ? leaveOrCover : 'You can cover your line yourself instead.'}</Line>
          </>
        ),
      };
    case 'nobody covers':
      return {
        title: `Nobody covers for ${absent} yet`,
        body: (
          <>
            <Fact name="Providers">{listed(content.providers)}</Fact>
            <Line>All coordinators were asked, and nobody has opted in. Their lines have nobody until somebody is assigned.</Line>
          </>
        ),
      };
    case 'provider not told':
      return {
        title: `A provider does not know that ${absent} will be away`,
        body: <Fact name="Not told yet">{listed(content.providers)}</Fact>,
      };
    case 'away message':
      return {
        title: `A message for your line while ${absent} is away`,
        body: (
          <>
            <Fact name="Whoever calls or writes would get">{content.text}</Fact>
            <Line>It is not sent before you approve it.</Line>
          </>
        ),
      };
    case 'line access':
      return content.granted
        ? {
            title: `You cover for ${absent} from now on`,
            body: <Line>You were added to the line and the support channel of {listed(content.providers)}.</Line>,
          }
        : {
            title: `${absent} is back`,
            body: <Line>You were removed from the line and the channel of {listed(content.providers)}. Thank you.</Line>,
          };
    case 'welcome back':
      return {
        title: 'Welcome back: what waits for you',
        body: <Line>What came in while nobody looked after the lines of {listed(content.providers)} is on your list to catch up on.</Line>,
      };
  }
}

const leaveOrCover = 'You are asked to look after your line. You can also leave it unmonitored; it is caught up on after the return.';

export function AbsenceMail({ content, links }: { content: Content; links: Links }) {
  const { title, body } = words(content);
  const { zone, theirZone, away, absent } = content;
  const buttons = buttonsOf[content.kind];
  return (
    <Layout
      preview={`${absent}, ${dateTime(away.startsAt, zone)} – ${dateTime(away.endsAt, zone)}`}
      title={title}
      links={links}
      zone={zone}
    >
      <Fact name="Away">
        {dateTime(away.startsAt, zone)} – {dateTime(away.endsAt, zone)}
        {theirZone !== zone && ` (${dateTime(away.startsAt, theirZone)} – ${dateTime(away.endsAt, theirZone)} in ${theirZone})`}
      </Fact>
      {body}
      {buttons.length > 0 && <Buttons purposes={buttons} links={links} />}
    </Layout>
  );
}

export const absenceTitle = (content: Content) => words(content).title;

type Holiday = Extract<MessageContent, { kind: 'company holiday' }>;

/** P-18: to every provider. */
export function CompanyHoliday({ content, links }: { content: Holiday; links: Links }) {
  return (
    <Layout preview={companyHolidayTitle(content)} title={companyHolidayTitle(content)} links={links} zone={content.zone}>
      <Line>It is {content.name}: no coordinator is there. Please look after your line yourself on that day.</Line>
    </Layout>
  );
}

export const companyHolidayTitle = ({ date }: Holiday) => `We are closed on ${longDay(`${date}T12:00:00Z`, 'UTC')}`;
