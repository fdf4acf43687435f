/** Open time: a room's hours less unreleased blocks, cases and claims. What others hold shows as not open, without a name (C-29). */
import { z } from 'zod';

import { daysBetween } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { lastVisibleDate } from '../../domain/hold-utilization.ts';
import { minutesOf } from '../../domain/interval.ts';
import { zoneAndPolicyOf } from '../../ledger/facility.ts';
import { readStanding } from '../../ledger/hold-utilization.ts';
import { findOpenTime } from '../../ledger/open-time.ts';
import { actorOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { ListQuery, listOf, pageOf, positionOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { Restriction, restrictionOf } from './hold-utilization.ts';
import { type Api, CivilDate, Instant, reach } from './plugin.ts';

const mostDays = 92;

const OpenTime = z
  .object({ roomId: z.uuid(), room: z.string(), startsAt: Instant, endsAt: Instant, openMinutes: z.int() })
  .meta({ id: 'OpenTime' });

const OpenTimes = listOf(OpenTime).extend({
  restriction: Restriction.extend({ because: z.string(), rule: z.literal('C-28') })
    .nullable()
    .describe('Why the person in onBehalfOf sees less than others, or may request less.'),
});

const Query = ListQuery.extend({
  facilityId: z.uuid().meta({ example: '01890000-0000-7000-8000-000000000001' }),
  from: CivilDate.meta({ example: '2027-01-11' }),
  to: CivilDate.describe(`Inclusive; at most ${mostDays} days from the first.`).meta({ example: '2027-01-15' }),
  roomId: z.uuid().optional(),
  providerId: z.uuid().optional().describe('Only what this provider can use: their hours, days and shortest case (C-44).'),
  onBehalfOf: z.uuid().optional().describe('What this person may see, when a staff tool asks for them (C-28).'),
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
    response: { 200: OpenTimes, ...problems(400, 401, 403, 404) },
  };
  app.get('/open-time', { schema: list }, async ({ query, principal }) => {
    const { facilityId, from, roomId, providerId, cursor, limit, onBehalfOf } = query;
    const days = daysBetween(from, query.to) + 1;
    if (days < 1 || days > mostDays) throw new DomainError('INVALID_REQUEST', { from, to: query.to, days, mostDays });
    reach(principal, facilityId);
    const now = deps.now();
    const { zone, policy } = await zoneAndPolicyOf(deps.reader, facilityId);
    const standingFor = async (id: string) => {
      const { role } = await actorOf(deps.reader, principal, facilityId, id);
      return readStanding(deps.reader, { id, role }, { policy, zone, now });
    };
    const minMinutes = query.minMinutes ?? policy.alert.minUnbookedMinutes;
    const standing = onBehalfOf ? await standingFor(onBehalfOf) : undefined;
    const [to] = [query.to, (standing && lastVisibleDate(standing, now, zone)) ?? query.to].sort() as [string, string];
    const position = positionOf(cursor, 'instant');
    const after = position && { startsAt: position[0], roomId: position[1] };
    const roomIds = roomId ? [roomId] : undefined;
    const where = { facilityId, zone, from, to, now, minMinutes, roomIds, providerId, after, limit: limit + 1 };
    const rows = await findOpenTime(deps.reader, where);
    const page = pageOf(
      rows,
      limit,
      (row) => [row.startsAt, row.roomId],
      (row) => ({ ...row, openMinutes: minutesOf(row) }),
    );
    return {
      ...page,
      restriction: standing?.limits ? { ...restrictionOf(standing.limits), because: standing.because, rule: 'C-28' as const } : null,
    };
  });
}
