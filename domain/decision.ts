import { z } from 'zod';

export const roles = [
  'block contact',
  'facility scheduler',
  'receptionist',
  'practitioner',
  'care coordinator',
  'care team agent',
  'team lead',
  'manager',
  'patient',
  'support',
  'administrator',
  'system',
] as const;
export type Role = (typeof roles)[number];

/** Who decides, and through which door. `name` is what others are told. */
export const Actor = z.object({
  personId: z.uuid().optional(),
  name: z.string().min(1),
  role: z.enum(roles),
  channel: z.enum(['mail', 'page', 'api', 'support', 'system']),
  /** The patient as whom they are logged in. */
  onBehalfOfPatientId: z.uuid().optional(),
});
export type Actor = z.infer<typeof Actor>;

export const systemActor: Actor = { name: 'Holdfast', role: 'system', channel: 'system' };

/** What every decision carries. `id` makes it happen once (U-03); `seen` is the preview the person agreed to (U-02). */
export const DecisionEnvelope = z.object({
  id: z.string().min(1).max(200),
  linkId: z.uuid().optional(),
  actor: Actor,
  decidedAt: z.iso.datetime(),
  seen: z.string().optional(),
  reason: z.string().trim().max(2000).optional(),
  /** Recorded while no worker answered: a refusal is mailed, because the page could not show it. */
  mailRefusal: z.boolean().optional(),
});
export type DecisionEnvelope = z.infer<typeof DecisionEnvelope>;

/** The answer to a decision, kept for ever: the first one is given again to every repeat. */
export type Receipt = {
  decisionId: string;
  subject: { kind: SubjectKind; id: string };
  action: string;
  /** One sentence for people. */
  summary: string;
  by: string;
  decidedAt: string;
  /** The subject's state and version after it. */
  state: string;
  version: number;
  effect: object;
};

export const subjectKinds = [
  'block',
  'hold',
  'case',
  'facility',
  'person',
  'group',
  'series',
  'worklist-item',
  'practitioner',
  'patient',
  'appointment',
  'waitlist-entry',
  'waitlist-request',
  'task',
  'offer-ladder',
  'course-of-treatment',
  'opportunity',
  'team',
  'ticket',
  'conversation',
  'clearance',
  'absence',
  'transfer',
] as const;
export type SubjectKind = (typeof subjectKinds)[number];

/** A life's workflow id, readable in the Temporal UI. */
export function workflowIdOf(kind: SubjectKind, id: string): string {
  return `${kind}/${id}`;
}

type Decision = DecisionEnvelope & { action: string };
/** A decision that was carried out, as it is kept. */
export type Accepted = { action: string; payload: object; receipt: Receipt };

/** Of these a decision means the same whoever makes it; whoever takes a ticket or covers a line decides about themselves. */
const kinds: ReadonlySet<SubjectKind> = new Set(['block', 'hold', 'transfer', 'clearance']);
export const sameFromAnybody = (kind: SubjectKind): boolean => kinds.has(kind);

/**
 * C-30, C-33: what was decided last, decided again by anybody who may, is no conflict: it gets the first answer, as long as the
 * subject is as that left it. `state`: the subject's now. A decision with another content is a conflict, and learns what was decided.
 */
export function repeats(kind: SubjectKind, decision: Decision, last: Accepted, state: string): boolean {
  if (!sameFromAnybody(kind) || decision.action !== last.action || state !== last.receipt.state) return false;
  const { id: _id, linkId: _link, actor: _actor, decidedAt: _at, action: _action, ...payload } = decision;
  return spelled(contentOf(payload)) === spelled(contentOf(last.payload));
}

type Payload = { seen?: unknown; reason?: unknown; mailRefusal?: unknown; version?: unknown };
/** What it does: not why, nor what the person had seen. */
const contentOf = ({ seen: _seen, reason: _reason, mailRefusal: _mail, version: _version, ...content }: Payload): object => content;

/** Equal values, equal text, in whatever order their fields are kept. */
const spelled = (value: object): string =>
  JSON.stringify(value, (_name, part) =>
    part !== null && typeof part === 'object' && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort()) : part,
  );

/** U-14: what was decided, for whoever comes too late. */
export const inShort = ({ action, state, by, decidedAt }: Receipt) => ({ action, state, by, decidedAt });
