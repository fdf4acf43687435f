/** U-07: a block as it was known at a past instant, from what is kept with the instant at which it was recorded. */
import type { BlockFacts } from '../domain/block.ts';
import type { Tx } from '../prisma/client.ts';
import { type Histories, type LoadedBlock, readHistory } from './block.ts';
import { parsedPolicy } from './facility.ts';
import { iso } from './transaction.ts';

type Text = { startsAt: string; endsAt: string };
type Past = {
  releases: (Text & Record<'id' | 'kind' | 'releasedAt' | 'releasedBy' | 'visibleAt', string> & { wantedBackAt: string | null })[];
  cases: Text[];
  claims: Text[];
  outside: NonNullable<BlockFacts['outside']> | null;
  policy: { id: string; settings: unknown; version: number } | null;
  facility: { paused: boolean; shadow: boolean } | null;
  window: number | null;
  holder: { groupId: string; providerId: string | null } | null;
  states: Partial<BlockFacts>[];
  mandatoryAt: string | null;
};

/**
 * The facts and the policy just before `at`, in one statement. Releases, claims and what predictors said carry their own
 * instants; cases come from the facility's reports, the block's state and the facility's from the audit trail.
 */
export async function blockAsOf(tx: Tx, block: LoadedBlock, at: string): Promise<LoadedBlock> {
  const { facts, facilityId, roomId } = block;
  const [past] = await tx.$queryRaw<Past[]>`
    SELECT
      (SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x."releasedAt", x."startsAt"), '[]') FROM "Release" x WHERE x."blockId" = ${facts.id}::uuid
        AND x."releasedAt" < ${at}::timestamptz AND (x."undoneAt" IS NULL OR x."undoneAt" >= ${at}::timestamptz)) AS releases,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('startsAt', e."startsAt", 'endsAt', e."endsAt") ORDER BY e."startsAt"), '[]') FROM (
          SELECT DISTINCT ON (e."caseId") e.* FROM "CaseEvent" e JOIN "Case" c ON c.id = e."caseId"
          WHERE c."facilityId" = ${facilityId}::uuid AND e."recordedAt" < ${at}::timestamptz AND e."caseId" IN (
            SELECT "caseId" FROM "CaseEvent" t JOIN "Case" k ON k.id = t."caseId" WHERE k."facilityId" = ${facilityId}::uuid
              AND t."roomId" = ${roomId}::uuid AND t."startsAt" < ${facts.endsAt}::timestamptz AND t."endsAt" > ${facts.startsAt}::timestamptz)
          ORDER BY e."caseId", e."recordedAt" DESC, e.id DESC) AS e
        WHERE e.kind <> 'cancelled' AND e."roomId" = ${roomId}::uuid AND e."startsAt" < ${facts.endsAt}::timestamptz AND e."endsAt" > ${facts.startsAt}::timestamptz) AS cases,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('startsAt', c."startsAt", 'endsAt', c."endsAt")), '[]') FROM "Claim" c
        WHERE c."roomId" = ${roomId}::uuid AND c."claimedAt" < ${at}::timestamptz AND (c."freedAt" IS NULL OR c."freedAt" >= ${at}::timestamptz)
          AND c."startsAt" < ${facts.endsAt}::timestamptz AND c."endsAt" > ${facts.startsAt}::timestamptz) AS claims,
      (SELECT jsonb_build_object('predictor', c.predictor, 'confidence', c.confidence, 'intervals', c.intervals, 'asOf', c."asOf") FROM "Confidence" c
        WHERE c."blockId" = ${facts.id}::uuid AND c."recordedAt" < ${at}::timestamptz ORDER BY c."asOf" DESC, c.id DESC LIMIT 1) AS outside,
      (SELECT jsonb_build_object('id', p.id, 'settings', p.settings, 'version', p.version) FROM "Policy" p
        WHERE p."facilityId" = ${facilityId}::uuid AND p."recordedAt" < ${at}::timestamptz ORDER BY p.version DESC LIMIT 1) AS policy,
      (SELECT a.before FROM "AuditEvent" a WHERE a."subjectKind" = 'facility' AND a."subjectId" = ${facilityId}::uuid AND a.at >= ${at}::timestamptz
        AND jsonb_exists(a.before, 'paused') ORDER BY a.seq LIMIT 1) AS facility,
      (SELECT (a.before ->> 'windowDays')::int FROM "AuditEvent" a WHERE a."subjectKind" = 'block' AND a."subjectId" = ${facts.id}::uuid
        AND a.at >= ${at}::timestamptz AND jsonb_exists(a.before, 'windowDays') ORDER BY a.seq LIMIT 1) AS window,
      (SELECT jsonb_build_object('groupId', a.before -> 'groupId', 'providerId', a.before -> 'providerId') FROM "AuditEvent" a
        WHERE a."subjectKind" = 'block' AND a."subjectId" = ${facts.id}::uuid AND a.at >= ${at}::timestamptz AND a.action = 'change holder'
        ORDER BY a.seq LIMIT 1) AS holder,
      (SELECT coalesce(jsonb_agg(a.after ORDER BY a.seq), '[]') FROM "AuditEvent" a WHERE a."subjectKind" = 'block' AND a."subjectId" = ${facts.id}::uuid
        AND a.at < ${at}::timestamptz) AS states,
      (SELECT max(a.at) FROM "AuditEvent" a WHERE a."subjectKind" = 'block' AND a."subjectId" = ${facts.id}::uuid AND a.action = 'mandatory release'
        AND a.at < ${at}::timestamptz) AS "mandatoryAt"`;
  const { releases, cases, claims, outside, policy, facility, window, holder, states, mandatoryAt } = past!;
  const timed = <One extends Text>(one: One) => ({ ...one, startsAt: iso(one.startsAt), endsAt: iso(one.endsAt) });
  const { state = 'active', silenced = false, alerts = 0, lastAskedAt = null, mandatoryOff = false } = Object.assign({}, ...states);
  const then: BlockFacts = {
    ...facts,
    state,
    silenced,
    alerts,
    lastAskedAt,
    mandatoryOff,
    mandatoryAt: mandatoryAt && iso(mandatoryAt),
    windowDays: window ?? facts.windowDays,
    paused: facility?.paused ?? facts.paused,
    shadow: facility?.shadow ?? facts.shadow,
    releases: releases.map((one) => ({
      id: one.id,
      kind: one.kind as BlockFacts['releases'][number]['kind'],
      releasedBy: one.releasedBy,
      startsAt: iso(one.startsAt),
      endsAt: iso(one.endsAt),
      releasedAt: iso(one.releasedAt),
      visibleAt: iso(one.visibleAt),
      wantedBackAt: one.wantedBackAt ? iso(one.wantedBackAt) : null,
    })),
    cases: cases.map(timed),
    claims: claims.map(timed),
    outside: outside ? { ...outside, asOf: iso(outside.asOf) } : undefined,
  };
  const settings = policy ? parsedPolicy(policy) : block.policy;
  const histories: Histories = new Map();
  return readHistory(tx, { ...block, ...holder, facts: then, policy: settings }, at, histories);
}
