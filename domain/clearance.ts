/** The life of a clearance: whether a patient is cleared before the visit, and who hears of it in time to act (P-02, P-03). */
import { addDays, addMinutes, atLocal, laterOf, zoneDate } from './civil.ts';
import type { Policy } from './policy.ts';
import { never, type Step } from './timeline.ts';

/** `lapsed`: the visit began and nobody had cleared the patient; `withdrawn`: there is no visit any more. */
export const clearanceStates = ['open', 'cleared', 'lapsed', 'withdrawn'] as const;
export type ClearanceState = (typeof clearanceStates)[number];

/** P-03: why the medical registration link is sent; there is no fourth reason. */
export const linkReasons = ['new clearance', 'update', 'new patient'] as const;
export type LinkReason = (typeof linkReasons)[number];

/** What the rules need to know. No patient's name is in it: it travels through Temporal. */
export type ClearanceFacts = {
  id: string;
  version: number;
  zone: string;
  paused: boolean;
  shadow: boolean;
  state: ClearanceState;
  appointmentId: string;
  patientId: string;
  practitionerId: string;
  /** When the visit begins. */
  visitAt: string;
  openedAt: string;
  linkReason: LinkReason | null;
  linkSentAt: string | null;
  /** The patient said that the registration form is filled in. */
  registeredAt: string | null;
  remindedAt: string | null;
  urgedAt: string | null;
  escalatedAt: string | null;
  ticketId: string | null;
  endedAt: string | null;
  endedBy: string | null;
};

export type ClearanceStepKind = 'remind' | 'urge' | 'escalate' | 'lapse' | 'wait' | 'closed';
export type ClearanceStep = Step<ClearanceStepKind>;

/** P-02: from then on it is urgent. */
const urgentFrom = ({ visitAt }: Pick<ClearanceFacts, 'visitAt'>, { pcc }: Policy): string =>
  addMinutes(visitAt, -pcc.urgentClearanceWithinHours * 60);

/** P-02: at the limit itself it is urgent already. */
export const isUrgent = (facts: Pick<ClearanceFacts, 'visitAt'>, policy: Policy, now: string): boolean => urgentFrom(facts, policy) <= now;

/** What comes next in a clearance's life, and why. */
export function planClearance(facts: ClearanceFacts, policy: Policy, _now: string): ClearanceStep {
  const { state, visitAt } = facts;
  if (state !== 'open') return { kind: 'closed', at: facts.endedAt ?? visitAt, because: `The clearance is ${state}.`, rule: 'P-02' };
  if (facts.paused) return { kind: 'wait', at: never, because: 'The facility has paused all automatic steps.', rule: 'F-23' };
  const steps = [reminder(facts, policy), urge(facts, policy), escalation(facts, policy)].filter((step) => step !== undefined);
  const lapse: ClearanceStep = {
    kind: 'lapse',
    at: visitAt,
    because: 'The visit begins, and nobody has cleared the patient.',
    rule: 'P-02',
  };
  return steps.reduce((first, step) => (step.at < first.at ? step : first), lapse);
}

/** On the mornings of the last days before it becomes urgent. */
function reminder(facts: ClearanceFacts, policy: Policy): ClearanceStep | undefined {
  const { zone, visitAt, openedAt, remindedAt, urgedAt } = facts;
  if (urgedAt) return undefined;
  const first = addDays(zoneDate(visitAt, zone), -policy.pcc.remindClearanceDaysBefore);
  const next = addDays(zoneDate(remindedAt ?? openedAt, zone), 1);
  const [, day] = [first, next].sort() as [string, string];
  const at = atLocal(day, policy.mail.fromLocalTime, zone);
  if (at >= urgentFrom(facts, policy)) return undefined;
  return {
    kind: 'remind',
    at,
    because: `The visit on ${zoneDate(visitAt, zone)} comes closer, and the patient is not cleared yet.`,
    rule: 'P-02',
  };
}

function urge(facts: ClearanceFacts, policy: Policy): ClearanceStep | undefined {
  if (facts.urgedAt) return undefined;
  const because = `The visit is less than ${policy.pcc.urgentClearanceWithinHours} hours away: an urgent ticket goes to the coordinator.`;
  return { kind: 'urge', at: laterOf(urgentFrom(facts, policy), facts.openedAt), because, rule: 'P-02' };
}

/** In time to act: some hours before the visit, but not before half of the time that the coordinator had has gone by. */
function escalation({ visitAt, urgedAt, escalatedAt }: ClearanceFacts, policy: Policy): ClearanceStep | undefined {
  if (!urgedAt || escalatedAt) return undefined;
  const planned = addMinutes(visitAt, -policy.pcc.escalateClearanceWithinHours * 60);
  const half = new Date((Date.parse(visitAt) + Date.parse(urgedAt)) / 2).toISOString();
  const because = 'Nobody has cleared the patient: the lead and the provider are told while there is time to act.';
  return { kind: 'escalate', at: laterOf(planned, half), because, rule: 'P-02' };
}

/** The facts after a step of the system, taken at step.at. */
export function advanceClearance(facts: ClearanceFacts, { kind, at }: ClearanceStep): ClearanceFacts {
  switch (kind) {
    case 'remind':
      return { ...facts, remindedAt: at };
    case 'urge':
      return { ...facts, urgedAt: at };
    case 'escalate':
      return { ...facts, escalatedAt: at };
    case 'lapse':
      return { ...facts, state: 'lapsed', endedAt: at };
    default:
      return facts;
  }
}

/** The visit has another time: what was urgent about the old one begins afresh. */
export const movedClearance = (facts: ClearanceFacts): ClearanceFacts => ({
  ...facts,
  remindedAt: null,
  urgedAt: null,
  escalatedAt: null,
  ticketId: null,
});
