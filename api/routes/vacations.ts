/** Vacations (C-17): the days a surgeon is away give back the unbooked time of blocks that are theirs alone. */
import { z } from 'zod';

import { Interval } from '../../domain/interval.ts';
import { cancelVacation, civil, enterVacation } from '../../ledger/vacation.ts';
import type { Tx } from '../../prisma/client.ts';
import type { Vacation as Row } from '../../prisma/generated/client.ts';
import { actorOf, allow, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { rehearse } from '../rehearsal.ts';
import { type Api, CivilDate, IdParam, Instant, yours } from './plugin.ts';

const Vacation = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    providerId: z.uuid(),
    from: CivilDate,
    to: CivilDate.describe('The last day away.'),
    enteredBy: z.string(),
    enteredAt: Instant,
    cancelledAt: Instant.nullable(),
  })
  .meta({ id: 'Vacation' });
const Effect = z.object({
  summary: z.string(),
  released: z.array(z.object({ id: z.uuid(), room: z.string(), date: CivilDate, unbooked: z.array(Interval), booked: z.array(Interval) })),
  groupBlocks: z.int().describe('Blocks of the whole group on these days, which stay.'),
});
const Entered = Vacation.extend({ effect: Effect });

const NewVacation = z
  .strictObject({
    providerId: z.uuid(),
    from: CivilDate,
    to: CivilDate,
    onBehalfOf: z.uuid().optional().describe('The person who says so, when a staff tool calls for them.'),
  })
  .refine(({ from, to }) => from <= to, { path: ['to'], error: 'to must not be before from' })
  .meta({ example: { providerId: '01890000-0000-7000-8000-000000000005', from: '2027-07-05', to: '2027-07-16' } });

const Query = ListQuery.extend({ facilityId: z.uuid().optional(), providerId: z.uuid().optional() }).strict();
const PreviewQuery = z.object({ preview: z.stringbool().default(false).describe('Say what would go, and do nothing.') });

export function vacationRoutes(app: Api, deps: Deps): void {
  const tags = ['vacations'];

  const list = {
    tags,
    summary: 'List vacations, the latest entered first',
    querystring: Query,
    response: { 200: listOf(Vacation), ...problems(400, 401) },
  };
  app.get('/vacations', { schema: list }, async ({ query, principal }) => {
    const { cursor, limit, ...filter } = query;
    const { where, orderBy } = keyset('-enteredAt', cursor, 'instant');
    const rows = await deps.reader.vacation.findMany({ where: { AND: [scopeOf(principal), filter, where] }, orderBy, take: limit + 1 });
    return pageOf(rows, limit, ({ enteredAt, id }) => [enteredAt.toISOString(), id], present);
  });

  const create = {
    tags,
    summary: 'Enter days away; the blocks underneath give back what is unbooked',
    querystring: PreviewQuery,
    body: NewVacation,
    response: { 200: Entered, 201: Entered, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/vacations', { schema: create }, async (request, reply) => {
    const { principal, body, query } = request;
    allow(principal, 'block contact', 'facility scheduler', 'support');
    const { providerId, onBehalfOf, ...away } = body;
    const write = async (tx: Tx) => {
      const provider = yours(principal, await tx.provider.findUnique({ where: { id: providerId } }));
      const { zone } = await tx.facility.findUniqueOrThrow({ where: { id: provider.facilityId } });
      const actor = await actorOf(tx, principal, provider.facilityId, onBehalfOf);
      const { vacation, effect } = await enterVacation(tx, provider, { ...away, zone }, actor, deps.now());
      return { ...present(vacation), effect };
    };
    if (query.preview) return reply.code(200).send(await rehearse(deps.db, write));
    return once(deps, principal, request, reply, async (tx) => ({ status: 201, body: await write(tx) }));
  });

  const cancel = {
    tags,
    summary: 'Take the days back; what was released stays released',
    params: IdParam,
    response: { 200: Vacation, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/vacations/:id/cancel', { schema: cancel }, async (request, reply) => {
    const { principal, params } = request;
    allow(principal, 'block contact', 'facility scheduler', 'support');
    return once(deps, principal, request, reply, async (tx) => {
      const found = yours(principal, await tx.vacation.findUnique({ where: { id: params.id } }));
      return { status: 200, body: present(await cancelVacation(tx, found.id, await actorOf(tx, principal, found.facilityId), deps.now())) };
    });
  });
}

function present({ from, to, enteredAt, cancelledAt, ...row }: Row): z.infer<typeof Vacation> {
  return { ...row, from: civil(from), to: civil(to), enteredAt: enteredAt.toISOString(), cancelledAt: cancelledAt?.toISOString() ?? null };
}
