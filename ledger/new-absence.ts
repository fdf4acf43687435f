/** Entering an absence: the row, its lines, its life, and a word to those who lose their cover by it. */
import { planAbsence } from '../domain/absence.ts';
import { zoneDate } from '../domain/civil.ts';
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Interval } from '../domain/interval.ts';
import type { Tx } from '../prisma/client.ts';

import { type LoadedAbsence, loadAbsence } from './absence.ts';
import { tellOfBareLines } from './bare-lines.ts';
import { lockPresence } from './cover.ts';
import { auditLife, beginLife, type LifeAbout } from './life.ts';
import { isClash } from './transaction.ts';

export type NewAbsence = Interval & { personId: string };

const mostDays = 366;

/**
 * P-19, P-20: writes that somebody will be away, with a line for each provider they coordinate for, and gives it its life.
 * Entered on its first day, it is a same-day absence. Who loses their cover by it is told. Throws NOT_FOUND, ABSENCE_PAST, ABSENCE_TOO_LONG, ABSENCE_OVERLAPS.
 */
export async function enterAbsence(tx: Tx, { personId, startsAt, endsAt }: NewAbsence, actor: Actor, now: string): Promise<LoadedAbsence> {
  if (endsAt <= now) throw new DomainError('ABSENCE_PAST', { endsAt, now });
  if (Date.parse(endsAt) - Date.parse(startsAt) > mostDays * 86_400_000)
    throw new DomainError('ABSENCE_TOO_LONG', { startsAt, endsAt, mostDays });
  await lockPresence(tx, personId);
  const somebody = await tx.person.findFirst({ where: { id: personId, active: true }, include: { coordinator: true, facility: true } });
  if (!somebody) throw new DomainError('NOT_FOUND', { personId });
  const { facilityId, coordinator, facility } = somebody;
  const zone = coordinator?.zone ?? facility.zone;
  const notice = zoneDate(startsAt, zone) <= zoneDate(now, zone) ? 'same-day' : 'known';
  const data = {
    facilityId,
    personId,
    startsAt,
    endsAt,
    zone,
    notice,
    kind: coordinator?.kind ?? 'designated',
    hours: coordinator?.hours ?? [],
    enteredBy: actor.name,
    enteredAt: now,
    next: {},
    nextAt: startsAt,
  };
  const { id } = await tx.absence.create({ data, select: { id: true } }).catch(async (error: unknown) => {
    throw isClash(error) ? new DomainError('ABSENCE_OVERLAPS', { personId, startsAt, endsAt }) : error;
  });
  await tx.$executeRaw`
    INSERT INTO "CoverLine" ("absenceId", "practitionerId")
    SELECT ${id}::uuid, a."practitionerId" FROM "CoordinatorAssignment" a WHERE a."coordinatorId" = ${personId}::uuid AND a."endedAt" IS NULL`;
  const absence = await loadAbsence(tx, id);
  const next = planAbsence(absence.facts, absence.policy, now);
  const after = {
    state: 'planned',
    personId,
    startsAt,
    endsAt,
    notice,
    lines: absence.facts.lines.map(({ practitionerId }) => practitionerId),
  };
  await auditLife(tx, 'absence', absence, { action: 'enter', actor, at: now, rule: notice === 'known' ? 'P-19' : 'P-20' }, {}, after);
  await beginLife(tx, 'absence', absence, next, absenceLife(absence));
  await tellOfBareLines(tx, absence, now);
  return { ...absence, next };
}

export function absenceLife({ facts }: LoadedAbsence): LifeAbout {
  const dates = [zoneDate(facts.startsAt, facts.week.zone), zoneDate(facts.endsAt, facts.week.zone)].join(' to ');
  return { summary: `Absence of ${facts.name}, ${dates}, ${facts.lines.length} lines`, reference: facts.name, dueAt: facts.startsAt };
}
