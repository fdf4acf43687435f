/** Where each minute of a room's day went (U-11). Names of holders are for the facility's own people. */
import { z } from 'zod';

import { Interval } from '../../domain/interval.ts';
import { roomDay, uses } from '../../domain/room-day.ts';
import { loadRoomDay } from '../../ledger/room-day.ts';
import { allow } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { problems } from '../problems.ts';
import { type Api, CivilDate, IdParam, Instant, yours } from './plugin.ts';

const Stretch = z.object({
  startsAt: Instant,
  endsAt: Instant,
  use: z.enum(uses),
  subject: z.object({ kind: z.enum(['case', 'hold', 'block']), id: z.uuid() }).nullable(),
  holder: z.string().nullable(),
  since: Instant.nullable(),
  rule: z.string(),
  overlapping: z.boolean().describe('More than one case stands here (C-07).'),
  recaptured: z.boolean().describe('It was given back, and somebody else works in it now.'),
});
const RoomDay = z
  .object({
    roomId: z.uuid(),
    date: CivilDate,
    openingMinutes: z.int(),
    minutes: z.record(z.enum(uses), z.int()).describe('By use; they add up to openingMinutes.'),
    recapturedMinutes: z.int().describe('Released minutes in which a case of somebody else stands: counted, not estimated.'),
    stretches: z.array(Stretch),
    outsideHours: z.array(Interval).describe('Cases outside the opening hours.'),
  })
  .meta({ id: 'RoomDay' });

export function roomLedgerRoutes(app: Api, deps: Deps): void {
  const schema = {
    tags: ['rooms'],
    summary: 'Where each minute of a room’s day went',
    params: IdParam,
    querystring: z.strictObject({ date: CivilDate.meta({ example: '2027-02-01' }) }),
    response: { 200: RoomDay, ...problems(400, 401, 403, 404) },
  };
  app.get('/rooms/:id/ledger', { schema }, async ({ params, query: { date }, principal }) => {
    allow(principal, 'facility scheduler', 'support');
    const room = yours(principal, await deps.reader.room.findUnique({ where: { id: params.id }, include: { facility: true } }));
    const { id: roomId, facilityId, facility } = room;
    const facts = await loadRoomDay(deps.reader, { roomId, facilityId, zone: facility.zone, date });
    return { roomId, date, ...roomDay(facts, deps.now()) };
  });
}
