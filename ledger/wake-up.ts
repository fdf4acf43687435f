import type { Channel } from '../domain/patient-message.ts';
import type { Tx } from '../prisma/client.ts';

/** What starts a life. `startAt`: it sleeps until its first planned instant. `summary` carries no patient data. */
export type LifeStart = {
  type:
    | 'blockRelease'
    | 'holdRequest'
    | 'blockSeries'
    | 'webhookDelivery'
    | 'appointment'
    | 'waitlistEntry'
    | 'task'
    | 'offerLadder'
    | 'opportunity'
    | 'ticket'
    | 'conversation'
    | 'clearance'
    | 'absence'
    | 'blockTransfer';
  input: object;
  startAt: string;
  summary: string;
  searchAttributes: { facility: string; subjectKind: string; reference: string; dueAt: string };
  /** In place of a run that has ended before its time (F-26). */
  again?: boolean;
};

export type WakeUpPayload =
  | { kind: 'start'; payload: LifeStart }
  /** The facts changed and the next step comes later or stays: whoever is awake looks again. */
  | { kind: 'signal'; payload: { name: string; args?: object[] } }
  /** The next step moved earlier, or somebody decided: an Update wakes even a life that has not begun. */
  | { kind: 'update'; payload: { name: string; decision?: { id: string } } };

/** The delivery life of each channel, whatever its transport is called. */
export const deliveryWorkflows: Record<Channel, string> = { mail: 'delivery', sms: 'delivery of texts' };

/**
 * Written with the change itself; sent after commit by a sender (dispatch/), deleted when Temporal has it. A crash
 * in between costs a repeated, harmless wake-up.
 */
export async function wakeUp(tx: Tx, rows: ({ workflowId: string } & WakeUpPayload)[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO "WakeUp" ("workflowId", kind, payload) SELECT "workflowId", kind, payload
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS w ("workflowId" text, kind text, payload jsonb)`;
}

export function wakeDelivery(tx: Tx, channel: Channel = 'mail'): Promise<void> {
  return wakeUp(tx, [{ workflowId: deliveryWorkflows[channel], kind: 'signal', payload: { name: 'messagesWaiting' } }]);
}
