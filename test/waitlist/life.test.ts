import { expect, test } from 'vitest';

import { addDays, startOfDay, zoneDate } from '../../domain/civil.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { endWaitlistEntry, settleEarlierWishes } from '../../ledger/waitlist-decision.ts';
import { prepareLives } from '../lives.ts';
import { createFrontDesk } from '../waitlist-world.ts';

const lives = prepareLives();

test('I-19, I-22: an entry is valid for six weeks, lapses by itself, leaves the active list and stays on the card', {
  timeout: 60_000,
}, async () => {
  const { db } = lives;
  const practice = await createFrontDesk(db, { name: 'Lapsing' });
  const now = await lives.now();
  const today = zoneDate(now, practice.zone);
  const { facts, next } = await practice.entry({}, now);
  expect(facts).toMatchObject({ validFrom: today, validUntil: addDays(today, 42), dates: [] });
  expect(next).toMatchObject({ kind: 'lapse', at: startOfDay(addDays(today, 43), practice.zone), rule: 'I-22' });
  const handle = await lives.begin(`waitlist-entry/${facts.id}`);
  await handle.result();
  const row = await db.waitlistEntry.findUniqueOrThrow({ where: { id: facts.id } });
  expect(row).toMatchObject({ state: 'lapsed', endReason: `It was valid until ${addDays(today, 42)}.` });
});

test('I-44: who wanted to come earlier waits no more when the visit is done or cancelled, and lapses when it begins', {
  timeout: 60_000,
}, async () => {
  const { db } = lives;
  const practice = await createFrontDesk(db, { name: 'Wants earlier' });
  const now = await lives.now();
  const today = zoneDate(now, practice.zone);
  const visit = await practice.visit(addDays(today, 20), 'booked');
  const { facts, next } = await practice.entry({ type: 'wants earlier' }, now);
  expect(facts.appointmentId).toBe(visit.id);
  expect(next).toMatchObject({ kind: 'lapse', at: visit.startsAt.toISOString(), rule: 'I-44' });
  const handle = await lives.begin(`waitlist-entry/${facts.id}`);
  await db.appointment.update({ where: { id: visit.id }, data: { status: 'cancelled', cancelledAt: now } });
  await inTransaction(db, (tx) => settleEarlierWishes(tx, visit.id, now));
  await handle.executeUpdate('replanWaitlistEntry');
  await handle.result();
  expect(await db.waitlistEntry.findUniqueOrThrow({ where: { id: facts.id } })).toMatchObject({
    state: 'ended',
    endReason: 'The visit is cancelled.',
  });
  await expect(
    inTransaction(db, (tx) => endWaitlistEntry(tx, { entryId: facts.id, reason: 'booked' }, practice.desk, now)),
  ).rejects.toMatchObject({ type: 'WAITLIST_ENTRY_ENDED' });
});
