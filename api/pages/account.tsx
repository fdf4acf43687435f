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
import { actorOfVisitor, staffOf, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { type AccountTab, accountTabs, loadTab } from './account-tabs.ts';
import { AccountPage } from './account-views.tsx';
import { cardNaming, saveCard } from './card-form.tsx';
import { oncePosted } from './form-once.ts';
import { showPatients } from './front-desk.ts';
import { orAgain } from './or-again.tsx';
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
    const { tab, cursor } = Query.parse(request.query);
    return renderPage(reply, await page(deps, request, tab, cursor));
  });

  app.post('/accounts/:id', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, patient } = await reach(deps, request);
    return answer(deps, request, reply, { tab: 'card' }, () => saveCard(deps, visitor, patient, request.body));
  });

  app.post('/accounts/:id/credits', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, patient } = await reach(deps, request);
    mustWorkOnAccounts(visitor);
    return answer(deps, request, reply, { tab: 'credit' }, async () => {
      const { form, amount, reason } = Credit.parse(request.body);
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
    return answer(deps, request, reply, { tab: 'subscription', form: id }, async () => {
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
    const logIn = async () => {
      mustBeMeant(request);
      const { facilityId, personId, sessionId } = visitor;
      const wish = { facilityId, patientId: patient.id, personId, sessionId, reason: LogIn.parse(request.body).reason };
      await inTransaction(deps.db, (tx) => logInAsPatient(tx, wish, { actor: actorOfVisitor(visitor), now: deps.now() }));
    };
    return answer(deps, request, reply, { tab: 'overview', to: '/as-patient' }, logIn);
  });
}

/** Throws CHOICE_MISSING (C-14). */
function mustBeMeant({ body }: FastifyRequest): void {
  if (Yes.parse(body ?? {}).yes === undefined) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
}

const naming = {
  codes: {
    ...cardNaming.codes,
    CHOICE_MISSING: 'yes',
    LOGIN_REASON_MISSING: 'reason',
    CREDIT_NOT_POSITIVE: 'amount',
    CREDIT_TOO_LARGE: 'amount',
    CREDIT_UNREADABLE: 'amount',
  },
};

type Answered = { tab: AccountTab; form?: string; to?: string };

/** Does it and shows the tab; what is refused comes back in its form, on the tab as it is now. */
async function answer(deps: Deps, request: FastifyRequest, reply: FastifyReply, { tab, form, to }: Answered, act: () => Promise<void>) {
  const done = async () => {
    await act();
    return reply.redirect(to ?? `/accounts/${Params.parse(request.params).id}?tab=${tab}`, 303);
  };
  return orAgain(reply, { ...naming, form }, done, () => page(deps, request, tab));
}

async function page(deps: Deps, request: FastifyRequest, tab: AccountTab, cursor?: string) {
  const { visitor, patient } = await reach(deps, request);
  await showPatients(deps, visitor, `account, ${tab}`, [patient.id]);
  const content = await loadTab(deps, visitor, patient.id, tab, cursor);
  return <AccountPage {...{ patient, content, visitor }} works={worksOnAccounts(visitor)} now={deps.now()} />;
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
