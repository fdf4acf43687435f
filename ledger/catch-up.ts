/** What somebody who was away catches up on (P-16, U-15): what came in on their bare lines, and their tickets that stood still. */
import { bareLines } from '../domain/absence.ts';
import type { Database, Tx } from '../prisma/client.ts';
import type { LoadedAbsence } from './absence.ts';

export type CatchUp = {
  /** Patients who wrote while the line was bare for a time and still wait, who waits longest first. */
  conversations: { id: string; patientId: string | null; who: string; provider: string | null; waitingSince: string }[];
  tickets: { id: string; patientId: string | null; subject: string; type: string; openedAt: string }[];
  more: boolean;
};
export const mostToCatchUp = 200;

/** Only what still waits: what somebody else answered or closed meanwhile is done. */
export async function loadCatchUp(tx: Tx | Database, { facts, facilityId }: LoadedAbsence): Promise<CatchUp> {
  const { personId, startsAt, endsAt } = facts;
  const lines = bareLines(facts).map(({ practitionerId }) => practitionerId);
  const [conversations, tickets] = await Promise.all([
    tx.conversation.findMany({
      where: {
        facilityId,
        practitionerId: { in: lines },
        state: { in: ['open', 'unread'] },
        waitingSince: { not: null },
        messages: { some: { direction: 'inbound', at: { gte: startsAt, lt: endsAt } } },
      },
      orderBy: [{ waitingSince: 'asc' }, { id: 'asc' }],
      take: mostToCatchUp + 1,
      select: {
        id: true,
        patientId: true,
        address: true,
        waitingSince: true,
        patient: { select: { givenName: true, familyName: true } },
        practitioner: { select: { name: true } },
      },
    }),
    tx.ticket.findMany({
      where: { facilityId, assigneeId: personId, state: 'open', openedAt: { lt: endsAt } },
      orderBy: [{ nextAt: 'asc' }, { id: 'asc' }],
      take: mostToCatchUp + 1,
      select: { id: true, patientId: true, subject: true, openedAt: true, type: { select: { name: true } } },
    }),
  ]);
  return {
    conversations: conversations.slice(0, mostToCatchUp).map(({ id, patientId, address, waitingSince, patient, practitioner }) => ({
      id,
      patientId,
      who: patient ? `${patient.givenName} ${patient.familyName}` : address,
      provider: practitioner?.name ?? null,
      waitingSince: waitingSince!.toISOString(),
    })),
    tickets: tickets
      .slice(0, mostToCatchUp)
      .map(({ type, openedAt, ...ticket }) => ({ ...ticket, type: type.name, openedAt: openedAt.toISOString() })),
    more: Math.max(conversations.length, tickets.length) > mostToCatchUp,
  };
}
