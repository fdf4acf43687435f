import { z } from 'zod';

import type { Prisma } from '../../prisma/generated/client.ts';
import type { Principal } from '../auth/principal.ts';
import { Instant, inOrder, Line, notInOrder, Version } from './plugin.ts';

/** A case as the facility reported it last. */
export const Case = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    number: z.string().describe('The facility’s own.'),
    roomId: z.uuid(),
    room: z.string(),
    groupId: z.uuid().nullable(),
    providerId: z.uuid().nullable(),
    startsAt: Instant,
    endsAt: Instant,
    bookedAt: Instant.nullable(),
    receivedAt: Instant,
    cancelledAt: Instant.nullable(),
    credited: z
      .boolean()
      .nullable()
      .describe('Did it reach the facility before its block’s mandatory release (C-06)? null: no block of its group.'),
    description: z.string().nullable().optional().describe('For administrators only.'),
    version: Version,
  })
  .meta({ id: 'Case' });

export const CaseReport = z
  .strictObject({
    facilityId: z.uuid(),
    number: Line,
    roomId: z.uuid().optional(),
    room: Line.optional().describe('The room’s name, instead of its id.'),
    groupId: z.uuid().optional(),
    providerId: z.uuid().optional(),
    startsAt: Instant,
    endsAt: Instant,
    bookedAt: Instant.optional().describe('When it was booked, if that is known; else now.'),
  })
  .refine(inOrder, notInOrder)
  .refine(({ roomId, room }) => (roomId === undefined) !== (room === undefined), { path: ['room'], error: 'either roomId or room' })
  .meta({
    example: {
      facilityId: '01890000-0000-7000-8000-000000000001',
      number: 'C-20270111-07',
      room: 'OR 1',
      providerId: '01890000-0000-7000-8000-000000000005',
      startsAt: '2027-01-11T08:00:00Z',
      endsAt: '2027-01-11T10:00:00Z',
    },
  });

export const CaseNumber = z
  .strictObject({ facilityId: z.uuid(), number: Line })
  .meta({ example: { facilityId: '01890000-0000-7000-8000-000000000001', number: 'C-20270111-07' } });

export const Effect = z
  .object({
    preview: z.boolean(),
    caseId: z.uuid().nullable().describe('null in the preview of a case that is not known yet.'),
    kind: z.enum(['booked', 'moved', 'changed', 'cancelled', 'unchanged']),
    credited: z.boolean().nullable(),
    displacedHoldIds: z.array(z.uuid()).describe('Holds that are in conflict with it; requester and facility are told.'),
    overlappingCaseNumbers: z.array(z.string()).describe('Cases on the same minutes of the room: both stand.'),
    version: z.int(),
  })
  .meta({ id: 'CaseEffect' });

export const withRoom = { room: { select: { name: true } } };

/** A description may say more than staff tools need to know. */
export function presentCase(
  { room, description, ...row }: Prisma.CaseGetPayload<{ include: typeof withRoom }>,
  principal: Principal,
): z.infer<typeof Case> {
  return {
    ...row,
    room: room.name,
    startsAt: row.startsAt.toISOString(),
    endsAt: row.endsAt.toISOString(),
    bookedAt: row.bookedAt?.toISOString() ?? null,
    receivedAt: row.receivedAt.toISOString(),
    cancelledAt: row.cancelledAt?.toISOString() ?? null,
    description: principal.role === 'administrator' ? description : undefined,
  };
}
