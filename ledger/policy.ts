import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { mergedPolicy, type PolicyChanges, type PolicySettings } from '../domain/policy.ts';
import type { Tx } from '../prisma/client.ts';
import { Prisma, type Policy as Row } from '../prisma/generated/client.ts';
import { policyOf, recordChange } from './facility.ts';
import { type LifeKind, wakeAllThat } from './life.ts';
import { movedStandings } from './moved-standing.ts';
import { applyReplan, type Replanned, replanFacility } from './replan.ts';
import { noteRestrictionsByPolicy } from './restriction.ts';
import { movedReminders, oweStandingReminders } from './standing-reminder.ts';

type Wish = { facilityId: string; changes: PolicyChanges; now: string };

/**
 * What each live block, hold, series and transfer would do next by the changed policy, which reminders would go at another time, and
 * whose requests would be limited (U-06). Writes nothing; takes seconds where there are thousands.
 */
export async function rehearsePolicy(reader: Tx, { facilityId, changes, now }: Wish) {
  const present = await policyOf(reader, facilityId);
  const settings = mergedPolicy(present, changes);
  const policy = { ...settings, version: present.version + 1 };
  const replanned = await replanFacility(reader, facilityId, policy, now);
  const reminders = await movedReminders(reader, facilityId, { before: present, after: policy }, now);
  const standings = await movedStandings(reader, facilityId, { before: present, policy }, now);
  return { version: present.version, settings, replanned, reminders, standings };
}

/**
 * Writes the next version of a facility's policy and moves exactly the lives that were rehearsed against version
 * `seen`. Versions are given one after the other. Throws VERSION_MISMATCH when another has come in between.
 */
export async function changePolicy(
  tx: Tx,
  { facilityId, changes, now }: Wish,
  write: { seen: number; replanned: Replanned[]; actor: Actor; reason?: string | undefined },
): Promise<Row> {
  await tx.$queryRaw`SELECT id FROM "Facility" WHERE id = ${facilityId}::uuid FOR NO KEY UPDATE`;
  const { version, ...before } = await policyOf(tx, facilityId);
  const { seen, replanned, actor, reason } = write;
  if (version !== seen) throw new DomainError('VERSION_MISMATCH', { present: { ...before, version } });
  const settings = mergedPolicy({ ...before, version }, changes);
  const row = await tx.policy.create({ data: { facilityId, version: version + 1, settings, recordedBy: actor.name, recordedAt: now } });
  const what = { action: 'change policy', actor, at: now, rule: 'U-06', reason, before, after: settings };
  await recordChange(tx, { facilityId, kind: 'facility', id: facilityId }, what);
  await applyReplan(tx, facilityId, replanned, now);
  await wakeSleepers(tx, facilityId, before, settings);
  const versions = { before: { ...before, version }, after: { ...settings, version: row.version } };
  const moved = (await movedReminders(tx, facilityId, versions, now)).map(({ kind }) => kind);
  const saysElse = differ(before.predictedAvailability, settings.predictedAvailability) ? ['predicted availability' as const] : [];
  await oweStandingReminders(tx, facilityId, now, [...moved, ...saysElse]);
  await noteRestrictionsByPolicy(tx, facilityId, { before: versions.before, policy: versions.after }, now);
  return row;
}

type Sleeper = { kind: LifeKind; sleeps: Prisma.Sql; mayWakeEarlier: (before: PolicySettings, after: PolicySettings) => boolean };

const differ = (one: unknown, other: unknown): boolean => JSON.stringify(one) !== JSON.stringify(other);

/** The lives at the desk that sleep until an instant which the policy sets, and the changes that can bring it forward. */
const sleepers: Sleeper[] = [
  {
    kind: 'opportunity',
    sleeps: Prisma.sql`state = 'live'`,
    mayWakeEarlier: (before, after) =>
      differ([before.opportunity, before.mail.fromLocalTime], [after.opportunity, after.mail.fromLocalTime]),
  },
  { kind: 'offer-ladder', sleeps: Prisma.sql`state = 'offering'`, mayWakeEarlier: (before, after) => differ(before.offers, after.offers) },
  {
    kind: 'task',
    sleeps: Prisma.sql`state = 'waiting'`,
    mayWakeEarlier: (before, after) => after.mail.fromLocalTime < before.mail.fromLocalTime,
  },
  {
    kind: 'appointment',
    sleeps: Prisma.sql`status = 'booked'`,
    mayWakeEarlier: (before, after) => after.noShow.taskWithinMinutes < before.noShow.taskWithinMinutes,
  },
];

async function wakeSleepers(tx: Tx, facilityId: string, before: PolicySettings, after: PolicySettings): Promise<void> {
  for (const { kind, sleeps } of sleepers.filter(({ mayWakeEarlier }) => mayWakeEarlier(before, after)))
    await wakeAllThat(tx, kind, facilityId, sleeps);
}
