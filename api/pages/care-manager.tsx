/**
 * The Care Manager (D-03 to D-07, D-13 to D-24): every open course of treatment to be booked, sorted by any heading,
 * filtered, and decided about one or many at a time. What many are decided is asked about in one form.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { digitsOf } from '../../domain/account.ts';
import { DomainError } from '../../domain/errors.ts';
import { opportunityStatuses } from '../../domain/opportunity.ts';
import { defaultSnooze, type OpportunityChoice } from '../../domain/opportunity-decision.ts';
import { needRight } from '../../domain/right.ts';
import { decideMany } from '../../ledger/bulk.ts';
import { policyOf } from '../../ledger/facility.ts';
import { manyOpportunities } from '../../ledger/opportunity-decision.ts';
import { cursorKind, listOpportunities, type OpportunityColumn, opportunityColumns } from '../../ledger/opportunity-list.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { recordAccess } from '../access-log.ts';
import { actorOfVisitor, staffOf, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { pageOf, positionOf } from '../listing.ts';
import { RejectPage, ResultsPage } from './care-manager-bulk-views.tsx';
import { CareManagerPage, type ListState } from './care-manager-views.tsx';
import { OptionalId, PageDate } from './dates.ts';
import { renderPage } from './page.tsx';

const perPage = 50;
const sorts = opportunityColumns.flatMap((column) => [column, `-${column}`]) as [string, ...string[]];
const orEmpty = <Value extends z.ZodType>(value: Value) => z.union([z.literal('').transform(() => undefined), value]).optional();
/** In the currency's own units, such as 125.50, or 12550 of yen. */
const Money = orEmpty(z.coerce.number().min(0).max(20_000_000));

const Query = z.object({
  sort: z.enum(sorts).default('-lastUpdatedAt'),
  status: z.enum([...opportunityStatuses, 'any']).default('open'),
  assignee: z.union([OptionalId, z.enum(['me', 'none'])]),
  practitioner: OptionalId,
  payor: orEmpty(z.string().trim().max(200)),
  number: orEmpty(z.string().trim().max(200)),
  reason: orEmpty(z.string().trim().max(200)).describe('Of rejected ones: infeasible is for the dentist to de-activate (D-14).'),
  from: Money,
  to: Money,
  cursor: z.string().max(1000).optional(),
});

const Form = z.object({
  form: z.string().min(8).max(80),
  item: z.union([z.uuid(), z.array(z.uuid())]).optional(),
  action: z.enum(['snooze', 'reject', 'assign', 'reopen']),
  until: orEmpty(PageDate),
  assignee: orEmpty(z.union([z.literal('nobody'), z.uuid()])),
  reason: orEmpty(z.string().trim().max(2000)),
  yes: z.string().optional(),
});

/** Who may see the contact data of patients, freshly signed in (D-24). */
export async function contactingVisitor(deps: Deps, request: FastifyRequest): Promise<Visitor> {
  const visitor = await staffOf(deps, request);
  needRight(visitor, 'contact patients');
  return visitor;
}

/** Whom an opportunity can be assigned to (D-22). */
export function assignable({ reader }: Deps, facilityId: string) {
  return reader.person.findMany({
    where: { facilityId, active: true, rights: { has: 'contact patients' } },
    orderBy: { name: 'asc' },
    select: { id: true, name: true },
  });
}

export function registerCareManager(app: FastifyInstance, deps: Deps): void {
  app.get('/care-manager', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await contactingVisitor(deps, request);
    return show(deps, visitor, request, reply);
  });

  app.post('/care-manager', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await contactingVisitor(deps, request);
    const form = Form.parse(request.body ?? {});
    const ids = [form.item ?? []].flat();
    if (ids.length === 0) throw new DomainError('NOTHING_CHOSEN', { field: 'item' });
    if (form.action === 'reject' && !form.yes) return renderPage(reply, <RejectPage ids={ids} />);
    const results = await inTransaction(deps.db, (tx) =>
      decideMany(tx, manyOpportunities, ids, (facilityId) => facilityId === visitor.facilityId, {
        ...choiceIn(form),
        id: `page/${visitor.personId}/${form.form}`,
        actor: actorOfVisitor(visitor),
        decidedAt: deps.now(),
        reason: form.reason,
      }),
    );
    const refused = results.filter((result) => 'refused' in result);
    return refused.length === 0 ? reply.redirect('/care-manager', 303) : renderPage(reply, <ResultsPage results={results} />, 409);
  });
}

function choiceIn({ action, until, assignee }: z.infer<typeof Form>): OpportunityChoice {
  switch (action) {
    case 'snooze':
      return { action, until };
    case 'reject':
      return { action, confirm: true };
    case 'assign':
      if (!assignee) throw new DomainError('ASSIGNEE_MISSING', { field: 'assignee' });
      return { action, assigneeId: assignee === 'nobody' ? null : assignee };
    case 'reopen':
      return { action };
  }
}

async function show(deps: Deps, visitor: Visitor, request: FastifyRequest, reply: FastifyReply) {
  const { facilityId, zone, personId } = visitor;
  const query = Query.parse(request.query);
  const { sort, status, assignee, practitioner, payor, number, reason, from, to, cursor } = query;
  const column = sort.replace('-', '') as OpportunityColumn;
  const policy = await policyOf(deps.reader, facilityId);
  const { currency } = policy.opportunity;
  const minor = (amount: number | undefined) => (amount === undefined ? undefined : Math.round(amount * 10 ** digitsOf(currency)));
  const filter = {
    facilityIds: [facilityId],
    practitionerId: practitioner,
    payor,
    number,
    rejectedReason: reason,
    status: status === 'any' ? undefined : status,
    assigneeId: assignee === 'me' ? personId : assignee === 'none' ? null : assignee,
    costFrom: minor(from),
    costTo: minor(to),
  };
  const order = { column, descending: sort.startsWith('-'), after: positionOf(cursor, cursorKind(column)), limit: perPage };
  const [rows, people, practitioners] = await Promise.all([
    listOpportunities(deps.reader, filter, order),
    assignable(deps, facilityId),
    deps.reader.practitioner.findMany({ where: { facilityId }, orderBy: { name: 'asc' }, select: { id: true, name: true } }),
  ]);
  const { items, nextCursor } = pageOf(
    rows,
    perPage,
    ({ sortValue, id }) => [sortValue, id],
    (row) => row,
  );
  const look = { facilityId, by: actorOfVisitor(visitor), what: 'care manager', at: deps.now() };
  await recordAccess(
    deps,
    look,
    items.map(({ patientId }) => patientId),
  );
  const state: ListState = { ...query, next: nextCursor ?? undefined };
  const choices = { people, practitioners, snoozeUntil: defaultSnooze(policy, deps.now(), zone), currency };
  return renderPage(reply, <CareManagerPage rows={items} state={state} {...choices} zone={zone} me={personId} />);
}
