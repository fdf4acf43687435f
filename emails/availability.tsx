import { formatDuration, formatRange } from '../domain/civil.ts';
import { minutesOf } from '../domain/interval.ts';
import type { MessageContent } from '../domain/message.ts';
import { Buttons, Fact, FootLink, Layout, Line, type Links } from './layout.tsx';
import { buttonLabels, day, longDay, ranges } from './wording.ts';

type Content<Kind extends MessageContent['kind']> = Extract<MessageContent, { kind: Kind }>;
type Alert = Content<'availability alert' | 'availability digest'>;

/** Names the place where there is one, and counts them where there are more. */
export function availabilityTitle({ kind, slots, zone, facility }: Alert): string {
  const [first] = slots;
  if (kind === 'availability digest') return `Open time today: ${slots.length} ${slots.length === 1 ? 'slot' : 'slots'} at ${facility}`;
  const more = slots.length > 1 ? ` and ${slots.length - 1} more` : '';
  return `Open time: ${first!.room}, ${day(first!.startsAt, zone)} ${formatRange(first!, zone)}${more}`;
}

/** C-46: which room, when, how long, and for whom it fits. */
export function AvailabilityAlert({ content, links }: { content: Alert; links: Links }) {
  const { slots, zone, facility, kind } = content;
  return (
    <Layout
      preview={`Time has become open at ${facility}.`}
      title={kind === 'availability digest' ? 'Time that has become open' : 'Time has become open'}
      links={links}
      zone={zone}
    >
      {slots.map((slot) => (
        <Fact key={`${slot.roomId} ${slot.startsAt}`} name={slot.room}>
          {longDay(slot.startsAt, zone)}, {formatRange(slot, zone)} ({formatDuration(minutesOf(slot))}), {facility}; fits{' '}
          {slot.providers.join(', ')}
        </Fact>
      ))}
      <Line>The first to request it gets it, once the facility confirms. It may be gone when you look.</Line>
      <Buttons purposes={['find open time']} links={links} />
      <Line>
        {kind === 'availability digest'
          ? 'You get this at most once a day, and only when something has opened.'
          : 'You get this as soon as time opens. Would once a day be enough? Change your preferences below.'}{' '}
        <FootLink href={links.unsubscribe}>{buttonLabels.unsubscribe}</FootLink>: what you are asked to decide comes all the same.
      </Line>
    </Layout>
  );
}

/** U-10: whoever was told of open time learns that it is open no more. */
export function OpenTimeTakenBack({ content, links }: { content: Content<'open time taken back'>; links: Links }) {
  const { room, returned, by, zone, facility } = content;
  return (
    <Layout preview={`${room} is no longer open.`} title="Open time was taken back" links={links} zone={zone}>
      <Fact name={room}>
        {longDay(returned[0]!.startsAt, zone)}, {ranges(returned, zone)}, {facility}
      </Fact>
      <Line>
        {by} undid the release you were told of, so this time is not open any more. Holds that were requested meanwhile stay as they are.
      </Line>
    </Layout>
  );
}
