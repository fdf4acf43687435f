import { addMinutes } from './civil.ts';
import type { SubjectKind } from './decision.ts';

/**
 * Minutes until the next try, after the first, second … failure: the schedule that Standard Webhooks publishes, four
 * days in all (F-15). Then the event is given up, and its subject's later events go on.
 */
const retryMinutes = [5 / 60, 5, 30, 120, 300, 600, 840, 1200, 1440];

/** When a failed event is tried again; undefined: it has been tried often enough. `attempts` counts the failed one. */
export function nextTry(attempts: number, now: string): string | undefined {
  const minutes = retryMinutes[attempts - 1];
  return minutes === undefined ? undefined : addMinutes(now, minutes);
}

/** What an event is called: `hold.confirm`, `block.mandatory_release`. */
export const eventType = (kind: SubjectKind, action: string): string => `${kind}.${action.replace(/\s+/g, '_')}`;

/**
 * The body of an event: which object changed, how and by which rule. It carries no names and no facts, so none of a
 * patient's: who may see them asks the API.
 */
export type WebhookPayload = {
  type: string;
  timestamp: string;
  data: { facilityId: string; subject: { kind: SubjectKind; id: string }; sequence: number; action: string; rule: string | null };
};
