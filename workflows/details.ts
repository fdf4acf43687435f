import type { Step } from '../domain/timeline.ts';

/** The current details of a life in the Temporal UI (Markdown): what comes next, when, why, and how to act. No patient data. */
export function describe(next: Step & { local?: string }, actions: string[], update: string): string {
  return [
    `**Next:** ${next.kind} at ${next.local ?? next.at}`,
    `**Because:** ${next.because} (rule ${next.rule})`,
    `**To act:** send the Update \`${update}\` with action ${actions.map((action) => `\`${action}\``).join(', ')}, your name and a reason.`,
  ].join('\n\n');
}
