import type { FastifyRequest } from 'fastify';

import type { Role } from '../../domain/decision.ts';
import type { Deps } from '../deps.ts';
import { seesMailbox } from './mailbox-door.ts';
import { useSpeech } from './reader.ts';

export type SamplePerson = { name: string; email: string; role: Role; facility: string };

/** The people whom `npm start` plants, for whoever sees their mails anyway; nobody else is shown any. */
export async function samplePeople({ config, reader }: Deps, request: FastifyRequest): Promise<SamplePerson[]> {
  if (!seesMailbox(config, request)) return [];
  const rows = await reader.person.findMany({
    where: { active: true, facility: { sample: true } },
    select: { name: true, email: true, role: true, facility: { select: { name: true } } },
    orderBy: [{ facility: { name: 'asc' } }, { role: 'asc' }, { name: 'asc' }],
  });
  return rows.map(({ facility, role, ...person }) => ({ ...person, role: role as Role, facility: facility.name }));
}

/** One press has a link mailed to one of them: nobody has to guess an address to try a role. */
export function SamplePeople({ people }: { people: SamplePerson[] }) {
  const { words } = useSpeech();
  if (people.length === 0) return null;
  const facilities = [...new Set(people.map(({ facility }) => facility))];
  return (
    <>
      <h2>{words('door.start.people')}</h2>
      <p>{words('door.start.peopleText')}</p>
      {facilities.map((facility) => (
        <form key={facility} method="post" action="/links" className="doors">
          <h3>{facility}</h3>
          {people
            .filter((one) => one.facility === facility)
            .map(({ name, email, role }) => (
              <button key={email} type="submit" name="email" value={email}>
                {name}, {words(`role.${role}`)}
              </button>
            ))}
        </form>
      ))}
    </>
  );
}
