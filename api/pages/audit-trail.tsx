/** F-16: what was done in a patient's matters, by whom and why, for the people who answer for it. */
import type { ReactNode } from 'react';

import type { Actor, SubjectKind } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { readsAccessLog } from '../../domain/right.ts';
import { namesIn, patientTrail } from '../../ledger/patient-trail.ts';
import { en } from '../../words/en/index.ts';
import type { Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { pageOf, positionOf } from '../listing.ts';
import { useSpeech } from './reader.ts';

const perPage = 50;
/** What has a page of its own. */
const places: Partial<Record<SubjectKind, string>> = {
  appointment: '/appointments',
  clearance: '/clearances',
  conversation: '/conversations',
  opportunity: '/care-manager',
  task: '/tasks',
  ticket: '/tickets',
  'waitlist-entry': '/waitlist',
};

export type Trail = Awaited<ReturnType<typeof trailOf>>;

/** The latest first. Throws NOT_ALLOWED. */
export async function trailOf({ reader }: Deps, { role }: Visitor, patientId: string, cursor: string | undefined) {
  if (!readsAccessLog(role)) throw new DomainError('NOT_ALLOWED', { role });
  const rows = await patientTrail(reader, patientId, { after: positionOf(cursor), take: perPage + 1 });
  const page = pageOf(
    rows,
    perPage,
    ({ recordedAt, id }) => [recordedAt.toISOString(), id],
    ({ before, after, actor, at, ...row }) => ({ ...row, at: at.toISOString(), actor: actor as Actor, changed: changesOf(before, after) }),
  );
  return { ...page, names: await namesIn(reader, rows) };
}

type Change = [field: string, before: unknown, after: unknown];

function changesOf(before: unknown, after: unknown): Change[] {
  const valueIn = (fields: unknown, name: string) => {
    const value = (fields as Record<string, unknown> | null)?.[name] ?? null;
    return Array.isArray(value) && value.length === 0 ? null : value;
  };
  return [...new Set([before, after].flatMap((fields) => Object.keys(fields ?? {})))]
    .map((name): Change => [name, valueIn(before, name), valueIn(after, name)])
    .filter(([name, was, is]) => name !== 'version' && JSON.stringify(was) !== JSON.stringify(is));
}

type Props = { patientId: string; trail: Trail; zone: string };

export function AuditTrail({ patientId, trail: { items, nextCursor, names }, zone }: Props) {
  const { words } = useSpeech();
  return (
    <>
      <p className="muted">{words('audit.text')}</p>
      <ul className="plain">
        {items.map((event) => (
          <li key={event.id} className="card">
            <Event event={event} zone={zone} />
            {event.erasedAt && <p className="muted">{words('audit.erased')}</p>}
            {event.changed.length > 0 && (
              <details>
                <summary>{words('audit.changed')}</summary>
                <Changes changes={event.changed} names={names} zone={zone} />
              </details>
            )}
          </li>
        ))}
      </ul>
      {nextCursor && (
        <p>
          <a href={`/patients/${patientId}?${new URLSearchParams({ tab: 'audit', cursor: nextCursor })}`}>{words('account.earlier')}</a>
        </p>
      )}
    </>
  );
}

function Event({
  event: { subjectKind, subjectId, at, action, actor, reason, rule },
  zone,
}: {
  event: Trail['items'][number];
  zone: string;
}) {
  const { words, phrase, longTime } = useSpeech();
  const { name, role, channel } = actor;
  const kind = subjectKind in en.audit.kind ? words(`audit.kind.${subjectKind as keyof typeof en.audit.kind}`) : subjectKind;
  const done = action in en.audit.action ? words(`audit.action.${action as keyof typeof en.audit.action}`) : action;
  const place = places[subjectKind as SubjectKind];
  return (
    <>
      <strong>{place ? <a href={`${place}/${subjectId}`}>{kind}</a> : kind}</strong>: {done}
      {reason && `. ${phrase(reason)}`} {rule && <span className="muted">({rule})</span>}
      <br />
      <span className="muted">
        {longTime(at, zone)}, {name}
        {channel !== 'system' && ` (${words(`role.${role}`)}, ${words(`audit.by.${channel}`)})`}
      </span>
    </>
  );
}

function Changes({ changes, names, zone }: { changes: Change[]; names: Map<string, string>; zone: string }) {
  const { words, longTime } = useSpeech();
  const said = (value: unknown): ReactNode => {
    if (value === null) return words('audit.nothing');
    if (typeof value !== 'string') return <code>{JSON.stringify(value)}</code>;
    if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return longTime(value, zone);
    return names.get(value) ?? <code>{value}</code>;
  };
  return (
    <ul>
      {changes.map(([field, before, after]) => (
        <li key={field}>
          <code>{field}</code>: {before !== null && <>{said(before)} → </>}
          {said(after)}
        </li>
      ))}
    </ul>
  );
}
