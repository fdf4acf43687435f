import { zoneDate } from '../domain/civil.ts';
import type { Actor, SubjectKind } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { planTicket, type TicketStep } from '../domain/ticket.ts';
import { readAnswers } from '../domain/ticket-field.ts';
import { mayWork, typeOfMatter } from '../domain/ticket-type.ts';
import type { Tx } from '../prisma/client.ts';

import { auditLife, beginLife, type LifeAbout } from './life.ts';
import { type OwedMessage, oweMessages, person } from './message.ts';
import { findTeam, personAtDesk } from './team.ts';
import { audited, type LoadedTicket, loadTicket } from './ticket.ts';
import { aboutTicket, emergency } from './ticket-mail.ts';
import { ticketTypeOf, ticketTypesOf } from './ticket-type.ts';

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
  /** automated: an event made it, not a person. Left out: by who the actor is. */
  origin?: 'person' | 'automated' | undefined;
  /** What it came from. */
  about?: { kind: SubjectKind; id: string } | undefined;
};

export type OpenedTicket = LoadedTicket & {
  /** P-10: filed under this type, it belongs to another. */
  retypedFrom: { key: string; name: string } | null;
};

/**
 * Opens a ticket and gives it its life. Throws UNKNOWN_TICKET_TYPE, TICKET_FIELDS, PRIORITY_WITHOUT_EMERGENCY (P-08),
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
      facilityId,
      typeId: type.id,
      teamId: team.id,
      patientId,
      practitionerId,
      subject,
      fields,
      openedBy: actor.name,
      openedAt: now,
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
  const after = { ...audited(ticket.facts), origin: wanted.origin ?? 'person', version: 1, ...(retyped && { filedAs: filed.key }) };
  await auditLife(tx, 'ticket', ticket, { action: 'open', actor, at: now, rule: retyped ? 'P-10' : (type.source ?? 'R-07') }, {}, after);
  const opened = { ...ticket, next };
  await oweMessages(tx, { facilityId, kind: 'ticket', id, shadow: ticket.facts.shadow }, now, [
    ...(ticket.facts.priority ? await emergency(tx, opened) : []),
    ...(assignee && assignee.id !== actor.personId ? await toAssignee(tx, opened, assignee.id, actor) : []),
  ]);
  await beginLife(tx, 'ticket', ticket, next, ticketLife(ticket, next));
  return { ...opened, retypedFrom: retyped ? { key: filed.key, name: filed.name } : null };
}

async function toAssignee(tx: Tx, ticket: LoadedTicket, assigneeId: string, actor: Actor): Promise<OwedMessage[]> {
  const content = { kind: 'ticket assigned' as const, ...aboutTicket(ticket), by: actor.name };
  return [{ key: `ticket-assigned/${ticket.facts.id}`, to: await person(tx, assigneeId), content, receipt: true }];
}

export const ticketLife = ({ facts }: LoadedTicket, next: TicketStep): LifeAbout => ({
  summary: `${facts.type.name} for ${facts.team.name}, opened ${zoneDate(facts.openedAt, facts.zone)}`,
  reference: facts.type.name,
  dueAt: next.at,
});
