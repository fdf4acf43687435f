import { z } from 'zod';

import type { SubjectKind } from '../../domain/decision.ts';
import type { Database } from '../../prisma/client.ts';

/** What happened to a subject: who did what, when, why, by which rule and policy version, before and after (F-16). */
export const History = z.object({
  items: z.array(
    z.object({
      seq: z.int(),
      at: z.string(),
      action: z.string(),
      actor: z.unknown(),
      reason: z.string().nullable(),
      rule: z.string().nullable(),
      policyVersion: z.int(),
      before: z.unknown(),
      after: z.unknown(),
      hash: z.string(),
    }),
  ),
});

export async function historyOf(db: Database, subjectKind: SubjectKind, subjectId: string): Promise<z.infer<typeof History>> {
  const rows = await db.auditEvent.findMany({ where: { subjectKind, subjectId }, orderBy: { seq: 'asc' }, take: 500 });
  return { items: rows.map((row) => ({ ...row, at: row.at.toISOString() })) };
}
