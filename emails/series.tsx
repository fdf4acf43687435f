import { type Content, Fact, Layout, Line, type MailProps } from './layout.tsx';

/** To the facility: it decides which of the two blocks is right. */
export function SeriesDayTaken({ content, links, speech }: MailProps<Content<'series day taken'>>) {
  const { room, group, provider, zone, days } = content;
  const { words, longDay, range } = speech;
  return (
    <Layout
      preview={words('blockMail.series.taken.preview')}
      title={words('blockMail.series.taken.title', { room })}
      {...{ links, zone, speech }}
    >
      <Line>{words('blockMail.series.taken.text', { holder: provider ?? group, room })}</Line>
      {days.map((one) => (
        <Fact key={one.startsAt} name={longDay(one.startsAt, zone)}>
          {range(one, zone)}
        </Fact>
      ))}
      <Line>{words('blockMail.series.taken.next')}</Line>
    </Layout>
  );
}

/** To the holder of the days, whoever changed the series. */
export function SeriesChanged({ content, links, speech }: MailProps<Content<'series changed'>>) {
  const { room, group, provider, zone, days, by, reason } = content;
  const { words, longDay, range } = speech;
  const gone = days.filter(({ after }) => !after).length;
  const about = { by, room, holder: provider ?? group };
  return (
    <Layout
      preview={words('blockMail.series.changed.preview', about)}
      title={words(gone === days.length ? 'blockMail.series.changed.gone' : 'blockMail.series.changed.title', about)}
      {...{ links, zone, speech }}
    >
      <Line>
        {reason ? words('blockMail.series.changed.because', { ...about, reason }) : words('blockMail.series.changed.text', about)}
      </Line>
      {days.map(({ before, after }) => (
        <Fact key={before.startsAt} name={longDay(before.startsAt, zone)}>
          {after
            ? words('blockMail.series.changed.now', { before: range(before, zone), after: range(after, zone) })
            : words('blockMail.series.changed.no', { before: range(before, zone) })}
        </Fact>
      ))}
    </Layout>
  );
}
