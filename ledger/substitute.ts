/** Substitutes (F-12): who gets what would land with somebody who is away. */
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { mustNotCircle, presentOf, type Substitution } from '../domain/substitute.ts';
import type { Tx } from '../prisma/client.ts';
import type { Person, Substitute } from '../prisma/generated/client.ts';
import { recordChange } from './facility.ts';
import type { Recipient } from './message.ts';

/**
 * Each person, or whoever of their chain of substitutes is there at that instant; where the whole chain is away, the
 * person themselves: what waits for somebody is better than what nobody gets.
 */
export async function standIns(tx: Tx, people: Recipient[], at: string, topic: string | null = null): Promise<Recipient[]> {
  const ids = people.map(({ id }) => id);
  const [some] = await tx.$queryRaw<{ facilityId: string }[]>`
    SELECT "facilityId" FROM "Absence" WHERE "personId" = ANY (${ids}::uuid[]) AND state IN ('planned', 'running')
      AND "startsAt" <= ${at}::timestamptz AND "endsAt" > ${at}::timestamptz LIMIT 1`;
  if (!some) return people;
  const { facilityId } = some;
  const away = await tx.absence.findMany({
    where: { facilityId, state: { in: ['planned', 'running'] }, startsAt: { lte: at }, endsAt: { gt: at } },
    select: { personId: true },
  });
  const all: Substitution[] = await tx.substitute.findMany({
    where: { facilityId },
    select: { personId: true, substituteId: true, topic: true },
  });
  const isAway = (id: string) => away.some(({ personId }) => personId === id);
  const present = ids.map((id) => presentOf(id, topic, all, isAway) ?? id);
  const found = await tx.person.findMany({ where: { id: { in: present }, active: true }, select: { id: true, name: true, email: true } });
  return [...new Set(present)].flatMap((id) => found.find((one) => one.id === id) ?? people.find((one) => one.id === id) ?? []);
}

type By = { actor: Actor; at: string };

/** Names the substitute of a person, in place of the one they had for that topic. Throws NOT_FOUND, SUBSTITUTES_IN_A_CIRCLE. */
export async function setSubstitute(
  tx: Tx,
  person: Pick<Person, 'id' | 'facilityId'>,
  { substituteId, topic = null }: { substituteId: string; topic?: string | null },
  { actor, at }: By,
): Promise<Substitute> {
  const { id: personId, facilityId } = person;
  await tx.$queryRaw`SELECT id FROM "Facility" WHERE id = ${facilityId}::uuid FOR NO KEY UPDATE`; // two at once could close a circle
  const substitute = await tx.person.findFirst({ where: { id: substituteId, facilityId, active: true } });
  if (!substitute) throw new DomainError('NOT_FOUND', { substituteId });
  if (topic !== null && !(await tx.ticketType.findFirst({ where: { id: topic, facilityId } })))
    throw new DomainError('NOT_FOUND', { topic });
  const all: Substitution[] = await tx.substitute.findMany({
    where: { facilityId },
    select: { personId: true, substituteId: true, topic: true },
  });
  mustNotCircle({ personId, substituteId, topic }, all);
  await tx.substitute.deleteMany({ where: { personId, topic } });
  const row = await tx.substitute.create({ data: { facilityId, personId, substituteId, topic } });
  const change = { action: 'set substitute', actor, at, rule: 'F-12', after: { substituteId, topic } };
  await recordChange(tx, { facilityId, kind: 'person', id: personId }, change);
  return row;
}

/** Takes a substitute back. */
export async function removeSubstitute(tx: Tx, row: Substitute, { actor, at }: By): Promise<void> {
  const { id, facilityId, personId, substituteId, topic } = row;
  await tx.substitute.delete({ where: { id } });
  const change = { action: 'remove substitute', actor, at, rule: 'F-12', before: { substituteId, topic }, after: {} };
  await recordChange(tx, { facilityId, kind: 'person', id: personId }, change);
}
