import type { Actor } from '../domain/decision.ts';
import type { Principal } from './auth/principal.ts';
import type { Deps } from './deps.ts';

type Look = { facilityId: string; by: Actor /** The page or the list, such as `patient card`. */; what: string; at: string };

/**
 * F-25: writes down that somebody was shown the data of these patients, in one statement, before they are shown. The one
 * write a GET may make.
 */
export async function recordAccess({ accessLog }: Deps, { facilityId, by, what, at }: Look, patientIds: string[]): Promise<void> {
  if (patientIds.length === 0) return;
  await accessLog.$executeRaw`
    INSERT INTO "AccessEvent" ("facilityId", "patientId", by, what, at)
    SELECT DISTINCT ${facilityId}::uuid, id, ${JSON.stringify(by)}::jsonb, ${what}, ${at}::timestamptz FROM unnest(${patientIds}::uuid[]) AS id`;
}

/** Whose data something is; null: nobody’s. */
type Whose = { facilityId: string; patientId: string | null };

/** F-25 for a key that reads: one event a patient, under the facility that they are of. */
export async function recordLook(deps: Deps, { name, role }: Pick<Principal, 'name' | 'role'>, rows: Whose[], what: string): Promise<void> {
  const by = { name, role, channel: 'api' as const };
  for (const facilityId of new Set(rows.map((row) => row.facilityId))) {
    const ids = rows.flatMap((row) => (row.facilityId === facilityId && row.patientId ? [row.patientId] : []));
    await recordAccess(deps, { facilityId, by, what, at: deps.now() }, ids);
  }
}
