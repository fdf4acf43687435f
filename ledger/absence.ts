import type { AbsenceFacts, AbsenceState, AbsenceStep, Line } from '../domain/absence.ts';
import type { Availability } from '../domain/availability.ts';
import type { Cover } from '../domain/coverage.ts';
import { DomainError } from '../domain/errors.ts';
import type { Interval } from '../domain/interval.ts';
import type { Tx } from '../prisma/client.ts';
import { Prisma } from '../prisma/generated/client.ts';
import { couldStandIn } from './cover.ts';
import {
  auditLife,
  type LifeChange,
  type LifeRow,
  type Loaded,
  lifeColumns,
  lifeJoins,
  lockRow,
  policyOfRow,
  type RowLock,
} from './life.ts';
import { iso } from './transaction.ts';

export type LoadedAbsence = Loaded<AbsenceFacts, AbsenceStep> & { facility: string };

type LineRow = Omit<Line, 'cover' | 'message'> & {
  message: string | null;
  messageApprovedAt: string | null;
  cover: (Omit<Cover, 'hours'> & { hours: Availability | null }) | null;
};
type Row = LifeRow & {
  absence: Record<string, string> & { version: number; next: AbsenceStep; hours: Availability; kind: AbsenceFacts['kind'] };
  name: string;
  lines: LineRow[];
  hasColleagues: boolean;
  holidays: string[];
};

/** Of the absence `s` in a statement. */
const ofAbsence = {
  facilityId: Prisma.sql`s."facilityId"`,
  personId: Prisma.sql`s."personId"`,
  startsAt: Prisma.sql`s."startsAt"`,
  endsAt: Prisma.sql`s."endsAt"`,
};

/** Loads absences with their lines, covers and the facility's holidays in one statement. */
export async function loadAbsences(tx: Tx, ids: string[], lock: RowLock = 'none'): Promise<LoadedAbsence[]> {
  if (ids.length === 0) return [];
  const rows = await tx.$queryRaw<Row[]>`
    SELECT to_jsonb(s) AS absence, ${lifeColumns}, q.name,
      (SELECT coalesce(jsonb_agg(y.date ORDER BY y.date), '[]') FROM "Holiday" y WHERE y."facilityId" = s."facilityId"
        AND y.date BETWEEN (s."startsAt" - interval '1 day')::date AND (s."endsAt" + interval '1 day')::date) AS holidays,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('practitionerId', l."practitionerId", 'provider', r.name, 'providerPersonId', r."personId",
          'choice', l.choice, 'message', l.message, 'messageApprovedAt', l."messageApprovedAt", 'toldAt', l."toldAt", 'acknowledgedAt', l."acknowledgedAt",
          'cover', CASE WHEN l."coverId" IS NOT NULL THEN jsonb_build_object('personId', c.id, 'name', c.name, 'zone', coalesce(k.zone, f.zone), 'hours', k.hours,
            'away', (SELECT coalesce(jsonb_agg(jsonb_build_object('startsAt', x."startsAt", 'endsAt', x."endsAt")), '[]') FROM "Absence" x
              WHERE x."personId" = c.id AND x.state <> 'cancelled' AND tstzrange(x."startsAt", x."endsAt") && tstzrange(s."startsAt", s."endsAt")))
          END) ORDER BY r.name), '[]')
        FROM "CoverLine" l JOIN "Practitioner" r ON r.id = l."practitionerId"
        LEFT JOIN "Person" c ON c.id = l."coverId" LEFT JOIN "Coordinator" k ON k."personId" = c.id
        WHERE l."absenceId" = s.id) AS lines,
      EXISTS (SELECT 1 ${couldStandIn(ofAbsence)}) AS "hasColleagues"
    FROM "Absence" s ${lifeJoins} JOIN "Person" q ON q.id = s."personId"
    WHERE s.id = ANY (${ids}::uuid[]) ORDER BY s.id ${lockRow[lock]}`;
  return rows.map(loaded);
}

/** Throws NOT_FOUND. */
export async function loadAbsence(tx: Tx, id: string, lock: RowLock = 'none'): Promise<LoadedAbsence> {
  const [absence] = await loadAbsences(tx, [id], lock);
  if (!absence) throw new DomainError('NOT_FOUND', { absenceId: id });
  return absence;
}

const isoOrNull = (instant: string | null | undefined) => (instant ? iso(instant) : null);
const interval = ({ startsAt, endsAt }: Interval): Interval => ({ startsAt: iso(startsAt), endsAt: iso(endsAt) });

function loaded({ absence, name, lines, hasColleagues, holidays, ...row }: Row): LoadedAbsence {
  const { zone, paused, shadow, facility } = row;
  return {
    facts: {
      id: absence.id!,
      version: absence.version,
      zone,
      paused,
      shadow,
      state: absence.state as AbsenceState,
      personId: absence.personId!,
      name,
      kind: absence.kind,
      notice: absence.notice as AbsenceFacts['notice'],
      week: { zone: absence.zone!, hours: absence.hours },
      holidays,
      startsAt: iso(absence.startsAt!),
      endsAt: iso(absence.endsAt!),
      enteredAt: iso(absence.enteredAt!),
      askedAt: isoOrNull(absence.askedAt),
      managerToldAt: isoOrNull(absence.managerToldAt),
      escalatedAt: isoOrNull(absence.escalatedAt),
      lines: lines.map(lineOf),
      hasColleagues,
    },
    policy: policyOfRow(row),
    version: absence.version,
    next: absence.next,
    facilityId: absence.facilityId!,
    facility,
  };
}

function lineOf({ message, messageApprovedAt, cover, toldAt, acknowledgedAt, ...line }: LineRow): Line {
  return {
    ...line,
    toldAt: isoOrNull(toldAt),
    acknowledgedAt: isoOrNull(acknowledgedAt),
    message: message === null ? null : { text: message, approvedAt: isoOrNull(messageApprovedAt) },
    cover: cover && { ...cover, hours: cover.hours ?? [], away: cover.away.map(interval) },
  };
}

/** Writes what a step or a decision changed: the row with version + 1, its lines, and one audit event. */
export async function saveAbsence(
  tx: Tx,
  absence: LoadedAbsence,
  after: AbsenceFacts,
  next: AbsenceStep,
  change: LifeChange,
): Promise<void> {
  const { state, startsAt, endsAt, askedAt, managerToldAt, escalatedAt } = after;
  const fields = { state, startsAt, endsAt, askedAt, managerToldAt, escalatedAt };
  await tx.absence.update({
    where: { id: after.id },
    data: { ...fields, next: next as Prisma.InputJsonObject, nextAt: next.at, version: absence.version + 1 },
    select: { id: true },
  });
  const changed = after.lines.filter((line, index) => line !== absence.facts.lines[index]);
  for (const line of changed) await saveLine(tx, after.id, line);
  await auditLife(tx, 'absence', absence, change, auditedFacts(absence.facts, changed), auditedFacts(after, changed));
}

async function saveLine(
  tx: Tx,
  absenceId: string,
  { practitionerId, choice, cover, toldAt, acknowledgedAt, message }: Line,
): Promise<void> {
  await tx.coverLine.update({
    where: { absenceId_practitionerId: { absenceId, practitionerId } },
    data: {
      choice,
      coverId: cover?.personId ?? null,
      toldAt,
      acknowledgedAt,
      message: message?.text ?? null,
      messageApprovedAt: message?.approvedAt ?? null,
    },
    select: { absenceId: true },
  });
}

function auditedFacts(facts: AbsenceFacts, changed: Line[]) {
  const { state, startsAt, endsAt, askedAt, managerToldAt, escalatedAt } = facts;
  const about = new Set(changed.map(({ practitionerId }) => practitionerId));
  const lines = facts.lines
    .filter(({ practitionerId }) => about.has(practitionerId))
    .map(({ practitionerId, choice, cover, toldAt, message }) => ({
      practitionerId,
      choice,
      coverId: cover?.personId ?? null,
      toldAt,
      messageApprovedAt: message?.approvedAt ?? null,
    }));
  return { state, startsAt, endsAt, askedAt, managerToldAt, escalatedAt, lines };
}
