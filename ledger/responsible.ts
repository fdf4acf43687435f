import { coverageOf } from '../domain/coverage.ts';
import type { Tx } from '../prisma/client.ts';
import { loadAbsence } from './absence.ts';
import { person, type Recipient } from './message.ts';

/** Who looks after a provider's patients at that instant, and by which rule. */
export type Responsible = Recipient & { because: string; rule: string };

type Question = { facilityId: string; practitionerId: string | null; at: string };

/**
 * P-05: who takes over what is handed to the coordinator of a provider: the assigned coordinator; while they are away, whoever
 * looks after the line at that hour (P-12 to P-18); where nobody does, a team lead of theirs or of the facility, then a
 * manager. Undefined when nobody of them is here.
 */
export async function whoIsResponsible(tx: Tx, { facilityId, practitionerId, at }: Question): Promise<Responsible | undefined> {
  const [found] = await tx.$queryRaw<Responsible[]>`
    SELECT p.id, p.name, p.email, 'assigned to this provider' AS because, 'P-05' AS rule FROM "CoordinatorAssignment" a
    JOIN "Person" p ON p.id = a."coordinatorId" AND p.active
    WHERE a."practitionerId" = ${practitionerId}::uuid AND a.since <= ${at}::timestamptz AND (a."endedAt" IS NULL OR a."endedAt" > ${at}::timestamptz)
    ORDER BY a.since DESC LIMIT 1`;
  const away = found && practitionerId ? await absenceOf(tx, found.id, at) : undefined;
  if (found && !away) return found;
  const standIn = away && (await standInOf(tx, away, practitionerId!, at));
  if (standIn) return standIn;
  const lead = await leadOf(tx, facilityId);
  const because = away ? 'nobody looks after the line now: the team lead' : 'no coordinator is assigned: the team lead';
  return lead && { ...lead, because, rule: away ? 'P-14' : 'R-16' };
}

async function absenceOf(tx: Tx, personId: string, at: string): Promise<string | undefined> {
  const where = { personId, state: { in: ['planned', 'running'] }, startsAt: { lte: at }, endsAt: { gt: at } };
  return (await tx.absence.findFirst({ where, select: { id: true } }))?.id;
}

/** Whoever looks after the line at that hour, by the same table that the provider was told. */
async function standInOf(tx: Tx, absenceId: string, practitionerId: string, at: string): Promise<Responsible | undefined> {
  const { facts } = await loadAbsence(tx, absenceId);
  const line = facts.lines.find((one) => one.practitionerId === practitionerId);
  const day =
    line && coverageOf(facts, line, at).find(({ covered }) => covered.some(({ startsAt, endsAt }) => startsAt <= at && at < endsAt));
  if (!day) return undefined;
  const [somebody] = await person(tx, (day.by === 'cover' ? line.cover?.personId : line.providerPersonId) ?? undefined);
  return somebody && { ...somebody, because: day.because, rule: day.rule };
}

/** The lead of somebody's team, else one of the facility's leads, else a manager. */
export async function leadOf(tx: Tx, facilityId: string, memberId: string | null = null): Promise<Recipient | undefined> {
  const [lead] = await tx.$queryRaw<Recipient[]>`
    SELECT p.id, p.name, p.email FROM "Person" p
    LEFT JOIN "Team" t ON t."leadId" = p.id
    LEFT JOIN "TeamMember" m ON m."teamId" = t.id AND m."personId" = ${memberId}::uuid
    WHERE p."facilityId" = ${facilityId}::uuid AND p.active AND (t.id IS NOT NULL OR p.role IN ('team lead', 'manager'))
    ORDER BY (m."personId" IS NOT NULL) DESC, (p.role = 'team lead') DESC, (t.id IS NOT NULL) DESC, p.id LIMIT 1`;
  return lead;
}
