import type { Tx } from '../prisma/client.ts';
import type { Recipient } from './message.ts';

/** Who looks after a provider's patients at that instant, and by which rule. */
export type Responsible = Recipient & { because: string; rule: string };

type Question = { facilityId: string; practitionerId: string | null; at: string };

/**
 * P-05: who takes over what is handed to the coordinator of a provider: the assigned coordinator; where there is none,
 * a team lead of theirs or of the facility, then a manager. Undefined when nobody of them is here.
 */
export async function whoIsResponsible(tx: Tx, { facilityId, practitionerId, at }: Question): Promise<Responsible | undefined> {
  const [found] = await tx.$queryRaw<Responsible[]>`
    SELECT p.id, p.name, p.email, 'assigned to this provider' AS because, 'P-05' AS rule FROM "CoordinatorAssignment" a
    JOIN "Person" p ON p.id = a."coordinatorId" AND p.active
    WHERE a."practitionerId" = ${practitionerId}::uuid AND a.since <= ${at}::timestamptz AND (a."endedAt" IS NULL OR a."endedAt" > ${at}::timestamptz)
    ORDER BY a.since DESC LIMIT 1`;
  if (found) return found;
  const lead = await leadOf(tx, facilityId);
  return lead && { ...lead, because: 'no coordinator is assigned: the team lead', rule: 'R-16' };
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
