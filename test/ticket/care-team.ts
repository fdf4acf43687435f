import type { Actor, Role } from '../../domain/decision.ts';
import { createTeam } from '../../ledger/team.ts';
import { plantTicketTypes } from '../../ledger/ticket-type.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Person } from '../../prisma/generated/client.ts';
import type { World } from '../world.ts';

export type CareTeam = Awaited<ReturnType<typeof createCareTeam>>;

export const actorFor = ({ id, name, role }: Person): Actor => ({ personId: id, name, role: role as Role, channel: 'api' });

/** The starting set of types, its care team with a lead and two agents, coordinators of both kinds, a patient. */
export async function createCareTeam({ db, facilityId, zone }: World) {
  const person = (name: string, role: Role, kind?: string) =>
    db.person.create({
      data: {
        facilityId,
        name,
        role,
        email: `${name.toLowerCase().replace(' ', '.')}@${facilityId}.example`,
        ...(kind && { coordinator: { create: { facilityId, kind, zone, hours: [] } } }),
      },
    });
  const people = {
    lead: await person('Lea Lead', 'team lead'),
    agent: await person('Ada Agent', 'care team agent'),
    second: await person('Ben Agent', 'care team agent'),
    remote: await person('Rea Remote', 'care coordinator', 'remote'),
    designated: await person('Dora Desk', 'care coordinator', 'designated'),
    manager: await person('Mia Manager', 'manager'),
    doctor: await person('Dr. Haddad', 'practitioner'),
    alerts: await person('Abe Alerts', 'care team agent'),
  };
  await inTransaction(db, (tx) => plantTicketTypes(tx, facilityId));
  const teamOf = (name: string) => db.team.findUniqueOrThrow({ where: { facilityId_name: { facilityId, name } } });
  const join = (teamId: string, ...members: Person[]) =>
    db.teamMember.createMany({ data: members.map(({ id }) => ({ teamId, personId: id })) });
  const teams = {
    care: await teamOf('Care team'),
    coordinators: await teamOf('Care coordinators'),
    alerts: await teamOf('Insurance alerts'),
    support: await teamOf('Support'),
    clinical: await teamOf('Clinical team'),
    managers: await teamOf('Coordinator managers'),
  };
  await db.team.updateMany({ where: { facilityId, name: { in: ['Care team', 'Care coordinators'] } }, data: { leadId: people.lead.id } });
  await join(teams.care.id, people.agent, people.second);
  await join(teams.coordinators.id, people.remote, people.designated);
  await join(teams.alerts.id, people.alerts);
  await join(teams.clinical.id, people.doctor);
  await join(teams.managers.id, people.manager);
  const patient = await db.patient.create({ data: { facilityId, givenName: 'Pat', familyName: 'Example', phone: '+12025550123' } });
  return { ...people, teams, patient, zone, createTeam };
}
