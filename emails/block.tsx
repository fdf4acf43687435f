import { asksForPart, buttonsOf } from '../domain/mail-button.ts';
import type { Speech } from '../words/speech.ts';
import { Buttons, type Content, Fact, Layout, Line, type MailProps } from './layout.tsx';

type Props<Kind extends AboutBlock['kind']> = MailProps<Content<Kind>>;
type AboutBlock = Content<'block alert' | 'alert answered' | 'release notification' | 'release undone' | 'block inside window'>;

/** "OR 2, Thursday, 3 December 2026, 07:00–16:00, Lakeside Orthopedics" */
function Where({ content, speech }: { content: AboutBlock; speech: Speech }) {
  const { room, block, zone, provider, group, facility } = content;
  return (
    <Fact name={speech.words('blockMail.block')}>
      {room}, {speech.longDay(block.startsAt, zone)}, {speech.range(block, zone)}, {provider ?? group}, {facility}
    </Fact>
  );
}

/** C-08 to C-14: asks for the bits that will not be filled, and carries its three answers. */
export function BlockAlert({ content, links, speech }: Props<'block alert'>) {
  const { proposal, unbooked, zone, confidence, because, predictor, booked, askedAgainAt, mandatoryAt, block, room } = content;
  const { words, ranges, times, day, time } = speech;
  const percent = Math.floor(confidence * 100);
  const asked = times(proposal, zone);
  return (
    <Layout
      preview={words('blockMail.alert.preview', { ranges: ranges(proposal, zone), room })}
      title={words('blockMail.alert.title', { times: asked, when: day(block.startsAt, zone) })}
      {...{ links, zone, speech }}
    >
      <Where content={content} speech={speech} />
      <Fact name={words('blockMail.alert.unused')}>{ranges(proposal, zone)}</Fact>
      <Fact name={words('blockMail.alert.booked')}>{ranges(booked, zone)}</Fact>
      <Line>
        {predictor ? words('blockMail.alert.sureOther', { predictor, percent }) : words('blockMail.alert.sure', { percent })} {because}
      </Line>
      <Buttons purposes={buttonsOf(content)} values={{ times: asked }} {...{ links, speech }} />
      <Line>
        {asksForPart(content) && `${words('blockMail.alert.suggested', { times: asked })} `}
        {words('blockMail.alert.choices', { ranges: ranges(unbooked, zone) })}
      </Line>
      <Line>
        {askedAgainAt && `${words('blockMail.alert.again', { date: day(askedAgainAt, zone) })} `}
        {mandatoryAt && words('blockMail.alert.mandatory', { date: day(mandatoryAt, zone), time: time(mandatoryAt, zone) })}
      </Line>
    </Layout>
  );
}

/** C-22: one answer settles it for all. */
export function AlertAnswered({ content, links, speech }: Props<'alert answered'>) {
  const { by, answer, released, zone, block } = content;
  const { words, ranges, day } = speech;
  return (
    <Layout
      preview={words('blockMail.answered.preview', { by })}
      title={words('blockMail.answered.title', { by, when: day(block.startsAt, zone) })}
      {...{ links, zone, speech }}
    >
      <Where content={content} speech={speech} />
      <Line>
        {answer === 'kept'
          ? words('blockMail.answered.kept', { by })
          : words('blockMail.answered.released', { by, ranges: ranges(released, zone) })}{' '}
        {words('blockMail.answered.nothingLeft')}
      </Line>
    </Layout>
  );
}

/** C-24: the releaser and the facility read the same. */
export function ReleaseNotification({ content, links, speech }: Props<'release notification'>) {
  const { released, booked, by, at, release, undoUntil, zone, block } = content;
  const { words, ranges, day, dateTime, time } = speech;
  const how = words(`blockMail.released.${release}`);
  return (
    <Layout
      preview={`${how}: ${ranges(released, zone)}`}
      title={words('blockMail.released.title', { when: day(block.startsAt, zone) })}
      {...{ links, zone, speech }}
    >
      <Where content={content} speech={speech} />
      <Fact name={words('blockMail.released.released')}>{ranges(released, zone)}</Fact>
      <Fact name={words('blockMail.released.stay')}>{ranges(booked, zone)}</Fact>
      <Fact name={how}>{words('blockMail.released.by', { by, at: dateTime(at, zone) })}</Fact>
      <Line>{words('blockMail.released.both')}</Line>
      {undoUntil && (
        <>
          <Line>{words('blockMail.released.undo', { until: time(undoUntil, zone) })}</Line>
          <Buttons purposes={buttonsOf(content)} links={links} speech={speech} />
        </>
      )}
    </Layout>
  );
}

/** C-25: everyone told earlier is told again. */
export function ReleaseUndone({ content, links, speech }: Props<'release undone'>) {
  const { returned, later = [], by, reason, zone, block } = content;
  const { words, ranges, day } = speech;
  return (
    <Layout
      preview={words('blockMail.undone.preview', { by })}
      title={words('blockMail.undone.title', { when: day(block.startsAt, zone) })}
      {...{ links, zone, speech }}
    >
      <Where content={content} speech={speech} />
      <Fact name={words('blockMail.undone.returned')}>{ranges(returned, zone)}</Fact>
      {later.length > 0 && <Fact name={words('blockMail.undone.later')}>{ranges(later, zone)}</Fact>}
      <Fact name={words('blockMail.undone.by')}>{reason ? words('blockMail.undone.because', { by, reason }) : by}</Fact>
    </Layout>
  );
}

export function BlockInsideWindow({ content, links, speech }: Props<'block inside window'>) {
  const { zone, block, mandatoryAt } = content;
  const { words, day } = speech;
  return (
    <Layout
      preview={words('blockMail.inside.preview')}
      title={words('blockMail.inside.title', { when: day(block.startsAt, zone) })}
      {...{ links, zone, speech }}
    >
      <Where content={content} speech={speech} />
      <Line>{words('blockMail.inside.text', { date: day(mandatoryAt, zone) })}</Line>
    </Layout>
  );
}
