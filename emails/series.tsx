import { formatRange } from '../domain/civil.ts';
import type { MessageContent } from '../domain/message.ts';
import { Fact, Layout, Line, type Links } from './layout.tsx';
import { longDay } from './wording.ts';

type Content<Kind extends MessageContent['kind']> = { content: Extract<MessageContent, { kind: Kind }>; links: Links };

/** To the facility: it decides which of the two blocks is right. */
export function SeriesDayTaken({ content, links }: Content<'series day taken'>) {
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

/** To the holder of the days, whoever changed the series. */
export function SeriesChanged({ content, links }: Content<'series changed'>) {
  const { room, group, provider, zone, days, by, reason } = content;
  const gone = days.filter(({ after }) => !after).length;
  const title = gone === days.length ? `Block days in ${room} were taken away` : `Block days in ${room} have changed`;
  return (
    <Layout preview={`${by} changed the block series of ${provider ?? group}.`} title={title} links={links} zone={zone}>
      <Line>
        {by} changed the block series of {provider ?? group} in {room}
        {reason && `, because: ${reason}`}.
      </Line>
      {days.map(({ before, after }) => (
        <Fact key={before.startsAt} name={longDay(before.startsAt, zone)}>
          {formatRange(before, zone)} {after ? `is now ${formatRange(after, zone)}` : 'is no block of yours any more'}
        </Fact>
      ))}
    </Layout>
  );
}
