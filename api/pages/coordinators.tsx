/** Coordinators: how each of them works (P-27, P-29), and who coordinates for which provider (P-15, P-28). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { CoordinatorTerms } from '../../domain/coordinator.ts';
import { DomainError } from '../../domain/errors.ts';
import { assignCoordinator, endAssignment, setCoordinator, setEhrUse } from '../../ledger/coordinator.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { actorOfVisitor, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { Line } from '../routes/plugin.ts';
import { CoordinatorsPage } from './coordinators-views.tsx';
import { OptionalId } from './dates.ts';
import { orAgain } from './or-again.tsx';
import { renderPage } from './page.tsx';
import { arrangerOf } from './substitutes.tsx';
import { fieldIn, hoursIn, WeekdayWindow } from './weekday-hours.tsx';

const Params = z.object({ id: z.uuid() });
const Terms = z.object({ kind: CoordinatorTerms.shape.kind, zone: CoordinatorTerms.shape.zone, hours: z.array(WeekdayWindow) });
const Assigned = z.object({ coordinatorId: OptionalId, reason: z.string().max(200).default('') });
const Reason = z.object({ reason: Line });
const EhrUse = z.object({ usesEhr: z.enum(['yes', 'no']) });
const most = 300;

export function registerCoordinators(app: FastifyInstance, deps: Deps): void {
  app.get('/coordinators', { schema: { hide: true } }, async (request, reply) =>
    renderPage(reply, await shown(deps, await arrangerOf(deps, request))),
  );

  app.post('/coordinators/:id', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await arrangerOf(deps, request);
    const { id } = Params.parse(request.params);
    const form = (request.body ?? {}) as Record<string, string>;
    const save = async () => {
      const { hours, ...terms } = Terms.parse({ ...form, hours: hoursIn(form) });
      const windows = hours.map(({ weekday, opensAt, closesAt }) => ({ weekday, from: opensAt, to: closesAt }));
      await inTransaction(deps.db, async (tx) => {
        if (!(await tx.person.findFirst({ where: { id, ...here(visitor) } }))) throw new DomainError('NOT_FOUND', { personId: id });
        await setCoordinator(tx, id, { ...terms, hours: windows }, by(visitor));
      });
      return reply.redirect('/coordinators', 303);
    };
    const naming = { codes: { UNKNOWN_ZONE: 'zone' }, nameOf: (path: readonly PropertyKey[]) => fieldIn(form, path) };
    return orAgain(reply, { form: id, ...naming }, save, () => shown(deps, visitor));
  });

  app.post('/coordinators/providers/:id', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await arrangerOf(deps, request);
    const { id } = Params.parse(request.params);
    const assign = async () => {
      const { coordinatorId, reason } = Assigned.parse(request.body);
      await inTransaction(deps.db, async (tx) => {
        if (!(await tx.practitioner.findFirst({ where: { id, ...here(visitor) } })))
          throw new DomainError('NOT_FOUND', { practitionerId: id });
        if (coordinatorId) await assignCoordinator(tx, id, coordinatorId, by(visitor));
        else await endAssignment(tx, id, Reason.parse({ reason }).reason, { ...by(visitor), rule: 'P-27' });
      });
      return reply.redirect('/coordinators', 303);
    };
    const codes = { EHR_NOT_USED: 'coordinatorId', NOT_A_COORDINATOR: 'coordinatorId' };
    return orAgain(reply, { form: id, codes }, assign, () => shown(deps, visitor));
  });

  app.post('/coordinators/providers/:id/ehr', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await arrangerOf(deps, request);
    const { id } = Params.parse(request.params);
    const { usesEhr } = EhrUse.parse(request.body);
    await inTransaction(deps.db, async (tx) => {
      if (!(await tx.practitioner.findFirst({ where: { id, ...here(visitor) } })))
        throw new DomainError('NOT_FOUND', { practitionerId: id });
      await setEhrUse(tx, id, usesEhr === 'yes', by(visitor));
    });
    return reply.redirect('/coordinators', 303);
  });

  const by = (visitor: Visitor) => ({ actor: actorOfVisitor(visitor), at: deps.now() });
}

const here = ({ facilityId }: Visitor) => ({ facilityId });

async function shown({ reader }: Deps, { facilityId }: Visitor) {
  const active = { facilityId, active: true };
  const [coordinators, providers] = await Promise.all([
    reader.person.findMany({
      where: { ...active, role: 'care coordinator' },
      include: { coordinator: true },
      orderBy: { name: 'asc' },
      take: most,
    }),
    reader.practitioner.findMany({
      where: active,
      include: { coordinators: { where: { endedAt: null }, select: { coordinatorId: true } } },
      orderBy: { name: 'asc' },
      take: most,
    }),
  ]);
  const rows = providers.map(({ coordinators: [standing], ...provider }) => ({ ...provider, coordinatorId: standing?.coordinatorId }));
  return <CoordinatorsPage coordinators={coordinators} providers={rows} />;
}
