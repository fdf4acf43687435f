import type { Said } from '../domain/draft-hint.ts';
import type { Database, Tx } from '../prisma/client.ts';

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

const excerptCharacters = 140;

/** How the last thing that was said in each of these conversations begins: what a folder shows of it. */
export async function readLastSaid(tx: Tx | Database, conversationIds: string[]): Promise<Map<string, Said>> {
  const rows = await tx.$queryRaw<{ conversationId: string; direction: string; text: string }[]>`
    SELECT DISTINCT ON ("conversationId") "conversationId", direction,
      CASE WHEN length(text) > ${excerptCharacters} THEN left(text, ${excerptCharacters}) || '…' ELSE text END AS text
    FROM "ConversationMessage"
    WHERE "conversationId" = ANY(${conversationIds}::uuid[]) AND state NOT IN ('draft', 'review', 'automatic')
    ORDER BY "conversationId", at DESC, id DESC`;
  return new Map(
    rows.map(({ conversationId, direction, text }) => [conversationId, { by: direction === 'inbound' ? 'patient' : 'team', text }]),
  );
}
