import { PolicySettings } from '../../domain/policy.ts';
import { createFacility } from '../../ledger/facility.ts';
import type { Database } from '../../prisma/client.ts';
import type { Patient } from '../../prisma/generated/client.ts';

/** A practice with patients and nothing else: Dana reads English, Anna reads Russian. */
export async function createPractice(db: Database, name: string, settings: object = {}) {
  const facilityId = await createFacility(db, { name, zone: 'Europe/Berlin', settings: PolicySettings.parse(settings), by: 'test' });
  const patient = (givenName: string, phone: string | null, more: Partial<Patient> = {}) =>
    db.patient.create({
      data: { facilityId, givenName, familyName: 'Weber', phone, email: `${givenName}@${facilityId}.example`, ...more },
    });
  return { facilityId, patient };
}
