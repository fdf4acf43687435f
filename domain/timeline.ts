import { laterOf } from './civil.ts';

/** What a life does next: at which instant, why, and by which rule. `kind` is the life's own word for it. */
export type Step<Kind extends string = string> = {
  kind: Kind;
  /** UTC instant. */
  at: string;
  /** One sentence for people. */
  because: string;
  /** Spec id of the rule that says so. */
  rule: string;
  /** U-07: what one might expect before it, and why it does not come. */
  whyNot?: { what: string; because: string; rule: string };
};

/** The instant of a step that waits for people alone: no timer is set for it, and nothing is foretold beyond. */
export const never = '2199-12-31T23:59:59.999Z';

/**
 * U-01: what will happen if nobody does anything, by the very functions that set the life's timer and take its
 * steps. `plan` says what comes next, `advance` what the facts are after it. Ends when the life is closed.
 */
export function foretell<Facts, Next extends Step>(
  facts: Facts,
  now: string,
  life: { plan: (facts: Facts, now: string) => Next; advance: (facts: Facts, step: Next) => Facts },
  mostSteps = 100,
): Next[] {
  const steps: Next[] = [];
  let at = now;
  for (let next = life.plan(facts, at); goesOn(next) && steps.length < mostSteps; next = life.plan(facts, at)) {
    at = laterOf(next.at, at);
    const step = { ...next, at };
    steps.push(step);
    facts = life.advance(facts, step);
  }
  return steps;
}

const goesOn = ({ kind, at }: Step) => kind !== 'closed' && at !== never;

const punctualMs = 60_000;

/**
 * The instant as of which a step is taken: its planned one when the life was on time, within a minute, so that what
 * was foretold is what happened, to the second (U-01); else the present, because a late mail is a late mail.
 */
export function asOf(plannedAt: string, now: string): string {
  const lateMs = Date.parse(now) - Date.parse(plannedAt);
  return lateMs >= 0 && lateMs < punctualMs ? plannedAt : now;
}
