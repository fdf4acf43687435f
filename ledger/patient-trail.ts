import type { Tx } from '../prisma/client.ts';
import { type AuditEvent, Prisma } from '../prisma/generated/client.ts';
import { mattersOf } from './patient-data.ts';

/** F-16: what was done in a patient's matters, the latest first. `after`: the instant and id of the last event of the page before. */
export const patientTrail = (tx: Tx, patientId: string, { after, take }: { after: [string, string] | undefined; take: number }) =>
  tx.$queryRaw<AuditEvent[]>`
    SELECT e.* FROM "AuditEvent" e JOIN (${mattersOf(patientId)}) m ON e."subjectKind" = m.kind AND e."subjectId" = m.id
    ${after ? Prisma.sql`WHERE (e."recordedAt", e.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : Prisma.empty}
    ORDER BY e."recordedAt" DESC, e.id DESC LIMIT ${take}`;

/** The people, providers and teams that events name by their ids. */
export async function namesIn(tx: Tx, events: { before: unknown; after: unknown }[]): Promise<Map<string, string>> {
  const found = events.flatMap(
    ({ before, after }) => JSON.stringify([before, after]).match(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g) ?? [],
  );
  const ids = [...new Set(found)];
  const rows = await tx.$queryRaw<{ id: string; name: string }[]>`
    SELECT id, name FROM "Person" WHERE id = ANY (${ids}::uuid[]) UNION ALL SELECT id, name FROM "Practitioner" WHERE id = ANY (${ids}::uuid[])
    UNION ALL SELECT id, name FROM "Team" WHERE id = ANY (${ids}::uuid[])`;
  return new Map(rows.map(({ id, name }) => [id, name]));
}
