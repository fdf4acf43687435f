/** One clearance: where it stands, what comes next, the registration link, and clearing the patient (P-02, P-03). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { advanceClearance, linkReasons, planClearance } from '../../domain/clearance.ts';
import { type ClearanceChoice, clearingRoles } from '../../domain/clearance-decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { foretell } from '../../domain/timeline.ts';
import { type LoadedClearance, loadClearance } from '../../ledger/clearance.ts';
import { recordAccess } from '../access-log.ts';
import { actorOfVisitor, type Visitor } from '../auth/sessions.ts';
import { decide } from '../decide.ts';
import type { Deps } from '../deps.ts';
import { type Problem, problemOf } from '../problems.ts';
import { Standing } from './clearances.tsx';
import { Coming } from './coming.tsx';
import { RecordedPage } from './link-open.tsx';
import { Facts, Page, renderPage } from './page.tsx';
import { useSpeech } from './reader.ts';
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
  const { facts, facilityId } = clearance;
  await recordAccess(deps, { facilityId, by: actorOfVisitor(visitor), what: 'clearance', at: deps.now() }, [facts.patientId]);
  return renderPage(reply, <ClearancePage {...{ clearance, refused }} now={deps.now()} />, refused?.status ?? 200);
}

type Props = { clearance: LoadedClearance; refused: Problem | undefined; now: string };

function ClearancePage({ clearance, refused, now }: Props) {
  const { words, phrase, dateTime } = useSpeech();
  const { facts, names } = clearance;
  const visit = words('clearance.fact.with', { at: dateTime(facts.visitAt, facts.zone), provider: names.provider });
  return (
    <Page title={words('clearance.titleOf', { patient: names.patient })} tab="Desk">
      <p>
        <a href="/clearances">{words('clearance.all')}</a> · <a href={`/patients/${facts.patientId}`}>{words('clearance.card')}</a>
        {facts.ticketId && (
          <>
            {' '}
            · <a href={`/tickets/${facts.ticketId}`}>{words('clearance.ticket')}</a>
          </>
        )}
      </p>
      {refused && (
        <div className="notice warning" role="alert">
          <p>
            {phrase(refused.title)} {words('clearance.refused')}
          </p>
          <p className="muted">{words('frame.rule', { rule: refused.rule, code: refused.code })}</p>
        </div>
      )}
      <Facts
        facts={[
          [words('clearance.fact.visit'), visit],
          [words('clearance.fact.stands'), <Standing key="stands" facts={facts} />],
          ...(facts.linkReason ? [[words('clearance.fact.link'), words(`clearance.linkFor.${facts.linkReason}`)] as [string, string]] : []),
        ]}
      />
      {facts.state === 'open' && <Decisions clearance={clearance} />}
      {facts.state === 'open' && <Ahead clearance={clearance} now={now} />}
    </Page>
  );
}

function Decisions({ clearance: { facts, policy } }: { clearance: LoadedClearance }) {
  const { words } = useSpeech();
  return (
    <>
      <h2>{words('clearance.clear.title')}</h2>
      <form method="post" action={`/clearances/${facts.id}/clear`} className="card">
        <input type="hidden" name="form" value={crypto.randomUUID()} />
        <label>
          <input type="checkbox" name="yes" required /> {words('clearance.clear.yes')}
        </label>
        <button type="submit">{words('clearance.clear.button')}</button>
      </form>
      <h2>{words('clearance.link.title')}</h2>
      {policy.pcc.registrationUrl === '' ? (
        <p>{words('clearance.link.none')}</p>
      ) : (
        <form method="post" action={`/clearances/${facts.id}/links`} className="card">
          <input type="hidden" name="form" value={crypto.randomUUID()} />
          <fieldset>
            <legend>{words('clearance.link.why')}</legend>
            {linkReasons.map((reason) => (
              <label key={reason}>
                <input type="radio" name="linkReason" value={reason} required /> {words(`clearance.link.reason.${reason}`)}
              </label>
            ))}
          </fieldset>
          <button type="submit" className="quiet">
            {words(facts.linkSentAt ? 'clearance.link.again' : 'clearance.link.send')}
          </button>
        </form>
      )}
    </>
  );
}

function Ahead({ clearance: { facts, policy }, now }: { clearance: LoadedClearance; now: string }) {
  const items = foretell(facts, now, { plan: (then, at) => planClearance(then, policy, at), advance: advanceClearance });
  return (
    <>
      <h2>{useSpeech().words('clearance.ahead')}</h2>
      <Coming steps={items} zone={facts.zone} />
    </>
  );
}
