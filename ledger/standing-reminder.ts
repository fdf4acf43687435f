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

/** Which of them go at another time by `after` than by `before`. Writes nothing. */
export async function movedReminders(
  tx: Tx,
  facilityId: string,
  { before, after }: { before: Policy; after: Policy },
  now: string,
): Promise<MovedReminder[]> {
  const rows = await tx.message.groupBy({
    by: ['kind'],
    where: { facilityId, kind: { in: [...kinds] }, state: 'waiting', sendAfter: { gt: now } },
    _min: { sendAfter: true },
  });
  const owed = new Map(rows.map(({ kind, _min }) => [kind, _min.sendAfter && iso(_min.sendAfter)]));
  const plannedBy = async (policy: Policy) => planned(tx, await placeOf(tx, facilityId, policy), owed, now);
  const [was, will] = [await plannedBy(before), await plannedBy(after)];
  return kinds
    .filter((kind) => was[kind] !== will[kind])
    .map((kind) => ({ kind, before: owed.get(kind) ?? null, after: will[kind] ?? null }))
    .filter((moved) => moved.before !== moved.after);
}

/** When the next one of each kind goes by the policy of the place. */
async function planned(tx: Tx, place: Place, owed: Map<string, unknown>, now: string): Promise<Record<Kind, string | undefined>> {
  const month = monthAfter(zoneDate(now, place.zone).slice(0, 7));
  return {
    'worklist reminder': owed.has('worklist reminder') ? await worklistReminderAt(tx, place, now) : undefined,
    'vacation reminder': owed.has('vacation reminder') ? atLocal(`${month}-01`, place.policy.mail.fromLocalTime, place.zone) : undefined,
    'predicted availability': place.shadow ? undefined : await predictionsAt(tx, place, now),
  };
}

/** Owes them by the policy in force. Call it when they move by it, or when a facility leaves its shadow run (F-23). */
export async function oweStandingReminders(tx: Tx, facilityId: string, now: string, which: readonly Kind[] = kinds): Promise<void> {
  const place = await placeOf(tx, facilityId, await policyOf(tx, facilityId));
  if (which.includes('worklist reminder')) await oweWorklistReminderAnew(tx, place, now);
  if (which.includes('vacation reminder')) await oweVacationRemindersAnew(tx, facilityId, now);
  if (which.includes('predicted availability')) await owePredictions(tx, facilityId, place.policy, now);
}

async function placeOf(tx: Tx, facilityId: string, policy: Policy): Promise<Place> {
  const { name: facility, zone, shadow } = await tx.facility.findUniqueOrThrow({ where: { id: facilityId } });
  return { facilityId, facility, zone, shadow, policy };
}
