import { expect, test } from 'vitest';

import { recordAccess } from '../../api/access-log.ts';
import type { Deps } from '../../api/deps.ts';
import { needRight, rightsOfRole } from '../../domain/right.ts';
import { openAccessLog } from '../../prisma/client.ts';
import { testDatabase } from '../database.ts';

test('F-25: whoever looks at patients leaves one event a patient, and the log’s own connection can do nothing else', async () => {
  const { db, url, close } = await testDatabase();
  const accessLog = await openAccessLog(url);
  const facilityId = crypto.randomUUID();
  const [one, two] = [crypto.randomUUID(), crypto.randomUUID()];
  const by = { name: 'Rae Desk', role: 'receptionist', channel: 'page' } as const;
  await recordAccess({ accessLog } as Deps, { facilityId, by, what: 'day book', at: '2027-01-04T12:00:00.000Z' }, [one, two, one]);
  const events = await db.accessEvent.findMany({ orderBy: { id: 'asc' } });
  expect(events.map(({ patientId }) => patientId).sort()).toEqual([one, two].sort());
  expect(events[0]).toMatchObject({ facilityId, by, what: 'day book' });
  await expect(accessLog.accessEvent.findMany()).rejects.toThrow(/permission denied/);
  await expect(accessLog.person.updateMany({ data: { name: 'x' } })).rejects.toThrow(/permission denied/);
  await expect(db.accessEvent.deleteMany()).rejects.toThrow(/append-only/);
  await accessLog.$disconnect();
  await close();
});

test('I-07: one right for appointments, tasks and waitlist entries; it comes with the desk’s role or is given', () => {
  expect(() => needRight({ role: 'practitioner', rights: [] }, 'manage appointments')).toThrow('needs a right');
  expect(() => needRight({ role: 'receptionist', rights: rightsOfRole('receptionist') }, 'manage appointments')).not.toThrow();
  expect(() => needRight({ role: 'practitioner', rights: ['manage appointments'] }, 'manage appointments')).not.toThrow();
  expect(() => needRight({ role: 'administrator', rights: [] }, 'manage appointments')).not.toThrow();
});
