/** The day book: a column for each practitioner, with the visits of a day and the time between them that is free. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { addDays, startOfDay, zoneDate } from '../../domain/civil.ts';
import { type Interval, longerThan, subtract } from '../../domain/interval.ts';
import { findWorkTime } from '../../ledger/free-time.ts';
import type { Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { OptionalId, OptionalPageDate } from './dates.ts';
import { type Column, DayBookPage, type Visit } from './day-book-views.tsx';
import { deskOf, mayManage, showPatients } from './front-desk.ts';
import { renderPage } from './page.tsx';
import { rememberedBy } from './remembered.tsx';

/** I-45: what a time is looked for, on the way from a task or a waitlist entry to the booking that closes it. */
const Wanted = z.object({
  patientId: z.uuid().optional().catch(undefined),
  taskId: z.uuid().optional().catch(undefined),
  entryId: z.uuid().optional().catch(undefined),
  profession: z.string().max(200).optional().catch(undefined),
  minutes: z.coerce.number().int().min(5).max(600).optional().catch(undefined),
});
export type Wanted = z.infer<typeof Wanted>;
const done = ['booked', 'moved'] as const;
export type Done = (typeof done)[number];
const Query = z.object({
  date: OptionalPageDate,
  practitionerId: OptionalId,
  ...Wanted.shape,
  done: z.enum(done).optional().catch(undefined),
  visitId: z.uuid().optional().catch(undefined),
});
const shortestMinutes = 5;

/** Where a time is looked for, with what is wanted carried along. */
export const dayBookFor = (wanted: { [Key in keyof Wanted | 'practitionerId']?: string | number | null }) => {
  const said = Object.entries(wanted).flatMap(([name, value]) => (value ? [[name, String(value)]] : []));
  return `/day-book?${new URLSearchParams(said)}`;
};

/** The day of a visit that was just booked or moved: the day book says so. */
export const dayBookSaying = (done: Done, date: string, visitId: string) => `/day-book?${new URLSearchParams({ date, done, visitId })}`;

export function registerDayBook(app: FastifyInstance, deps: Deps): void {
  app.get('/day-book', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await deskOf(deps, request);
    const query = Query.parse(request.query);
    const now = deps.now();
    const date = query.date ?? zoneDate(now, visitor.zone);
    const columns = await columnsOf(deps, visitor, date, query);
    const visits = columns.flatMap((column) => column.visits);
    const remembered = await rememberedBy(deps, visitor);
    const wanted = Wanted.parse(query);
    const where = { id: query.patientId, facilityId: visitor.facilityId };
    const seeker = query.patientId ? await deps.reader.patient.findFirst({ where }) : null;
    const patients = [...visits.map(({ patientId }) => patientId), ...(seeker ? [seeker.id] : [])];
    await showPatients(deps, visitor, 'day book', patients);
    const page = { date, now, zone: visitor.zone, facility: visitor.facility, manages: mayManage(visitor), remembered };
    const choices = await deps.reader.practitioner.findMany({
      where: { facilityId: visitor.facilityId, active: true },
      orderBy: { name: 'asc' },
      select: { id: true, name: true },
    });
    const column = columns.find((one) => one.visits.some(({ id }) => id === query.visitId));
    const visit = column?.visits.find(({ id }) => id === query.visitId);
    const said = column && visit && query.done && { done: query.done, visit, practitioner: column.name };
    return renderPage(
      reply,
      <DayBookPage {...page} {...{ said, wanted, seeker }} columns={columns} choices={choices} chosen={query.practitionerId} />,
    );
  });
}

/** Everybody who works on that day or has visits in it; whoever does neither has no column. */
async function columnsOf(deps: Deps, visitor: Visitor, date: string, whose: z.infer<typeof Query>): Promise<Column[]> {
  const { practitionerId, profession } = whose;
  const { facilityId, zone } = visitor;
  const day = { startsAt: startOfDay(date, zone), endsAt: startOfDay(addDays(date, 1), zone) };
  const [practitioners, work, rows] = await Promise.all([
    deps.reader.practitioner.findMany({
      where: { facilityId, ...(practitionerId ? { id: practitionerId } : profession && { professions: { has: profession } }) },
      orderBy: { name: 'asc' },
    }),
    findWorkTime(deps.reader, { facilityId, zone, ...day }),
    deps.reader.appointment.findMany({
      where: { facilityId, startsAt: { lt: day.endsAt }, endsAt: { gt: day.startsAt }, ...(practitionerId && { practitionerId }) },
      orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
      include: { patient: true },
      take: 1000,
    }),
  ]);
  const now = deps.now();
  const past: Interval = { startsAt: '1970-01-01T00:00:00.000Z', endsAt: now };
  return practitioners
    .map((practitioner) => {
      const visits = rows.filter((row) => row.practitionerId === practitioner.id).map(visitOf);
      const hours = work.filter((one) => one.practitionerId === practitioner.id);
      const taken = visits.filter(({ status }) => status === 'booked' || status === 'arrived');
      return { ...practitioner, visits, works: hours.length > 0, free: longerThan(subtract(hours, [...taken, past]), shortestMinutes) };
    })
    .filter(({ works, visits }) => works || visits.length > 0);
}

type Row = Omit<Visit, 'startsAt' | 'endsAt' | 'status'> & { startsAt: Date; endsAt: Date; status: string };

function visitOf({ id, patientId, patient, startsAt, endsAt, status, comment }: Row): Visit {
  const time = { startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() };
  return { id, patientId, patient, comment, status: status as Visit['status'], ...time };
}
