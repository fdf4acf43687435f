/** What a ticket's mails say, and to whom: names of teams and types, and nothing that somebody wrote. */
import type { Tx } from '../prisma/client.ts';
import { distinct, type OwedMessage } from './message.ts';
import { leadsOf } from './team.ts';
import type { LoadedTicket } from './ticket.ts';

/** P-08: a medical emergency is told to the whole team and its lead at once. */
export async function emergency(tx: Tx, ticket: LoadedTicket): Promise<OwedMessage[]> {
  const to = await teamAndLead(tx, ticket);
  return [{ key: `ticket-emergency/${ticket.facts.id}`, to, content: { kind: 'ticket emergency', ...aboutTicket(ticket) }, receipt: true }];
}

/** A ticket's mails begin with this: names of teams and types, and nothing that somebody wrote. */
export function aboutTicket({ facts, names }: LoadedTicket) {
  return {
    facility: names.facility,
    zone: facts.team.calendar.zone,
    type: facts.type.name,
    team: facts.team.name,
    openedAt: facts.openedAt,
  };
}

export async function teamAndLead(tx: Tx, { facts, facilityId }: LoadedTicket) {
  const members = await tx.person.findMany({
    where: { id: { in: facts.team.members.map(({ id }) => id) } },
    select: { id: true, name: true, email: true },
    orderBy: { id: 'asc' },
  });
  const leads = await leadsOf(tx, facilityId, facts.team);
  return distinct([...members, ...leads]);
}
