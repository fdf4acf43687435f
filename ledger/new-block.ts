import { mandatoryInstant, planBlock } from '../domain/block.ts';
import { zoneDate } from '../domain/civil.ts';
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Policy } from '../domain/policy.ts';
import type { Tx } from '../prisma/client.ts';
import type { Prisma } from '../prisma/generated/client.ts';
import { aboutBlock, type Histories, type LoadedBlock, loadBlocks, withHistory } from './block.ts';
import { auditLife, beginLife, type LifeAbout } from './life.ts';
import { blockAlertRecipients, distinct, facilitySchedulers, oweMessages } from './message.ts';
import { isClash } from './transaction.ts';
import { oweVacationReminders } from './vacation-reminder.ts';

export type NewBlock = {
  roomId: string;
  groupId: string;
  providerId?: string | undefined;
  startsAt: string;
  endsAt: string;
  windowDays?: number | undefined;
  seriesId?: string | undefined;
};

/**
 * Writes blocks of one facility and gives each of them its life with its first plan. A block whose group has no
 * main contact is written inactive (C-19); one that is over already is history, without a life. A block inside
 * its own window will not be released by itself: facility and contact are told (C-05).
 */
export async function createBlocks(
  tx: Tx,
  facility: { id: string; zone: string; policy: Policy },
  blocks: NewBlock[],
  actor: Actor,
  now: string,
): Promise<LoadedBlock[]> {
  const contacts = await contactsOf(tx, [...new Set(blocks.map(({ groupId }) => groupId))]);
  const data = blocks.map((block) => {
    const date = zoneDate(block.startsAt, facility.zone);
    const windowDays = block.windowDays ?? facility.policy.mandatory.windowDays;
    const over = block.endsAt <= now;
    const inside = !over && mandatoryInstant({ date, windowDays, zone: facility.zone }) <= now;
    const state = over ? 'closed' : contacts.has(block.groupId) ? 'active' : 'inactive';
    return {
      ...block,
      facilityId: facility.id,
      date: new Date(`${date}T00:00:00Z`),
      windowDays,
      state,
      mandatoryOff: inside,
      next: {},
      nextAt: block.endsAt,
    };
  });
  const rows = await insert(tx, data);
  const live = rows.filter(({ state }) => state !== 'closed').map(({ id }) => id);
  const loaded = await loadBlocks(tx, live, 'none');
  const histories: Histories = new Map();
  for (const block of loaded) await beginBlock(tx, block, actor, now, histories);
  const alone = blocks.filter(({ providerId }) => providerId).map(({ groupId }) => groupId);
  if (alone.length > 0) await oweVacationReminders(tx, facility.id, [...new Set(alone)], now);
  return loaded;
}

async function insert(tx: Tx, data: Prisma.BlockCreateManyInput[]) {
  try {
    return await tx.block.createManyAndReturn({ data, select: { id: true, state: true } });
  } catch (error) {
    if (isClash(error))
      throw new DomainError('BLOCK_OVERLAPS', data.length === 1 ? { startsAt: data[0]!.startsAt, endsAt: data[0]!.endsAt } : {});
    throw error;
  }
}

async function contactsOf(tx: Tx, groupIds: string[]): Promise<Set<string>> {
  const rows = await tx.group.findMany({ where: { id: { in: groupIds }, mainContact: { active: true } }, select: { id: true } });
  return new Set(rows.map(({ id }) => id));
}

/** Plans a block's first step and writes the wake-up that starts its life. */
async function beginBlock(tx: Tx, block: LoadedBlock, actor: Actor, now: string, histories: Histories): Promise<void> {
  await withHistory(tx, block, now, histories);
  const next = planBlock(block.facts, block.policy, now);
  const { facts } = block;
  const after = {
    state: facts.state,
    startsAt: facts.startsAt,
    endsAt: facts.endsAt,
    windowDays: facts.windowDays,
    mandatoryOff: facts.mandatoryOff,
  };
  await auditLife(tx, 'block', block, { action: 'create', actor, at: now }, {}, after);
  if (facts.state === 'active' && facts.mandatoryOff) await tellInsideWindow(tx, block, now);
  await beginLife(tx, 'block', block, next, blockLife(block));
}

export async function tellInsideWindow(tx: Tx, block: LoadedBlock, now: string): Promise<void> {
  const { facts, facilityId, groupId } = block;
  const to = distinct([...(await blockAlertRecipients(tx, groupId)), ...(await facilitySchedulers(tx, facilityId))]);
  const content = { kind: 'block inside window' as const, ...aboutBlock(block), mandatoryAt: mandatoryInstant(facts) };
  await oweMessages(tx, { facilityId, kind: 'block', id: facts.id, shadow: facts.shadow }, now, [
    { key: `inside-window/${facts.id}`, to, content },
  ]);
}

export const blockLife = ({ facts, names }: LoadedBlock): LifeAbout => ({
  summary: `Block in ${names.room} on ${facts.date}, made for ${names.provider ?? names.group}`, // it may change hands (F-07)
  reference: `${names.room} ${facts.date}`,
  dueAt: facts.startsAt,
});
