import { z } from 'zod';

import { openPause, ticketStates } from '../../domain/ticket.ts';
import { ticketClock } from '../../domain/ticket-clock.ts';
import { loadTickets } from '../../ledger/ticket.ts';
import type { Tx } from '../../prisma/client.ts';
import type { Ticket as Row } from '../../prisma/generated/client.ts';
import { Instant, Version } from './plugin.ts';
import { Next } from './timeline.ts';

/** A ticket as clients see it: whose it is, where its clock stands, what it says. */
export const Ticket = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    type: z.object({ key: z.string(), name: z.string() }),
    team: z.object({ id: z.uuid(), name: z.string() }),
    assignee: z.object({ id: z.uuid(), name: z.string() }).nullable(),
    patientId: z.uuid().nullable(),
    practitionerId: z.uuid().nullable(),
    subject: z.string(),
    fields: z.record(z.string(), z.union([z.string(), z.literal(true)])),
    outcome: z.record(z.string(), z.unknown()).nullable().describe('What closing demanded.'),
    origin: z.enum(['person', 'automated']),
    openedBy: z.string(),
    about: z.object({ kind: z.string(), id: z.uuid() }).nullable().describe('What it came from.'),
    priority: z.boolean().describe('A medical emergency (P-08).'),
    state: z.enum(ticketStates),
    openedAt: Instant,
    routedAt: Instant.nullable(),
    unableAt: Instant.nullable().describe('When the team said that it is unable to do it (R-02).'),
    dueAt: Instant.nullable().describe('When it should be closed; null: no clock, or it stands.'),
    workingMinutesLeft: z.int().nullable().describe('Of its team’s hours; negative: overdue (F-10).'),
    pausedSince: Instant.nullable(),
    escalatedAt: Instant.nullable(),
    closedAt: Instant.nullable(),
    closedBy: z.string().nullable(),
    next: Next,
    version: Version,
  })
  .meta({ id: 'Ticket' });

/** Tickets as clients see them, in the order of the rows. */
export async function presentTickets(tx: Tx, rows: Row[], now: string): Promise<z.infer<typeof Ticket>[]> {
  const loaded = new Map(
    (
      await loadTickets(
        tx,
        rows.map(({ id }) => id),
        'none',
      )
    ).map((one) => [one.facts.id, one]),
  );
  return rows.map((row) => {
    const { facts, next, version } = loaded.get(row.id)!;
    const { id, facilityId, patientId, practitionerId, subject, openedBy, aboutKind, aboutId } = row;
    const pause = openPause(facts);
    const { dueAt, minutesLeft } = ticketClock(facts, now);
    return {
      id,
      facilityId,
      patientId,
      practitionerId,
      subject,
      openedBy,
      type: { key: facts.type.key, name: facts.type.name },
      team: { id: facts.team.id, name: facts.team.name },
      assignee: facts.assignee && { id: facts.assignee.id, name: facts.assignee.name },
      fields: facts.fields,
      outcome: row.outcome as Record<string, unknown> | null,
      origin: row.origin as 'person' | 'automated',
      about: aboutKind && aboutId ? { kind: aboutKind, id: aboutId } : null,
      priority: facts.priority,
      state: facts.state,
      openedAt: facts.openedAt,
      routedAt: facts.routedAt,
      unableAt: facts.unableAt,
      dueAt,
      workingMinutesLeft: minutesLeft,
      pausedSince: pause?.startsAt ?? null,
      escalatedAt: facts.escalatedAt,
      closedAt: facts.closedAt,
      closedBy: facts.closedBy,
      next,
      version,
    };
  });
}
