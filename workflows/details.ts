import type { Step } from '../domain/timeline.ts';
import { never } from './steps.ts';

/** The current details of a life in the Temporal UI (Markdown): what comes next, when, why, and how to act. No patient data. */
export function describe(next: Step, zone: string | undefined, actions: string[], update: string): string {
  return [
    next.at === never ? '**Next:** nothing by itself: it waits for people.' : `**Next:** ${next.kind} at ${atPlace(next.at, zone)}`,
    `**Because:** ${next.because} (rule ${next.rule})`,
    ...(next.whyNot ? [`**Before that:** ${next.whyNot.what}. ${next.whyNot.because} (rule ${next.whyNot.rule})`] : []),
    `**To act:** send the Update \`${update}\` with action ${actions.map((action) => `\`${action}\``).join(', ')}, your name and a reason.`,
  ].join('\n\n');
}

/** Wall-clock time at the facility, with its zone. Only printed, never computed with: a run may be replayed elsewhere. */
function atPlace(instant: string, zone = 'UTC'): string {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, dateStyle: 'full', timeStyle: 'short' });
  return `${format.format(Date.parse(instant))} (${zone})`;
}
