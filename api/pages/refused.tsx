/** What was refused comes back in its form: what was typed, and why, beside the field that it is about. */
import { createContext, useContext } from 'react';
import type { z } from 'zod';

import type { SpecialDay } from '../../domain/room-hours.ts';
import type { Speech } from '../../words/speech.ts';
import type { Problem } from '../problems.ts';
import { useSpeech } from './reader.ts';
import { specialDayIn } from './special-day.ts';

export type Posted = Record<string, string | string[] | undefined>;

/** `form`: which of the page's forms was sent; missing: its only one. `fields`: what each refused field is refused for. */
export type Refusal = { form?: string | undefined; posted: Posted; problem: Problem; fields: { name: string; why: Why }[] };
type Why = { issue: z.core.$ZodIssue } | { title: string };

/** Where a page's form has what a refusal is about: by its code, and for a path in what was parsed. Undefined: in no field. */
export type Naming = {
  codes?: Partial<Record<string, string>>;
  nameOf?: (path: readonly PropertyKey[]) => string | undefined;
};

export function refusalOf(problem: Problem, posted: Posted, form: string | undefined, { codes = {}, nameOf }: Naming): Refusal {
  const { issues = [] } = (problem.facts ?? {}) as { issues?: z.core.$ZodIssue[] };
  const readable = issues.every(({ code }) => code === 'custom'); // what contradicts itself is told once it can be read
  const named = issues.flatMap((issue) => {
    if (issue.code === 'custom' && !readable) return [];
    const name = nameOf?.(issue.path ?? []) ?? (issue.path ?? []).join('.');
    return name ? [{ name, why: { issue } }] : [];
  });
  const byCode = codes[problem.code];
  const fields = byCode ? [{ name: byCode, why: { title: problem.title } }] : named;
  return { form, posted, problem, fields: fields.filter(({ name }, at) => fields.findIndex((one) => one.name === name) === at) };
}

export const RefusalContext = createContext<Refusal | undefined>(undefined);

/** The refusal of this form; undefined: it was not sent. */
export function useRefusal(form?: string): Refusal | undefined {
  const refusal = useContext(RefusalContext);
  return refusal?.form === form ? refusal : undefined;
}

/** Above the page: that nothing was done, and the way to each field that is to be mended. `rule`: which one says so; no patient is told. */
export function RefusalNotice({ rule = true }: { rule?: boolean }) {
  const refusal = useContext(RefusalContext);
  const { words, phrase } = useSpeech();
  if (!refusal) return null;
  const { problem, fields } = refusal;
  const said: Partial<Record<string, string>> = {
    PREVIEW_STALE: words('hold.changedSince'),
    HOLD_SETTLED: words('hold.changedSince'),
    HOLD_NOT_PENDING: words('hold.changedSince'),
    VERSION_MISMATCH: words(refusal.form === 'agree' ? 'hold.changedSince' : 'frame.refused.version'),
    ...(fields.length > 0 && { INVALID_REQUEST: words('frame.refused.marked') }),
  };
  return (
    <>
      <div className="notice warning" role="alert">
        {said[problem.code] ?? phrase(problem.title)}{' '}
        {fields.map(({ name }, at) => (
          <a key={name} href={`#${name}`}>
            {words(at === 0 ? 'frame.refused.field' : 'frame.refused.next')}{' '}
          </a>
        ))}
        {rule && problem.code !== 'INVALID_REQUEST' && (
          <span className="muted">{words('frame.rule', { rule: problem.rule, code: problem.code })}</span>
        )}
      </div>
      <WhyMore problem={problem} />
    </>
  );
}

type Known = { because?: unknown; specialDays?: SpecialDay[]; days?: { date?: string; blockId?: string }[] | number };

/** What the facts of a refusal tell a person: a reason, the days that clash, the days on which a room has other hours (C-26). */
export function WhyMore({ problem: { facts } }: { problem: Problem }) {
  const { because, specialDays = [], days } = (facts ?? {}) as Known;
  const speech = useSpeech();
  const clashes = Array.isArray(days) ? days.filter(({ date, blockId }) => date && blockId) : [];
  return (
    <>
      {typeof because === 'string' && <p className="notice">{speech.phrase(because)}</p>}
      {clashes.length > 0 && (
        <ul className="notice">
          {clashes.map(({ date = '', blockId }) => (
            <li key={blockId}>
              <a href={`/blocks/${blockId}`}>{speech.civilDay(date)}</a>
            </li>
          ))}
        </ul>
      )}
      {specialDays.map((special) => (
        <p key={special.date} className="notice">
          {speech.civilDay(special.date)}: {specialDayIn(special, speech)}.
        </p>
      ))}
    </>
  );
}

/** Why a field is refused, in the reader's words. `typed`: what stood in it. */
export function whyInWords(why: Why, typed: string | string[] | undefined, { words, phrase }: Speech): string {
  if ('title' in why) return phrase(why.title);
  const { issue } = why;
  if (issue.code === 'custom') return phrase(issue.message);
  if (issue.code === 'too_small' && issue.origin === 'array') return words('frame.refused.tick');
  if ([typed ?? []].flat().every((one) => String(one).trim() === '')) return words('frame.refused.missing');
  if (issue.code === 'too_small' && issue.origin !== 'string') return words('frame.refused.least', { limit: String(issue.minimum) });
  if (issue.code === 'too_big')
    return words(issue.origin === 'string' ? 'frame.refused.long' : 'frame.refused.most', { limit: String(issue.maximum) });
  return words('frame.refused.unreadable');
}
