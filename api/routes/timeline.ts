import { z } from 'zod';

import { Interval } from '../../domain/interval.ts';
import { Instant } from './plugin.ts';

/** What a life does next, when, why, and because of which rule. */
export const Next = z.object({
  kind: z.string(),
  at: Instant,
  because: z.string(),
  rule: z.string(),
  proposal: z.array(Interval).optional(),
  confidence: z.number().optional(),
  predictor: z.string().optional().describe('Whose confidence it is; none: our own.'),
  whyNot: z
    .object({ what: z.string(), because: z.string(), rule: z.string() })
    .optional()
    .describe('What one might expect before it, and why it does not come (U-07).'),
});

/** What will happen if nobody does anything (U-01). */
export const Timeline = z.object({ items: z.array(Next) });
