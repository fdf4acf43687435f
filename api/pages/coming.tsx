import type { Step } from '../../domain/timeline.ts';
import { useSpeech, useWhen } from './reader.ts';

/** What will happen, when, and by which rule (U-01); what repeats is said once. */
export function Coming({ steps, zone }: { steps: Step[]; zone: string }) {
  const { words, phrase } = useSpeech();
  const when = useWhen();
  const runs: Step[][] = [];
  for (const step of steps) {
    const run = runs.at(-1);
    if (run?.[0]?.kind === step.kind) run.push(step);
    else runs.push([step]);
  }
  return (
    <ol>
      {runs.map((run) => {
        const { at, kind, because, rule } = run[0]!;
        const again = run.length - 1;
        return (
          <li key={`${at} ${kind}`}>
            {when(at, zone)}: {phrase(kind)}. {phrase(because)}
            {again > 0 && ` ${words('desk.again', { count: again, last: when(run.at(-1)!.at, zone) })}`}{' '}
            <span className="muted">({rule})</span>
          </li>
        );
      })}
    </ol>
  );
}
