import { count, type Finding, spell } from './finding.ts';
import { changesAnything, type Written } from './write.ts';

type Findings = {
  bad: Finding[];
  warnings: Finding[] /** Pairs of cases that overlap in their room. */;
  overlapping: number;
  seconds: number;
};
export type Report =
  | ({ imported: false /** The rest would go in with `--skip-bad`. */; canSkip: boolean } & Findings)
  | ({ imported: true; shiftedDays: number } & Findings & Written);

/** What a JSON report lists of findings at most; the counts beside the lists are whole. */
export const listedAtMost = 1000;
const printedAtMost = 50;

/** Findings go to stderr, the outcome to stdout; as JSON all is one value on stdout. */
export function printReport(report: Report, json: boolean): void {
  if (json) {
    const { bad, warnings } = report;
    console.log(
      JSON.stringify({
        ...report,
        bad: bad.slice(0, listedAtMost),
        warnings: warnings.slice(0, listedAtMost),
        badCount: bad.length,
        warningCount: warningCount(report),
      }),
    );
    return;
  }
  list('Warning', report.warnings, warningCount(report));
  list(report.imported ? 'Skipped' : 'Bad', report.bad, report.bad.length); // beside the outcome: it is why
  console.log(outcome(report).join('\n'));
}

/** Overlaps are counted in full, also where only the first are listed. */
function warningCount({ warnings, overlapping }: Report): number {
  return warnings.length + Math.max(0, overlapping - listedAtMost);
}

function list(word: string, findings: Finding[], total: number): void {
  for (const finding of findings.slice(0, printedAtMost)) console.error(`${word}: ${spell(finding)}`);
  const more = total - Math.min(findings.length, printedAtMost);
  if (more > 0) console.error(`${word}: and ${more.toLocaleString('en-US')} more, ${total.toLocaleString('en-US')} in all.`);
}

function outcome(report: Report): string[] {
  if (!report.imported) {
    const wayOut = report.canSkip ? ' Mend the rows, or leave them out with --skip-bad.' : '';
    return [`Nothing was imported: ${count(report.bad.length, 'problem')}.${wayOut}`];
  }
  const { facility, rooms, groups, providers, people, blocks, cases, shiftedDays } = report;
  const of = ({ total, new: fresh }: { total: number; new: number }) =>
    `${total.toLocaleString('en-US')} (${fresh.toLocaleString('en-US')} new)`;
  return [
    changesAnything(report)
      ? `Imported into ${facility.name} (${facility.zone}) in ${report.seconds} s:`
      : `Nothing new for ${facility.name}: all of it was imported before.`,
    `  rooms ${of(rooms)}, groups ${of(groups)}, providers ${of(providers)}, new people ${people.new}`,
    `  cases ${cases.new.toLocaleString('en-US')} new, ${cases.changed.toLocaleString('en-US')} changed, ${cases.unchanged.toLocaleString('en-US')} unchanged; ${count(report.overlapping, 'pair overlaps', 'pairs overlap')}`,
    `  blocks ${blocks.history} past, ${blocks.live} live, ${blocks.inactive} inactive, ${blocks.activated} activated, ${blocks.unchanged} unchanged`,
    ...(shiftedDays === 0 ? [] : [`  all moved by ${shiftedDays / 7} weeks`]),
    ...(report.bad.length === 0 ? [] : [`  ${count(report.bad.length, 'bad row')} left out`]),
  ];
}
