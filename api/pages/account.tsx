/** a patient's account: the overview, the card, plans, orders, subscriptions and credit, and the way in as the patient. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { minorOf, mustReadAccounts, mustWorkOnAccounts, worksOnAccounts } from '../../domain/account.ts';
import { DomainError } from '../../domain/errors.ts';
import { policyOf } from '../../ledger/facility.ts';
import { patientOf } from '../../ledger/patient.ts';
import { addCredit } from '../../ledger/patient-account.ts';
import { cancelSubscription } from '../../ledger/patient-facts.ts';
import { logInAsPatient } from '../../ledger/patient-login.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Patient } from '../../prisma/generated/client.ts';
import { actorOfVisitor, staffOf, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { type Problem, problemOf } from '../problems.ts';
import { type AccountTab, accountTabs, loadTab } from './account-tabs.ts';
import { AccountPage } from './account-views.tsx';
import { saveCard } from './card-form.tsx';
import { oncePosted } from './form-once.ts';
import { showPatients } from './front-desk.ts';
import { Page, renderPage } from './page.tsx';
import { findPatients, PatientHits, PatientSearch } from './patient-search.tsx';
import { speechFor } from './reader.ts';

const Params = z.object({ id: z.uuid() });
const SubscriptionParams = Params.extend({ subscriptionId: z.uuid() });
const Search = z.object({ q: z.string().max(100).optional() });
const Query = z.object({ tab: z.enum(accountTabs).default('overview'), cursor: z.string().max(1000).optional() });
const Credit = z.object({ form: z.string().min(8).max(80), amount: z.string().max(30), reason: z.string().trim().min(1).max(2000) });
const Yes = z.object({ yes: z.string().optional() });
const LogIn = Yes.extend({ reason: z.string().trim().max(2000).default('') });

export function registerAccounts(app: FastifyInstance, deps: Deps): void {
  app.get('/accounts', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await readerOfAccounts(deps, request);
    const { q } = Search.parse(request.query);
    const found = q?.trim() ? await findPatients(deps, visitor, q) : [];
    await showPatients(
      deps,
      visitor,
      'account search',
      found.map(({ id }) => id),
    );
    const { words } = speechFor(request);
    return renderPage(
      reply,
      <Page title={words('desk.door.accounts.name')} tab="Desk">
        <PatientSearch action="/accounts" q={q} />
        {q && found.length === 0 && <p className="notice">{words('account.nobody', { q })}</p>}
        <PatientHits found={found} to={(id) => `/accounts/${id}`} />
      </Page>,
    );
  });

  app.get('/accounts/:id', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, patient } = await reach(deps, request);
    const { tab, cursor } = Query.parse(request.query);
    return show(deps, reply, visitor, patient, tab, { cursor });
  });

  app.post('/accounts/:id', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, patient } = await reach(deps, request);
    return answer(deps, reply, visitor, patient, 'card', () => saveCard(deps, visitor, patient, request.body));
  });

  app.post('/accounts/:id/credits', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, patient } = await reach(deps, request);
    mustWorkOnAccounts(visitor);
    const { form, amount, reason } = Credit.parse(request.body);
    return answer(deps, reply, visitor, patient, 'credit', async () => {
      const { currency } = (await policyOf(deps.reader, visitor.facilityId)).patient;
      const credit = { amountMinor: minorOf(amount, currency), currency, reason };
      const whose = { facilityId: visitor.facilityId, patientId: patient.id };
      const by = { actor: actorOfVisitor(visitor), now: deps.now() };
      await oncePosted(deps, visitor, { form, ...whose, ...credit }, async (tx) => (await addCredit(tx, whose, credit, by)).id);
    });
  });

  app.post('/accounts/:id/subscriptions/:subscriptionId/cancel', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, patient } = await reach(deps, request);
    mustWorkOnAccounts(visitor);
    const { subscriptionId: id } = SubscriptionParams.parse(request.params);
    return answer(deps, reply, visitor, patient, 'subscription', async () => {
      mustBeMeant(request);
      const found = await deps.reader.subscription.findFirst({ where: { id, patientId: patient.id }, select: { id: true } });
      if (!found) throw new DomainError('NOT_FOUND', { subscription: id });
      const by = { actor: actorOfVisitor(visitor), now: deps.now() };
      await inTransaction(deps.db, (tx) => cancelSubscription(tx, id, by)); // cancelled before: the page says by whom and when
    });
  });

  app.post('/accounts/:id/log-in', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, patient } = await reach(deps, request);
    mustWorkOnAccounts(visitor);
    return answer(
      deps,
      reply,
      visitor,
      patient,
      'overview',
      async () => {
        mustBeMeant(request);
        const { facilityId, personId, sessionId } = visitor;
        const wish = { facilityId, patientId: patient.id, personId, sessionId, reason: LogIn.parse(request.body).reason };
        await inTransaction(deps.db, (tx) => logInAsPatient(tx, wish, { actor: actorOfVisitor(visitor), now: deps.now() }));
      },
      '/as-patient',
    );
  });
}

/** Throws CHOICE_MISSING (C-14). */
function mustBeMeant({ body }: FastifyRequest): void {
  if (Yes.parse(body ?? {}).yes === undefined) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
}

/** Does it and shows the tab; a refusal stands above the tab as it is now. */
async function answer(
  deps: Deps,
  reply: FastifyReply,
  visitor: Visitor,
  patient: Patient,
  tab: AccountTab,
  act: () => Promise<void>,
  to = `/accounts/${patient.id}?tab=${tab}`,
) {
  try {
    await act();
    return reply.redirect(to, 303);
  } catch (error) {
    const problem = problemOf(error);
    if (problem.status >= 500) throw error;
    const typed = (reply.request.body ?? {}) as Record<string, string>;
    return show(deps, reply, visitor, await patientOf(deps.reader, visitor.facilityId, patient.id), tab, { problem, typed });
  }
}

type Shown = { cursor?: string | undefined; problem?: Problem; typed?: Record<string, string> };

async function show(
  deps: Deps,
  reply: FastifyReply,
  visitor: Visitor,
  patient: Patient,
  tab: AccountTab,
  { cursor, problem, typed = {} }: Shown,
) {
  await showPatients(deps, visitor, `account, ${tab}`, [patient.id]);
  const content = await loadTab(deps, visitor, patient.id, tab, cursor);
  const page = <AccountPage {...{ patient, content, problem, visitor, typed }} works={worksOnAccounts(visitor)} now={deps.now()} />;
  return renderPage(reply, page, problem?.status ?? 200);
}

/** Throws STEP_UP_REQUIRED, ACCOUNT_NOT_YOURS. */
async function readerOfAccounts(deps: Deps, request: FastifyRequest): Promise<Visitor> {
  const visitor = await staffOf(deps, request);
  mustReadAccounts(visitor);
  return visitor;
}

/** The patient of the visitor's facility. Throws PATIENT_NOT_FOUND. */
async function reach(deps: Deps, request: FastifyRequest) {
  const visitor = await readerOfAccounts(deps, request);
  return { visitor, patient: await patientOf(deps.reader, visitor.facilityId, Params.parse(request.params).id) };
}
