import { formatDuration, formatInstant } from '../domain/civil.ts';
import { totalMinutes } from '../domain/interval.ts';
import type { MessageContent } from '../domain/message.ts';
import { Fact, Layout, Line, type Links } from './layout.tsx';
import { day, ranges } from './wording.ts';

type Content = Extract<MessageContent, { kind: 'predicted availability' }>;

export function predictedTitle({ blocks, more }: Content): string {
  const count = blocks.length + more;
  return `Probably unused: time in ${count} ${count === 1 ? 'block' : 'blocks'} of the coming days`;
}

/** F-09: once a day, what of the coming days will probably stay unused, how sure that is, and why. */
export function PredictedAvailability({ content, links }: { content: Content; links: Links }) {
  const { blocks, more, days, zone } = content;
  const hours = formatDuration(blocks.reduce((sum, { unused }) => sum + totalMinutes(unused), 0));
  return (
    <Layout preview={`${hours} will probably stay unused.`} title={predictedTitle(content)} links={links} zone={zone}>
      <Line>
        {hours} of unbooked block time within {days} days will probably stay unused. It is still its holders’: they are asked, and nothing
        is open to others before it is released.
      </Line>
      {blocks.map(({ room, holder, block, unused, confidence, because, predictor, mandatoryAt }) => (
        <Fact key={`${room} ${block.startsAt}`} name={`${day(block.startsAt, zone)}, ${room}, ${holder}`}>
          {ranges(unused, zone)}, {Math.floor(confidence * 100)} % sure{predictor && ` by ${predictor}`}. {because}
          {mandatoryAt && ` Released by itself on ${day(mandatoryAt, zone)} at ${formatInstant(mandatoryAt, zone, 'time')}.`}
        </Fact>
      ))}
      {more > 0 && <Line>And {more} more, later ones: see the Block Schedule.</Line>}
      <Line>The facility’s policy says whether and when this mail comes.</Line>
    </Layout>
  );
}
