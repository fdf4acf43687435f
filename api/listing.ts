import { z } from 'zod';

import { DomainError } from '../domain/errors.ts';
import { storable } from './characters.ts';

/** The query of every list: an opaque cursor and a page size. */
export const ListQuery = z.object({
  cursor: z.string().max(1000).optional().describe('Opaque; from nextCursor of the page before.'),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Items per page.').meta({ example: 50 }),
});

export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** Keyset position: the sort value and the id of the last item seen. */
export type Position = [value: string, id: string];

const positions = {
  instant: z.tuple([z.iso.datetime(), z.uuid()]),
  number: z.tuple([z.string().regex(/^-?\d{1,15}(\.\d{1,4})?$/), z.uuid()]),
  date: z.tuple([z.iso.date(), z.uuid()]),
  text: z.tuple([z.string().max(300).refine(storable), z.uuid()]),
};

/** Throws INVALID_REQUEST when the cursor is not one of ours. `value`: what the list is sorted by. */
export function positionOf(cursor: string | undefined, value: keyof typeof positions = 'instant'): Position | undefined {
  if (cursor === undefined) return undefined;
  try {
    return positions[value].parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw new DomainError('INVALID_REQUEST', { cursor });
  }
}

/**
 * Order by one column and id, and the condition for what follows the cursor: pages have no gaps and no repeats,
 * whatever is written between them. `sort` is the column, with a minus for the latest first.
 */
export function keyset(sort: string, cursor: string | undefined, value: keyof typeof positions) {
  const column = sort.replace(/^-/, '');
  const [direction, beyond, from] = sort.startsWith('-') ? (['desc', 'lt', 'lte'] as const) : (['asc', 'gt', 'gte'] as const);
  const after = positionOf(cursor, value);
  const where = after && {
    [column]: { [from]: after[0] }, // says no more than the rest, and lets the index begin there
    OR: [{ [column]: { [beyond]: after[0] } }, { id: { [beyond]: after[1] } }],
  };
  return { where: where ?? {}, orderBy: [{ [column]: direction }, { id: direction }] };
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
  const version = /^(?:W\/)?"(\d{1,9})"$/.exec(header?.trim() ?? '')?.[1];
  if (!version) throw new DomainError('IF_MATCH_MISSING', { header: 'If-Match: "<version>"' });
  return Number(version);
}

/** The version that an edit was made on. A preview changes nothing: without If-Match it is of what is there now. */
export const editedVersion = (header: string | undefined, { version }: { version: number }, preview: boolean): number =>
  preview && header === undefined ? version : ifMatch(header);
