import { z } from 'zod';

import { type AbsenceFacts, ended, type Line, tellAll } from './absence.ts';
import { type Cover, needsCover } from './coverage.ts';
import { type Actor, DecisionEnvelope } from './decision.ts';
import { DomainError } from './errors.ts';
import { overlaps } from './interval.ts';

const OfLine = z.object({ practitionerId: z.uuid() });
const Text = z.string().trim().min(1).max(500);

/** What a person can decide about an absence. A line is named by its provider; left out: all lines that it can be about. */
export const AbsenceChoice = z.discriminatedUnion('action', [
  z.object({ action: z.literal('tell providers') }),
  z.object({ action: z.literal('opt in'), practitionerId: z.uuid().optional() }),
  z.object({ action: z.literal('assign cover'), practitionerId: z.uuid().optional(), coverId: z.uuid() }),
  z.object({ action: z.literal('search again') }),
  OfLine.extend({ action: z.literal('cover yourself') }),
  OfLine.extend({ action: z.literal('leave unmonitored') }),
  OfLine.extend({ action: z.literal('acknowledge') }),
  OfLine.extend({ action: z.literal('write message'), text: Text }),
  OfLine.extend({ action: z.literal('approve message') }),
  OfLine.extend({ action: z.literal('send message') }),
  z.object({ action: z.literal('come back') }),
  z.object({ action: z.literal('cancel') }),
]);
export type AbsenceChoice = z.infer<typeof AbsenceChoice>;

export const AbsenceDecision = z.intersection(DecisionEnvelope, AbsenceChoice);
export type AbsenceDecision = z.infer<typeof AbsenceDecision>;

/** What a decision changes, for the preview (U-02) and for the transaction. */
export type AbsenceEffect = {
  /** The facts as they are then. */
  after: AbsenceFacts;
  /** Providers whose lines it is about. */
  lines: string[];
  summary: string;
};

/** Somebody who may stand in, as they are known to be: a coordinator of the same facility, or no candidate at all. */
export type Candidate = Cover & { isCoordinator: boolean };

const bosses = new Set(['manager', 'administrator', 'support']);

/**
 * What `choice` does to the absence as of `at`, or a DomainError with rule, value and limit. `candidate`: who would cover,
 * for opting in and assigning. Pure: preview and commit call the same function.
 */
export function decideAbsence(facts: AbsenceFacts, choice: AbsenceChoice, actor: Actor, at: string, candidate?: Candidate): AbsenceEffect {
  if (ended(facts) || at >= facts.endsAt) throw new DomainError('ABSENCE_OVER', { state: facts.state, endsAt: facts.endsAt });
  switch (choice.action) {
    case 'tell providers': // P-19
      ownOrManagers(facts, actor);
      return effect({ ...facts, lines: tellAll(facts.lines, at) }, facts.lines, 'The providers are told of the dates and the cover.');
    case 'opt in': // P-21
    case 'assign cover': {
      if (choice.action === 'assign cover') onlyManagers(facts, actor);
      return cover(facts, choice, candidate, at);
    }
    case 'search again': // P-22
      throw new DomainError('NO_SECOND_SEARCH', { askedAt: facts.askedAt, waysOut: ['ask the manager'] });
    case 'cover yourself': // P-24
      return onLine(facts, choice, actor, (line) => ({ ...line, choice: 'provider covers', cover: null }), 'The provider covers the line.');
    case 'leave unmonitored': // P-16
      if (facts.kind !== 'designated') throw new DomainError('LINE_NOT_LEFT_ALONE', { kind: facts.kind });
      return onLine(facts, choice, actor, (line) => ({ ...line, choice: 'unmonitored' }), 'The line is left alone until the return.');
    case 'acknowledge': // P-31
      return onLine(facts, choice, actor, (line) => ({ ...line, acknowledgedAt: line.acknowledgedAt ?? at }), 'The provider knows.');
    case 'write message': // P-17
      ownOrManagers(facts, actor);
      return change(
        facts,
        choice,
        (line) => ({ ...line, message: { text: choice.text, approvedAt: null } }),
        'The message waits for approval.',
      );
    case 'approve message':
      return onLine(facts, choice, actor, (line) => approved(line, at), 'The message is approved.');
    case 'send message':
      if (!lineOf(facts, choice).message?.approvedAt)
        throw new DomainError('AWAY_MESSAGE_UNAPPROVED', { practitionerId: choice.practitionerId });
      return change(facts, choice, (line) => line, 'The message goes out while the line has nobody.');
    case 'come back':
      ownOrManagers(facts, actor);
      return at <= facts.startsAt
        ? effect({ ...facts, state: 'cancelled' }, facts.lines, 'The absence is cancelled.')
        : effect({ ...facts, endsAt: at }, facts.lines, `${facts.name} is back.`);
    case 'cancel':
      ownOrManagers(facts, actor);
      return effect({ ...facts, state: 'cancelled' }, facts.lines, 'The absence is cancelled.');
  }
}

function effect(after: AbsenceFacts, lines: Line[], summary: string): AbsenceEffect {
  return { after, lines: lines.map(({ practitionerId }) => practitionerId), summary };
}

function lineOf({ lines }: AbsenceFacts, { practitionerId }: { practitionerId: string }): Line {
  const line = lines.find((one) => one.practitionerId === practitionerId);
  if (!line) throw new DomainError('NOT_FOUND', { practitionerId });
  return line;
}

function change(facts: AbsenceFacts, choice: { practitionerId: string }, changed: (line: Line) => Line, summary: string): AbsenceEffect {
  const line = lineOf(facts, choice);
  return effect({ ...facts, lines: facts.lines.map((one) => (one === line ? changed(one) : one)) }, [line], summary);
}

/** The provider's own choices; a manager may make them on their behalf (F-13). */
function onLine(facts: AbsenceFacts, choice: { practitionerId: string }, actor: Actor, changed: (line: Line) => Line, summary: string) {
  const { providerPersonId } = lineOf(facts, choice);
  if (!bosses.has(actor.role) && (!actor.personId || actor.personId !== providerPersonId))
    throw new DomainError('NOT_YOUR_LINE', { practitionerId: choice.practitionerId });
  return change(facts, choice, changed, summary);
}

function ownOrManagers({ personId }: AbsenceFacts, actor: Actor): void {
  if (!bosses.has(actor.role) && actor.personId !== personId) throw new DomainError('NOT_YOUR_ABSENCE', { personId });
}

function onlyManagers({ personId }: AbsenceFacts, actor: Actor): void {
  if (!bosses.has(actor.role)) throw new DomainError('NOT_YOUR_ABSENCE', { personId });
}

type CoverChoice = Extract<AbsenceChoice, { action: 'opt in' | 'assign cover' }>;

/**
 * C-22's sister: the first who comes forward covers; P-21: not the absent one, and nobody who is away then too. P-14, F-13: in
 * place of a cover who is away a manager assigns another.
 */
function cover(facts: AbsenceFacts, choice: CoverChoice, candidate: Candidate | undefined, at: string): AbsenceEffect {
  const { action, practitionerId } = choice;
  const isTaken = ({ cover }: Line) => cover !== null && (action === 'opt in' || cover.away.length === 0);
  const wanted = practitionerId ? [lineOf(facts, { practitionerId })] : facts.lines.filter((line) => !isTaken(line));
  const lines = wanted.filter((line) => needsCover(facts, line, at));
  if (!candidate?.isCoordinator || candidate.personId === facts.personId)
    throw new DomainError('COVER_AWAY', { coverId: candidate?.personId ?? null });
  const away = candidate.away.find((one) => overlaps(one, facts));
  if (away) throw new DomainError('COVER_AWAY', { coverId: candidate.personId, away });
  const taken = wanted.find(isTaken);
  if (taken) throw new DomainError('COVER_TAKEN', { practitionerId: taken.practitionerId, by: taken.cover!.name });
  if (lines.length === 0) {
    const by = facts.lines.find((line) => line.cover)?.cover?.name;
    throw by ? new DomainError('COVER_TAKEN', { by }) : new DomainError('COVER_NOT_NEEDED', { practitionerId });
  }
  const { isCoordinator: _known, ...found } = candidate;
  const covered = facts.lines.map((line) => (lines.includes(line) ? { ...line, cover: found, toldAt: at } : line));
  return effect({ ...facts, lines: covered }, lines, `${candidate.name} covers.`);
}

function approved(line: Line, at: string): Line {
  if (!line.message) throw new DomainError('AWAY_MESSAGE_UNAPPROVED', { practitionerId: line.practitionerId, message: null });
  return { ...line, message: { ...line.message, approvedAt: line.message.approvedAt ?? at } };
}
