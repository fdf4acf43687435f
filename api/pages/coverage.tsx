/** The coverage calendar: who is away, who looks after whose line, and which hours are bare; days away are entered after a rehearsal (U-15). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { addDays, startOfDay, zoneDate } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { LocalTime } from '../../domain/local-time.ts';
import { loadAbsences } from '../../ledger/absence.ts';
import { rehearseAbsence } from '../../ledger/absence-rehearsal.ts';
import { enterAbsence } from '../../ledger/new-absence.ts';
import type { Tx } from '../../prisma/client.ts';
import { hashOf } from '../auth/principal.ts';
import { actorOfVisitor, type Visitor, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { rehearse } from '../rehearsal.ts';
import { timeOf } from '../routes/absences.ts';
import { CivilDate } from '../routes/plugin.ts';
import { CoverageCalendar, RehearsalPage } from './coverage-views.tsx';
import { oncePosted } from './form-once.ts';
import { orAgain } from './or-again.tsx';
import { renderPage } from './page.tsx';
import { orShownAnew } from './seen.tsx';

const empty = (text: unknown) => (text === '' ? undefined : text);
const Entered = z
  .object({
    personId: z.uuid(),
    from: CivilDate,
    to: z.preprocess(empty, CivilDate.optional()),
    fromTime: z.preprocess(empty, LocalTime.optional()),
    toTime: z.preprocess(empty, LocalTime.optional()),
  })
  .transform(({ to, ...rest }) => ({ ...rest, to: to ?? rest.from }));
export type Entered = z.infer<typeof Entered>;
const Save = z.object({ yes: z.string().optional(), seen: z.string().max(100).optional(), form: z.string().min(8).max(80).optional() });

const shownDays = 28;
const bosses = ['manager', 'team lead', 'support'];

export function registerCoverage(app: FastifyInstance, deps: Deps): void {
  app.get<{ Querystring: { from?: string } }>('/coverage', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await coverageTeam(deps, request);
    return renderPage(reply, await calendar(deps, visitor, request.query.from));
  });

  app.post('/coverage', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await coverageTeam(deps, request);
    const { from } = (request.body ?? {}) as { from?: string };
    return orAgain(
      reply,
      { codes: { ABSENCE_OVERLAPS: 'from', ABSENCE_PAST: 'to', ABSENCE_TOO_LONG: 'to' } },
      () => rehearseOrSave(deps, visitor, request.body, reply),
      () => calendar(deps, visitor, from),
    );
  });
}

/** Four weeks from that day on; an unreadable one: from today. */
async function calendar(deps: Deps, visitor: Visitor, first: string | undefined) {
  const { facilityId, zone } = visitor;
  const from = CivilDate.catch(zoneDate(deps.now(), zone)).parse(first);
  const until = addDays(from, shownDays);
  const rows = await deps.reader.absence.findMany({
    where: { facilityId, state: { not: 'cancelled' }, endsAt: { gt: startOfDay(from, zone) }, startsAt: { lt: startOfDay(until, zone) } },
    orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
    select: { id: true, startsAt: true },
  });
  const loaded = await loadAbsences(
    deps.reader,
    rows.map(({ id }) => id),
  );
  const absences = loaded.sort((a, b) => (a.facts.startsAt < b.facts.startsAt ? -1 : 1));
  const days = { from, last: addDays(until, -1), earlier: addDays(from, -shownDays), later: until };
  const people = await peopleOf(deps, visitor);
  return <CoverageCalendar {...{ absences, days, visitor, people }} now={deps.now()} />;
}

/** Rehearses what was entered, and saves it once it was seen (U-15). */
async function rehearseOrSave(deps: Deps, visitor: Visitor, body: unknown, reply: FastifyReply) {
  const entered = Entered.parse(body ?? {});
  const { yes, seen, form } = Save.parse(body ?? {});
  if (entered.personId !== visitor.personId && !bosses.includes(visitor.role))
    throw new DomainError('NOT_YOUR_ABSENCE', { personId: entered.personId });
  const now = deps.now();
  const enter = async (tx: Tx) => {
    const { personId, ...days } = entered;
    const who = await tx.person.findFirst({ where: { id: personId, facilityId: visitor.facilityId }, include: { coordinator: true } });
    if (!who) throw new DomainError('NOT_FOUND', { personId });
    const time = timeOf(days, who.coordinator?.zone ?? visitor.zone);
    const absence = await enterAbsence(tx, { personId, ...time }, actorOfVisitor(visitor), now);
    const rehearsal = await rehearseAbsence(tx, absence, now);
    const asSeen = JSON.stringify(rehearsal, (_key, value) => (value === now ? 'now' : value)); // an hour that runs begins now, then as now
    return { absence, rehearsal, digest: hashOf(asSeen) };
  };
  const preview = async (stale: boolean, status = 200) => {
    const { absence, rehearsal, digest } = await rehearse(deps.db, enter);
    const carried = { ...entered, fromTime: entered.fromTime ?? '', toTime: entered.toTime ?? '' };
    return renderPage(reply, <RehearsalPage {...{ absence, rehearsal, carried, visitor, stale, now }} seen={digest} />, status);
  };
  if (yes === undefined) return preview(false);
  const save = async () => {
    const id = await oncePosted(deps, visitor, { ...entered, form }, async (tx) => {
      const { absence, digest } = await enter(tx);
      if (digest !== seen) throw new DomainError('PREVIEW_STALE', { seen: seen ?? null, now: digest });
      return absence.facts.id;
    });
    return reply.redirect(`/coverage/${id}`, 303);
  };
  return orShownAnew(save, (status) => preview(true, status));
}

/** Patient data is not on these pages: a scheduling session is enough. */
export async function coverageTeam(deps: Deps, request: FastifyRequest): Promise<Visitor> {
  const visitor = await visitorOf(deps, request);
  const allowed = ['care coordinator', 'practitioner', 'care team agent', ...bosses];
  if (!allowed.includes(visitor.role)) throw new DomainError('NOT_ALLOWED', { role: visitor.role, needs: allowed });
  return visitor;
}

async function peopleOf(deps: Deps, { facilityId, personId, role }: Visitor) {
  const where = bosses.includes(role) ? { facilityId, active: true } : { id: personId };
  return deps.reader.person.findMany({ where, select: { id: true, name: true }, orderBy: { name: 'asc' }, take: 500 });
}
