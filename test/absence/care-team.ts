import { addDays, atLocal, weekday, zoneDate } from '../../domain/civil.ts';
import type { Actor, Role } from '../../domain/decision.ts';
import type { World } from '../world.ts';

type Kind = 'remote' | 'designated';
export type Somebody = { id: string; name: string; role: Role };

const workdays = [1, 2, 3, 4, 5].map((day) => ({ weekday: day, from: '09:00', to: '17:00' }));

/** Three coordinators, two providers of the first of them, and a manager, in the world's facility. */
export async function careTeam({ db, facilityId, zone }: World, kind: Kind = 'remote') {
  const person = async (name: string, role: Role): Promise<Somebody> => {
    const email = `${name.toLowerCase().replaceAll(/[^a-z]/g, '')}-${facilityId.slice(-6)}@care.example`;
    const { id } = await db.person.create({ data: { facilityId, name, role, email } });
    return { id, name, role };
  };
  const coordinator = async (name: string, of: Kind, where = zone) => {
    const one = await person(name, 'care coordinator');
    await db.coordinator.create({ data: { personId: one.id, facilityId, kind: of, zone: where, hours: workdays } });
    return one;
  };
  const kim = await coordinator('Kim Vale', kind);
  const lee = await coordinator('Lee Park', 'remote');
  const max = await coordinator('Max Stone', 'remote', 'America/Los_Angeles');
  const manager = await person('Mona Manager', 'manager');
  const provider = async (name: string) => {
    const self = await person(name, 'practitioner');
    const { id: practitionerId } = await db.practitioner.create({
      data: { facilityId, personId: self.id, name, initials: name.slice(4, 6) },
    });
    await db.coordinatorAssignment.create({
      data: { facilityId, practitionerId, coordinatorId: kim.id, since: '2026-01-01T00:00:00Z' },
    });
    return { ...self, practitionerId };
  };
  return { kim, lee, max, manager, adler: await provider('Dr. Adler'), brook: await provider('Dr. Brook') };
}

export const actorOf = ({ id, name, role }: Somebody): Actor => ({ personId: id, name, role, channel: 'page' });

/** The first Monday that is at least `days` after that instant. */
export function mondayFrom(now: string, zone: string, days: number): string {
  let date = addDays(zoneDate(now, zone), days);
  while (weekday(date) !== 1) date = addDays(date, 1);
  return date;
}

/** Whole civil dates, both inclusive. */
export const wholeDays = (first: string, last: string, zone: string) => ({
  startsAt: atLocal(first, '00:00', zone),
  endsAt: atLocal(addDays(last, 1), '00:00', zone),
});
