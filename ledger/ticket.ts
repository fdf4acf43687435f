import { zoneDate } from '../domain/civil.ts';
import { type Actor, type SubjectKind, workflowIdOf } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { type Pause, planTicket, type TicketFacts, type TicketStep } from '../domain/ticket.ts';
import type { Concerned, TicketChoice } from '../domain/ticket-decision.ts';
import { type Answers, readAnswers } from '../domain/ticket-field.ts';
import { mayWork, typeOfMatter } from '../domain/ticket-type.ts';
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
import { type OwedMessage, oweMessages, person } from './message.ts';
import { findTeam, memberJson, personAtDesk, type TeamRow, teamJson, ticketTeam } from './team.ts';
import { aboutTicket, emergency } from './ticket-mail.ts';
import { ticketType, ticketTypeOf, ticketTypesOf } from './ticket-type.ts';
import { iso } from './transaction.ts';
import { type LifeStart, wakeUp } from './wake-up.ts';

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

export type NewTicket = {
  facilityId: string;
  /** The key of its type. */
  type: string;
  subject: string;
  fields?: Record<string, unknown> | undefined;
  patientId?: string | null | undefined;
  practitionerId?: string | null | undefined;
  /** Left out: the type's own queue. */
  teamId?: string | undefined;
  assigneeId?: string | undefined;
  /** A fixed instant in place of the type's clock. */
  dueAt?: string | undefined;
  priority?: boolean | undefined;
  medicalEmergency?: boolean | undefined;
  /** automated: an event made it, not a person (R-07). Left out: by who the actor is. */
  origin?: 'person' | 'automated' | undefined;
  /** What it came from. */
  about?: { kind: SubjectKind; id: string } | undefined;
};

export type OpenedTicket = LoadedTicket & {
  /** P-10: filed under this type, it belongs to another. */
  retypedFrom: { key: string; name: string } | null;
};

/**
 * Opens a ticket and gives it its life. Throws UNKNOWN_TICKET_TYPE (R-07), TICKET_FIELDS, PRIORITY_WITHOUT_EMERGENCY (P-08),
 * GROWTH_NOT_SUPPORTED (P-26), OUTSIDE_SCOPE (P-29), UNKNOWN_TEAM, NOT_FOUND for a patient or person of elsewhere.
 */
export async function createTicket(tx: Tx, wanted: NewTicket, actor: Actor, now: string): Promise<OpenedTicket> {
  const { facilityId, subject, patientId = null, practitionerId = null, about, dueAt } = wanted;
  if (wanted.priority && !wanted.medicalEmergency) throw new DomainError('PRIORITY_WITHOUT_EMERGENCY', { medicalEmergency: false });
  if (dueAt !== undefined && dueAt <= now) throw new DomainError('DUE_PAST', { dueAt, now });
  const filed = await ticketTypeOf(tx, facilityId, wanted.type);
  const all = (await ticketTypesOf(tx, facilityId)).filter(({ active }) => active);
  const words = [subject, ...Object.values(wanted.fields ?? {}).filter((value) => typeof value === 'string')].join('\n');
  const type = typeOfMatter(filed, all, words);
  const retyped = type.key !== filed.key;
  // what was answered for another type does not fit this one
  const fields = retyped
    ? {}
    : readAnswers(type.fields, wanted.fields ?? {}, 'TICKET_FIELDS', { type: type.name, rule: type.source ?? undefined });
  const team = await findTeam(tx, facilityId, retyped ? type.teamId : (wanted.teamId ?? type.teamId), now);
  if (!team) throw new DomainError('UNKNOWN_TEAM', { teamId: wanted.teamId });
  if (patientId && !(await tx.patient.findFirst({ where: { id: patientId, facilityId }, select: { id: true } })))
    throw new DomainError('NOT_FOUND', { patientId });
  if (practitionerId && !(await tx.practitioner.findFirst({ where: { id: practitionerId, facilityId }, select: { id: true } })))
    throw new DomainError('NOT_FOUND', { practitionerId });
  const assignee = retyped ? null : await personAtDesk(tx, facilityId, wanted.assigneeId);
  if (!retyped && wanted.assigneeId && !assignee) throw new DomainError('NOT_FOUND', { assigneeId: wanted.assigneeId });
  if (assignee) mayWork(type, assignee);
  if (type.growth && team.members.length > 0 && team.members.every(({ role }) => role === 'care coordinator'))
    mayWork(type, team.members[0]!);

  const { id } = await tx.ticket.create({
    data: {
      ...{ facilityId, typeId: type.id, teamId: team.id, patientId, practitionerId, subject, fields, openedBy: actor.name, openedAt: now },
      ...(assignee && { assigneeId: assignee.id, assignedAt: now, heardAt: now }),
      ...(about && { aboutKind: about.kind, aboutId: about.id }),
      origin: wanted.origin ?? (actor.role === 'system' ? 'automated' : 'person'),
      priority: wanted.priority ?? false,
      dueAt: dueAt ?? null,
      next: {},
      nextAt: now,
    },
    select: { id: true },
  });
  const ticket = await loadTicket(tx, id);
  const next = planTicket(ticket.facts, ticket.policy, now);
  await tx.ticket.update({ where: { id }, data: { next: next as Prisma.InputJsonObject, nextAt: next.at } });
  const after = { ...audited(ticket.facts), origin: wanted.origin ?? 'person', version: 1, ...(retyped && { filedAs: filed.key }) };
  await auditLife(tx, 'ticket', ticket, { action: 'open', actor, at: now, rule: retyped ? 'P-10' : (type.source ?? 'R-07') }, {}, after);
  const opened = { ...ticket, next };
  await oweMessages(tx, { facilityId, kind: 'ticket', id, shadow: ticket.facts.shadow }, now, [
    ...(ticket.facts.priority ? await emergency(tx, opened) : []),
    ...(assignee && assignee.id !== actor.personId ? await toAssignee(tx, opened, assignee.id, actor) : []),
  ]);
  await wakeUp(tx, [{ workflowId: workflowIdOf('ticket', id), kind: 'start', payload: startOfTicket(ticket, next, now) }]);
  return { ...opened, retypedFrom: retyped ? { key: filed.key, name: filed.name } : null };
}

async function toAssignee(tx: Tx, ticket: LoadedTicket, assigneeId: string, actor: Actor): Promise<OwedMessage[]> {
  const content = { kind: 'ticket assigned' as const, ...aboutTicket(ticket), by: actor.name };
  return [{ key: `ticket-assigned/${ticket.facts.id}`, to: await person(tx, assigneeId), content, receipt: true }];
}

/** One that nothing is due for begins at once, and waits without a timer. */
function startOfTicket({ facts, facilityId }: LoadedTicket, next: TicketStep, now: string): LifeStart {
  return {
    type: 'ticket',
    input: { ticketId: facts.id, next, zone: facts.zone },
    startAt: next.kind === 'wait' ? now : next.at,
    summary: `${facts.type.name} for ${facts.team.name}, opened ${zoneDate(facts.openedAt, facts.zone)}`,
    searchAttributes: { facility: facilityId, subjectKind: 'ticket', reference: facts.type.name, dueAt: next.at },
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
      ...{ state, typeId: type.id, teamId: team.id, assigneeId: assignee?.id ?? null, priority, triedIds },
      ...{ assignedAt, heardAt, routedAt, unableAt, warnedAt, escalatedAt, closedAt: after.closedAt, closedBy: after.closedBy },
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
function audited(facts: TicketFacts): object {
  const {
    state,
    type,
    team,
    assignee,
    priority,
    openedAt,
    dueAt,
    assignedAt,
    triedIds,
    routedAt,
    unableAt,
    warnedAt,
    escalatedAt,
    closedAt,
    pauses,
  } = facts;
  return {
    ...{ state, type: type.key, teamId: team.id, assigneeId: assignee?.id ?? null, priority, openedAt, dueAt, assignedAt, triedIds },
    ...{ routedAt, unableAt, warnedAt, escalatedAt, closedAt, pauses },
  };
}

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
