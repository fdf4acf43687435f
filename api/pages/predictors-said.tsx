import type { Interval } from '../../domain/interval.ts';
import { dateTime, ranges } from '../../emails/wording.ts';
import type { Confidence } from '../../prisma/generated/client.ts';

type Props = { said: Confidence[]; believed: boolean; zone: string };

/** C-01: what outside predictors said of a block, the latest first, whoever is believed. Nothing, where none said anything. */
export function PredictorsSaid({ said, believed, zone }: Props) {
  if (said.length === 0) return null;
  return (
    <>
      <h2>What predictors said</h2>
      {!believed && <p className="muted">The facility’s policy goes by our own prediction; this is kept for comparison.</p>}
      <ul>
        {said.map(({ id, asOf, predictor, confidence, intervals, by }) => (
          <li key={id}>
            {dateTime(asOf.toISOString(), zone)}: {predictor} is {confidence} sure that{' '}
            {intervals ? ranges(intervals as Interval[], zone) : 'all that is unbooked'} stays unused. Posted by{' '}
            {(by as { name: string }).name}.
          </li>
        ))}
      </ul>
    </>
  );
}
