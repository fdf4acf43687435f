import { monthNames, timeForm, type Wall } from './dates.ts';
import { Refused } from './finding.ts';

export type DateFormat = { text: string; pattern: RegExp; parts: Part[] };
type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'half';

const tokens = /yyyy|yy|mmm|mm?|dd?|hh?|ss?|am\/pm|a/gi;

/**
 * `D/M/YYYY`, `MM/DD/YY h:mm A`, `dd.MM.yyyy HH:mm`: letters in either case; M after an hour is minutes. A format
 * without a time of day leaves that to its usual forms. Throws Refused when year, month or day is missing.
 */
export function dateFormat(text: string): DateFormat {
  const parts: Part[] = [];
  let [pattern, at] = ['', 0];
  for (const { 0: token, index } of text.matchAll(tokens)) {
    pattern += literal(text.slice(at, index));
    at = index + token.length;
    const part = partOf(token.toLowerCase(), parts);
    parts.push(part);
    pattern += patternOf(part, token);
  }
  pattern += literal(text.slice(at));
  const whole = (['year', 'month', 'day'] as const).every((part) => parts.filter((one) => one === part).length === 1);
  if (!whole || (parts.includes('hour') && !parts.includes('minute')) || new Set(parts).size < parts.length) {
    const message = `“${text}” must name year, month and day once, and minutes with hours, for example D/M/YYYY or MM/DD/YY h:mm A.`;
    throw new Refused([{ file: '--date-format', message }]);
  }
  if (parts.includes('hour')) return { text, pattern: new RegExp(`^${pattern}$`, 'i'), parts };
  return { text, pattern: new RegExp(`^${pattern}(?:[T,]?\\s*${timeForm})?$`, 'i'), parts: [...parts, 'hour', 'minute', 'second', 'half'] };
}

function partOf(token: string, before: Part[]): Part {
  if (token.startsWith('m')) return token !== 'mmm' && before.includes('hour') && !before.includes('minute') ? 'minute' : 'month';
  return ({ y: 'year', d: 'day', h: 'hour', s: 'second', a: 'half' } as const)[token[0] as 'y' | 'd' | 'h' | 's' | 'a'];
}

function patternOf(part: Part, token: string): string {
  if (part === 'year') return `(\\d{${token.length}})`;
  if (part === 'half') return '([ap])\\.?m\\.?';
  if (token.length === 3) return '([a-z]{3})[a-z]*\\.?';
  return part === 'minute' ? '(\\d{2})' : part === 'second' ? '(\\d{2})(?:[.,]\\d+)?' : '(\\d{1,2})';
}

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+');

/** The parts of a text that fits the format. */
export function formatted(text: string, { pattern, parts }: DateFormat): Wall | undefined {
  const found = pattern.exec(text);
  if (!found) return undefined;
  const wall = Object.fromEntries(parts.map((part, index) => [part, found[index + 1]])) as Wall;
  const name = monthNames.indexOf(wall.month.slice(0, 3).toLowerCase()) + 1;
  if (name > 0) return { ...wall, month: String(name) };
  return /^\d/.test(wall.month) ? wall : undefined;
}
