/** A change of opening hours as forms say it: of a room's weekdays, of its exceptions, of the facility's holidays. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { ClosingTime, LocalTime } from '../../domain/local-time.ts';
import type { Touched } from '../../ledger/opening-hours.ts';
import { changeRoom } from '../../ledger/room.ts';
import { addHoliday, exceptionsOf, removeHoliday, replaceExceptions } from '../../ledger/special-hours.ts';
import type { Tx } from '../../prisma/client.ts';
import { actorOfVisitor, type Visitor } from '../auth/sessions.ts';
import { Line } from '../routes/plugin.ts';
import { PageDate } from './dates.ts';
import { hoursIn } from './weekday-hours.tsx';

const ofRoom = { roomId: z.uuid(), version: z.coerce.number().int() };
const Day = z
  .object({ weekday: z.int(), opensAt: LocalTime, closesAt: ClosingTime })
  .refine(({ opensAt, closesAt }) => opensAt < closesAt, {
    path: ['closesAt'],
    error: 'A room closes after it opens.',
  });
const orNull = <Type extends z.ZodType>(type: Type) => z.union([z.literal('').transform(() => null), type, z.null()]).default(null);

export const HoursChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('weekdays'), ...ofRoom, hours: z.array(Day).max(7) }),
  z
    .object({
      kind: z.literal('add exception'),
      ...ofRoom,
      firstDate: PageDate,
      lastDate: orNull(PageDate),
      opensAt: orNull(LocalTime),
      closesAt: orNull(ClosingTime),
      reason: orNull(Line),
    })
    .refine(({ opensAt, closesAt }) => (opensAt === null) === (closesAt === null) && (opensAt ?? '') <= (closesAt ?? ''), {
      path: ['closesAt'],
      error: 'Give both times, in order, or neither for a closed room.',
    })
    .refine(({ firstDate, lastDate }) => lastDate === null || firstDate <= lastDate, {
      path: ['lastDate'],
      error: 'The last day is before the first.',
    }),
  z.object({ kind: z.literal('remove exception'), ...ofRoom, firstDate: PageDate }),
  z.object({ kind: z.literal('add holiday'), date: PageDate, name: Line }),
  z.object({ kind: z.literal('remove holiday'), date: PageDate }),
]);
export type HoursChange = z.infer<typeof HoursChange>;

type Form = Record<string, string | undefined>;

/** What the fields of a form say; a weekday without times is closed. */
export function changeIn(form: Form): HoursChange {
  const closesAt = form.closesAt === '00:00' ? '24:00' : form.closesAt;
  return HoursChange.parse({ ...form, closesAt, hours: hoursIn(form) });
}

/** Makes the change and says what lies in time that closes. Throws PREVIEW_STALE where that is not what was `seen`. */
export async function changeHoursOf(tx: Tx, visitor: Visitor, change: HoursChange, now: string, seen?: string): Promise<Touched[]> {
  const touches = await carryOut(tx, visitor, change, { actor: actorOfVisitor(visitor), now });
  if (seen !== undefined && seen !== digestOf(touches)) throw new DomainError('PREVIEW_STALE', { seen: digestOf(touches) });
  return touches;
}

async function carryOut(tx: Tx, visitor: Visitor, change: HoursChange, by: { actor: ReturnType<typeof actorOfVisitor>; now: string }) {
  const { facilityId } = visitor;
  if (change.kind === 'add holiday') return addHoliday(tx, facilityId, { date: change.date, name: change.name }, by);
  if (change.kind === 'remove holiday') return removeHoliday(tx, facilityId, change.date, by);
  const room = await tx.room.findFirst({ where: { id: change.roomId, facilityId }, select: { id: true } });
  if (!room) throw new DomainError('NOT_FOUND', { roomId: change.roomId });
  const target = { id: room.id, facilityId, version: change.version };
  if (change.kind === 'weekdays') return (await changeRoom(tx, target, { hours: change.hours }, by)).touches;
  const present = await exceptionsOf(tx, room.id);
  if (change.kind === 'remove exception')
    return replaceExceptions(
      tx,
      target,
      present.filter(({ firstDate }) => firstDate !== change.firstDate),
      by,
    );
  const { firstDate, lastDate, opensAt, closesAt, reason } = change;
  return replaceExceptions(tx, target, [...present, { firstDate, lastDate: lastDate ?? firstDate, opensAt, closesAt, reason }], by);
}

/** U-02: equal digests, the same things touched in the same minutes. */
export function digestOf(touches: Touched[]): string {
  const text = JSON.stringify(touches.map(({ subject, closes }) => [subject.id, closes]));
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
