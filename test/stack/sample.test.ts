import { expect, test } from 'vitest';

import { plantSample } from '../../prisma/sample/plant.ts';
import { testDatabase } from '../database.ts';

test('C-08: the sample facility begins with alerts about to go out and a request that waits, and is planted once', {
  timeout: 90_000,
}, async () => {
  const { db, url, close } = await testDatabase();
  const now = new Date().toISOString();
  const id = await plantSample(url, now);
  expect(await plantSample(url, now)).toBe(id);
  const soon = new Date(Date.parse(now) + 86_400_000);
  const blocks = await db.block.findMany({ where: { facilityId: id, state: 'active', nextAt: { lte: soon } }, select: { next: true } });
  const alerts = blocks.filter(({ next }) => (next as { kind: string }).kind === 'alert');
  expect(alerts.length).toBeGreaterThanOrEqual(1); // the mailbox's first buttons
  expect(await db.hold.count({ where: { facilityId: id, state: 'pending' } })).toBe(1);
  expect(await db.release.count({ where: { block: { facilityId: id } } })).toBeGreaterThan(5); // the reports have something to show
  await close();
});
