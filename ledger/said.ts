import type { Said } from '../domain/draft-hint.ts';
import type { Tx } from '../prisma/client.ts';

/** What was said to and by the patient of a conversation, in order: in all conversations of theirs, drafts left out. */
export async function readSaid(
  tx: Tx,
  { facilityId, patientId, address }: { facilityId: string; patientId: string | null; address: string },
): Promise<Said[]> {
  const rows = await tx.conversationMessage.findMany({
    where: {
      facilityId,
      conversation: patientId ? { OR: [{ patientId }, { address }] } : { address },
      state: { notIn: ['draft', 'review', 'automatic'] },
    },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: 200,
    select: { direction: true, text: true },
  });
  return rows.reverse().map(({ direction, text }) => ({ by: direction === 'inbound' ? 'patient' : 'team', text }));
}
