import { totalMinutes } from '../domain/interval.ts';
import type { Speech } from '../words/speech.ts';
import { type Content, Fact, Layout, Line, type MailProps } from './layout.tsx';

type Predicted = Content<'predicted availability'>;

export const predictedTitle = ({ blocks, more }: Predicted, { words }: Speech): string =>
  words('timeMail.predicted.subject', { count: blocks.length + more });

/** F-09: once a day, what of the coming days will probably stay unused, how sure that is, and why. */
export function PredictedAvailability({ content, links, speech }: MailProps<Predicted>) {
  const { blocks, more, days, zone } = content;
  const { words, duration, day, ranges, time } = speech;
  const hours = duration(blocks.reduce((sum, { unused }) => sum + totalMinutes(unused), 0));
  return (
    <Layout preview={words('timeMail.predicted.preview', { hours })} title={predictedTitle(content, speech)} {...{ links, zone, speech }}>
      <Line>{words('timeMail.predicted.text', { hours, count: days })}</Line>
      {blocks.map(({ room, holder, block, unused, confidence, because, predictor, mandatoryAt }) => {
        const about = { ranges: ranges(unused, zone), percent: Math.floor(confidence * 100) };
        return (
          <Fact key={`${room} ${block.startsAt}`} name={`${day(block.startsAt, zone)}, ${room}, ${holder}`}>
            {predictor ? words('timeMail.predicted.sureBy', { ...about, predictor }) : words('timeMail.predicted.sure', about)} {because}
            {mandatoryAt && ` ${words('timeMail.predicted.mandatory', { date: day(mandatoryAt, zone), time: time(mandatoryAt, zone) })}`}
          </Fact>
        );
      })}
      {more > 0 && <Line>{words('timeMail.predicted.more', { count: more })}</Line>}
      <Line>{words('timeMail.predicted.policy')}</Line>
    </Layout>
  );
}
