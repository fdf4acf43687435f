import type { Interval } from '../../domain/interval.ts';
import type { Confidence } from '../../prisma/generated/client.ts';
import { useSpeech } from './reader.ts';

type Props = { said: Confidence[]; believed: boolean; zone: string };

/** C-01: what outside predictors said of a block, the latest first, whoever is believed. Nothing, where none said anything. */
export function PredictorsSaid({ said, believed, zone }: Props) {
  const { words, dateTime, ranges } = useSpeech();
  if (said.length === 0) return null;
  return (
    <>
      <h2>{words('block.predictors.title')}</h2>
      {!believed && <p className="muted">{words('block.predictors.unbelieved')}</p>}
      <ul>
        {said.map(({ id, asOf, predictor, confidence, intervals, by }) => (
          <li key={id}>
            {dateTime(asOf.toISOString(), zone)}:{' '}
            {words('block.predictors.said', {
              predictor,
              confidence: Number(confidence),
              by: (by as { name: string }).name,
              times: intervals ? ranges(intervals as Interval[], zone) : words('block.predictors.all'),
            })}
          </li>
        ))}
      </ul>
    </>
  );
}
