/** The free time of practitioners, for whoever looks for a time to book. */
import { z } from 'zod';

import { daysBetween } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { findFreeTime } from '../../ledger/free-time.ts';
import type { Deps } from '../deps.ts';
import { ListQuery, listOf, pageOf, positionOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { type Api, CivilDate, Instant, Line, reach } from './plugin.ts';

const FreeTime = z
  .object({ practitionerId: z.uuid(), practitioner: z.string(), professions: z.array(z.string()), startsAt: Instant, endsAt: Instant })
  .meta({ id: 'FreeTime' });

const mostDays = 92;
const Query = ListQuery.extend({
  facilityId: z.uuid(),
  from: CivilDate.meta({ example: '2027-01-11' }),
  to: CivilDate.meta({ example: '2027-01-15' }),
  minMinutes: z.coerce.number().int().min(1).max(1440).default(15).describe('Shorter stretches are left out.'),
  practitionerId: z.uuid().optional(),
  profession: Line.optional().describe('Only practitioners who have it (I-15).'),
  appointmentId: z.uuid().optional().describe('A visit that is to be moved: its own minutes count as free.'),
}).strict();

export function freeTimeRoutes(app: Api, deps: Deps): void {
  const list = {
    tags: ['free-time'],
    summary: `Free time of practitioners from now on, by start, at most ${mostDays} days at once`,
    querystring: Query,
    response: { 200: listOf(FreeTime), ...problems(400, 401, 404) },
  };
  app.get('/free-time', { schema: list }, async ({ query, principal }) => {
    const { facilityId, practitionerId, appointmentId: exceptId, cursor, limit, ...wish } = query;
    reach(principal, facilityId);
    const facility = await deps.reader.facility.findUnique({ where: { id: facilityId }, select: { zone: true } });
    if (!facility) throw new DomainError('NOT_FOUND', { facilityId });
    const days = daysBetween(wish.from, wish.to);
    if (days < 0 || days >= mostDays) throw new DomainError('INVALID_REQUEST', { from: wish.from, to: wish.to, mostDays });
    const position = positionOf(cursor);
    const after = position && { startsAt: position[0], practitionerId: position[1] };
    const practitionerIds = practitionerId ? [practitionerId] : undefined;
    const place = { facilityId, zone: facility.zone, now: deps.now() };
    const rows = await findFreeTime(deps.reader, { ...wish, ...place, practitionerIds, exceptId, after, limit: limit + 1 });
    return pageOf(
      rows,
      limit,
      (row) => [row.startsAt, row.practitionerId],
      (row) => row,
    );
  });
}
