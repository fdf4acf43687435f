import type { Why } from '../../domain/block-why.ts';
import type { Speech } from '../../words/speech.ts';
import { useSpeech } from './reader.ts';

type Props = { whys: [question: string, why: Why][]; zone: string; open?: boolean };

/** U-07: questions and their answers, each with its rule, value and limit. `open`: for whoever has just asked. */
export function Whys({ whys, zone, open = false }: Props) {
  const speech = useSpeech();
  const { words, phrase } = speech;
  return (
    <details id="why" open={open}>
      <summary>{words('unit.why')}</summary>
      <dl>
        {whys.map(([question, why]) => [
          <dt key={question}>
            {question} {words(why.happened ? 'unit.yes' : 'unit.no')}
          </dt>,
          <dd key={`${question} answer`}>
            {phrase(why.because)} <span className="muted">({figuresOf(why, zone, speech)})</span>
          </dd>,
        ])}
      </dl>
    </details>
  );
}

function figuresOf({ rule, value, limit, predictor }: Why, zone: string, { words: say, dateTime, phrase }: Speech): string {
  const words = (figure: string | number) =>
    /^\d{4}-\d\d-\d\dT/.test(String(figure)) ? dateTime(String(figure), zone) : phrase(String(figure));
  const figures =
    value === undefined ? '' : `: ${words(value)}${limit === undefined ? '' : ` ${say('unit.against', { limit: words(limit) })}`}`;
  return `${rule}${figures}${predictor ? `, ${say('unit.by', { who: predictor })}` : ''}`;
}
