import { z } from 'zod';

import { Instant } from './plugin.ts';

/** U-07: whether something happened, and why or why not: the rule, the value and the limit. */
export const Why = z.object({
  happened: z.boolean(),
  at: Instant.describe('When it came, comes, or would have come.'),
  because: z.string(),
  rule: z.string(),
  value: z.union([z.string(), z.number()]).optional(),
  limit: z.union([z.string(), z.number()]).optional(),
  predictor: z.string().optional().describe('Whose confidence the value is; none: our own.'),
});
