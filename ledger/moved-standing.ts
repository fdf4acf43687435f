/** U-06, C-28: whose requests a change of the policy would limit, would limit otherwise, or would free. */
import type { Role } from '../domain/decision.ts';
import { type Standing, standingSince, windowStart } from '../domain/hold-utilization.ts';
import type { Policy } from '../domain/policy.ts';
import type { Tx } from '../prisma/client.ts';
import { endedHoldsOfAll } from './hold-utilization.ts';

export type MovedStanding = { id: string; name: string; before: Standing; after: Standing };
export type PolicyPair = { before: Policy; policy: Policy };

/** Whom a restriction could concern: who has held time, or is restricted. */
export const couldBeRestricted = (facilityId: string) => ({
  facilityId,
  role: 'block contact',
  active: true,
  OR: [{ holds: { some: { endedAt: { not: null } } } }, { restrictedAt: { not: null } }],
});

/** Whether the two differ in what they say about the use of held time. */
export const restrictsOtherwise = ({ before, policy }: PolicyPair): boolean =>
  JSON.stringify(before.hold.utilization) !== JSON.stringify(policy.hold.utilization);

/** From when on holds are looked back on by either of them. */
export const earliestWindow = ({ before, policy }: PolicyPair, zone: string, now: string): string =>
  [before, policy].map((one) => windowStart(now, zone, one)).sort()[0]!;

/** By name. Writes nothing. */
export async function movedStandings(tx: Tx, facilityId: string, policies: PolicyPair, now: string): Promise<MovedStanding[]> {
  if (!restrictsOtherwise(policies)) return [];
  const { zone } = await tx.facility.findUniqueOrThrow({ where: { id: facilityId }, select: { zone: true } });
  const people = await tx.person.findMany({
    where: couldBeRestricted(facilityId),
    select: { id: true, name: true, role: true },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
  });
  const since = earliestWindow(policies, zone, now);
  const all = await endedHoldsOfAll(
    tx,
    people.map(({ id }) => id),
    since,
  );
  const moved: MovedStanding[] = [];
  for (const { id, name, role } of people) {
    const ended = all.get(id) ?? [];
    const by = (policy: Policy) => standingSince(ended, windowStart(now, zone, policy), policy, role as Role, zone);
    const [before, after] = [by(policies.before), by(policies.policy)];
    if (JSON.stringify(before.limits) !== JSON.stringify(after.limits)) moved.push({ id, name, before, after });
  }
  return moved;
}
