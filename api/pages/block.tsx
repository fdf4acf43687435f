/** The routes of one block: look at it, look at what a decision would do (U-02), decide (C-23). */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { BlockChoice, type BlockEffect, decideBlock, suggestedRelease } from '../../domain/block-decision.ts';
import { mustSayWhy } from '../../domain/block-undo.ts';
import { zoneDate } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { type LoadedBlock, loadBlock } from '../../ledger/block.ts';
import { whyBlock } from '../../ledger/why.ts';
import { actorOfVisitor, type Visitor, visitorOf } from '../auth/sessions.ts';
import { decide } from '../decide.ts';
import type { Deps } from '../deps.ts';
import { pickedIn, toldOf } from './block-parts.tsx';
import { blocksOf } from './block-schedule.tsx';
import { BlockPage, PreviewPage } from './block-views.tsx';
import { OptionalPageDate } from './dates.ts';
import { RecordedPage } from './link-open.tsx';
import { orAgain } from './or-again.tsx';
import { renderPage } from './page.tsx';
import { Carried } from './seen.tsx';

const Params = z.object({ id: z.uuid() });
const actions = ['keep', 'release all', 'release part', 'undo'] as const;
const Query = z.object({ why: OptionalPageDate, done: z.enum(actions).optional().catch(undefined) });
const Decide = z.object({
  choice: Carried.pipe(BlockChoice),
  seen: z.string().max(5000),
  form: z.string().min(8).max(80),
  yes: z.string().optional(),
  stopAlerts: z.string().optional(),
  reason: z.string().trim().max(2000).optional(),
});

export function registerBlockPage(app: FastifyInstance, deps: Deps): void {
  app.get('/blocks/:id', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, block } = await reach(deps, request);
    return renderPage(reply, await page(deps, visitor, block, Query.parse(request.query)));
  });

  /** Looks only: what the picked release would do, with the tick that agrees to it. */
  app.post('/blocks/:id/preview', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, block } = await reach(deps, request);
    const form = (request.body ?? {}) as Record<string, string | undefined>;
    const look = async () => {
      const choice: BlockChoice =
        form.what === 'part' ? { action: 'release part', intervals: pickedIn(block, form) } : { action: 'release all' };
      return renderPage(reply, await preview(deps, visitor, block, choice));
    };
    return orAgain(reply, { form: 'release', codes: { NOTHING_TICKED: 'part-0' } }, look, () => page(deps, visitor, block));
  });

  app.post('/blocks/:id/decisions', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, block } = await reach(deps, request);
    const form = Decide.parse(request.body);
    const choice = form.choice.action === 'keep' ? { ...form.choice, stopAlerts: form.stopAlerts !== undefined } : form.choice;
    const reason = form.reason || undefined;
    const { id: subjectId } = block.facts;
    const id = `page/${visitor.personId}/${form.form}`;
    const envelope = { id, actor: actorOfVisitor(visitor), decidedAt: deps.now(), seen: form.seen || undefined, reason };
    const save = async () => {
      if (choice.action !== 'keep' && !form.yes) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
      mustSayWhy(choice.action, actorOfVisitor(visitor), reason);
      const answer = await decide(deps, 'block', subjectId, { ...choice, ...envelope });
      const done = new URLSearchParams({ done: choice.action });
      return 'receipt' in answer ? reply.redirect(`/blocks/${subjectId}?${done}`, 303) : renderPage(reply, <RecordedPage />, 202);
    };
    return orAgain(reply, { form: choice.action, codes: { CHOICE_MISSING: 'yes', REASON_MISSING: 'reason' } }, save, async ({ code }) => {
      const fresh = await loadBlock(deps.reader, subjectId, deps.now());
      const again = ['PREVIEW_STALE', 'VERSION_MISMATCH', 'CHOICE_MISSING', 'REASON_MISSING'].includes(code);
      const stale = code === 'PREVIEW_STALE' || code === 'VERSION_MISMATCH';
      return again ? preview(deps, visitor, fresh, choice, stale) : page(deps, visitor, fresh);
    });
  });
}

/** `why`: the day that was asked about. `done`: what the visitor has just done. */
async function page(deps: Deps, visitor: Visitor, block: LoadedBlock, { why: asked, done }: z.infer<typeof Query> = {}) {
  const events = await deps.reader.auditEvent.findMany({
    where: { subjectKind: 'block', subjectId: block.facts.id },
    orderBy: { seq: 'desc' },
    take: 30,
  });
  const history = events.map(({ id, at, action, actor, reason }) => ({
    id,
    at: at.toISOString(),
    action,
    by: (actor as { name: string }).name,
    reason,
  }));
  const said = await deps.reader.confidence.findMany({ where: { blockId: block.facts.id }, orderBy: { asOf: 'desc' }, take: 20 });
  const transfer = await deps.reader.transfer.findFirst({
    where: { state: { in: ['proposed', 'accepted'] }, OR: [{ blockId: block.facts.id }, { returnBlockId: block.facts.id }] },
    select: { id: true },
  });
  const mayTransfer = block.policy.transfer.enabled && visitor.groupIds.includes(block.groupId) && block.facts.state === 'active';
  const undo = undoNow(deps, visitor, block);
  const date = asked ?? zoneDate(deps.now(), block.facts.zone);
  const why = { date, asked: asked !== undefined, ...(await whyBlock(deps.reader, block, date, deps.now())) };
  const support = visitor.role === 'support';
  return (
    <BlockPage {...{ block, now: deps.now(), why, undo, support, history, said, transfer: transfer ?? undefined, mayTransfer, done }} />
  );
}

async function reach(deps: Deps, request: FastifyRequest) {
  const visitor = await visitorOf(deps, request);
  const { id } = Params.parse(request.params);
  const found = await deps.reader.block.findFirst({ where: { id, ...blocksOf(visitor) }, select: { id: true } });
  if (!found) throw new DomainError('BLOCK_NOT_FOUND', { id });
  return { visitor, block: await loadBlock(deps.reader, id, deps.now()) };
}

/** `stale`: of a part that was looked at, what is left of it. */
async function preview(deps: Deps, visitor: Visitor, block: LoadedBlock, wish: BlockChoice, stale = false) {
  const choice = stale && wish.action === 'release part' ? suggestedRelease(block.facts, wish.intervals, deps.now()) : wish;
  const effect = effectNow(deps, visitor, block, choice);
  const told = await toldOf(deps.reader, block, visitor.personId, choice);
  return <PreviewPage block={block} choice={choice} effect={effect} told={told} support={visitor.role === 'support'} />;
}

const effectNow = (deps: Deps, visitor: Visitor, { facts, policy }: LoadedBlock, choice: BlockChoice): BlockEffect =>
  decideBlock(facts, policy, choice, actorOfVisitor(visitor), deps.now());

/** What an undo would bring back, all or what nobody has taken yet (U-10), if this visitor may still undo. */
function undoNow(deps: Deps, visitor: Visitor, block: LoadedBlock): BlockEffect | undefined {
  try {
    return effectNow(deps, visitor, block, { action: 'undo', acceptPart: true });
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}
