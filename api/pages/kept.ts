/**
 * What somebody sent after their sign-in had run out. It stays in the page they get, and nowhere else: no row and no mail has it, and
 * only their own press sends it again, in the name of whoever is in by then.
 */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { LocalPath } from '../destination.ts';

const Kept = z.object({
  action: LocalPath,
  fields: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
});
export type Kept = z.infer<typeof Kept>;

/** The form that was sent just now; undefined: none was. */
export const keptFrom = ({ method, url, body }: FastifyRequest): Kept | undefined =>
  method === 'POST' ? Kept.safeParse({ action: url, fields: body ?? {} }).data : undefined;

/** The same, carried along by the page before; undefined for whatever else stands there. */
export const KeptField = z
  .string()
  .optional()
  .transform((text) => Kept.safeParse(readJson(text)).data);

function readJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
