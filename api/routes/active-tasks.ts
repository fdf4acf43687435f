/** I-41: the due tasks and the active waitlist entries of all patients of a facility, in the order in which they are worked (I-05). */
import { z } from 'zod';

import { zoneDate } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { needRight } from '../../domain/right.ts';
import { taskKinds } from '../../domain/task.ts';
import { entryTypes } from '../../domain/waitlist-entry.ts';
import { type ActiveItem, type ActivePosition, activeItems } from '../../ledger/active-tasks.ts';
import { recordLook } from '../access-log.ts';
import type { Deps } from '../deps.ts';
import { ListQuery, listOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { type Api, CivilDate, Instant, Version, yours } from './plugin.ts';

const Item = z
  .object({
    item: z.enum(['task', 'waitlist-entry']),
    id: z.uuid(),
    version: Version,
    kind: z.enum([...taskKinds, ...entryTypes]),
    typeId: z.uuid().nullable(),
    type: z.string(),
    priority: z.int(),
    dueOn: CivilDate,
    validUntil: CivilDate.nullable(),
    patientId: z.uuid(),
    patient: z.string(),
    phone: z.string().nullable(),
    practitionerId: z.uuid().nullable(),
    practitioner: z.string().nullable(),
    profession: z.string().nullable(),
    durationMinutes: z.int().nullable(),
    comment: z.string(),
    assigneeId: z.uuid().nullable(),
    assignee: z.string().nullable(),
    createdAt: Instant,
  })
  .meta({ id: 'ActiveTask' });

const Query = ListQuery.extend({
  facilityId: z.uuid(),
  item: z.enum(['task', 'waitlist-entry']).optional(),
  typeId: z.uuid().optional(),
  practitionerId: z.uuid().optional(),
  patientId: z.uuid().optional(),
  assigneeId: z.union([z.uuid(), z.literal('nobody')]).optional(),
}).strict();

const Position = z.tuple([z.iso.date(), z.int(), z.iso.datetime(), z.uuid()]);

export function activeTaskRoutes(app: Api, deps: Deps): void {
  const list = {
    tags: ['active-tasks'],
    summary: 'What the desk has to work now: due date, then priority of the type, then age (I-05, I-41)',
    querystring: Query,
    response: { 200: listOf(Item), ...problems(400, 401, 403, 404) },
  };
  app.get('/active-tasks', { schema: list }, async ({ query, principal }) => {
    needRight(principal, 'manage appointments');
    const { cursor, limit, facilityId, ...filter } = query;
    const now = deps.now();
    const { zone } = yours(principal, await zoneOf(deps, facilityId));
    const wish = { ...filter, facilityId, now, today: zoneDate(now, zone), after: positionOf(cursor), limit: limit + 1 };
    const rows = await activeItems(deps.reader, wish);
    const items = rows.slice(0, limit);
    await recordLook(
      deps,
      principal,
      items.map(({ patientId }) => ({ facilityId, patientId })),
      'active tasks',
    );
    return { items, nextCursor: rows.length > limit ? cursorOf(items.at(-1)!) : null };
  });
}

const zoneOf = async ({ reader }: Deps, facilityId: string) => {
  const facility = await reader.facility.findUnique({ where: { id: facilityId }, select: { zone: true } });
  return facility && { ...facility, facilityId };
};

const cursorOf = ({ dueOn, priority, createdAt, id }: ActiveItem) =>
  Buffer.from(JSON.stringify([dueOn, priority, createdAt, id])).toString('base64url');

/** Throws INVALID_REQUEST when the cursor is not one of ours. */
function positionOf(cursor: string | undefined): ActivePosition | undefined {
  if (cursor === undefined) return undefined;
  try {
    const [dueOn, priority, createdAt, id] = Position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { dueOn, priority, createdAt, id };
  } catch {
    throw new DomainError('INVALID_REQUEST', { cursor });
  }
}
