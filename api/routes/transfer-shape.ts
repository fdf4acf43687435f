import { z } from 'zod';

import { deadlineOf, transferStates } from '../../domain/transfer.ts';
import type { LoadedTransfer } from '../../ledger/transfer.ts';
import { Instant, Version } from './plugin.ts';
import { Next } from './timeline.ts';

const Moving = z.object({
  blockId: z.uuid(),
  roomId: z.uuid(),
  room: z.string(),
  startsAt: Instant,
  endsAt: Instant,
  fromGroupId: z.uuid(),
  toGroupId: z.uuid(),
  toProviderId: z.uuid().nullable(),
});

/** A proposal as clients see it: which block goes where, and until when it can be answered. */
export const Transfer = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    state: z.enum(transferStates),
    blocks: z.array(Moving).describe('The block that is given; in a swap, then the one that comes in return.'),
    fromGroupId: z.uuid(),
    fromGroup: z.string(),
    toGroupId: z.uuid(),
    toGroup: z.string(),
    proposerId: z.uuid(),
    proposer: z.string(),
    note: z.string().nullable(),
    proposedAt: Instant,
    acceptedAt: Instant.nullable(),
    endedAt: Instant.nullable(),
    endedBecause: z.string().nullable().describe('Why it ended by itself.'),
    deadline: Instant.describe('It lapses then: so many days before the first of the blocks is released by itself.'),
    next: Next,
    version: Version,
  })
  .meta({ id: 'Transfer' });

export function presentTransfer({
  facts,
  policy,
  row,
  names,
  blocks,
  next,
  version,
  facilityId,
}: LoadedTransfer): z.infer<typeof Transfer> {
  const { id, state, proposedAt, acceptedAt, endedBecause } = facts;
  return {
    id,
    facilityId,
    state,
    proposedAt,
    acceptedAt,
    endedBecause,
    deadline: deadlineOf(facts, policy),
    next,
    version,
    endedAt: row.endedAt?.toISOString() ?? null,
    blocks: facts.blocks.map(({ facts: { id: blockId, startsAt, endsAt }, proposed, becomes }, index) => {
      const { roomId, names: place } = blocks[index]!;
      const moves = { fromGroupId: proposed.groupId, toGroupId: becomes.groupId, toProviderId: becomes.providerId };
      return { blockId, roomId, room: place.room, startsAt, endsAt, ...moves };
    }),
    fromGroupId: row.fromGroupId,
    fromGroup: names.from,
    toGroupId: row.toGroupId,
    toGroup: names.to,
    proposerId: row.proposerId,
    proposer: names.proposer,
    note: row.note,
  };
}
