import type { Why } from '../../domain/block-why.ts';
import { dateTime } from '../../emails/wording.ts';

/** U-07: questions and their answers, each with its rule, value and limit. */
export function Whys({ whys, zone }: { whys: [question: string, why: Why][]; zone: string }) {
  return (
    <details>
      <summary>Why, and why not</summary>
      <dl>
        {whys.map(([question, why]) => [
          <dt key={question}>
            {question} {why.happened ? 'Yes' : 'No'}
          </dt>,
          <dd key={`${question} answer`}>
            {why.because} <span className="muted">({figuresOf(why, zone)})</span>
          </dd>,
        ])}
      </dl>
    </details>
  );
}

function figuresOf({ rule, value, limit, predictor }: Why, zone: string): string {
  const words = (figure: string | number) => (/^\d{4}-\d\d-\d\dT/.test(String(figure)) ? dateTime(String(figure), zone) : String(figure));
  const figures = value === undefined ? '' : `: ${words(value)}${limit === undefined ? '' : ` against ${words(limit)}`}`;
  return `${rule}${figures}${predictor ? `, by ${predictor}` : ''}`;
}
