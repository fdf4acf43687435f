import { z } from 'zod';

/** The answer to a decision; every repeat gets the same (U-03). */
export const Receipt = z
  .object({
    decisionId: z.string(),
    subject: z.object({ kind: z.string(), id: z.string() }),
    action: z.string(),
    summary: z.string(),
    by: z.string(),
    decidedAt: z.string(),
    state: z.string(),
    version: z.int(),
    effect: z.unknown(),
  })
  .meta({ id: 'Receipt' });

/** No worker answered in time: the decision is kept and will be applied; its receipt follows by mail or on repeat. */
export const Recorded = z.object({ recorded: z.literal(true), decisionId: z.string() }).meta({ id: 'Recorded' });
