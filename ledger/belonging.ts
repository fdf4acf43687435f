/** Whose a conversation is, and what goes along when people say so afterwards. */
import type { Tx } from '../prisma/client.ts';
import type { LoadedConversation } from './conversation.ts';
import { auditLife, type LifeChange } from './life.ts';
import { loadTickets } from './ticket.ts';

/** The provider whom a patient saw or will see last, else the one by whose line they wrote last; null: none. */
export async function providerSeenBy(tx: Tx, patientId: string): Promise<string | null> {
  const select = { practitionerId: true };
  const visit = await tx.appointment.findFirst({ where: { patientId }, orderBy: { startsAt: 'desc' }, select });
  if (visit) return visit.practitionerId;
  const wrote = { patientId, practitionerId: { not: null } };
  const line = await tx.conversation.findFirst({ where: wrote, orderBy: { lastSaidAt: 'desc' }, select });
  return line?.practitionerId ?? null;
}

/**
 * The tickets that came from a conversation of nobody known, or of whoever it was taken for, are its patient's and provider's as it is,
 * the closed ones too. What has another patient by its own stays so.
 */
export async function takeTicketsAlong(
  tx: Tx,
  conversation: LoadedConversation,
  { patientId, practitionerId }: { patientId: string; practitionerId: string | null },
  change: LifeChange,
): Promise<void> {
  const { facts, facilityId, patientId: before } = conversation;
  if (before === patientId) return;
  const rows = await tx.ticket.findMany({
    where: { facilityId, aboutKind: 'conversation', aboutId: facts.id, OR: [{ patientId: null }, { patientId: before }] },
    select: { id: true, practitionerId: true },
  });
  const providers = new Map(rows.map((row) => [row.id, row.practitionerId]));
  for (const ticket of await loadTickets(tx, [...providers.keys()], 'update')) {
    const { id } = ticket.facts;
    const was = { patientId: ticket.patientId, practitionerId: providers.get(id) ?? null };
    const is = { patientId, practitionerId: was.practitionerId ?? practitionerId };
    await tx.ticket.update({ where: { id }, data: { ...is, version: { increment: 1 } }, select: { id: true } });
    await auditLife(tx, 'ticket', ticket, change, was, { ...is, version: ticket.version + 1 });
  }
}
