import { createHash } from 'node:crypto';

import { booked, unbooked } from '../domain/block.ts';
import { type Actor, workflowIdOf } from '../domain/decision.ts';
import { type Away, type BlockUnderneath, effectInWords, mustLieAhead } from '../domain/vacation.ts';
import type { Tx } from '../prisma/client.ts';
import type { Vacation } from '../prisma/generated/client.ts';
import { loadBlocks } from './block.ts';
import { mustSpeakFor } from './decider.ts';
import { recordChange } from './facility.ts';
import { wakeUp } from './wake-up.ts';

type Provider = { id: string; facilityId: string; groupId: string | null; name: string };
export type VacationEffect = { released: BlockUnderneath[]; groupBlocks: number; summary: string };

/** What entering these days would do: the unbooked time of blocks that are this surgeon's alone goes (C-17). */
export async function vacationEffect(tx: Tx, provider: Provider, { from, to }: Away, now: string): Promise<VacationEffect> {
  const ahead = { state: 'active', date: { gte: new Date(from), lte: new Date(to) }, endsAt: { gt: new Date(now) } };
  const [own, groupBlocks] = await Promise.all([
    tx.block.findMany({ where: { ...ahead, providerId: provider.id }, select: { id: true }, orderBy: { startsAt: 'asc' } }),
    provider.groupId ? tx.block.count({ where: { ...ahead, groupId: provider.groupId, providerId: null } }) : 0,
  ]);
  const ids = own.map(({ id }) => id);
  const blocks = await loadBlocks(tx, ids, 'none');
  const released = blocks
    .map(({ facts, names }) => ({
      id: facts.id,
      room: names.room,
      date: facts.date,
      unbooked: unbooked(facts, now),
      booked: booked(facts),
    }))
    .filter((block) => block.unbooked.length > 0)
    .sort((a, b) => (a.date < b.date ? -1 : 1));
  return { released, groupBlocks, summary: effectInWords(released, groupBlocks) };
}

/**
 * C-17: keeps the days and asks the life of each block underneath to release what is unbooked. The decisions are
 * written with the days, as wake-ups: none is lost in a crash and none is made twice. Throws VACATION_PAST.
 */
export async function enterVacation(
  tx: Tx,
  provider: Provider,
  { zone, ...away }: Away & { zone: string },
  actor: Actor,
  now: string,
): Promise<{ vacation: Vacation; effect: VacationEffect }> {
  await mustSpeakFor(tx, provider, actor);
  mustLieAhead(away, now, zone);
  const effect = await vacationEffect(tx, provider, away, now);
  const days = { from: new Date(away.from), to: new Date(away.to) };
  const { facilityId, id: providerId } = provider;
  const vacation = await tx.vacation.create({ data: { facilityId, providerId, ...days, enteredBy: actor.name, enteredAt: now } });
  await record(tx, vacation, 'enter vacation', actor, now);
  const reason = `${provider.name} is away from ${away.from} to ${away.to}`;
  await wakeUp(
    tx,
    effect.released.map(({ id }) => {
      const decision = { id: decisionId(vacation.id, id), action: 'release all', actor, decidedAt: now, reason };
      return {
        workflowId: workflowIdOf('block', id),
        kind: 'update' as const,
        payload: { name: 'decideBlock', decision },
      };
    }),
  );
  return { vacation, effect };
}

/** The same for every try. */
const decisionId = (vacationId: string, blockId: string) =>
  createHash('sha256').update(`${vacationId} ${blockId}`).digest('hex').slice(0, 32);

/** The days are no vacation any more: alerts come again. What was released stays released; support can undo it (C-25). */
export async function cancelVacation(tx: Tx, id: string, actor: Actor, now: string): Promise<Vacation> {
  const { count } = await tx.vacation.updateMany({ where: { id, cancelledAt: null }, data: { cancelledAt: now } });
  const vacation = await tx.vacation.findUniqueOrThrow({ where: { id } });
  if (count === 1) await record(tx, vacation, 'cancel vacation', actor, now);
  return vacation;
}

function record(tx: Tx, { id, facilityId, providerId, from, to }: Vacation, action: string, actor: Actor, at: string): Promise<void> {
  const after = { vacationId: id, providerId, from: civil(from), to: civil(to) };
  return recordChange(tx, { facilityId, kind: 'facility', id: facilityId }, { action, actor, at, rule: 'C-17', after });
}

export const civil = (date: Date): string => date.toISOString().slice(0, 10);
