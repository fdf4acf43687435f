/** One clearance: where it stands, what comes next, the registration link, and clearing the patient (P-02, P-03). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { advanceClearance, linkReasons, planClearance } from '../../domain/clearance.ts';
import { type ClearanceChoice, clearingRoles } from '../../domain/clearance-decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { foretell } from '../../domain/timeline.ts';
import { dateTime } from '../../emails/wording.ts';
import { type LoadedClearance, loadClearance } from '../../ledger/clearance.ts';
import { recordAccess } from '../access-log.ts';
import { actorOfVisitor, type Visitor } from '../auth/sessions.ts';
import { decide } from '../decide.ts';
import type { Deps } from '../deps.ts';
import { type Problem, problemOf } from '../problems.ts';
import { standing } from './clearances.tsx';
import { Coming } from './coming.tsx';
import { RecordedPage } from './link-open.tsx';
import { Facts, Page, renderPage } from './page.tsx';
import { atDesk } from './ticket-parts.tsx';

const Params = z.object({ id: z.uuid() });
const Form = z.object({ form: z.uuid(), linkReason: z.string().max(100).optional(), yes: z.string().optional() });

export function registerClearancePage(app: FastifyInstance, deps: Deps): void {
  app.get('/clearances/:id', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, clearance } = await reach(deps, request);
    return show(deps, visitor, clearance, reply);
  });

  app.post('/clearances/:id/:action', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, clearance } = await reach(deps, request);
    const form = Form.parse(request.body ?? {});
    const { action } = request.params as { action: string };
    const choice = choiceIn(action, form);
    const { id } = clearance.facts;
    const decision = { ...choice, id: `page/${visitor.personId}/${form.form}`, actor: actorOfVisitor(visitor), decidedAt: deps.now() };
    try {
      const answer = await decide(deps, 'clearance', id, decision);
      return 'receipt' in answer ? reply.redirect(`/clearances/${id}`, 303) : renderPage(reply, <RecordedPage />, 202);
    } catch (error) {
      const refused = problemOf(error);
      if (refused.status >= 500 || refused.status === 401 || refused.status === 404) throw error;
      return show(deps, visitor, await loadClearance(deps.reader, id), reply, refused);
    }
  });
}

function choiceIn(action: string, { linkReason = '', yes }: z.infer<typeof Form>): ClearanceChoice {
  if (action === 'links') return { action: 'send link', linkReason };
  if (action === 'clear' && yes !== undefined) return { action: 'clear' };
  throw new DomainError('NOT_FOUND', { action });
}

async function reach(deps: Deps, request: FastifyRequest) {
  const visitor = await atDesk(deps, request, clearingRoles);
  const id = Params.safeParse(request.params).data?.id;
  const clearance = id && (await loadClearance(deps.reader, id));
  if (!clearance || clearance.facilityId !== visitor.facilityId) throw new DomainError('CLEARANCE_NOT_FOUND', { id });
  return { visitor, clearance };
}

async function show(deps: Deps, visitor: Visitor, clearance: LoadedClearance, reply: FastifyReply, refused?: Problem) {
  const { facts, facilityId, names } = clearance;
  await recordAccess(deps, { facilityId, by: actorOfVisitor(visitor), what: 'clearance', at: deps.now() }, [facts.patientId]);
  return renderPage(
    reply,
    <Page title={`${names.patient}: clearance`} tab="Desk">
      <p>
        <a href="/clearances">All clearances</a> · <a href={`/patients/${facts.patientId}`}>Card</a>
        {facts.ticketId && (
          <>
            {' '}
            · <a href={`/tickets/${facts.ticketId}`}>Urgent ticket</a>
          </>
        )}
      </p>
      {refused && (
        <div className="notice warning" role="alert">
          <p>{refused.title} Nothing was done.</p>
          <p className="muted">Rule {refused.rule}</p>
        </div>
      )}
      <Facts
        facts={[
          ['Visit', `${dateTime(facts.visitAt, facts.zone)} with ${names.provider}`],
          ['Stands', standing(facts, facts.zone)],
          ...(facts.linkReason ? [['Link', `for ${facts.linkReason}`] as [string, string]] : []),
        ]}
      />
      {facts.state === 'open' && <Decisions clearance={clearance} />}
      {facts.state === 'open' && <Ahead clearance={clearance} now={deps.now()} />}
    </Page>,
    refused?.status ?? 200,
  );
}

function Decisions({ clearance: { facts, policy } }: { clearance: LoadedClearance }) {
  return (
    <>
      <h2>Clear the patient</h2>
      <form method="post" action={`/clearances/${facts.id}/clear`} className="card">
        <input type="hidden" name="form" value={crypto.randomUUID()} />
        <label>
          <input type="checkbox" name="yes" required /> The patient is cleared for this visit
        </label>
        <button type="submit">Clear</button>
      </form>
      <h2>Send the registration link</h2>
      {policy.pcc.registrationUrl === '' ? (
        <p>The practice has no registration form yet: a facility scheduler enters its address in the policy.</p>
      ) : (
        <form method="post" action={`/clearances/${facts.id}/links`} className="card">
          <input type="hidden" name="form" value={crypto.randomUUID()} />
          <fieldset>
            <legend>Why does the patient need it?</legend>
            {linkReasons.map((reason) => (
              <label key={reason}>
                <input type="radio" name="linkReason" value={reason} required /> {inWords[reason]}
              </label>
            ))}
          </fieldset>
          <button type="submit" className="secondary">
            {facts.linkSentAt ? 'Send it again' : 'Send the link'}
          </button>
        </form>
      )}
    </>
  );
}

const inWords: Record<(typeof linkReasons)[number], string> = {
  'new clearance': 'A new clearance is needed',
  update: 'The details need an update',
  'new patient': 'The patient is new to the practice',
};

function Ahead({ clearance: { facts, policy }, now }: { clearance: LoadedClearance; now: string }) {
  const items = foretell(facts, now, { plan: (then, at) => planClearance(then, policy, at), advance: advanceClearance });
  return (
    <>
      <h2>What happens if nobody does anything</h2>
      <Coming steps={items} zone={facts.zone} />
    </>
  );
}
