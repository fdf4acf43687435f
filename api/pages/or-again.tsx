import type { FastifyReply } from 'fastify';
import type { ReactElement } from 'react';

import type { DomainErrorCode } from '../../domain/errors.ts';
import { type Problem, problemOf } from '../problems.ts';
import { renderPage } from './page.tsx';
import { type Naming, type Posted, RefusalContext, refusalOf } from './refused.tsx';

/** What whoever filled in a form can mend: not who they are, nor what is not there, nor what is broken here. */
const mendable = [400, 409, 412, 422];

type Form = Naming & {
  /** Which form of the page it is, where the page has several. */
  form?: string | undefined;
  /** Only these refusals. */
  only?: DomainErrorCode[];
};

/**
 * Does what a form asks for. Refused, it answers with the page that `show` makes, at the refusal's status: its form has what was
 * typed, and why not beside the field. A form that asks by its address (GET) is one too.
 */
export async function orAgain<Answer>(
  reply: FastifyReply,
  { form, only, ...naming }: Form,
  act: () => Promise<Answer>,
  show: (problem: Problem) => Promise<ReactElement>,
) {
  try {
    return await act();
  } catch (error) {
    const problem = problemOf(error);
    if (!mendable.includes(problem.status) || (only && !only.includes(problem.code as DomainErrorCode))) throw error;
    const { method, query, body } = reply.request;
    const posted = ((method === 'GET' ? query : body) ?? {}) as Posted;
    const refusal = refusalOf(problem, posted, form, naming);
    return renderPage(reply, <RefusalContext value={refusal}>{await show(problem)}</RefusalContext>, problem.status);
  }
}

/** The page that was agreed to, anew, where no box was ticked, or where it would be another by now (U-02). */
export const orSeeAgain = <Answer,>(
  reply: FastifyReply,
  save: () => Promise<Answer>,
  preview: () => Promise<ReactElement>,
  only: DomainErrorCode[] = ['CHOICE_MISSING', 'PREVIEW_STALE'],
) => orAgain(reply, { form: 'agree', only, codes: { CHOICE_MISSING: 'yes' } }, save, preview);
