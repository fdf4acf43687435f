import { z } from 'zod';

import { filled, holdStates, live, planHold } from '../../domain/hold.ts';
import { Interval } from '../../domain/interval.ts';
import { policyOf } from '../../ledger/facility.ts';
import { type LoadedHold, loadHolds } from '../../ledger/hold.ts';
import { ownUnbooked } from '../../ledger/own-time.ts';
import type { Tx } from '../../prisma/client.ts';
import type { Hold as Row } from '../../prisma/generated/client.ts';
import { Instant, Version } from './plugin.ts';
import { Next } from './timeline.ts';

/** A hold as clients see it: when it expires (C-34) and how much of it is filled (C-35). */
export const Hold = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    roomId: z.uuid(),
    room: z.string(),
    groupId: z.uuid(),
    group: z.string(),
    providerId: z.uuid(),
    provider: z.string(),
    requesterId: z.uuid(),
    requester: z.string(),
    startsAt: Instant,
    endsAt: Instant,
    state: z.enum(holdStates),
    requestedAt: Instant,
    confirmedAt: Instant.nullable(),
    endedAt: Instant.nullable(),
    expiresAt: Instant.describe('When what is not filled becomes open again (C-34).'),
    inConflict: z.boolean().describe('A case of somebody else stands on these minutes (C-06).'),
    reason: z.string().nullable().describe('Why it was denied or deleted.'),
    heldMinutes: z.int(),
    filledMinutes: z.int().describe('Minutes with cases of the requester’s group (C-35).'),
    usedMinutes: z.int().nullable().describe('Those of them that counted when it ended (C-28); null while it lives.'),
    unfilled: z.array(Interval),
    next: Next,
    version: Version,
  })
  .meta({ id: 'Hold' });

export const Warning = z.object({ code: z.string(), rule: z.string(), message: z.string(), facts: z.unknown().optional() });

/** Holds by id as clients see them, in the order of the rows. */
export async function presentHolds(tx: Tx, rows: Row[]): Promise<Map<string, z.infer<typeof Hold>>> {
  const ids = rows.map(({ id }) => id);
  const holds = new Map((await loadHolds(tx, ids, 'none')).map((hold) => [hold.facts.id, hold]));
  return new Map(rows.map((row) => [row.id, present(row, holds.get(row.id)!)]));
}

function present(row: Row, { facts, policy, names, version, next: planned }: LoadedHold): z.infer<typeof Hold> {
  const { id, facilityId, groupId, providerId, confirmedAt, endedAt, reason, usedMinutes } = row;
  const { roomId, requesterId, startsAt, endsAt, state, requestedAt, expiresAt, inConflict } = facts;
  const { heldMinutes, usedMinutes: filledMinutes, free } = filled(facts);
  const next = live(facts) ? planned : planHold(facts, policy, facts.endsAt); // imported history never had a plan
  return {
    id,
    facilityId,
    roomId,
    room: names.room,
    groupId,
    group: names.group,
    providerId,
    provider: names.provider,
    requesterId,
    requester: names.requester,
    startsAt,
    endsAt,
    state,
    requestedAt,
    expiresAt,
    inConflict,
    reason,
    confirmedAt: confirmedAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
    heldMinutes,
    filledMinutes,
    usedMinutes,
    unfilled: free,
    next,
    version,
  };
}

/** What a requester should know, and is never refused for: own time is still unbooked (C-27), it lapses only at its start (C-34). */
export async function warningsAbout(tx: Tx, hold: z.infer<typeof Hold>, zone: string, now: string): Promise<z.infer<typeof Warning>[]> {
  const warnings: z.infer<typeof Warning>[] = [];
  const { facilityId, groupId, providerId, startsAt } = hold;
  const policy = await policyOf(tx, facilityId);
  const blocks = await ownUnbooked(tx, { facilityId, groupIds: [groupId], providerId }, startsAt, { policy, zone, now });
  if (blocks.length > 0) {
    const days = policy.hold.ownTimeWithinDays;
    const when = days === 0 ? 'that day' : `within ${days} days of it`;
    const message = `Your own block still has unbooked time ${when}: please fill it first.`;
    warnings.push({ code: 'OWN_TIME_UNBOOKED', rule: 'C-27', message, facts: { blocks } });
  }
  if (hold.expiresAt === hold.startsAt) {
    const message = 'It is requested so late that it expires only at its start.';
    warnings.push({ code: 'EXPIRES_AT_START', rule: 'C-34', message, facts: { expiresAt: hold.expiresAt } });
  }
  return warnings;
}
