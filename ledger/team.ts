/** Teams: people who share a queue of work, with a lead and working hours of their own. */
import type { Availability } from '../domain/availability.ts';
import { isZone } from '../domain/civil.ts';
import type { CoordinatorKind } from '../domain/coordinator.ts';
import type { Actor, Role } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Member, TicketTeam } from '../domain/ticket.ts';

import type { Tx } from '../prisma/client.ts';
import { Prisma } from '../prisma/generated/client.ts';
import { recordChange } from './facility.ts';
import { isClash } from './transaction.ts';

export type TeamTerms = { name: string; zone: string; hours?: Availability; leadId?: string | null; memberIds?: string[] };
export type TeamRow = {
  id: string;
  name: string;
  zone: string;
  hours: Availability;
  holidays: string[];
  lead: Member | null;
  members: Member[];
};

const utc = (column: Prisma.Sql) => Prisma.sql`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** A person as JSON, for a statement in which they are called `p`. */
export const memberJson = Prisma.sql`jsonb_build_object('id', p.id, 'name', p.name, 'role', p.role,
  'kind', (SELECT c.kind FROM "Coordinator" c WHERE c."personId" = p.id),
  'away', (SELECT coalesce(jsonb_agg(jsonb_build_object('startsAt', ${utc(Prisma.sql`x."startsAt"`)}, 'endsAt', ${utc(Prisma.sql`x."endsAt"`)})
    ORDER BY x."startsAt"), '[]') FROM "Absence" x WHERE x."personId" = p.id AND x.state IN ('planned', 'running')))`;

/** A team as JSON, for a statement in which it is called `t`: lead, members by name, hours, the holidays from `since` on. */
export const teamJson = (since: Prisma.Sql) => Prisma.sql`jsonb_build_object('id', t.id, 'name', t.name, 'zone', t.zone, 'hours', t.hours,
  'lead', (SELECT ${memberJson} FROM "Person" p WHERE p.id = t."leadId" AND p.active),
  'members', (SELECT coalesce(jsonb_agg(${memberJson} ORDER BY p.name, p.id), '[]') FROM "TeamMember" m JOIN "Person" p ON p.id = m."personId"
    WHERE m."teamId" = t.id AND p.active),
  'holidays', (SELECT coalesce(jsonb_agg(h.date ORDER BY h.date), '[]') FROM "Holiday" h
    WHERE h."facilityId" = t."facilityId" AND h.date >= (${since})::date - 7))`;

export function ticketTeam({ id, name, zone, hours, holidays, lead, members }: TeamRow): TicketTeam {
  return { id, name, calendar: { zone, hours, holidays }, lead, members };
}

/** A team by its id or its name; undefined: the facility has none such. */
export async function findTeam(tx: Tx, facilityId: string, idOrName: string, now: string): Promise<TicketTeam | undefined> {
  const [row] = await tx.$queryRaw<{ team: TeamRow }[]>`
    SELECT ${teamJson(Prisma.sql`${now}::timestamptz`)} AS team FROM "Team" t
    WHERE t."facilityId" = ${facilityId}::uuid AND (t.id::text = ${idOrName} OR t.name = ${idOrName}) ORDER BY t.id LIMIT 1`;
  return row && ticketTeam(row.team);
}

/** A person as their desk knows them: role, kind, and the teams they are of or lead. */
export async function personAtDesk(
  tx: Tx,
  facilityId: string,
  personId: string | undefined,
): Promise<(Member & { teamIds: string[] }) | null> {
  if (!personId) return null;
  const person = await tx.person.findFirst({
    where: { id: personId, facilityId, active: true },
    include: { teams: { select: { teamId: true } }, leads: { select: { id: true } }, coordinator: { select: { kind: true } } },
  });
  if (!person) return null;
  const teamIds = [...new Set([...person.teams.map(({ teamId }) => teamId), ...person.leads.map(({ id }) => id)])];
  return {
    id: person.id,
    name: person.name,
    role: person.role as Role,
    kind: (person.coordinator?.kind ?? null) as CoordinatorKind | null,
    teamIds,
  };
}

/** The people whom the lead's mails go to: the lead, or the facility's managers where there is none. */
export async function leadsOf(tx: Tx, facilityId: string, team: TicketTeam): Promise<{ id: string; name: string; email: string }[]> {
  const where = team.lead ? { id: team.lead.id } : { facilityId, role: 'manager', active: true };
  return tx.person.findMany({ where, select: { id: true, name: true, email: true }, orderBy: { id: 'asc' } });
}

type By = { actor: Actor; now: string };

/** Adds a team. Throws UNKNOWN_ZONE (P-27), ALREADY_EXISTS, NOT_FOUND for people of elsewhere. */
export async function createTeam(tx: Tx, facilityId: string, terms: TeamTerms, { actor, now }: By): Promise<string> {
  const { name, zone, hours, leadId = null, memberIds = [] } = terms;
  if (!isZone(zone)) throw new DomainError('UNKNOWN_ZONE', { zone });
  await mustBeOfFacility(tx, facilityId, [...memberIds, ...(leadId ? [leadId] : [])]);
  const { id } = await tx.team
    .create({
      data: {
        facilityId,
        name,
        zone,
        leadId,
        ...(hours && { hours: hours as Prisma.InputJsonArray }),
        members: { create: [...new Set(memberIds)].map((personId) => ({ personId })) },
      },
      select: { id: true },
    })
    .catch((error: unknown) => {
      throw isClash(error) ? new DomainError('ALREADY_EXISTS', { name }) : error;
    });
  await recordChange(tx, { facilityId, kind: 'team', id }, { action: 'create', actor, at: now, after: await auditedTeam(tx, id) });
  return id;
}

/**
 * Changes a team of version `version`; what is left out stays, the members are replaced as a whole. False when it has
 * another version by now. The caller moves the clocks of its open tickets.
 */
export async function changeTeam(
  tx: Tx,
  team: { id: string; facilityId: string },
  change: { [Key in keyof TeamTerms]?: TeamTerms[Key] | undefined },
  { version, actor, now }: By & { version: number },
): Promise<boolean> {
  const { id, facilityId } = team;
  const { name, zone, hours, leadId, memberIds } = change;
  if (zone !== undefined && !isZone(zone)) throw new DomainError('UNKNOWN_ZONE', { zone });
  await mustBeOfFacility(tx, facilityId, [...(memberIds ?? []), ...(leadId ? [leadId] : [])]);
  const before = await auditedTeam(tx, id);
  const data = {
    ...(name !== undefined && { name }),
    ...(zone !== undefined && { zone }),
    ...(hours && { hours: hours as Prisma.InputJsonArray }),
    ...(leadId !== undefined && { leadId }),
    version: { increment: 1 },
  };
  const { count } = await tx.team.updateMany({ where: { id, version }, data }).catch((error: unknown) => {
    throw isClash(error) ? new DomainError('ALREADY_EXISTS', { name }) : error;
  });
  if (count === 0) return false;
  if (memberIds) {
    await tx.teamMember.deleteMany({ where: { teamId: id } });
    await tx.teamMember.createMany({ data: [...new Set(memberIds)].map((personId) => ({ teamId: id, personId })) });
  }
  await recordChange(tx, { facilityId, kind: 'team', id }, { action: 'change', actor, at: now, before, after: await auditedTeam(tx, id) });
  return true;
}

async function auditedTeam(tx: Tx, id: string): Promise<object> {
  const { name, zone, hours, leadId, version, members } = await tx.team.findUniqueOrThrow({
    where: { id },
    include: { members: { select: { personId: true }, orderBy: { personId: 'asc' } } },
  });
  return { name, zone, hours, leadId, memberIds: members.map(({ personId }) => personId), version };
}

async function mustBeOfFacility(tx: Tx, facilityId: string, personIds: string[]): Promise<void> {
  const ids = [...new Set(personIds)];
  if (ids.length === 0) return;
  const found = await tx.person.findMany({ where: { id: { in: ids }, facilityId, active: true }, select: { id: true } });
  const missing = ids.filter((id) => !found.some((person) => person.id === id));
  if (missing.length > 0) throw new DomainError('NOT_FOUND', { personIds: missing });
}
