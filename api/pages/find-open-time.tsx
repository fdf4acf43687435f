/** Find Open Time: what others gave back, one's own holds, and for the facility the requests that wait (C-26 to C-30, C-45). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { addDays, zoneDate } from '../../domain/civil.ts';
import { cannotBe } from '../../domain/errors.ts';
import { type LoadedHold, loadHolds } from '../../ledger/hold.ts';
import { findOpenTime } from '../../ledger/open-time.ts';
import type { Database } from '../../prisma/client.ts';
import type { Prisma } from '../../prisma/generated/client.ts';
import { isStaff, type Visitor, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { OptionalId, OptionalPageDate } from './dates.ts';
import { type Found, OpenTimePage } from './open-time-views.tsx';
import { orAgain } from './or-again.tsx';
import { renderPage } from './page.tsx';
import { seenUntil } from './restriction.tsx';
import { surgeonsOf } from './surgeons.ts';

/** The shortest stretch that is looked for, in minutes; an empty field means two hours. */
export const slotMinutes = z.union([z.literal('').transform(() => 120), z.coerce.number().int().min(15).max(1440)]).default(120);
const Filter = z.object({
  from: OptionalPageDate,
  to: OptionalPageDate,
  room: OptionalId,
  provider: OptionalId,
  minutes: slotMinutes,
});

const mostDays = 92;
const mostSlots = 200;

export function registerFindOpenTime(app: FastifyInstance, deps: Deps): void {
  app.get('/open-time', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const find = async () => renderPage(reply, await page(deps, visitor, Filter.parse(request.query), true));
    return orAgain(reply, {}, find, () => page(deps, visitor, Filter.parse({}), false));
  });
}

/** `search`: false leaves the open time out, where nobody knows which is meant. Throws INVALID_REQUEST for days in no order. */
async function page(deps: Deps, visitor: Visitor, filter: z.infer<typeof Filter>, search: boolean) {
  const { reader } = deps;
  const { facilityId, zone, personId } = visitor;
  const { room, provider, minutes } = filter;
  const now = deps.now();
  const today = zoneDate(now, zone);
  if (filter.from && filter.to && filter.to < filter.from) throw cannotBe('to', 'The last day is before the first.');
  const from = filter.from && filter.from > today ? filter.from : today;
  const latest = addDays(from, mostDays);
  const wanted = filter.to && filter.to >= from ? filter.to : addDays(from, 14);
  const { standing, to } = await seenUntil(deps, visitor, [wanted, latest].sort()[0]!);
  const ofProvider = provider ? { providerId: provider } : {};
  const ahead = { facilityId, endsAt: { gt: new Date(now) } };
  const asked = { facilityId, zone, from, to, now, minMinutes: minutes, roomIds: room ? [room] : undefined, providerId: provider };
  const [slots, rooms, surgeons, own, waiting] = await Promise.all([
    search ? findOpenTime(reader, { ...asked, limit: mostSlots }) : undefined,
    reader.room.findMany({ where: { facilityId }, orderBy: { name: 'asc' } }),
    reader.provider.findMany({ where: surgeonsOf(visitor), orderBy: { name: 'asc' } }),
    holdsWhere(reader, { ...ahead, ...ofProvider, requesterId: personId }),
    isStaff(visitor) ? holdsWhere(reader, { ...ahead, ...ofProvider, state: 'pending' }) : undefined,
  ]);
  const cut: Found['cut'] =
    filter.to && filter.to < today ? 'over' : filter.from && filter.from < today ? 'past' : wanted > latest ? 'long' : undefined;
  const found = { slots, own, waiting, standing, cut, more: slots?.length === mostSlots };
  return <OpenTimePage {...{ visitor, found, rooms, surgeons }} filter={{ today, from, to, room, provider, minutes }} />;
}

/** The first fifty, soonest first. */
async function holdsWhere(db: Database, where: Prisma.HoldWhereInput): Promise<LoadedHold[]> {
  const rows = await db.hold.findMany({ where, orderBy: [{ startsAt: 'asc' }, { id: 'asc' }], take: 50, select: { id: true } });
  const ids = rows.map(({ id }) => id);
  const holds = new Map((await loadHolds(db, ids, 'none')).map((hold) => [hold.facts.id, hold]));
  return ids.flatMap((id) => holds.get(id) ?? []);
}
