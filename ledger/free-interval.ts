/** Time that became free, and who fits it or does not, as staff look at it. */
import { DomainError } from '../domain/errors.ts';
import { type Misfit, misfitOf, type Opening } from '../domain/matching.ts';
import type { Tx } from '../prisma/client.ts';
import { type FreeTimeOf, loadWaiting, rankCandidates } from './matching.ts';

export type OpeningOf = Opening & { facilityId: string; practitioner: string };

/** The time with what matching must know of its practitioner. Throws NOT_FOUND. */
export async function openingOf(tx: Tx, { practitionerId, startsAt, endsAt }: FreeTimeOf): Promise<OpeningOf> {
  const practitioner = await tx.practitioner.findUnique({
    where: { id: practitionerId },
    select: { facilityId: true, name: true, professions: true, facility: { select: { zone: true } } },
  });
  if (!practitioner) throw new DomainError('NOT_FOUND', { practitionerId });
  const { facilityId, name, professions, facility } = practitioner;
  return { practitionerId, startsAt, endsAt, facilityId, practitioner: name, professions, zone: facility.zone };
}

/** Why an entry is not among the candidates for a time; undefined: it is (I-43, U-07). */
export async function whyNot(tx: Tx, entryId: string, opening: OpeningOf, now: string): Promise<Misfit | undefined> {
  const [waiting] = await loadWaiting(tx, [entryId], opening.startsAt);
  if (!waiting) throw new DomainError('NOT_FOUND', { waitlistEntryId: entryId });
  return misfitOf(waiting, opening, now);
}

/**
 * Who fits, the best first, and of the others that wait for this practitioner or one of the professions the longest waiting, each
 * with the reason. `most`: how many of each.
 */
export async function lookAt(
  tx: Tx,
  opening: OpeningOf,
  now: string,
  most = 50,
): Promise<{ fitting: string[]; others: { id: string; misfit: Misfit }[] }> {
  const { practitionerId, professions, facilityId } = opening;
  const fitting = await rankCandidates(tx, opening, now, { limit: most });
  const wanting = { OR: [{ practitionerId }, { practitionerId: null, profession: { in: professions } }] };
  const rows = await tx.waitlistEntry.findMany({
    where: { facilityId, state: 'active', id: { notIn: fitting }, ...wanting },
    select: { id: true },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: most,
  });
  const waiting = await loadWaiting(
    tx,
    rows.map(({ id }) => id),
    opening.startsAt,
  );
  const others = waiting.flatMap((one) => {
    const misfit = misfitOf(one, opening, now);
    return misfit ? [{ id: one.id, misfit }] : []; // it fits, but further down than was asked for
  });
  return { fitting, others };
}
