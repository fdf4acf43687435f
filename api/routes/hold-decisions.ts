/** What people decide about a hold: the facility confirms, denies or changes it, its requester or the facility deletes it. */
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { decideHold, type HoldChoice, holdDigest } from '../../domain/hold-decision.ts';
import { mustEndAfterStart } from '../../domain/interval.ts';
import type { LoadedHold } from '../../ledger/hold.ts';
import type { Deps } from '../deps.ts';
import { ifMatch } from '../listing.ts';
import { Deciding, decisionRoute } from './decision-route.ts';
import { findHold } from './holds.ts';
import { type Api, Instant } from './plugin.ts';

const Confirm = Deciding.meta({ example: { onBehalfOf: '01890000-0000-7000-8000-000000000006' } });
const WithReason = Deciding.meta({ example: { reason: 'The room is closed for maintenance that day.' } });
const Change = Deciding.extend({ roomId: z.uuid().optional(), startsAt: Instant.optional(), endsAt: Instant.optional() }).meta({
  example: { startsAt: '2027-01-11T13:30:00Z', endsAt: '2027-01-11T15:00:00Z' },
});

export function holdDecisionRoutes(app: Api, deps: Deps): void {
  const shared = {
    kind: 'hold' as const,
    find: async (id: string, principal: Parameters<typeof findHold>[2]) => findHold(deps.reader, id, principal),
    foresee: (
      { facts, policy }: LoadedHold,
      choice: HoldChoice,
      actor: Parameters<typeof decideHold>[3],
      now: string,
      { reason }: Deciding,
    ) => {
      const effect = decideHold(facts, policy, choice, actor, now, { reason });
      return { effect, seen: holdDigest(choice.action, effect) };
    },
  };
  const decision = (path: string, summary: string, body: z.ZodType<Deciding>, action: 'confirm' | 'deny' | 'delete') =>
    decisionRoute<LoadedHold, Deciding, HoldChoice>(app, deps, { ...shared, path, summary, body, choose: () => ({ action }) });

  decision('/confirm', 'Confirm a request (C-30)', Confirm, 'confirm');
  decision('/deny', 'Deny a request, with a reason (F-08)', WithReason, 'deny');
  decision('/delete', 'Delete a hold, with a reason (C-33)', WithReason, 'delete');

  decisionRoute<LoadedHold, z.infer<typeof Change>, HoldChoice>(app, deps, {
    ...shared,
    method: 'PATCH',
    path: '',
    summary: 'Change time, duration or room of a hold: the facility can always do so (C-31), its requester never (C-32)',
    body: Change,
    choose: (body, { facts }, { headers }) => {
      const { roomId = facts.roomId, startsAt = facts.startsAt, endsAt = facts.endsAt } = body;
      mustEndAfterStart({ startsAt, endsAt });
      const version = headers['if-match'] === undefined ? undefined : ifMatch(headers['if-match']);
      return { action: 'change', roomId, interval: { startsAt, endsAt }, version };
    },
    guard: ({ headers }, { version, facts, next }) => {
      if (ifMatch(headers['if-match']) === version) return;
      const { state, roomId, startsAt, endsAt, expiresAt } = facts;
      throw new DomainError('VERSION_MISMATCH', { present: { state, roomId, startsAt, endsAt, expiresAt, next, version } });
    },
  });
}
