/** One absence: who looks after which line, what comes next, and every decision that the visitor may take about it (P-12 to P-24, P-31). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { type AbsenceChoice, decideAbsence } from '../../domain/absence-decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { type LoadedAbsence, loadAbsences } from '../../ledger/absence.ts';
import { candidateFor, eligibleCovers } from '../../ledger/cover.ts';
import { actorOfVisitor, type Visitor } from '../auth/sessions.ts';
import { decide } from '../decide.ts';
import type { Deps } from '../deps.ts';
import { type Problem, problemOf } from '../problems.ts';
import { AbsencePage, type Offered } from './absence-views.tsx';
import { coverageTeam } from './coverage.tsx';
import { RecordedPage } from './link-open.tsx';
import { renderPage } from './page.tsx';

const Params = z.object({ id: z.uuid() });
const Form = z.object({
  form: z.uuid(),
  practitionerId: z.uuid().optional(),
  coverId: z.uuid().optional(),
  text: z.string().trim().max(500).optional(),
  yes: z.string().optional(),
});

/** They take something away: they must be meant. */
const ticked = ['cover-yourself', 'leave-unmonitored', 'come-back', 'cancel'];

const plain = { 'opt-in': 'opt in', 'tell-providers': 'tell providers', 'come-back': 'come back', cancel: 'cancel' } as const;
const ofLine = {
  acknowledge: 'acknowledge',
  'cover-yourself': 'cover yourself',
  'leave-unmonitored': 'leave unmonitored',
  'approve-message': 'approve message',
} as const;

export function registerAbsencePage(app: FastifyInstance, deps: Deps): void {
  app.get('/coverage/:id', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, absence } = await reach(deps, request);
    return show(deps, visitor, absence, reply);
  });

  app.post<{ Params: { action: string } }>('/coverage/:id/:action', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, absence } = await reach(deps, request);
    const form = Form.parse(request.body ?? {});
    const choice = choiceIn(request.params.action, form);
    const { id } = absence.facts;
    const decision = { ...choice, id: `page/${visitor.personId}/${form.form}`, actor: actorOfVisitor(visitor), decidedAt: deps.now() };
    try {
      const answer = await decide(deps, 'absence', id, decision);
      return 'receipt' in answer ? reply.redirect(`/coverage/${id}`, 303) : renderPage(reply, <RecordedPage />, 202);
    } catch (error) {
      const refused = problemOf(error);
      if (refused.status >= 500 || refused.status === 401) throw error;
      return show(deps, visitor, (await reach(deps, request)).absence, reply, refused);
    }
  });
}

function choiceIn(action: string, { practitionerId = '', coverId = '', text = '', yes }: z.infer<typeof Form>): AbsenceChoice {
  if (ticked.includes(action) && yes === undefined) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
  if (action in plain) return { action: plain[action as keyof typeof plain] };
  if (action in ofLine) return { action: ofLine[action as keyof typeof ofLine], practitionerId };
  if (action === 'assign-cover') return { action: 'assign cover', coverId };
  if (action === 'write-message') return { action: 'write message', practitionerId, text };
  throw new DomainError('NOT_FOUND', { action });
}

/** The decisions of which the rules say now that they would be carried out: the page offers no other. */
async function offeredTo(deps: Deps, visitor: Visitor, absence: LoadedAbsence): Promise<Offered> {
  const actor = actorOfVisitor(visitor);
  const now = deps.now();
  const may = async (choice: AbsenceChoice) => {
    const candidate = await candidateFor(deps.reader, absence, choice, actor);
    try {
      return decideAbsence(absence.facts, choice, actor, now, candidate).lines.length >= 0;
    } catch (error) {
      if (problemOf(error).status >= 500) throw error;
      return false;
    }
  };
  const lines = await Promise.all(
    absence.facts.lines.map(async (line) => {
      const { practitionerId } = line;
      const [known, covers, alone, words] = await Promise.all([
        may({ action: 'acknowledge', practitionerId }),
        may({ action: 'cover yourself', practitionerId }),
        may({ action: 'leave unmonitored', practitionerId }),
        may({ action: 'approve message', practitionerId }),
      ]);
      return {
        practitionerId,
        acknowledge: known && !line.acknowledgedAt,
        yourself: covers && line.choice !== 'provider covers',
        alone: alone && line.choice !== 'unmonitored',
        approve: words && !line.message?.approvedAt,
        write: await may({ action: 'write message', practitionerId, text: '…' }),
      };
    }),
  );
  const manages = visitor.role === 'manager' || visitor.role === 'support';
  const covers = manages ? await eligibleCovers(deps.reader, absence) : [];
  const [first] = covers;
  const running = absence.facts.startsAt < now;
  return {
    lines,
    optIn: visitor.role === 'care coordinator' && (await may({ action: 'opt in' })),
    covers: first && (await may({ action: 'assign cover', coverId: first.id })) ? covers : [],
    tell: absence.facts.lines.some(({ toldAt }) => !toldAt) && (await may({ action: 'tell providers' })),
    end: (await may({ action: 'cancel' })) ? (running ? 'come-back' : 'cancel') : undefined,
  };
}

async function show(deps: Deps, visitor: Visitor, absence: LoadedAbsence, reply: FastifyReply, refused?: Problem) {
  const page = { absence, visitor, refused, offered: await offeredTo(deps, visitor, absence), now: deps.now() };
  return renderPage(reply, <AbsencePage {...page} />, refused?.status ?? 200);
}

async function reach(deps: Deps, request: FastifyRequest) {
  const visitor = await coverageTeam(deps, request);
  const id = Params.safeParse(request.params).data?.id;
  const [absence] = id ? await loadAbsences(deps.reader, [id]) : [];
  if (!absence || absence.facilityId !== visitor.facilityId) throw new DomainError('NOT_FOUND', { id });
  return { visitor, absence };
}
