import type { Role } from '../../domain/decision.ts';
import type { Database } from '../../prisma/client.ts';
import { createClinic } from '../desk-world.ts';

export type ClearingClinic = Awaited<ReturnType<typeof createClearingClinic>>;

/** A clinic whose dentist has a coordinator, with a second coordinator and a lead; its patient has a mail address. */
export async function createClearingClinic(db: Database, name: string, settings: object = {}) {
  const pcc = { registrationUrl: 'https://forms.example/registration' };
  const mail = { fromLocalTime: '07:00', untilLocalTime: '19:00', spreadSeconds: 0 };
  const clinic = await createClinic(db, { name, settings: { mail, pcc, ...settings } });
  const { facilityId, dentist, patient, zone } = clinic;
  await db.patient.update({ where: { id: patient.id }, data: { email: 'pat@patients.example' } });
  const person = (who: string, role: Role) =>
    db.person.create({ data: { facilityId, name: who, role, email: `${who.toLowerCase().replace(' ', '.')}@${facilityId}.example` } });
  const hours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '23:59' }));
  const coordinator = async (who: string) => {
    const one = await person(who, 'care coordinator');
    await db.coordinator.create({ data: { personId: one.id, facilityId, kind: 'remote', zone, hours } });
    return one;
  };
  const kim = await coordinator('Kim Vale');
  const lee = await coordinator('Lee Park');
  const lead = await person('Lou Head', 'team lead');
  const assignment = { facilityId, practitionerId: dentist.id, coordinatorId: kim.id, since: '2026-01-01T00:00:00Z' };
  await db.coordinatorAssignment.create({ data: assignment });
  return { ...clinic, kim, lee, lead };
}
