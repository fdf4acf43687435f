import type { Actor, Role } from '../domain/decision.ts';
import { receiveMessage } from '../ledger/inbound.ts';
import { inTransaction } from '../ledger/transaction.ts';
import type { World } from './world.ts';

export type CareTeam = Awaited<ReturnType<typeof careTeamIn>>;

/** A care team: a provider with a coordinator, an agent, a team lead and a manager, and a patient of theirs. */
export async function careTeamIn({ db, facilityId }: World, title = 'Dr.') {
  const person = (name: string, role: Role) =>
    db.person.create({ data: { facilityId, name, role, email: `${name.toLowerCase().replace(/\W+/g, '.')}@${facilityId}.example` } });
  const provider = await person(`${title} Vale`, 'practitioner');
  const coordinator = await person(title === 'Dr.' ? 'Pat Moreno' : `Pat ${title}`, 'care coordinator');
  const agent = await person('Ash Young', 'care team agent');
  const lead = await person('Lee Head', 'team lead');
  const manager = await person('Mo Chief', 'manager');
  const practitioner = await db.practitioner.create({ data: { facilityId, personId: provider.id, name: provider.name, initials: 'DV' } });
  const week = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: '08:00', to: '16:00' }));
  await db.coordinator.create({ data: { personId: coordinator.id, facilityId, kind: 'remote', zone: 'America/Denver', hours: week } });
  const since = '2026-01-01T00:00:00Z';
  await db.coordinatorAssignment.create({ data: { facilityId, practitionerId: practitioner.id, coordinatorId: coordinator.id, since } });
  const patient = await db.patient.create({ data: { facilityId, givenName: 'Ana', familyName: 'Lima', phone: '+15551234567' } });
  return { provider, coordinator, agent, lead, manager, practitioner, patient };
}

export const as = ({ id, name, role }: { id: string; name: string; role: string }): Actor => ({
  personId: id,
  name,
  role: role as Role,
  channel: 'page',
});

let texts = 0;

/** A text of the team's patient. */
export function text(world: World, { patient, practitioner }: CareTeam, words: string, at: string, categories: string[] = []) {
  const belonging = { patientId: patient.id, practitionerId: practitioner.id };
  const inbound = {
    facilityId: world.facilityId,
    channel: 'text' as const,
    from: patient.phone!,
    externalId: `text-${++texts}`,
    text: words,
  };
  return inTransaction(world.db, (tx) => receiveMessage(tx, { ...inbound, ...belonging, categories }, at));
}
