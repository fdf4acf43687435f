import { type SlashOrder, slashForm } from './dates.ts';
import { Refused } from './finding.ts';

/**
 * How the file writes dates with slashes: a day above 12 gives it away. Throws Refused, naming both readings, where
 * no date does or where dates contradict each other. undefined: there are none, or none that could be misread.
 */
export function slashOrder(file: string, dates: Iterable<{ line: number; text: string }>): SlashOrder | undefined {
  type Seen = { line: number; text: string };
  let [monthFirst, dayFirst, open]: (Seen | undefined)[] = [];
  let openDates = 0;
  for (const seen of dates) {
    const found = slashForm.exec(seen.text);
    if (!found) continue;
    const [first, second] = [Number(found[1]), Number(found[2])];
    if (first > 12 && second > 12) continue;
    if (second > 12) monthFirst ??= seen;
    else if (first > 12) dayFirst ??= seen;
    else if (first !== second) {
      open ??= seen;
      openDates++;
    }
  }
  if (monthFirst && !dayFirst) return 'month first';
  if (dayFirst && !monthFirst) return 'day first';
  if (!open) return undefined;
  const [found, first, second, year] = slashForm.exec(open.text)!;
  const reading = (day: string, month: string) =>
    `${Number(day)} ${new Date(Date.UTC(2000, Number(month) - 1)).toLocaleString('en-GB', { month: 'long', timeZone: 'UTC' })} ${year!.length === 2 ? `20${year}` : year}`;
  const why =
    monthFirst && dayFirst
      ? `line ${monthFirst.line} (“${monthFirst.text}”) and line ${dayFirst.line} (“${dayFirst.text}”) contradict each other`
      : 'no date of the file tells';
  const [month, day] = [`M/D/${'Y'.repeat(year!.length)}`, `D/M/${'Y'.repeat(year!.length)}`];
  const message = `“${found}” can mean ${reading(second!, first!)} (${month}) or ${reading(first!, second!)} (${day}), and ${why}. Add --date-format ${month} or --date-format ${day} (dates in question: ${openDates}).`;
  throw new Refused([{ file, line: open.line, message }]);
}
