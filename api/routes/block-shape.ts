import { z } from 'zod';

import { booked, minutesByUse, over, planBlock, unbooked } from '../../domain/block.ts';
import { Interval } from '../../domain/interval.ts';
import type { LoadedBlock } from '../../ledger/block.ts';
import { CivilDate, Instant, inOrder, notInOrder, Version } from './plugin.ts';
import { Next } from './timeline.ts';

export const blockStates = ['inactive', 'active', 'closed', 'cancelled'] as const;

const Release = z.object({
  id: z.uuid(),
  startsAt: Instant,
  endsAt: Instant,
  kind: z.string(),
  releasedAt: Instant,
  releasedBy: z.string(),
  visibleAt: Instant.describe('Others see the time from here on (F-21).'),
});

/** A block as clients see it: what is booked, released and left, and what comes next. */
export const Block = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    roomId: z.uuid(),
    room: z.string(),
    groupId: z.uuid(),
    group: z.string(),
    providerId: z.uuid().nullable(),
    seriesId: z.uuid().nullable().describe('The block series that made it.'),
    provider: z.string().nullable(),
    date: CivilDate,
    startsAt: Instant,
    endsAt: Instant,
    windowDays: z.int(),
    state: z.enum(blockStates),
    silenced: z.boolean(),
    alerts: z.int(),
    mandatoryOff: z.boolean(),
    booked: z.array(Interval),
    unbooked: z.array(Interval),
    releases: z.array(Release),
    blockMinutes: z.int(),
    bookedMinutes: z.int(),
    releasedMinutes: z.int(),
    unbookedMinutes: z.int(),
    next: Next,
    version: Version,
  })
  .meta({ id: 'Block' });

export const WindowDays = z.int().min(0).max(365).describe('Mandatory release window in civil days (C-05).');

export const NewBlock = z
  .strictObject({
    facilityId: z.uuid(),
    roomId: z.uuid(),
    groupId: z.uuid(),
    providerId: z.uuid().optional().describe('For a block of one provider; without it the block is the whole group’s.'),
    startsAt: Instant,
    endsAt: Instant,
    windowDays: WindowDays.optional().describe('Mandatory release window in civil days (C-05); the facility’s policy if left out.'),
  })
  .refine(inOrder, notInOrder)
  .meta({
    example: {
      facilityId: '01890000-0000-7000-8000-000000000001',
      roomId: '01890000-0000-7000-8000-000000000002',
      groupId: '01890000-0000-7000-8000-000000000003',
      startsAt: '2027-01-11T07:00:00Z',
      endsAt: '2027-01-11T15:00:00Z',
    },
  });

export function presentBlock(block: LoadedBlock, now: string): z.infer<typeof Block> {
  const { facts, policy, facilityId, roomId, groupId, providerId, seriesId, names, version } = block;
  const next = over(facts) ? planBlock(facts, policy, now) : block.next; // imported history never had a plan
  const { id, date, startsAt, endsAt, windowDays, state, silenced, alerts, mandatoryOff, releases } = facts;
  return {
    id,
    facilityId,
    roomId,
    room: names.room,
    groupId,
    group: names.group,
    providerId,
    provider: names.provider ?? null,
    seriesId,
    date,
    startsAt,
    endsAt,
    windowDays,
    state,
    silenced,
    alerts,
    mandatoryOff,
    releases,
    booked: booked(facts),
    unbooked: unbooked(facts, now),
    ...minutesByUse(facts),
    next,
    version,
  };
}
