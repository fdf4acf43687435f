/**
 * Where every button of a mail leads. GET reads only: it shows whose decision it is and exactly what would change
 * (U-02), or what was done and what can be done now (U-04). Only the POST of that form decides.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ReactNode } from 'react';

import type { Receipt } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { Language } from '../../domain/language.ts';
import { receiptOfLink } from '../../ledger/decision.ts';
import { policyOf } from '../../ledger/facility.ts';
import type { Speech } from '../../words/speech.ts';
import { actorOf, type Link, linkOf } from '../auth/links.ts';
import { hashOf } from '../auth/principal.ts';
import { openSession } from '../auth/sessions.ts';
import { decide } from '../decide.ts';
import type { Deps } from '../deps.ts';
import { Destination } from '../destination.ts';
import { type Problem, problemOf } from '../problems.ts';
import { ContinuePage, destinations, OldLinkPage, RecordedPage } from './link-open.tsx';
import { Doors, UnchangedPage } from './link-parts.tsx';
import { landingOf } from './link-subjects.ts';
import { ProblemPage, renderPage } from './page.tsx';
import { speakTo, speechFor } from './reader.ts';
import { RefusalContext, refusalOf } from './refused.tsx';
import { renderSignIn, signIn } from './sign-in.tsx';

type Params = { Params: { token: string } };
export type Form = Record<string, string | undefined>;
/** `attempt`: how often this button was refused before. */
export type Look = { attempt: number; speech: Speech };
/** `receipt`: of this very button; without one it is moot. */
export type Outcome = { receipt?: Receipt | undefined; speech: Speech };

const dayMs = 86_400_000;

export function registerLinkPage(app: FastifyInstance, deps: Deps): void {
  app.get<Params>('/a/:token', { schema: { hide: true } }, async ({ params }, reply) =>
    show(deps, await linkOf(deps.reader, params.token), reply),
  );

  /** Where a landing page's Cancel leads. */
  app.get<Params>('/a/:token/unchanged', { schema: { hide: true } }, async ({ params }, reply) => {
    const link = await linkOf(deps.reader, params.token);
    speakTo(reply.request, Language.safeParse(link.person.language).data ?? null);
    return renderPage(reply, <UnchangedPage link={link} doors={landingOf(link).doors(link)} />);
  });

  /** Takes back what this very button did or, where it is moot, what was done last, while that can be done by a click (F-21). */
  app.post<Params>('/a/:token/undo', { schema: { hide: true } }, async (request, reply) => {
    const link = await linkOf(deps.reader, request.params.token);
    const { kind, undo } = landingOf(link);
    const receipt = await receiptOfLink(deps.reader, link.id);
    const { yes, seen = '' } = (request.body ?? {}) as Form;
    if (!undo) throw new DomainError('NOT_FOUND', { receipt: link.purpose });
    if (yes === undefined) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
    const choice = await undo(deps, link, receipt);
    const envelope = { id: hashOf(`undo ${link.id} ${seen}`).slice(0, 32), actor: actorOf(link), decidedAt: deps.now(), seen };
    try {
      const answer = await decide(deps, kind, link.subjectId, { ...choice, ...envelope });
      if (!('receipt' in answer)) return renderPage(reply, <RecordedPage link={link} />, 202);
      if (receipt) return reply.redirect(`/a/${link.token}`, 303);
      speakTo(request, Language.safeParse(link.person.language).data ?? null);
      return renderPage(reply, await landingOf(link).outcome(deps, link, { ...answer, speech: speechFor(request) }));
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status !== 409) throw error;
      if (!receipt) return show(deps, link, reply, problem);
      speakTo(request, Language.safeParse(link.person.language).data ?? null);
      const outcome = await landingOf(link).outcome(deps, link, { receipt, speech: speechFor(request) });
      return renderPage(reply, <Answering problem={problem}>{outcome}</Answering>, problem.status);
    }
  });

  app.post<Params>('/a/:token/open', { schema: { hide: true } }, async (request, reply) => {
    const link = await linkOf(deps.reader, request.params.token);
    if (link.purpose === 'sign in') throw new DomainError('LINK_UNKNOWN'); // it works once, and for one thing
    return enter(deps, link, Destination.parse((request.body as Form | null)?.to), request, reply);
  });

  app.post<Params>('/a/:token', { schema: { hide: true } }, async (request, reply) => {
    const link = await linkOf(deps.reader, request.params.token);
    const form = (request.body ?? {}) as Form;
    if (link.purpose === 'sign in') return signIn(deps, link, request, reply);
    if (link.purpose in destinations) return enter(deps, link, destinations[link.purpose]!(link), request, reply);
    if (await receiptOfLink(deps.reader, link.id)) return again(request, reply);
    try {
      const answer = await decideByLink(deps, link, form);
      return 'receipt' in answer ? again(request, reply) : renderPage(reply, <RecordedPage link={link} />, 202);
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status !== 409 && problem.status !== 422) throw error;
      return show(deps, link, reply, problem, form); // nothing was done: what is true now, and the form with what was typed
    }
  });
}

/** The same address shows the outcome: a reload, the back button or a second device sees the same receipt. */
const again = (request: FastifyRequest, reply: FastifyReply) => reply.redirect(request.url, 303);

async function show(deps: Deps, link: Link, reply: FastifyReply, refused?: Problem, posted: Form = {}) {
  speakTo(reply.request, Language.safeParse(link.person.language).data ?? null);
  if (link.purpose === 'sign in') return renderSignIn(deps, link, reply);
  if (link.purpose in destinations) {
    const young = await isYoung(deps, link);
    return young ? renderPage(reply, <ContinuePage link={link} />) : renderPage(reply, <OldLinkPage link={link} />, 410);
  }
  const receipt = await receiptOfLink(deps.reader, link.id);
  const about = landingOf(link);
  const speech = speechFor(reply.request);
  if (receipt) return renderPage(reply, await about.outcome(deps, link, { receipt, speech }));
  try {
    const { id: linkId, subjectKind, subjectId } = link;
    const attempt = await deps.reader.decision.count({ where: { linkId, subjectKind, subjectId, accepted: false } });
    const landing = await about.landing(deps, link, { attempt, speech });
    if (!refused) return renderPage(reply, landing);
    return renderPage(
      reply,
      <Answering problem={refused} posted={posted}>
        {landing}
      </Answering>,
      refused.status,
    );
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const problem = problemOf(error); // moot by now (C-39): say so, with both tabs
    return renderPage(
      reply,
      <ProblemPage problem={problem} doors={<Doors link={link} to={about.doors(link)} />}>
        {await about.outcome(deps, link, { speech }).catch(() => undefined)}
      </ProblemPage>,
      problem.status,
    );
  }
}

const codes = { CHOICE_MISSING: 'yes', REASON_MISSING: 'reason', NOTHING_TICKED: 'part-0' };

/** The page that answers a refusal: why, and its form with what was typed (C-03, F-08). */
const Answering = ({ problem, posted = {}, children }: { problem: Problem; posted?: Form; children: ReactNode }) => (
  <RefusalContext value={refusalOf(problem, posted, undefined, { codes })}>{children}</RefusalContext>
);

async function decideByLink(deps: Deps, link: Link, form: Form) {
  const { id: linkId, subjectId } = link;
  const { kind, choose } = landingOf(link);
  const choice = await choose(deps, link, form);
  const seen = link.purpose === 'release part' ? undefined : form.seen;
  const reason = form.reason?.trim() || undefined;
  const actor = actorOf(link);
  // the same button pressed on the same preview is the same decision, on however many devices; a refusal does not use
  // it up: a look taken after one carries another attempt, and is judged afresh
  const id = hashOf(JSON.stringify([linkId, form.seen ?? '', choice, reason ?? '', form.attempt ?? ''])).slice(0, 32);
  return decide(deps, kind, subjectId, { ...choice, id, linkId, actor, decidedAt: deps.now(), seen, reason });
}

async function isYoung(deps: Deps, link: Link): Promise<boolean> {
  const policy = await policyOf(deps.reader, link.person.facilityId);
  return Date.parse(deps.now()) - Date.parse(link.createdAt) <= policy.mail.linkDays * dayMs;
}

/** C-39: a press lets the reader of the mail in, as long as it is young. */
async function enter(deps: Deps, link: Link, to: string, request: FastifyRequest, reply: FastifyReply) {
  if (!(await isYoung(deps, link))) return renderPage(reply, <OldLinkPage link={link} to={to} />, 410);
  await openSession(deps, request, reply, link.person, 'scheduling');
  return reply.redirect(to, 303);
}
