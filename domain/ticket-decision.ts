/** What people decide about a ticket: take it, give it, route it, let its clock stand, close it. */
import { z } from 'zod';

import { closingRules } from './closing/index.ts';
import { type Actor, DecisionEnvelope } from './decision.ts';
import { DomainError } from './errors.ts';
import type { Policy } from './policy.ts';
import { dueOf, type Member, openPause, type Pause, planTicket, resumed, type TicketFacts, type TicketTeam } from './ticket.ts';
import { type Answers, readAnswers } from './ticket-field.ts';
import { canWork, mayWork, oversees, type TicketType } from './ticket-type.ts';

export const TicketChoice = z.discriminatedUnion('action', [
  z.object({ action: z.literal('take') }),
  z.object({ action: z.literal('assign'), personId: z.uuid().nullable() }),
  z.object({ action: z.literal('route'), teamId: z.string().max(200) }),
  z.object({ action: z.literal('pause'), until: z.iso.datetime().optional() }),
  z.object({ action: z.literal('resume') }),
  z.object({ action: z.literal('note') }),
  z.object({ action: z.literal('mark unable') }),
  z.object({ action: z.literal('take over') }),
  z.object({ action: z.literal('retype'), type: z.string().max(60) }),
  z.object({ action: z.literal('prioritise'), medicalEmergency: z.boolean().default(false) }),
  z.object({ action: z.literal('close'), outcome: z.record(z.string(), z.unknown()).default({}) }),
]);
export type TicketChoice = z.infer<typeof TicketChoice>;

export const TicketDecision = z.intersection(DecisionEnvelope, TicketChoice);
export type TicketDecision = z.infer<typeof TicketDecision>;

/** Who and what a decision speaks of beside the ticket. `actor`: the person who decides, as their desk knows them; null: a tool. */
export type Concerned = {
  actor: (Member & { teamIds: string[] }) | null;
  person: (Member & { teamIds: string[] }) | null;
  team: TicketTeam | null;
  type: TicketType | null;
  takeoverTeam: TicketTeam | null;
};

/** What a decision changes. The difference that a preview shows (U-02) and the transaction writes. */
export type TicketEffect = { after: TicketFacts; outcome: Answers | null; summary: string };

/**
 * What `choice` does to the ticket as of `at`, or a DomainError with rule, value and limit. `seen`: the digest of what the
 * person looked at: whoever comes second sees what the first one did.
 */
export function decideTicket(
  facts: TicketFacts,
  policy: Policy,
  choice: TicketChoice,
  actor: Actor,
  at: string,
  { concerned, reason, seen }: { concerned: Concerned; reason?: string | undefined; seen?: string | undefined },
): TicketEffect {
  if (facts.state === 'closed') throw new DomainError('TICKET_CLOSED', { by: facts.closedBy, at: facts.closedAt });
  const present = ticketDigest(facts);
  if (seen !== undefined && seen !== present)
    throw new DomainError('PREVIEW_STALE', { seen, now: present, present: presentOf(facts, policy, at) });
  mustBeAtDesk(facts, choice, actor, concerned);
  const effect = effectOf(facts, choice, actor, at, concerned, reason);
  return { ...effect, after: heard(facts, effect.after, actor, at) };
}

/** Who has it, where it lies, whether its clock stands: equal strings, nothing has moved. */
export function ticketDigest({ state, type, team, assignee, pauses }: TicketFacts): string {
  return [state, type.key, team.id, assignee?.id ?? 'nobody', openPause({ pauses }) ? 'paused' : 'running'].join(' ');
}

/** The ticket as it is now, for whoever saw another. */
function presentOf(facts: TicketFacts, policy: Policy, at: string) {
  const { state, team, assignee, version } = facts;
  return { state, team: team.name, assignee: assignee?.name ?? null, next: planTicket(facts, policy, at), version };
}

/** Whether somebody decides about this ticket at all: a page offers nothing to whom all of it would be refused. */
export function worksOn(facts: TicketFacts, actor: Actor, me: Concerned['actor']): boolean {
  if (oversees(actor)) return true;
  const near = !me || me.id === facts.assignee?.id || me.teamIds.includes(facts.team.id);
  return near && canWork(facts.type, { role: actor.role, kind: me?.kind ?? null });
}

/** Whoever works it may work its type and is of its team; leads and managers may do anything. */
function mustBeAtDesk(facts: TicketFacts, choice: TicketChoice, actor: Actor, concerned: Concerned): void {
  if (oversees(actor)) return;
  const desk = { role: actor.role, kind: concerned.actor?.kind ?? null };
  if (choice.action === 'take over') {
    const { takeoverTeam } = concerned;
    if (!takeoverTeam || (concerned.actor && !concerned.actor.teamIds.includes(takeoverTeam.id)))
      throw new DomainError('NOT_IN_TEAM', { team: takeoverTeam?.name ?? null });
    return;
  }
  mayWork(facts.type, desk);
  if (concerned.actor && concerned.actor.id !== facts.assignee?.id && !concerned.actor.teamIds.includes(facts.team.id))
    throw new DomainError('NOT_IN_TEAM', { team: facts.team.name });
  if (choice.action === 'assign' && choice.personId !== null && choice.personId !== actor.personId)
    throw new DomainError('ASSIGN_NOT_YOURS', { role: actor.role, needs: ['team lead', 'manager'] });
}

type Effect = { after: TicketFacts; outcome: Answers | null; summary: string };

function effectOf(facts: TicketFacts, choice: TicketChoice, actor: Actor, at: string, concerned: Concerned, reason?: string): Effect {
  const did = (after: TicketFacts, summary: string, outcome: Answers | null = null): Effect => ({ after, outcome, summary });
  switch (choice.action) {
    case 'take': {
      const me = concerned.actor;
      if (!me) throw new DomainError('PERSON_NEEDED', { action: 'take' });
      mayWork(facts.type, me);
      if (facts.assignee && facts.assignee.id !== me.id && !oversees(actor))
        throw new DomainError('TICKET_TAKEN', { by: facts.assignee.name, at: facts.assignedAt });
      return did(given(facts, me, at), `${me.name} works on it now.`);
    }
    case 'assign': {
      if (choice.personId === null) return did(given(facts, null, at), 'It is back in the queue.');
      const { person } = concerned;
      if (!person) throw new DomainError('NOT_FOUND', { personId: choice.personId });
      mayWork(facts.type, person);
      if (!person.teamIds.includes(facts.team.id))
        throw new DomainError('ASSIGNEE_NOT_IN_TEAM', { person: person.name, team: facts.team.name });
      return did(given(facts, person, at), `${person.name} works on it now.`);
    }
    case 'route': {
      const { team } = concerned;
      if (!team) throw new DomainError('UNKNOWN_TEAM', { teamId: choice.teamId });
      return did({ ...given(facts, null, at), team, triedIds: [], routedAt: at }, `It lies with ${team.name} now.`);
    }
    case 'pause':
      return did({ ...facts, pauses: [...facts.pauses, pauseOf(facts, choice.until, at, reason)] }, 'Its clock stands.');
    case 'resume':
      if (!openPause(facts)) throw new DomainError('TICKET_NOT_PAUSED', { state: facts.state });
      return did(resumed(facts, at), 'Its clock runs again.');
    case 'note':
      if (!reason) throw new DomainError('REASON_MISSING', { action: 'note', rule: 'F-16' });
      return did(facts, 'The note is kept.');
    case 'mark unable':
      if (!reason) throw new DomainError('REASON_MISSING', { action: 'mark unable', rule: 'R-02' });
      return did({ ...facts, unableAt: facts.unableAt ?? at }, 'The team has said that it is unable to do it.');
    case 'take over': {
      const { takeoverTeam: team, actor: me } = concerned;
      if (!team) throw new DomainError('TAKEOVER_TOO_EARLY', { type: facts.type.name, takeover: 'nobody takes over this type' });
      if (!facts.unableAt) throw new DomainError('TAKEOVER_TOO_EARLY', { type: facts.type.name, team: facts.team.name, unableAt: null });
      return did({ ...given(facts, me, at), team, triedIds: [] }, `${team.name} has taken it over.`);
    }
    case 'retype': {
      const { type, team } = concerned;
      if (!type || !team || !type.active) throw new DomainError('UNKNOWN_TICKET_TYPE', { type: choice.type });
      return did({ ...given(facts, null, at), type, team, triedIds: [] }, `It is a ticket of the type ${type.name} now.`);
    }
    case 'prioritise': // P-08
      if (!choice.medicalEmergency) throw new DomainError('PRIORITY_WITHOUT_EMERGENCY', { medicalEmergency: false });
      return did({ ...facts, priority: true }, 'It goes before all others: a medical emergency.');
    case 'close': {
      const { type } = facts;
      const outcome = readAnswers(type.closing, choice.outcome, 'CLOSING_INCOMPLETE', { type: type.name, rule: type.source ?? undefined });
      if (type.rule) closingRules[type.rule](facts, outcome);
      return did({ ...resumed(facts, at), state: 'closed', closedAt: at, closedBy: actor.name }, 'The ticket is closed.', outcome);
    }
  }
}

function given(facts: TicketFacts, to: Member | null, at: string): TicketFacts {
  const assignee = to && { id: to.id, name: to.name, role: to.role, kind: to.kind };
  return { ...facts, assignee, assignedAt: to && at, heardAt: to && at };
}

function pauseOf(facts: TicketFacts, until: string | undefined, at: string, reason: string | undefined): Pause {
  if (openPause(facts)) throw new DomainError('TICKET_PAUSED', { since: openPause(facts)!.startsAt });
  if (!reason) throw new DomainError('REASON_MISSING', { action: 'pause', rule: 'F-10' });
  if (until !== undefined && until <= at) throw new DomainError('PAUSE_PAST', { until, now: at });
  return { startsAt: at, endsAt: null, until: until ?? null };
}

/** F-11: whatever its assignee does is a sign of theirs. */
function heard(before: TicketFacts, after: TicketFacts, { personId }: Actor, at: string): TicketFacts {
  return personId !== undefined && personId === before.assignee?.id && after.assignee?.id === personId ? { ...after, heardAt: at } : after;
}

/** For a ticket whose due instant the preview shows. */
export const effectInWords = ({ after, outcome }: TicketEffect) => ({
  state: after.state,
  type: after.type.key,
  teamId: after.team.id,
  team: after.team.name,
  assigneeId: after.assignee?.id ?? null,
  assignee: after.assignee?.name ?? null,
  priority: after.priority,
  paused: openPause(after) !== undefined,
  dueAt: openPause(after) && !after.dueAt ? null : (dueOf(after) ?? null),
  answered: outcome ? Object.keys(outcome) : [],
});
