/** The mails that come again by a facility's policy: what a change of it moves (U-06), and owing them anew. */
import { atLocal, monthAfter, zoneDate } from '../domain/civil.ts';
import type { Policy } from '../domain/policy.ts';
import type { Tx } from '../prisma/client.ts';
import { policyOf } from './facility.ts';
import { owePredictions, predictionsAt } from './predicted-availability.ts';
import { iso } from './transaction.ts';
import { oweVacationRemindersAnew } from './vacation-reminder.ts';
import { oweWorklistReminderAnew, type Place, worklistReminderAt } from './worklist-reminder.ts';

const kinds = ['worklist reminder', 'vacation reminder', 'predicted availability'] as const;
type Kind = (typeof kinds)[number];

/** A mail that comes again, and when the next one goes: by what is owed now, and by another policy; null: none. */
export type MovedReminder = { kind: Kind; before: string | null; after: string | null };

/** Which of them go at another time by `policy`. Writes nothing. */
export async function movedReminders(tx: Tx, facilityId: string, policy: Policy, now: string): Promise<MovedReminder[]> {
  const place = await placeOf(tx, facilityId, policy);
  const rows = await tx.message.groupBy({
    by: ['kind'],
    where: { facilityId, kind: { in: [...kinds] }, state: 'waiting', sendAfter: { gt: now } },
    _min: { sendAfter: true },
  });
  const owed = (kind: Kind) => rows.find((row) => row.kind === kind)?._min.sendAfter;
  const month = monthAfter(zoneDate(now, place.zone).slice(0, 7));
  const planned: Record<Kind, string | undefined> = {
    'worklist reminder': owed('worklist reminder') ? await worklistReminderAt(tx, place, now) : undefined,
    'vacation reminder': owed('vacation reminder') ? atLocal(`${month}-01`, policy.mail.fromLocalTime, place.zone) : undefined,
    'predicted availability': place.shadow ? undefined : await predictionsAt(tx, place, now),
  };
  return kinds.flatMap((kind) => {
    const [before, after] = [owed(kind), planned[kind]];
    const moved = { kind, before: before ? iso(before) : null, after: after ?? null };
    return moved.before === moved.after ? [] : [moved];
  });
}

/** Owes them by the policy in force. Call it when that has changed, or when a facility leaves its shadow run (F-23). */
export async function oweStandingReminders(tx: Tx, facilityId: string, now: string): Promise<void> {
  const place = await placeOf(tx, facilityId, await policyOf(tx, facilityId));
  await oweWorklistReminderAnew(tx, place, now);
  await oweVacationRemindersAnew(tx, facilityId, now);
  await owePredictions(tx, facilityId, place.policy, now);
}

async function placeOf(tx: Tx, facilityId: string, policy: Policy): Promise<Place> {
  const { name: facility, zone, shadow } = await tx.facility.findUniqueOrThrow({ where: { id: facilityId } });
  return { facilityId, facility, zone, shadow, policy };
}
