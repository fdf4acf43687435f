import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { type Pause, planTicket, type TicketFacts, type TicketStep } from '../domain/ticket.ts';
import type { Concerned, TicketChoice } from '../domain/ticket-decision.ts';
import type { Answers } from '../domain/ticket-field.ts';
import type { Tx } from '../prisma/client.ts';
import { Prisma, type TicketType as TypeRow } from '../prisma/generated/client.ts';
import {
  auditLife,
  type LifeChange,
  type LifeRow,
  type Loaded,
  lifeColumns,
  lifeJoins,
  lockRow,
  moveNext,
  policyOfRow,
  type RowLock,
} from './life.ts';
import { findTeam, memberJson, personAtDesk, type TeamRow, teamJson, ticketTeam } from './team.ts';
import { ticketType, ticketTypeOf } from './ticket-type.ts';
import { iso } from './transaction.ts';

export type LoadedTicket = Loaded<TicketFacts, TicketStep> & { names: { facility: string }; patientId: string | null };

type Row = LifeRow & {
  ticket: Record<string, string | null> & { version: number; fields: Answers; priority: boolean; triedIds: string[]; next: TicketStep };
  type: TypeRow;
  team: TeamRow;
  assignee: TicketFacts['assignee'];
  pauses: Pause[];
  subscriptions: TicketFacts['subscriptions'];
  labOrders: TicketFacts['labOrders'];
  clearanceOpen: boolean;
};

/** Loads tickets with all facts in one statement. */
export async function loadTickets(tx: Tx, ids: string[], lock: RowLock): Promise<LoadedTicket[]> {
  if (ids.length === 0) return [];
  const rows = await tx.$queryRaw<Row[]>`
    SELECT to_jsonb(s) AS ticket, ${lifeColumns}, to_jsonb(k) AS type, ${teamJson(Prisma.sql`s."openedAt"`)} AS team,
      (SELECT ${memberJson} FROM "Person" p WHERE p.id = s."assigneeId") AS assignee,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('startsAt', x."startsAt", 'endsAt', x."endsAt", 'until', x.until) ORDER BY x."startsAt", x.id), '[]')
        FROM "TicketPause" x WHERE x."ticketId" = s.id) AS pauses,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('number', u.number, 'programme', u.programme, 'status', u.status)), '[]')
        FROM "Subscription" u WHERE u."patientId" = s."patientId") AS subscriptions,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('number', o.number, 'status', o.status, 'replaces', b.number)), '[]')
        FROM "LabOrder" o LEFT JOIN "LabOrder" b ON b.id = o."replacesId" WHERE o."patientId" = s."patientId") AS "labOrders",
      EXISTS (SELECT 1 FROM "Clearance" e WHERE e."ticketId" = s.id AND e.state = 'open') AS "clearanceOpen"
    FROM "Ticket" s ${lifeJoins}
    JOIN "TicketType" k ON k.id = s."typeId"
    JOIN "Team" t ON t.id = s."teamId"
    WHERE s.id = ANY (${ids}::uuid[]) ORDER BY s.id ${lockRow[lock]}`;
  return rows.map(loaded);
}

/** Throws TICKET_NOT_FOUND. */
export async function loadTicket(tx: Tx, id: string, lock: RowLock = 'none'): Promise<LoadedTicket> {
  const [ticket] = await loadTickets(tx, [id], lock);
  if (!ticket) throw new DomainError('TICKET_NOT_FOUND', { id });
  return ticket;
}

const orNull = (instant: string | null | undefined): string | null => (instant ? iso(instant) : null);

function loaded({ ticket, type, team, assignee, pauses, subscriptions, labOrders, clearanceOpen, ...row }: Row): LoadedTicket {
  return {
    facts: {
      id: ticket.id!,
      version: ticket.version,
      zone: row.zone,
      paused: row.paused,
      shadow: row.shadow,
      state: ticket.state as TicketFacts['state'],
      type: ticketType(type),
      team: ticketTeam(team),
      assignee,
      fields: ticket.fields,
      priority: ticket.priority,
      openedAt: iso(ticket.openedAt!),
      dueAt: orNull(ticket.dueAt),
      assignedAt: orNull(ticket.assignedAt),
      heardAt: orNull(ticket.heardAt),
      triedIds: ticket.triedIds,
      routedAt: orNull(ticket.routedAt),
      unableAt: orNull(ticket.unableAt),
      warnedAt: orNull(ticket.warnedAt),
      escalatedAt: orNull(ticket.escalatedAt),
      closedAt: orNull(ticket.closedAt),
      closedBy: ticket.closedBy ?? null,
      pauses: pauses.map(({ startsAt, endsAt, until }) => ({ startsAt: iso(startsAt), endsAt: orNull(endsAt), until: orNull(until) })),
      subscriptions,
      labOrders,
      clearanceOpen,
    },
    policy: policyOfRow(row),
    version: ticket.version,
    next: ticket.next,
    facilityId: ticket.facilityId!,
    names: { facility: row.facility },
    patientId: ticket.patientId ?? null,
  };
}

/** The people, the team and the type that a decision speaks of. */
export async function concernedBy(tx: Tx, ticket: LoadedTicket, choice: TicketChoice, actor: Actor, now: string): Promise<Concerned> {
  const { facilityId, facts } = ticket;
  const type = choice.action === 'retype' ? await ticketTypeOf(tx, facilityId, choice.type) : null;
  const teamId = choice.action === 'route' ? choice.teamId : type?.teamId;
  const { takeoverTeamId } = facts.type;
  return {
    actor: await personAtDesk(tx, facilityId, actor.personId),
    person: choice.action === 'assign' && choice.personId ? await personAtDesk(tx, facilityId, choice.personId) : null,
    team: teamId ? ((await findTeam(tx, facilityId, teamId, facts.openedAt)) ?? null) : null,
    type,
    takeoverTeam: choice.action === 'take over' && takeoverTeamId ? ((await findTeam(tx, facilityId, takeoverTeamId, now)) ?? null) : null,
  };
}

/** Texts that a decision brought, which may name a patient: they stand beside the ticket and never in the audit trail. */
export type TicketTexts = { note?: string | undefined; outcome?: Answers | null };

/** Writes what a step or a decision changed: the row with version + 1, its pauses, what was written down, and one audit event. */
export async function saveTicket(
  tx: Tx,
  ticket: LoadedTicket,
  after: TicketFacts,
  next: TicketStep,
  change: LifeChange,
  { note, outcome }: TicketTexts = {},
): Promise<void> {
  const { facts: before } = ticket;
  const { state, type, team, assignee, priority, triedIds, assignedAt, heardAt, routedAt, unableAt, warnedAt, escalatedAt } = after;
  await tx.ticket.update({
    where: { id: after.id },
    data: {
      state,
      typeId: type.id,
      teamId: team.id,
      assigneeId: assignee?.id ?? null,
      priority,
      triedIds,
      assignedAt,
      heardAt,
      routedAt,
      unableAt,
      warnedAt,
      escalatedAt,
      closedAt: after.closedAt,
      closedBy: after.closedBy,
      ...(outcome && { outcome }),
      next: next as Prisma.InputJsonObject,
      nextAt: next.at,
      version: ticket.version + 1,
    },
    select: { id: true },
  });
  await savePauses(tx, before, after, note ?? '');
  if (note) await tx.ticketNote.create({ data: { ticketId: after.id, at: change.at, by: change.actor.name, text: note } });
  const after_ = { ...audited(after), version: ticket.version + 1, ...(note && { noted: true }) };
  await auditLife(tx, 'ticket', ticket, change, { ...audited(before), version: ticket.version }, after_);
}

async function savePauses(tx: Tx, before: TicketFacts, after: TicketFacts, because: string): Promise<void> {
  for (const { startsAt, endsAt, until } of after.pauses) {
    const known = before.pauses.find((pause) => pause.startsAt === startsAt);
    if (!known) await tx.ticketPause.create({ data: { ticketId: after.id, startsAt, endsAt, until, because } });
    else if (known.endsAt !== endsAt) await tx.ticketPause.updateMany({ where: { ticketId: after.id, startsAt }, data: { endsAt } });
  }
}

/** What of a ticket stands in the audit trail: ids, states and instants, and nothing that somebody wrote (F-27). */
export const audited = (facts: TicketFacts): object => ({
  state: facts.state,
  type: facts.type.key,
  teamId: facts.team.id,
  assigneeId: facts.assignee?.id ?? null,
  priority: facts.priority,
  openedAt: facts.openedAt,
  dueAt: facts.dueAt,
  assignedAt: facts.assignedAt,
  triedIds: facts.triedIds,
  routedAt: facts.routedAt,
  unableAt: facts.unableAt,
  warnedAt: facts.warnedAt,
  escalatedAt: facts.escalatedAt,
  closedAt: facts.closedAt,
  pauses: facts.pauses,
});

/**
 * After a change of a team's hours, of a type's clock or of a holiday: plans the open tickets that `where` finds again, and wakes
 * those whose next step now comes earlier.
 */
export async function moveTickets(tx: Tx, where: Prisma.TicketWhereInput, now: string): Promise<void> {
  const rows = await tx.ticket.findMany({ where: { ...where, state: 'open' }, select: { id: true }, orderBy: { id: 'asc' } });
  const tickets = await loadTickets(
    tx,
    rows.map(({ id }) => id),
    'update',
  );
  for (const ticket of tickets) await moveNext(tx, 'ticket', ticket, planTicket(ticket.facts, ticket.policy, now));
}
