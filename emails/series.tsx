import { formatRange } from '../domain/civil.ts';
import type { MessageContent } from '../domain/message.ts';
import { Fact, Layout, Line, type Links } from './layout.tsx';
import { longDay } from './wording.ts';

type Content = Extract<MessageContent, { kind: 'series day taken' }>;

/** To the facility: it decides which of the two blocks is right. */
export function SeriesDayTaken({ content, links }: { content: Content; links: Links }) {
  const { room, group, provider, zone, days } = content;
  return (
    <Layout preview="A block series could not reserve a day." title={`A block series found ${room} taken`} links={links} zone={zone}>
      <Line>
        The block series of {provider ?? group} in {room} reached days on which another block stands. It reserved nothing there:
      </Line>
      {days.map((one) => (
        <Fact key={one.startsAt} name={longDay(one.startsAt, zone)}>
          {formatRange(one, zone)}
        </Fact>
      ))}
      <Line>If the series is right, take the other block away and reserve the day again; if not, skip the date in the series.</Line>
    </Layout>
  );
}
