/** Open time: a room's hours less unreleased blocks, cases and claims. What others hold shows as not open, without a name (C-29). */
import { z } from 'zod';

import { daysBetween } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { minutesOf } from '../../domain/interval.ts';
import { policyOf } from '../../ledger/facility.ts';
import { findOpenTime } from '../../ledger/open-time.ts';
import type { Deps } from '../deps.ts';
import { ListQuery, listOf, pageOf, positionOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { type Api, CivilDate, Instant, reach } from './plugin.ts';

const mostDays = 92;

const OpenTime = z
  .object({ roomId: z.uuid(), room: z.string(), startsAt: Instant, endsAt: Instant, openMinutes: z.int() })
  .meta({ id: 'OpenTime' });

const Query = ListQuery.extend({
  facilityId: z.uuid().meta({ example: '01890000-0000-7000-8000-000000000001' }),
  from: CivilDate.meta({ example: '2027-01-11' }),
  to: CivilDate.describe(`Inclusive; at most ${mostDays} days from the first.`).meta({ example: '2027-01-15' }),
  roomId: z.uuid().optional(),
  minMinutes: z.coerce
    .number()
    .int()
    .min(1)
    .max(1440)
    .optional()
    .describe('The shortest run that counts; else the facility’s policy (F-05).'),
}).strict();

export function openTimeRoutes(app: Api, deps: Deps): void {
  const list = {
    tags: ['open-time'],
    summary: 'Find open time',
    querystring: Query,
    response: { 200: listOf(OpenTime), ...problems(400, 401, 404) },
  };
  app.get('/open-time', { schema: list }, async ({ query, principal }) => {
    const { facilityId, from, to, roomId, cursor, limit } = query;
    const days = daysBetween(from, to) + 1;
    if (days < 1 || days > mostDays) throw new DomainError('INVALID_REQUEST', { from, to, days, mostDays });
    reach(principal, facilityId);
    const facility = await deps.reader.facility.findUnique({ where: { id: facilityId } });
    if (!facility) throw new DomainError('NOT_FOUND', { facilityId });
    const minMinutes = query.minMinutes ?? (await policyOf(deps.reader, facilityId)).alert.minUnbookedMinutes;
    const position = positionOf(cursor, 'instant');
    const after = position && { startsAt: position[0], roomId: position[1] };
    const roomIds = roomId ? [roomId] : undefined;
    const where = { facilityId, zone: facility.zone, from, to, now: deps.now(), minMinutes, roomIds, after, limit: limit + 1 };
    const rows = await findOpenTime(deps.reader, where);
    return pageOf(
      rows,
      limit,
      (row) => [row.startsAt, row.roomId],
      (row) => ({ ...row, openMinutes: minutesOf(row) }),
    );
  });
}
