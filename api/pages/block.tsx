/** One block: what it holds, what comes next and why (U-01), why no question goes out today (U-07), and its decisions. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ReactNode } from 'react';
import { z } from 'zod';

import { advanceBlock, alertOn, alertSlot, booked, planBlock, settled, unbooked } from '../../domain/block.ts';
import { BlockChoice, type BlockEffect, decideBlock, digest } from '../../domain/block-decision.ts';
import { addMinutes, formatRange, zoneDate } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { foretell } from '../../domain/timeline.ts';
import { dateTime, day, ranges } from '../../emails/wording.ts';
import { type LoadedBlock, loadBlock } from '../../ledger/block.ts';
import { actorOfVisitor, visitorOf } from '../auth/sessions.ts';
import { decide } from '../decide.ts';
import type { Deps } from '../deps.ts';
import { problemOf } from '../problems.ts';
import { PartRows, pickedIn } from './block-parts.tsx';
import { BlockBar, blocksOf } from './block-schedule.tsx';
import { RecordedPage } from './link-open.tsx';
import { Facts, Page, renderPage } from './page.tsx';

const Params = z.object({ id: z.uuid() });
const Decide = z.object({
  choice: z.string().max(5000),
  seen: z.string().max(5000),
  form: z.string().min(8).max(80),
  yes: z.string().optional(),
  stopAlerts: z.string().optional(),
});

export function registerBlockPage(app: FastifyInstance, deps: Deps): void {
  app.get('/blocks/:id', { schema: { hide: true } }, async (request, reply) => {
    const { block } = await reach(deps, request);
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
    return renderPage(
      reply,
      <BlockPage block={block} now={deps.now()}>
        <h2>What happened</h2>
        <ul>
          {history.map(({ id, at, action, by, reason }) => (
            <li key={id}>
              {dateTime(at, block.facts.zone)}: {action}, {by}
              {reason && `. ${reason}`}
            </li>
          ))}
        </ul>
      </BlockPage>,
    );
  });

  /** Looks only: what the picked release would do, with the tick that agrees to it. */
  app.post('/blocks/:id/preview', { schema: { hide: true } }, async (request, reply) => {
    const { block } = await reach(deps, request);
    const form = request.body as Record<string, string | undefined>;
    const choice: BlockChoice =
      form.what === 'part' ? { action: 'release part', intervals: pickedIn(block, form) } : { action: 'release all' };
    return renderPage(reply, <PreviewPage block={block} choice={choice} effect={effectNow(deps, block, choice)} />);
  });

  app.post('/blocks/:id/decisions', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, block } = await reach(deps, request);
    const form = Decide.parse(request.body);
    const parsed = BlockChoice.safeParse(fromJson(form.choice));
    if (!parsed.success) throw new DomainError('INVALID_REQUEST', { field: 'choice' });
    const choice = parsed.data.action === 'keep' ? { ...parsed.data, stopAlerts: form.stopAlerts !== undefined } : parsed.data;
    if (choice.action !== 'keep' && !form.yes) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
    const id = `page/${visitor.personId}/${form.form}`;
    try {
      const answer = await decide(deps, 'block', block.facts.id, {
        ...choice,
        id,
        actor: actorOfVisitor(visitor),
        decidedAt: deps.now(),
        seen: form.seen || undefined,
      });
      return 'receipt' in answer ? reply.redirect(`/blocks/${block.facts.id}`, 303) : renderPage(reply, <RecordedPage />, 202);
    } catch (error) {
      if (problemOf(error).code !== 'PREVIEW_STALE') throw error;
      const fresh = await loadBlock(deps.reader, block.facts.id, deps.now());
      return renderPage(reply, <PreviewPage block={fresh} choice={choice} effect={effectNow(deps, fresh, choice)} stale />, 409);
    }
  });
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function reach(deps: Deps, request: FastifyRequest) {
  const visitor = await visitorOf(deps, request);
  const { id } = Params.parse(request.params);
  const found = await deps.reader.block.findFirst({ where: { id, ...blocksOf(visitor) }, select: { id: true } });
  if (!found) throw new DomainError('BLOCK_NOT_FOUND', { id });
  return { visitor, block: await loadBlock(deps.reader, id, deps.now()) };
}

/** Who decides makes no difference to a release; the undo window is a person's. */
function effectNow(deps: Deps, { facts, policy }: LoadedBlock, choice: BlockChoice): BlockEffect {
  return decideBlock(facts, policy, choice, { name: 'preview', role: 'block contact', channel: 'page' }, deps.now());
}

function BlockPage({ block, now, children }: { block: LoadedBlock; now: string; children: ReactNode }) {
  const { facts, names, policy } = block;
  const { zone } = facts;
  const coming = foretell(facts, now, { plan: (then, at) => planBlock(then, policy, at), advance: advanceBlock }, 12);
  const today = zoneDate(now, zone);
  const alert = alertOn(facts, policy, today, alertSlot(facts, policy, today));
  const latest = facts.releases.filter(({ kind }) => kind !== 'mandatory').at(-1);
  const canUndo = latest !== undefined && now <= addMinutes(latest.releasedAt, policy.release.undoMinutes);
  const free = unbooked(facts, now);
  return (
    <Page title={`${names.room}, ${day(facts.startsAt, zone)}`} tab="Block Schedule">
      <Facts
        facts={[
          ['Block', `${formatRange(facts, zone)}, ${names.provider ?? names.group}`],
          ['Facility', `${names.facility} (times in ${zone})`],
          ['Booked', ranges(booked(facts), zone)],
          ['Released', ranges(facts.releases, zone)],
          ['Unbooked', ranges(free, zone)],
        ]}
      />
      <BlockBar block={block} now={now} />
      {facts.state === 'active' && free.length > 0 && <ReleaseForm block={block} now={now} />}
      {facts.state === 'active' && free.length > 0 && !settled(facts, now) && (
        <Decision block={block} choice={{ action: 'keep', stopAlerts: false }} seen="" label="Keep My Block Time">
          <label>
            <input type="checkbox" name="stopAlerts" /> Don’t alert me about this block again
          </label>
        </Decision>
      )}
      {canUndo && (
        <Decision block={block} choice={{ action: 'undo', acceptPart: false }} seen="" label="Undo the last release">
          <label>
            <input type="checkbox" name="yes" required /> Yes, take it back
          </label>
        </Decision>
      )}
      <h2>What comes next</h2>
      <ol>
        {coming.map(({ at, kind, because, rule }) => (
          <li key={`${at} ${kind}`}>
            {dateTime(at, zone)}: {kind}. {because} <span className="muted">({rule})</span>
          </li>
        ))}
      </ol>
      {!('proposal' in alert) && (
        <p className="muted">
          No question to the holder today: {alert.because} ({alert.rule})
        </p>
      )}
      {children}
    </Page>
  );
}

function ReleaseForm({ block, now }: { block: LoadedBlock; now: string }) {
  return (
    <form method="post" action={`/blocks/${block.facts.id}/preview`} className="card">
      <h2>Release time</h2>
      <fieldset>
        <legend>How much</legend>
        <label>
          <input type="radio" name="what" value="all" defaultChecked /> All unbooked time
        </label>
        <label>
          <input type="radio" name="what" value="part" /> Only what is ticked here
        </label>
      </fieldset>
      <PartRows block={block} proposal={[]} now={now} />
      <button type="submit">Look first</button>
    </form>
  );
}

function Decision({
  block,
  choice,
  seen,
  label,
  children,
}: {
  block: LoadedBlock;
  choice: BlockChoice;
  seen: string;
  label: string;
  children: ReactNode;
}) {
  return (
    <form method="post" action={`/blocks/${block.facts.id}/decisions`} className="card">
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      <input type="hidden" name="choice" value={JSON.stringify(choice)} />
      <input type="hidden" name="seen" value={seen} />
      {children}
      <button type="submit">{label}</button>
    </form>
  );
}

function PreviewPage({
  block,
  choice,
  effect,
  stale = false,
}: {
  block: LoadedBlock;
  choice: BlockChoice;
  effect: BlockEffect;
  stale?: boolean;
}) {
  const { facts, names } = block;
  const { zone } = facts;
  return (
    <Page title="This is what would happen" tab="Block Schedule">
      {stale && (
        <p className="notice warning" role="alert">
          Things have changed since you looked: nothing was done.
        </p>
      )}
      <Facts
        facts={[
          ['Block', `${names.room}, ${day(facts.startsAt, zone)}, ${formatRange(facts, zone)}`],
          ['Released', ranges(effect.released, zone)],
          ['Cases that stay', ranges(effect.booked, zone)],
          ['Told', 'you, the facility scheduler and the other contacts of the block'],
          [
            'Can be undone',
            effect.visibleAt ? `until ${dateTime(effect.visibleAt, zone)}; nobody else sees the time before` : 'by the support team',
          ],
        ]}
      />
      <Decision block={block} choice={choice} seen={digest(choice.action, effect)} label="Release">
        <label>
          <input type="checkbox" name="yes" required /> Yes, release {ranges(effect.released, zone)}
        </label>
      </Decision>
      <p>
        <a href={`/blocks/${facts.id}`}>No, back to the block</a>
      </p>
    </Page>
  );
}
