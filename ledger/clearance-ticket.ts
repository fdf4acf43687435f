/** The urgent ticket of a clearance (P-02): raised for whoever looks after the provider's line, closed when it is settled. */
import type { ClearanceFacts } from '../domain/clearance.ts';
import { systemActor } from '../domain/decision.ts';
import { canWork } from '../domain/ticket-type.ts';
import type { Tx } from '../prisma/client.ts';
import type { LoadedClearance } from './clearance.ts';
import { createTicket } from './new-ticket.ts';
import { whoIsResponsible } from './responsible.ts';
import { personAtDesk } from './team.ts';
import { changeTicket } from './ticket-decision.ts';
import { ticketTypeOf } from './ticket-type.ts';

const typeKey = 'clearance';

/** Returns its id. Due when the visit begins; its clock warns before. */
export async function raiseClearanceTicket(tx: Tx, { facilityId, facts, names }: LoadedClearance, now: string): Promise<string> {
  const { practitionerId, patientId, visitAt } = facts;
  const type = await ticketTypeOf(tx, facilityId, typeKey);
  const responsible = await whoIsResponsible(tx, { facilityId, practitionerId, at: now });
  const worker = await personAtDesk(tx, facilityId, responsible?.id);
  const wanted = {
    facilityId,
    type: typeKey,
    subject: `Clear the patient for the visit with ${names.provider}`,
    patientId,
    practitionerId,
    about: { kind: 'clearance' as const, id: facts.id },
    dueAt: visitAt > now ? visitAt : undefined,
    assigneeId: worker && canWork(type, worker) ? worker.id : undefined,
  };
  return (await createTicket(tx, wanted, systemActor, now)).facts.id;
}

/** One that people have closed already stays as it is. */
export async function closeClearanceTicket(tx: Tx, { id, ticketId }: ClearanceFacts, reason: string, now: string): Promise<void> {
  const open = ticketId && (await tx.ticket.findFirst({ where: { id: ticketId, state: 'open' }, select: { id: true } }));
  if (!open) return;
  const by = { actor: systemActor, now, reason, decisionId: `clearance/${id}/${ticketId}` };
  await changeTicket(tx, open.id, { action: 'close', outcome: {} }, by);
}
