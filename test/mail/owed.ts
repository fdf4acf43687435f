import { randomUUID } from 'node:crypto';

import type { MessageContent } from '../../domain/message.ts';
import type { Database } from '../../prisma/client.ts';
import type { Prisma } from '../../prisma/generated/client.ts';
import { contents } from '../emails/contents.ts';

export type Person = { id: string; facilityId: string; email: string };
type Wishes = { content?: object; priority?: number; sendAfter?: string; email?: string; subjectId?: string };

/** A person of a facility with nothing else in it. */
export async function createPerson(db: Database): Promise<Person> {
  const name = randomUUID();
  const facility = await db.facility.create({ data: { name, zone: 'America/New_York' } });
  return db.person.create({ data: { facilityId: facility.id, name: 'Dana Reyes', email: `${name}@good.example`, role: 'block contact' } });
}

/** Messages as steps write them; returns their ids in order. */
export async function owe(db: Database, person: Person, now: string, wishes: Wishes[]): Promise<string[]> {
  const data = wishes.map(
    ({ content = contents['block alert'], priority = 1, sendAfter = now, email = person.email, subjectId = randomUUID() }) => ({
      id: randomUUID(),
      facilityId: person.facilityId,
      key: randomUUID(),
      kind: (content as MessageContent).kind,
      personId: person.id,
      address: email,
      subjectKind: 'block',
      subjectId,
      content: content as Prisma.InputJsonObject,
      priority,
      sendAfter,
    }),
  );
  await db.message.createMany({ data });
  return data.map(({ id }) => id);
}
