/** Ticket types as a facility keeps them: its own data, begun with the starting set. */
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { startingTeams, startingTypes } from '../domain/starting-ticket-types.ts';
import { type TicketType, TicketTypeTerms } from '../domain/ticket-type.ts';
import type { Tx } from '../prisma/client.ts';
import type { Prisma, TicketType as Row } from '../prisma/generated/client.ts';
import { recordChange } from './facility.ts';
import { isClash } from './transaction.ts';

/** A stored type as the rules know it. */
export function ticketType({ id, teamId, takeoverTeamId, version, ...row }: Row): TicketType {
  return { ...TicketTypeTerms.parse(row), id, teamId, takeoverTeamId, version };
}

export async function ticketTypesOf(tx: Tx, facilityId: string): Promise<TicketType[]> {
  return (await tx.ticketType.findMany({ where: { facilityId }, orderBy: { name: 'asc' } })).map(ticketType);
}

/**
 * A type by its key. The first one that a facility asks for plants the starting set. Throws UNKNOWN_TICKET_TYPE (422) for one
 * that it has not, or keeps no more.
 */
export async function ticketTypeOf(tx: Tx, facilityId: string, key: string): Promise<TicketType> {
  const find = () => tx.ticketType.findUnique({ where: { facilityId_key: { facilityId, key } } });
  let row = await find();
  if (!row && startingTypes.some((one) => one.key === key)) {
    await plantTicketTypes(tx, facilityId);
    row = await find();
  }
  if (!row?.active) throw new DomainError('UNKNOWN_TICKET_TYPE', { type: key });
  return ticketType(row);
}

/** Gives a facility what it lacks of the starting set: types by their key, and the teams whose queues they fill. Returns how many. */
export async function plantTicketTypes(tx: Tx, facilityId: string): Promise<number> {
  const facility = await tx.facility.findUnique({ where: { id: facilityId }, select: { zone: true } });
  if (!facility) throw new DomainError('NOT_FOUND', { facilityId });
  const there = new Set((await tx.ticketType.findMany({ where: { facilityId }, select: { key: true } })).map(({ key }) => key));
  const lacking = startingTypes.filter(({ key }) => !there.has(key));
  if (lacking.length === 0) return 0;
  const needed = new Set(lacking.flatMap(({ team, takeover }) => (takeover ? [team, takeover] : [team])));
  const names = [...needed].map((team) => startingTeams[team]);
  await tx.team.createMany({ data: names.map((name) => ({ facilityId, name, zone: facility.zone })), skipDuplicates: true });
  const teams = new Map((await tx.team.findMany({ where: { facilityId, name: { in: names } } })).map(({ id, name }) => [name, id]));
  const { count } = await tx.ticketType.createMany({
    data: lacking.map(({ team, takeover, ...terms }) => ({
      ...terms,
      facilityId,
      teamId: teams.get(startingTeams[team])!,
      takeoverTeamId: takeover ? teams.get(startingTeams[takeover])! : null,
    })),
    skipDuplicates: true,
  });
  return count;
}

type By = { actor: Actor; now: string };
type Queue = { teamId: string; takeoverTeamId?: string | null };

/** Adds a type: one entry, no code. Throws TICKET_TYPE_EXISTS, UNKNOWN_TEAM, WARNING_TOO_EARLY. */
export async function createTicketType(
  tx: Tx,
  facilityId: string,
  terms: TicketTypeTerms & Queue,
  { actor, now }: By,
): Promise<TicketType> {
  await mustHaveTeams(tx, facilityId, terms);
  mustWarnInTime(terms);
  const row = await tx.ticketType.create({ data: { ...terms, facilityId } }).catch((error: unknown) => {
    throw isClash(error) ? new DomainError('TICKET_TYPE_EXISTS', { key: terms.key }) : error;
  });
  await auditType(tx, facilityId, 'add ticket type', { actor, now }, undefined, row);
  return ticketType(row);
}

/** Changes a type of version `version`; what is left out stays. Undefined when it has another version by now. Throws UNKNOWN_TEAM, WARNING_TOO_EARLY. */
export async function changeTicketType(
  tx: Tx,
  before: Row,
  change: Prisma.TicketTypeUncheckedUpdateInput & Partial<Queue>,
  { version, actor, now }: By & { version: number },
): Promise<TicketType | undefined> {
  const { id, facilityId } = before;
  await mustHaveTeams(tx, facilityId, change);
  const { count } = await tx.ticketType.updateMany({ where: { id, version }, data: { ...change, version: { increment: 1 } } });
  if (count === 0) return undefined;
  const row = await tx.ticketType.findUniqueOrThrow({ where: { id } });
  mustWarnInTime(row);
  await auditType(tx, facilityId, 'change ticket type', { actor, now }, before, row);
  return ticketType(row);
}

/** F-10: a warning that is as long as the clock would go out with the ticket's first minute. */
function mustWarnInTime({ slaMinutes, warnMinutes }: { slaMinutes: number | null; warnMinutes: number }): void {
  if (slaMinutes !== null && warnMinutes >= slaMinutes) throw new DomainError('WARNING_TOO_EARLY', { warnMinutes, slaMinutes });
}

async function mustHaveTeams(tx: Tx, facilityId: string, { teamId, takeoverTeamId }: Partial<Queue>): Promise<void> {
  for (const id of [teamId, takeoverTeamId]) {
    if (id && !(await tx.team.findFirst({ where: { id, facilityId }, select: { id: true } })))
      throw new DomainError('UNKNOWN_TEAM', { teamId: id });
  }
}

async function auditType(
  tx: Tx,
  facilityId: string,
  action: string,
  { actor, now }: By,
  before: Row | undefined,
  after: Row,
): Promise<void> {
  const audited = ({ facilityId: _facility, ...row }: Row): object => row;
  const what = { action, actor, at: now, rule: 'R-07', ...(before && { before: audited(before) }), after: audited(after) };
  await recordChange(tx, { facilityId, kind: 'facility', id: facilityId }, what);
}
