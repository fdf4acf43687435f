/** What people decide about a block: keep it, release all or part of it, take a release back. */
import { z } from 'zod';

import { type BlockChoice, decideBlock, digest } from '../../domain/block-decision.ts';
import { Bounds } from '../../domain/interval.ts';
import type { Deps } from '../deps.ts';
import { findBlock } from './blocks.ts';
import { Deciding, decisionRoute } from './decision-route.ts';
import type { Api } from './plugin.ts';

const Keep = Deciding.extend({ stopAlerts: z.boolean().default(false).describe('C-13: no more alerts about this block.') }).meta({
  example: { stopAlerts: true },
});

const Release = Deciding.extend({ full: z.literal(true).optional(), intervals: z.array(Bounds).min(1).max(50).optional() })
  .refine(({ full, intervals }) => (full === undefined) !== (intervals === undefined), 'either full: true or intervals')
  .meta({ example: { full: true } });

const Undo = Deciding.extend({ acceptPart: z.boolean().default(false).describe('Take back what nobody has taken yet.') }).meta({
  example: { acceptPart: false },
});

export function blockDecisionRoutes(app: Api, deps: Deps): void {
  const decision = <Body extends Deciding>(path: string, summary: string, body: z.ZodType<Body>, choose: (body: Body) => BlockChoice) =>
    decisionRoute(app, deps, {
      kind: 'block',
      path,
      summary,
      body,
      find: (id, principal, now) => findBlock(deps.reader, id, principal, now),
      choose,
      foresee: ({ facts, policy }, choice, actor, now) => {
        const effect = decideBlock(facts, policy, choice, actor, now);
        return { effect, seen: digest(choice.action, effect) };
      },
    });

  decision('/keep', 'Keep the block time (C-12)', Keep, ({ stopAlerts }) => ({ action: 'keep', stopAlerts }));
  decision('/releases', 'Release all unbooked time, or part of it (C-03, C-04)', Release, ({ intervals }) =>
    intervals ? { action: 'release part', intervals } : { action: 'release all' },
  );
  decision('/undo', 'Take the last release back (C-25, F-21)', Undo, ({ acceptPart }) => ({ action: 'undo', acceptPart }));
}
