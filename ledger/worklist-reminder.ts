/** F-22: the facility is reminded, at most once a day, of what is not in its own schedule yet. */
import { addDays, addMinutes, atLocal, laterOf, withinHours, zoneDate } from '../domain/civil.ts';
import { mailHours, type Policy } from '../domain/policy.ts';
import type { Tx } from '../prisma/client.ts';
import { policyOf } from './facility.ts';
import { facilitySchedulers } from './message.ts';
import { type DueReminder, isGone, oweReminder, refreshReminders } from './reminder.ts';
import { iso } from './transaction.ts';

export type Place = { facilityId: string; zone: string; shadow: boolean; policy: Policy; facility: string };

const kind = 'worklist reminder' as const;
const keyOf = (facilityId: string, date: string) => `worklist-reminder/${facilityId}/${date}`;

export const firstReminder = (since: string, policy: Policy) => addMinutes(since, policy.worklist.remindAfterHours * 60);

/** The reminder that is due at `dueAt`: one a facility and day, within the hours in which people are mailed. */
export async function oweWorklistReminder(tx: Tx, place: Place, oldest: string, dueAt: string): Promise<void> {
  const { facilityId, zone, shadow, policy, facility } = place;
  const sendAt = withinHours(dueAt, mailHours(policy), zone);
  const content = { kind, facility, zone, open: 0, oldest };
  const to = await facilitySchedulers(tx, facilityId);
  const about = { facilityId, kind: 'facility' as const, id: facilityId, shadow };
  await oweReminder(tx, about, sendAt, { key: keyOf(facilityId, zoneDate(sendAt, zone)), to, content });
}

/** Nobody enters what is over; a series without an end is not. */
export const openAt = (now: string) => ({ state: 'open', OR: [{ endsAt: { gt: now } }, { endsAt: null }] });

async function openOf(tx: Tx, facilityId: string, now: string): Promise<{ open: number; oldest: string } | undefined> {
  const where = { facilityId, ...openAt(now) };
  const { _count: open, _min } = await tx.worklistItem.aggregate({ where, _count: true, _min: { since: true } });
  return _min.since ? { open, oldest: iso(_min.since) } : undefined;
}

/** When the next one goes by that policy, today's left out where it went already; undefined: nothing is open. */
export async function worklistReminderAt(tx: Tx, { facilityId, zone, policy }: Place, now: string): Promise<string | undefined> {
  const found = await openOf(tx, facilityId, now);
  if (!found) return undefined;
  const at = withinHours(laterOf(firstReminder(found.oldest, policy), now), mailHours(policy), zone);
  const date = zoneDate(at, zone);
  return (await isGone(tx, facilityId, kind, keyOf(facilityId, date))) ? atLocal(addDays(date, 1), policy.mail.fromLocalTime, zone) : at;
}

/** Owes the next one in place of the one that waits: the policy has changed, or the facility leaves its shadow run. */
export async function oweWorklistReminderAnew(tx: Tx, place: Place, now: string): Promise<void> {
  const { facilityId } = place;
  await tx.message.updateMany({ where: { facilityId, kind, state: 'waiting' }, data: { state: 'withdrawn' } });
  const [found, at] = [await openOf(tx, facilityId, now), await worklistReminderAt(tx, place, now)];
  if (found && at) await oweWorklistReminder(tx, place, found.oldest, at);
}

/** One that nobody needs yet is withdrawn, one that goes out says how much is open, and tomorrow's is owed with it. */
export function refreshWorklistReminders<Message extends DueReminder>(tx: Tx, due: Message[], now: string): Promise<Message[]> {
  return refreshReminders(tx, due, kind, async (reminders) => {
    const said = new Map<string, object>();
    const next: (() => Promise<void>)[] = [];
    for (const facilityId of new Set(reminders.map((one) => one.facilityId))) {
      const found = await openOf(tx, facilityId, now);
      if (!found) continue;
      const { name: facility, zone, shadow } = await tx.facility.findUniqueOrThrow({ where: { id: facilityId } });
      const place = { facilityId, zone, shadow, facility, policy: await policyOf(tx, facilityId) };
      const first = firstReminder(found.oldest, place.policy);
      const ripe = first <= now;
      if (ripe) for (const { id } of reminders.filter((one) => one.facilityId === facilityId)) said.set(id, found);
      next.push(() => oweWorklistReminder(tx, place, found.oldest, ripe ? addMinutes(now, 24 * 60) : first));
    }
    return {
      said,
      oweNext: async () => {
        for (const owe of next) await owe();
      },
    };
  });
}
