import { addDays, startOfDay } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';

/** A search as FHIR writes it: each parameter may come more than once, and a comma means or. */
export type Search = {
  get(name: string): string[] | undefined;
  dates(name: string): { gte?: string; lt?: string };
  count: number;
  cursor: string | undefined;
};

const mostPerPage = 200;

/** Throws INVALID_REQUEST for a parameter that this resource does not have: a filter must not be ignored. `zone`: of dates without a time. */
export function searchOf(query: unknown, known: readonly string[], zone: string): Search {
  const given = query as Record<string, string | string[]>;
  const unknown = Object.keys(given).filter((name) => ![...known, '_count', '_cursor', '_format', '_id'].includes(name));
  if (unknown.length > 0) throw new DomainError('INVALID_REQUEST', { unknown, known });
  const all = (name: string) => (given[name] === undefined ? undefined : [given[name]].flat());
  const count = Number(all('_count')?.[0] ?? 50);
  if (!Number.isInteger(count) || count < 1) throw new DomainError('INVALID_REQUEST', { _count: given._count });
  return {
    get: (name) => all(name)?.flatMap((value) => value.split(',')),
    dates: (name) => Object.assign({}, ...(all(name) ?? []).map((value) => boundOf(name, value, zone))),
    count: Math.min(count, mostPerPage),
    cursor: all('_cursor')?.[0],
  };
}

/** `ge2027-01-11` or an instant: from when, and until before when. */
function boundOf(name: string, text: string, zone: string): { gte?: string; lt?: string } {
  const [, prefix = 'eq', value = ''] = /^(eq|ge|gt|le|lt)?(.+)$/.exec(text) ?? [];
  const [begins, ends] = spanOf(value, zone) ?? [];
  if (!begins || !ends) throw new DomainError('INVALID_REQUEST', { [name]: text, takes: 'eq, ge, gt, le or lt with a date or an instant' });
  switch (prefix) {
    case 'ge':
      return { gte: begins };
    case 'gt':
      return { gte: ends };
    case 'lt':
      return { lt: begins };
    case 'le':
      return { lt: ends };
    default:
      return { gte: begins, lt: ends };
  }
}

/** A day, or the very millisecond of an instant. */
function spanOf(value: string, zone: string): [string, string] | undefined {
  if (/^\d{4}-\d\d-\d\d$/.test(value)) {
    if (Number.isNaN(Date.parse(value)) || value < '1970' || value > '2199') return undefined;
    return [startOfDay(value, zone), startOfDay(addDays(value, 1), zone)];
  }
  const ms = /^\d{4}-\d\d-\d\dT.+(Z|[+-]\d\d:\d\d)$/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : [new Date(ms).toISOString(), new Date(ms + 1).toISOString()];
}

/** The ids in references such as `Patient/<id>` or `<id>`; one that is none matches nothing. */
export function idsIn(references: string[] | undefined, type: string): string[] | undefined {
  return references
    ?.map((reference) => reference.replace(`${type}/`, ''))
    .filter((id) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id));
}
