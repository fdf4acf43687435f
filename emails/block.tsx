import { formatInstant, formatRange } from '../domain/civil.ts';
import { buttonsOf, type MessageContent } from '../domain/message.ts';
import { Buttons, Fact, Layout, Line, type Links } from './layout.tsx';
import { dateTime, day, longDay, ranges, times } from './wording.ts';

type Content<Kind extends MessageContent['kind']> = Extract<MessageContent, { kind: Kind }>;
type Props<Kind extends MessageContent['kind']> = { content: Content<Kind>; links: Links };
type AboutBlock = Content<'block inside window'>;

/** "OR 2, Thursday, 3 December 2026, 07:00–16:00, Lakeside Orthopedics" */
function Where({
  content: { room, block, zone, provider, group, facility },
}: {
  content: Pick<AboutBlock, 'room' | 'block' | 'zone' | 'provider' | 'group' | 'facility'>;
}) {
  return (
    <Fact name="Block">
      {room}, {longDay(block.startsAt, zone)}, {formatRange(block, zone)}, {provider ?? group}, {facility}
    </Fact>
  );
}

/** C-08 to C-14: asks for the bits that will not be filled, and carries its three answers. */
export function BlockAlert({ content, links }: Props<'block alert'>) {
  const { proposal, unbooked, zone, confidence, because, predictor, booked, mandatoryAt, block, room } = content;
  return (
    <Layout
      preview={`${ranges(proposal, zone)} in ${room} will probably stay unused.`}
      title={`Will you use ${times(proposal, zone)} on ${day(block.startsAt, zone)}?`}
      links={links}
      zone={zone}
    >
      <Where content={content} />
      <Fact name="Probably not needed">{ranges(proposal, zone)}</Fact>
      <Fact name="Booked, and yours in any case">{ranges(booked, zone)}</Fact>
      <Line>
        {predictor ? `${predictor} is` : 'We are'} {Math.floor(confidence * 100)} % sure that this time will stay unused. {because}
      </Line>
      <Buttons purposes={buttonsOf[content.kind].toReversed()} links={links} />
      <Line>
        Full Release gives back all unbooked time, {ranges(unbooked, zone)}; with Partial Release you choose what goes. Cases stay where
        they are, and each button first shows exactly what it will do.
      </Line>
      <Line>
        Without an answer we ask again tomorrow, if the time is still unfilled.
        {mandatoryAt &&
          ` On ${day(mandatoryAt, zone)} at ${formatInstant(mandatoryAt, zone, 'time')} whatever is still unbooked is released by the facility’s policy.`}
      </Line>
    </Layout>
  );
}

/** C-22: one answer settles it for all. */
export function AlertAnswered({ content, links }: Props<'alert answered'>) {
  const { by, answer, released, zone, block } = content;
  return (
    <Layout preview={`${by} has answered.`} title={`${by} answered the alert about ${day(block.startsAt, zone)}`} links={links} zone={zone}>
      <Where content={content} />
      <Line>
        {answer === 'kept' ? `${by} keeps the block time.` : `${by} released ${ranges(released, zone)}.`} There is nothing left for you to
        do.
      </Line>
    </Layout>
  );
}

/** C-24: the releaser and the facility read the same. */
export function ReleaseNotification({ content, links }: Props<'release notification'>) {
  const { released, booked, by, at, release, undoUntil, zone, block } = content;
  const how = { full: 'Full release', partial: 'Partial release', mandatory: 'Mandatory release' }[release];
  return (
    <Layout
      preview={`${how}: ${ranges(released, zone)}`}
      title={`Block time released on ${day(block.startsAt, zone)}`}
      links={links}
      zone={zone}
    >
      <Where content={content} />
      <Fact name="Released">{ranges(released, zone)}</Fact>
      <Fact name="Cases that stay">{ranges(booked, zone)}</Fact>
      <Fact name={how}>
        by {by}, {dateTime(at, zone)}
      </Fact>
      <Line>The releaser and the facility scheduler both get this message; nobody needs to call anybody.</Line>
      {undoUntil && (
        <>
          <Line>
            Was it a mistake? Until {formatInstant(undoUntil, zone, 'time')} nobody else sees the time, and it can be taken back here. Later
            the support team can help.
          </Line>
          <Buttons purposes={buttonsOf[content.kind]} links={links} />
        </>
      )}
    </Layout>
  );
}

/** C-25: everyone told earlier is told again. */
export function ReleaseUndone({ content, links }: Props<'release undone'>) {
  const { returned, later = [], by, reason, zone, block } = content;
  return (
    <Layout preview={`${by} took a release back.`} title={`A release on ${day(block.startsAt, zone)} was undone`} links={links} zone={zone}>
      <Where content={content} />
      <Fact name="Back in the block">{ranges(returned, zone)}</Fact>
      {later.length > 0 && <Fact name="Taken by now, and yours first when that ends">{ranges(later, zone)}</Fact>}
      <Fact name="By">
        {by}
        {reason && `, because: ${reason}`}
      </Fact>
    </Layout>
  );
}

export function BlockInsideWindow({ content, links }: Props<'block inside window'>) {
  const { zone, block, mandatoryAt } = content;
  return (
    <Layout
      preview="This block will not be released by itself."
      title={`New block on ${day(block.startsAt, zone)}, inside its release window`}
      links={links}
      zone={zone}
    >
      <Where content={content} />
      <Line>
        Its mandatory release date, {day(mandatoryAt, zone)}, had passed when it was created, so it will not be released by itself. Please
        release what you do not need on the Block Schedule tab.
      </Line>
    </Layout>
  );
}
