/** The facility's policy: every setting with its meaning; before a change is saved, the list of what it touches (U-06). */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';

import { addDays, zoneDate } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { PolicyChanges } from '../../domain/policy.ts';
import { policyOf } from '../../ledger/facility.ts';
import { lastDaysWith } from '../../ledger/past-lives.ts';
import { changePolicy, rehearsePolicy } from '../../ledger/policy.ts';
import { moves } from '../../ledger/replan.ts';
import { simulatePolicy } from '../../ledger/simulation.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { actorOfVisitor, schedulerOf, staffOf, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { orAgain, orSeeAgain } from './or-again.tsx';
import { renderPage } from './page.tsx';
import { changedFields, changesIn, type PolicyDesk } from './policy-fields.ts';
import { PolicyPastPage } from './policy-past.tsx';
import { TouchedPage } from './policy-touched.tsx';
import { PolicyPage } from './policy-views.tsx';
import type { Posted } from './refused.tsx';

const Save = z.object({ seen: z.coerce.number().int(), yes: z.string().optional() });
const Query = z.object({ done: z.enum(['saved', 'nothing']).optional().catch(undefined) });

/** Some 20 ms each. */
const mostLivedAgain = 300;

export function registerPolicyPage(app: FastifyInstance, deps: Deps): void {
  app.get('/policy', { schema: { hide: true } }, async (request, reply) => {
    const visitor = schedulerOf(await staffOf(deps, request));
    return renderPage(reply, await page(deps, visitor, Query.parse(request.query).done));
  });

  app.post('/policy/preview', { schema: { hide: true } }, async (request, reply) => {
    const visitor = schedulerOf(await staffOf(deps, request));
    const form = (request.body ?? {}) as Posted;
    return orEnterAgain(deps, visitor, reply, async () => {
      const { changed } = await wishIn(deps, visitor, form);
      if (Object.keys(changed).length === 0) return reply.redirect('/policy?done=nothing', 303);
      return renderPage(reply, await preview(deps, visitor, form));
    });
  });

  app.post('/policy/past', { schema: { hide: true } }, async (request, reply) => {
    const visitor = schedulerOf(await staffOf(deps, request));
    const form = (request.body ?? {}) as Posted;
    return orEnterAgain(deps, visitor, reply, async () => renderPage(reply, await past(deps, visitor, form)));
  });

  app.post('/policy', { schema: { hide: true } }, async (request, reply) => {
    const visitor = schedulerOf(await staffOf(deps, request));
    const form = (request.body ?? {}) as Posted;
    const save = async () => {
      const { changes } = await wishIn(deps, visitor, form);
      const { seen, yes } = Save.parse(form);
      if (!yes) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
      const wish = { facilityId: visitor.facilityId, changes, now: deps.now() };
      const { replanned } = await rehearsePolicy(deps.reader, wish);
      await inTransaction(deps.db, (tx) => changePolicy(tx, wish, { seen, replanned, actor: actorOfVisitor(visitor) }));
      return reply.redirect('/policy?done=saved', 303);
    };
    return orEnterAgain(deps, visitor, reply, () =>
      orSeeAgain(reply, save, () => preview(deps, visitor, form), ['CHOICE_MISSING', 'VERSION_MISMATCH']),
    );
  });
}

const orEnterAgain = (deps: Deps, visitor: Visitor, reply: FastifyReply, act: () => Promise<unknown>) =>
  orAgain(reply, {}, act, () => page(deps, visitor));

async function page({ reader }: Deps, { facilityId }: Visitor, done?: 'saved' | 'nothing') {
  const { version, ...settings } = await policyOf(reader, facilityId);
  const here = { where: { facilityId }, select: { id: true } };
  const [room, practitioner, team] = await Promise.all([
    reader.room.findFirst(here),
    reader.practitioner.findFirst(here),
    reader.team.findFirst(here),
  ]);
  const desks: PolicyDesk[] = [
    ...(room ? (['orTime'] as const) : []),
    ...(practitioner ? (['frontDesk'] as const) : []),
    ...(team ? (['careTeam'] as const) : []),
    'house',
  ];
  return <PolicyPage {...{ settings, version, desks, done }} />;
}

/** What a form would change: as typed, and as settings. */
async function wishIn({ reader }: Deps, { facilityId }: Visitor, form: Posted) {
  const before = await policyOf(reader, facilityId);
  const changed = changedFields(before, form);
  return { before, changed, changes: PolicyChanges.parse(changesIn(changed)) };
}

async function preview(deps: Deps, visitor: Visitor, form: Posted) {
  const { facilityId, zone } = visitor;
  const { before, changed, changes } = await wishIn(deps, visitor, form);
  const { version, replanned, reminders, standings } = await rehearsePolicy(deps.reader, { facilityId, changes, now: deps.now() });
  const moved = replanned.filter(moves).sort((a, b) => (a.startsAt < b.startsAt ? -1 : 1));
  return <TouchedPage {...{ before, changes, moved, reminders, standings, zone }} carried={{ ...changed, seen: String(version) }} />;
}

/** U-05: the last four weeks once more, or as much of them as is lived again in some seconds. */
async function past(deps: Deps, visitor: Visitor, form: Posted) {
  const { facilityId, zone } = visitor;
  const { changes } = await wishIn(deps, visitor, form);
  const now = deps.now();
  const until = zoneDate(now, zone);
  const from = await lastDaysWith(deps.reader, { facilityId, now, from: addDays(until, -28), most: mostLivedAgain });
  const simulation = await simulatePolicy(deps.reader, { facilityId, zone, from, until, now }, changes);
  return <PolicyPastPage {...{ from, until, simulation }} carried={form} />;
}
