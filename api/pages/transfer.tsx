/** One transfer (F-07): where it stands, what comes next, and what the visitor can decide about it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { foretell } from '../../domain/timeline.ts';
import { advanceTransfer, live, planTransfer } from '../../domain/transfer.ts';
import { transferActions } from '../../domain/transfer-decision.ts';
import { loadTransfer } from '../../ledger/transfer.ts';
import { whyTransferNow } from '../../ledger/why.ts';
import { actorOfVisitor, isStaff, type Visitor, visitorOf } from '../auth/sessions.ts';
import { decide } from '../decide.ts';
import type { Deps } from '../deps.ts';
import { Coming } from './coming.tsx';
import { RecordedPage } from './link-open.tsx';
import { Page, renderPage } from './page.tsx';
import { speechFor } from './reader.ts';
import { orShownAnew, StaleNotice } from './seen.tsx';
import { DecideForms, needsReason, possibleNow, TransferFacts } from './transfer-forms.tsx';
import { Whys } from './why.tsx';

const Params = z.object({ id: z.uuid() });
const Deciding = z.object({ id: z.uuid(), action: z.enum(transferActions) });
const Form = z.object({
  form: z.string().min(8).max(80),
  seen: z.string().max(5000).optional(),
  reason: z.string().trim().max(2000).optional(),
  yes: z.string().optional(),
  back: z.literal('transfers').optional(),
});

/** Both groups and the facility see a transfer; for anybody else it is not there. */
export function transfersOf(visitor: Visitor) {
  const { facilityId, groupIds } = visitor;
  if (isStaff(visitor)) return { facilityId };
  return { facilityId, OR: [{ fromGroupId: { in: groupIds } }, { toGroupId: { in: groupIds } }] };
}

export function registerTransfer(app: FastifyInstance, deps: Deps): void {
  app.get('/transfers/:id', { schema: { hide: true } }, async (request, reply) => {
    const { id } = Params.parse(request.params);
    return show(deps, await reach(deps, request, id), id, reply);
  });

  app.post('/transfers/:id/:action', { schema: { hide: true } }, async (request, reply) => {
    const { id, action } = Deciding.parse(request.params);
    const visitor = await reach(deps, request, id);
    const { form, seen, reason, yes, back } = Form.parse(request.body);
    if (!yes) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
    if (needsReason(action) && !reason) throw new DomainError('REASON_MISSING', { action, rule: 'F-07' });
    const envelope = { id: `page/${visitor.personId}/${form}`, actor: actorOfVisitor(visitor), decidedAt: deps.now(), reason, seen };
    const save = async () => {
      const answer = await decide(deps, 'transfer', id, { action, ...envelope });
      if ('receipt' in answer) return reply.redirect(back ? `/${back}` : `/transfers/${id}`, 303);
      return renderPage(reply, <RecordedPage />, 202);
    };
    return orShownAnew(save, (status) => show(deps, visitor, id, reply, status));
  });
}

/** `stale`: the status of the refusal to somebody who decided on what is no longer so (U-02). */
async function show(deps: Deps, visitor: Visitor, id: string, reply: FastifyReply, stale?: number) {
  const now = deps.now();
  const transfer = await loadTransfer(deps.reader, id);
  const { facts, policy } = transfer;
  const whys = await whyTransferNow(deps.reader, transfer, now);
  const coming = foretell(facts, now, { plan: (then, at) => planTransfer(then, policy, at), advance: advanceTransfer });
  const { words } = speechFor(reply.request);
  return renderPage(
    reply,
    <Page title={words(facts.blocks.length > 1 ? 'transfer.two' : 'transfer.one')} tab="Block Schedule">
      <StaleNotice stale={stale !== undefined} />
      <TransferFacts transfer={transfer} />
      <DecideForms transfer={transfer} possible={possibleNow(visitor, transfer, now)} />
      {live(facts) && (
        <>
          <h2>{words('desk.coming')}</h2>
          <Coming steps={coming} zone={facts.zone} />
        </>
      )}
      <Whys whys={whys.map(({ question, ...why }) => [words(`transfer.question.${question}`), why])} zone={facts.zone} />
      <p>
        <a href="/transfers">{words('transfer.all')}</a>
      </p>
    </Page>,
    stale ?? 200,
  );
}

async function reach(deps: Deps, request: FastifyRequest, id: string): Promise<Visitor> {
  const visitor = await visitorOf(deps, request);
  const found = await deps.reader.transfer.findFirst({ where: { id, ...transfersOf(visitor) }, select: { id: true } });
  if (!found) throw new DomainError('TRANSFER_NOT_FOUND', { id });
  return visitor;
}
