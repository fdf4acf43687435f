import { z } from 'zod';

import { DomainError } from '../domain/errors.ts';

/** The query of every list: an opaque cursor and a page size. */
export const ListQuery = z.object({
  cursor: z.string().max(500).optional().describe('Opaque; from nextCursor of the page before.'),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Items per page.'),
});

export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** Keyset position: the sort value and the id of the last item seen. */
export type Position = [value: string, id: string];

const Position = z.tuple([z.string(), z.string()]);

/** Throws INVALID_REQUEST when the cursor is not one of ours. */
export function positionOf(cursor: string | undefined): Position | undefined {
  if (cursor === undefined) return undefined;
  try {
    return Position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw new DomainError('INVALID_REQUEST', { cursor });
  }
}

/** One page out of `limit + 1` rows. */
export function pageOf<Row, Item>(rows: Row[], limit: number, position: (row: Row) => Position, item: (row: Row) => Item) {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: shown.map(item), nextCursor: more ? Buffer.from(JSON.stringify(position(last))).toString('base64url') : null };
}

/** `ETag: "3"` for version 3. */
export const etag = (version: number) => `"${version}"`;

/** The version in If-Match. Throws IF_MATCH_MISSING. */
export function ifMatch(header: string | undefined): number {
  const version = /^(?:W\/)?"(\d+)"$/.exec(header?.trim() ?? '')?.[1];
  if (!version) throw new DomainError('IF_MATCH_MISSING', { header: 'If-Match: "<version>"' });
  return Number(version);
}
