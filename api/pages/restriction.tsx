import { lastVisibleDate, type Standing } from '../../domain/hold-utilization.ts';
import { policyOf } from '../../ledger/facility.ts';
import { readStanding } from '../../ledger/hold-utilization.ts';
import type { Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { useSpeech } from './reader.ts';

/** C-28: where the visitor stands, and the last civil date up to `wanted` on which they may see open time. */
export async function seenUntil(deps: Deps, visitor: Visitor, wanted: string): Promise<{ standing: Standing; to: string }> {
  const { facilityId, zone, personId: id, role } = visitor;
  const now = deps.now();
  const standing = await readStanding(deps.reader, { id, role }, { policy: await policyOf(deps.reader, facilityId), zone, now });
  const last = lastVisibleDate(standing, now, zone);
  return { standing, to: last !== undefined && last < wanted ? last : wanted };
}

/** C-28: to a restricted requester, what is limited and why; nothing to anybody else. */
export function RestrictionNotice({ standing: { because, limits } }: { standing: Standing }) {
  const { words, phrase, duration } = useSpeech();
  if (!limits) return null;
  const { seeOnlyWithinDays, maxRequestMinutes, mayRequest } = limits;
  return (
    <div className="notice warning">
      <p>{phrase(because)}</p>
      {seeOnlyWithinDays !== null && <p>{words('openTime.limit.days', { count: seeOnlyWithinDays })}</p>}
      {!mayRequest && <p>{words('openTime.limit.none')}</p>}
      {mayRequest && maxRequestMinutes !== null && <p>{words('openTime.limit.length', { duration: duration(maxRequestMinutes) })}</p>}
    </div>
  );
}
