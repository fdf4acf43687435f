import { expect, test } from 'vitest';

import { inTransaction } from '../../ledger/transaction.ts';
import { plantCareTeam } from '../../prisma/sample/care-team.ts';
import { testDatabase } from '../database.ts';

test('P-02, R-05: the sample care team is planted once: who wrote, tickets, a voicemail, an urgent clearance, an absence, a door', async () => {
  const { db, close } = await testDatabase();
  const now = new Date().toISOString();
  for (let times = 0; times < 2; times++) await inTransaction(db, (tx) => plantCareTeam(tx, now));
  const { id: facilityId } = await db.facility.findFirstOrThrow({ where: { sample: true } });
  const where = { facilityId };
  expect([await db.conversation.count({ where }), await db.ticket.count({ where: { ...where, type: { key: 'voicemail' } } })]).toEqual([
    4, 1,
  ]);
  expect(await db.clearance.count({ where })).toBe(2);
  expect(await db.ticket.count({ where: { ...where, type: { key: 'clearance' } } })).toBeLessThanOrEqual(1); // tomorrow at half past eight
  expect(await db.absence.count({ where })).toBe(1);
  expect(await db.message.findFirstOrThrow({ where: { ...where, kind: 'sign in' } })).toMatchObject({
    address: 'lena.hart@lakeside-care.example',
  });
  await close();
});
