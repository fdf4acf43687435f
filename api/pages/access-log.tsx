/** F-25: who was shown a patient's data, for the people who answer for it. */

import type { Actor } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { readsAccessLog } from '../../domain/right.ts';
import { cardsOf } from '../../ledger/patient.ts';
import type { Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { keyset, pageOf } from '../listing.ts';
import { useSpeech } from './reader.ts';

const perPage = 50;

export type Looks = Awaited<ReturnType<typeof looksAt>>;

/** The latest looks first. Throws NOT_ALLOWED. */
export async function looksAt({ reader }: Deps, { role }: Visitor, patientId: string, cursor: string | undefined) {
  if (!readsAccessLog(role)) throw new DomainError('NOT_ALLOWED', { role });
  const { where, orderBy } = keyset('-at', cursor, 'instant');
  const cards = { patientId: { in: await cardsOf(reader, patientId) } };
  const rows = await reader.accessEvent.findMany({ where: { AND: [cards, where] }, orderBy, take: perPage + 1 });
  return pageOf(
    rows,
    perPage,
    ({ at, id }) => [at.toISOString(), id],
    ({ id, at, by, what }) => ({ id, what, at: at.toISOString(), by: by as Actor }),
  );
}

type Props = { patientId: string; looks: Looks; zone: string };

export function AccessLog({ patientId, looks: { items, nextCursor }, zone }: Props) {
  const { words, phrase, dateTime } = useSpeech();
  return (
    <>
      <p className="muted">{words('card.access.text')}</p>
      <ul>
        {items.map(({ id, at, what, by: { name, role, channel } }) => (
          <li key={id}>
            {dateTime(at, zone)}: <strong>{name}</strong> ({words(`role.${role}`)}
            {channel === 'api' && `, ${words('card.access.api')}`}): {phrase(what)}
          </li>
        ))}
      </ul>
      {nextCursor && (
        <p>
          <a href={`/patients/${patientId}?${new URLSearchParams({ tab: 'access', cursor: nextCursor })}`}>{words('account.earlier')}</a>
        </p>
      )}
    </>
  );
}
