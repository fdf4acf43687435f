/** What a person prefers to be told (C-41 to C-43), and why they were, or were not, told of open time (U-07). */
import { z } from 'zod';

import { alertPreferences } from '../../domain/availability.ts';
import { DomainError } from '../../domain/errors.ts';
import { Interval } from '../../domain/interval.ts';
import { changePreferences, preferencesOf } from '../../ledger/preferences.ts';
import { tellingsOf } from '../../ledger/telling.ts';
import type { Person } from '../../prisma/generated/client.ts';
import { actorOf, allow } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { edit } from '../idempotency.ts';
import { etag, ifMatch, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { Warning } from './hold-shape.ts';
import { type Api, IdParam, Instant, Version, yours } from './plugin.ts';

const fields = {
  availabilityAlerts: z.enum(alertPreferences).describe('off: none at all; block alerts and what is to be decided come all the same.'),
  dailyHour: z.int().min(0).max(23).describe('The hour at the facility at which a daily mail goes.'),
  vacationReminders: z
    .boolean()
    .nullable()
    .describe(
      'null: on the first of the month when a block is one surgeon’s alone (C-15); true: for groups too (C-16); false: never (C-18).',
    ),
};
const Preferences = z.object({ personId: z.uuid(), ...fields, version: Version }).meta({ id: 'Preferences' });
const Changed = Preferences.extend({ warnings: z.array(Warning).describe('What they should know; nothing is refused for it.') });
const PreferenceChange = z
  .strictObject({
    availabilityAlerts: fields.availabilityAlerts.optional(),
    dailyHour: fields.dailyHour.optional(),
    vacationReminders: fields.vacationReminders.optional(),
  })
  .meta({ example: { availabilityAlerts: 'daily', dailyHour: 7 } });

const AvailabilityAlert = z
  .object({
    openingId: z.uuid(),
    roomId: z.uuid(),
    room: z.string(),
    cause: z.string(),
    intervals: z.array(Interval),
    openedAt: Instant,
    takenBackAt: Instant.nullable(),
    telling: z.object({
      told: z.boolean(),
      rule: z.string(),
      because: z.string(),
      value: z.union([z.string(), z.number()]).optional(),
      limit: z.union([z.string(), z.number()]).optional(),
    }),
  })
  .meta({ id: 'AvailabilityAlert' });

const groupsToo = {
  code: 'GROUP_BLOCKS_TOO',
  rule: 'C-16',
  message: 'Reminders come about all surgeons of the groups now, though days away release nothing of blocks that a group shares.',
};

export function preferenceRoutes(app: Api, deps: Deps): void {
  const tags = ['people'];

  const one = {
    tags,
    summary: 'What a person prefers to be told',
    params: IdParam,
    response: { 200: Preferences, ...problems(400, 401, 404) },
  };
  app.get('/people/:id/preferences', { schema: one }, async ({ params, principal }, reply) => {
    const row = yours(principal, await deps.reader.person.findUnique({ where: { id: params.id } }));
    return reply.header('etag', etag(row.version)).send(present(row));
  });

  const change = {
    tags,
    summary: 'Change what a person prefers to be told (C-42, C-43); alerts that wait follow at once',
    params: IdParam,
    body: PreferenceChange,
    response: { 200: Changed, ...problems(400, 401, 403, 404, 409, 412, 422, 428) },
  };
  app.patch('/people/:id/preferences', { schema: change }, async (request, reply) => {
    const { principal, body, params } = request;
    allow(principal, 'facility scheduler', 'support');
    const version = ifMatch(request.headers['if-match']);
    return edit(deps, request, reply, async (tx) => {
      const { id, facilityId } = yours(principal, await tx.person.findUnique({ where: { id: params.id } }));
      const actor = await actorOf(tx, principal, facilityId);
      const row = await changePreferences(tx, id, body, { version, actor, at: deps.now() });
      if (!row) throw new DomainError('VERSION_MISMATCH', { present: present(await tx.person.findUniqueOrThrow({ where: { id } })) });
      return { status: 200, body: { ...present(row), warnings: body.vacationReminders === true ? [groupsToo] : [] } };
    });
  });

  const why = {
    tags,
    summary: 'For each time that has become open at the facility, the latest first: why the person was, or was not, told (U-07)',
    params: IdParam,
    querystring: ListQuery.strict(),
    response: { 200: listOf(AvailabilityAlert), ...problems(400, 401, 404) },
  };
  app.get('/people/:id/availability-alerts', { schema: why }, async ({ params, query, principal }) => {
    const person = yours(principal, await deps.reader.person.findUnique({ where: { id: params.id }, include: { facility: true } }));
    const { where, orderBy } = keyset('-openedAt', query.cursor, 'instant');
    const rows = await deps.reader.opening.findMany({
      where: { AND: [{ facilityId: person.facilityId, openedAt: { lte: deps.now() } }, where] }, // F-21: nobody hears of it before
      include: { room: { select: { name: true } } },
      orderBy,
      take: query.limit + 1,
    });
    const tellings = new Map((await tellingsOf(deps.reader, person, person.facility.zone, rows)).map((one) => [one.openingId, one]));
    return pageOf(
      rows,
      query.limit,
      ({ openedAt, id }) => [openedAt.toISOString(), id],
      ({ id }) => tellings.get(id)!,
    );
  });
}

const present = (row: Person): z.infer<typeof Preferences> => ({ personId: row.id, ...preferencesOf(row), version: row.version });
