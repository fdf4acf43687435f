/** Who may stand in for an absent coordinator, and what they get for it (P-21, P-23). */
import type { AbsenceFacts } from '../domain/absence.ts';
import type { AbsenceChoice, Candidate } from '../domain/absence-decision.ts';
import type { Availability } from '../domain/availability.ts';
import type { Actor } from '../domain/decision.ts';
import type { Interval } from '../domain/interval.ts';
import type { Tx } from '../prisma/client.ts';
import { Prisma } from '../prisma/generated/client.ts';
import type { Recipient } from './message.ts';
import { iso } from './transaction.ts';

type Away = { facilityId: string; facts: AbsenceFacts };

/** As a candidate; whoever does not work here as a coordinator is none. */
async function candidateOf(tx: Tx, { facilityId, facts }: Away, personId: string): Promise<Candidate> {
  const [row] = await tx.$queryRaw<{ name: string; zone: string | null; hours: Availability | null; away: Interval[] }[]>`
    SELECT p.name, k.zone, k.hours,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('startsAt', x."startsAt", 'endsAt', x."endsAt") ORDER BY x."startsAt"), '[]') FROM "Absence" x
        WHERE x."personId" = p.id AND x.state IN ('planned', 'running')
          AND tstzrange(x."startsAt", x."endsAt") && tstzrange(${facts.startsAt}::timestamptz, ${facts.endsAt}::timestamptz)) AS away
    FROM "Person" p LEFT JOIN "Coordinator" k ON k."personId" = p.id
    WHERE p.id = ${personId}::uuid AND p."facilityId" = ${facilityId}::uuid AND p.active`;
  const away = (row?.away ?? []).map(({ startsAt, endsAt }) => ({ startsAt: iso(startsAt), endsAt: iso(endsAt) }));
  return { personId, name: row?.name ?? '', zone: row?.zone ?? 'UTC', hours: row?.hours ?? [], away, isCoordinator: Boolean(row?.zone) };
}

const coverIdOf = (choice: AbsenceChoice, actor: Actor) =>
  choice.action === 'assign cover' ? choice.coverId : choice.action === 'opt in' ? actor.personId : undefined;

/** Who would cover by this choice: whoever opts in, or is assigned; undefined for every other choice. */
export async function candidateFor(tx: Tx, absence: Away, choice: AbsenceChoice, actor: Actor): Promise<Candidate | undefined> {
  const coverId = coverIdOf(choice, actor);
  return coverId ? candidateOf(tx, absence, coverId) : undefined;
}

/** The same, held: until this transaction ends nobody enters days away for them (P-21). */
export async function heldCandidateFor(tx: Tx, absence: Away, choice: AbsenceChoice, actor: Actor): Promise<Candidate | undefined> {
  const coverId = coverIdOf(choice, actor);
  if (coverId) await lockPresence(tx, coverId);
  return candidateFor(tx, absence, choice, actor);
}

/** Whoever makes somebody cover, and whoever enters days away for them, goes one after the other. After the absence's row, if any. */
export async function lockPresence(tx: Tx, personId: string): Promise<void> {
  await tx.$queryRaw`SELECT id FROM "Person" WHERE id = ${personId}::uuid FOR NO KEY UPDATE`;
}

/** P-21: FROM and WHERE of the coordinators `k`, persons `p`, who could stand in for whoever is away in that time: they work then. */
export const couldStandIn = (away: Record<'facilityId' | 'personId' | 'startsAt' | 'endsAt', Prisma.Sql>) => Prisma.sql`
    FROM "Coordinator" k JOIN "Person" p ON p.id = k."personId" AND p.active
    WHERE p."facilityId" = ${away.facilityId} AND p.id <> ${away.personId}
      AND NOT EXISTS (SELECT 1 FROM "Absence" x WHERE x."personId" = p.id AND x.state IN ('planned', 'running')
        AND tstzrange(x."startsAt", x."endsAt") && tstzrange(${away.startsAt}, ${away.endsAt}))`;

/** `lines`: how many providers they look after during the absence, their own and those they cover: the workload that decides (P-21). */
export type Eligible = Recipient & { lines: number; zone: string };

/** P-21: coordinators who are not away themselves, those with the fewest lines first. */
export function eligibleCovers(tx: Tx, { facilityId, facts }: Away): Promise<Eligible[]> {
  const { startsAt, endsAt, personId } = facts;
  const away = {
    facilityId: Prisma.sql`${facilityId}::uuid`,
    personId: Prisma.sql`${personId}::uuid`,
    startsAt: Prisma.sql`${startsAt}::timestamptz`,
    endsAt: Prisma.sql`${endsAt}::timestamptz`,
  };
  return tx.$queryRaw<Eligible[]>`
    SELECT p.id, p.name, p.email, k.zone,
      ((SELECT count(*) FROM "CoordinatorAssignment" a WHERE a."coordinatorId" = p.id AND a."endedAt" IS NULL) +
       (SELECT count(*) FROM "CoverLine" l JOIN "Absence" o ON o.id = l."absenceId" AND o.state IN ('planned', 'running')
         WHERE l."coverId" = p.id AND tstzrange(o."startsAt", o."endsAt") && tstzrange(${startsAt}::timestamptz, ${endsAt}::timestamptz)))::int AS lines
    ${couldStandIn(away)}
    ORDER BY lines, p.name`;
}

/** P-23: the line and its channel belong to whoever covers, for as long as the absence runs. */
export async function settleAccess(tx: Tx, facilityId: string, { id, state, lines }: AbsenceFacts, at: string): Promise<void> {
  const running = state === 'running';
  const wanted = running
    ? lines.filter(({ cover }) => cover).map(({ practitionerId, cover }) => ({ practitionerId, personId: cover!.personId }))
    : [];
  const stand = await tx.lineAccess.findMany({ where: { absenceId: id, removedAt: null } });
  const same = (a: { practitionerId: string; personId: string }, b: { practitionerId: string; personId: string }) =>
    a.practitionerId === b.practitionerId && a.personId === b.personId;
  const gone = stand.filter((one) => !wanted.some((other) => same(one, other))).map((one) => one.id);
  const fresh = wanted.filter((one) => !stand.some((other) => same(one, other)));
  if (gone.length > 0) await tx.lineAccess.updateMany({ where: { id: { in: gone } }, data: { removedAt: at } });
  if (fresh.length > 0)
    await tx.lineAccess.createMany({ data: fresh.map((one) => ({ ...one, facilityId, absenceId: id, grantedAt: at })) });
}

export function managers(tx: Tx, facilityId: string): Promise<Recipient[]> {
  return tx.$queryRaw<Recipient[]>`
    SELECT id, name, email FROM "Person" WHERE "facilityId" = ${facilityId}::uuid AND role = 'manager' AND active ORDER BY id`;
}
