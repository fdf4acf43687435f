/** Who stands in for whom (F-12): each person names one for all their work or for a kind of it; chains are followed, loops refused. */
import { DomainError } from './errors.ts';

/** `topic`: a ticket type's id, or null for everything else too. */
export type Substitution = { personId: string; substituteId: string; topic: string | null };

const nextOf = (personId: string, topic: string | null, all: readonly Substitution[]): string | undefined => {
  const own = all.filter((one) => one.personId === personId);
  return (own.find((one) => one.topic === topic && topic !== null) ?? own.find((one) => one.topic === null))?.substituteId;
};

/**
 * The first in the chain who is not away: the person themselves, or whoever stands in, or whoever stands in for them.
 * `undefined`: the chain ends with somebody who is away.
 */
export function presentOf(
  personId: string,
  topic: string | null,
  all: readonly Substitution[],
  isAway: (personId: string) => boolean,
): string | undefined {
  const seen = new Set<string>();
  for (let one: string | undefined = personId; one && !seen.has(one); one = nextOf(one, topic, all)) {
    if (!isAway(one)) return one;
    seen.add(one);
  }
  return undefined;
}

/** Throws SUBSTITUTES_IN_A_CIRCLE with the chain when `added` would lead back to where it began. */
export function mustNotCircle(added: Substitution, all: readonly Substitution[]): void {
  const others = all.filter((one) => one.personId !== added.personId || one.topic !== added.topic);
  const topics = new Set([added.topic, ...(added.topic === null ? others.map(({ topic }) => topic) : [])]);
  for (const topic of topics) {
    const chain = [added.personId];
    for (let one: string | undefined = added.substituteId; one; one = nextOf(one, topic, [...others, added])) {
      if (chain.includes(one)) throw new DomainError('SUBSTITUTES_IN_A_CIRCLE', { chain: [...chain, one] });
      chain.push(one);
    }
  }
}
