import { expect, test } from 'vitest';

import { inTransaction } from '../../ledger/transaction.ts';
import { plantClinic } from '../../prisma/sample/clinic.ts';
import { testDatabase } from '../database.ts';

test('the sample clinic is planted once, with a day book, somebody who did not come, tasks, a waitlist, a Care Manager, offers, and a mail that opens the door', async () => {
  const { db, close } = await testDatabase();
  const now = new Date().toISOString();
  for (let times = 0; times < 2; times++) await inTransaction(db, (tx) => plantClinic(tx, now));
  const facility = await db.facility.findFirstOrThrow({ where: { sample: true } });
  const where = { facilityId: facility.id };
  const statuses = (await db.appointment.findMany({ where })).map(({ status }) => status);
  expect(statuses).toHaveLength(15);
  expect(statuses.filter((status) => status === 'booked').length).toBeGreaterThanOrEqual(5); // one of them is yesterday's, left to its life
  expect(statuses).toContain('fulfilled');
  expect([await db.task.count({ where }), await db.waitlistEntry.count({ where })]).toEqual([2, 2]);
  expect(await db.opportunity.groupBy({ by: ['status'], where, _count: true, orderBy: { status: 'asc' } })).toMatchObject([
    { status: 'open', _count: 3 },
    { status: 'rejected', _count: 1 },
    { status: 'snoozed', _count: 1 },
  ]);
  expect([await db.messageTemplate.count({ where }), await db.offerLadder.count({ where })]).toEqual([2, 1]);
  expect(await db.message.findFirstOrThrow({ where: { ...where, kind: 'sign in' } })).toMatchObject({
    address: 'rae.winter@lakeside-dental.example',
  });
  await close();
});
