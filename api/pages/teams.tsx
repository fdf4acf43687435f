/** Teams: who is of which, who leads it, and when it works, by which its tickets' clocks run (F-10). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import type { Availability } from '../../domain/availability.ts';
import { DomainError } from '../../domain/errors.ts';
import { changeTeam, createTeam } from '../../ledger/team.ts';
import { moveTickets } from '../../ledger/ticket.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { actorOfVisitor, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { Line } from '../routes/plugin.ts';
import { OptionalId } from './dates.ts';
import { orAgain } from './or-again.tsx';
import { renderPage } from './page.tsx';
import { arrangerOf } from './substitutes.tsx';
import { TeamsPage } from './teams-views.tsx';
import { fieldIn, hoursIn, WeekdayWindow } from './weekday-hours.tsx';

const Params = z.object({ id: z.uuid() });
const Terms = z.object({
  name: Line,
  zone: z.string().trim().max(100),
  leadId: OptionalId,
  memberIds: z.union([z.uuid(), z.array(z.uuid())]).default([]),
  hours: z.array(WeekdayWindow),
});
const Version = z.object({ version: z.coerce.number().int() });
const most = 300;

export function registerTeams(app: FastifyInstance, deps: Deps): void {
  app.get('/teams', { schema: { hide: true } }, async (request, reply) =>
    renderPage(reply, await shown(deps, await arrangerOf(deps, request))),
  );

  app.post('/teams', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await arrangerOf(deps, request);
    if (!addsTeams(visitor)) throw new DomainError('NOT_ALLOWED', { role: visitor.role, needs: ['manager', 'support'] });
    const form = (request.body ?? {}) as Form;
    const add = async () => {
      const terms = termsIn(form);
      await inTransaction(deps.db, (tx) => createTeam(tx, visitor.facilityId, terms, by(visitor)));
      return reply.redirect('/teams', 303);
    };
    return orAgain(reply, { form: 'new', ...naming(form) }, add, () => shown(deps, visitor));
  });

  app.post('/teams/:id', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await arrangerOf(deps, request);
    const { id } = Params.parse(request.params);
    const form = (request.body ?? {}) as Form;
    const save = async () => {
      const terms = termsIn(form);
      const { version } = Version.parse(form);
      await inTransaction(deps.db, async (tx) => {
        const team = await tx.team.findFirst({ where: { id, facilityId: visitor.facilityId } });
        if (!team) throw new DomainError('NOT_FOUND', { team: id });
        if (!(await changeTeam(tx, team, terms, { version, ...by(visitor) })))
          throw new DomainError('VERSION_MISMATCH', { seen: version, now: team.version });
        await moveTickets(tx, { teamId: id }, deps.now());
      });
      return reply.redirect('/teams', 303);
    };
    return orAgain(reply, { form: id, ...naming(form) }, save, () => shown(deps, visitor));
  });

  const by = (visitor: Visitor) => ({ actor: actorOfVisitor(visitor), now: deps.now() });
}

type Form = Record<string, string>;

const addsTeams = ({ role }: Visitor): boolean => role !== 'team lead';

const naming = (form: Form) => ({
  codes: { UNKNOWN_ZONE: 'zone', ALREADY_EXISTS: 'name' },
  nameOf: (path: readonly PropertyKey[]) => fieldIn(form, path) ?? String(path[0]),
});

function termsIn(form: Form) {
  const { hours, memberIds, leadId, ...terms } = Terms.parse({ ...form, hours: hoursIn(form) });
  const windows = hours.map(({ weekday, opensAt, closesAt }) => ({ weekday, from: opensAt, to: closesAt }));
  return { ...terms, leadId: leadId ?? null, memberIds: [memberIds].flat(), hours: windows };
}

async function shown({ reader }: Deps, visitor: Visitor) {
  const { facilityId, zone } = visitor;
  const [teams, people] = await Promise.all([
    reader.team.findMany({
      where: { facilityId },
      include: { members: { select: { personId: true } } },
      orderBy: { name: 'asc' },
      take: most,
    }),
    reader.person.findMany({
      where: { facilityId, active: true },
      select: { id: true, name: true, role: true },
      orderBy: { name: 'asc' },
      take: most,
    }),
  ]);
  const rows = teams.map(({ members, ...team }) => ({
    ...team,
    hours: team.hours as Availability,
    memberIds: members.map(({ personId }) => personId),
  }));
  return <TeamsPage teams={rows} people={people} zone={zone} adds={addsTeams(visitor)} />;
}
