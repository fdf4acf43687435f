/** What a company holiday brings about (P-18, F-10): providers are told some days before, clocks and plans of absences move. */
import { planAbsence } from '../domain/absence.ts';
import { addDays, atLocal, laterOf, startOfDay } from '../domain/civil.ts';
import { mailableAt } from '../domain/policy.ts';
import type { Tx } from '../prisma/client.ts';
import type { Prisma } from '../prisma/generated/client.ts';
import { loadAbsences } from './absence.ts';
import { policyOf } from './facility.ts';
import { moveNext } from './life.ts';
import { writeMessages } from './message.ts';
import { moveTickets } from './ticket.ts';

/** A holiday was added or removed in this transaction. A past one changes nothing any more. */
export async function holidayChanged(
  tx: Tx,
  facilityId: string,
  { date, name }: { date: string; name: string | null },
  now: string,
): Promise<void> {
  const { zone } = await tx.facility.findUniqueOrThrow({ where: { id: facilityId }, select: { zone: true } });
  if (startOfDay(addDays(date, 1), zone) <= now) return;
  await withdrawNotices(tx, facilityId, date);
  if (name === null) await oweWorkingDayNotices(tx, facilityId, date, now);
  else await oweHolidayNotices(tx, facilityId, [{ date, name }], now);
  await moveTickets(tx, { facilityId }, now);
  const rows = await tx.absence.findMany({
    where: {
      facilityId,
      state: { in: ['planned', 'running'] },
      startsAt: { lt: startOfDay(addDays(date, 2), zone) },
      endsAt: { gt: startOfDay(addDays(date, -1), zone) },
    },
    select: { id: true },
  });
  const absences = await loadAbsences(
    tx,
    rows.map(({ id }) => id),
    'update',
  );
  for (const absence of absences) await moveNext(tx, 'absence', absence, planAbsence(absence.facts, absence.policy, now));
}

type Holiday = { date: string; name: string };

/**
 * P-18: on those dates all coordinators are off, and providers who have one watch their lines: each is told, some days before.
 * `practitionerId`: that one alone, who has just been given a coordinator.
 */
export async function oweHolidayNotices(
  tx: Tx,
  facilityId: string,
  holidays: Holiday[],
  now: string,
  practitionerId?: string,
): Promise<void> {
  const { absence, mail } = await policyOf(tx, facilityId);
  const facility = await tx.facility.findUniqueOrThrow({ where: { id: facilityId }, select: { name: true, zone: true, shadow: true } });
  const providers = await tx.practitioner.findMany({
    where: {
      facilityId,
      active: true,
      personId: { not: null },
      coordinators: { some: { endedAt: null } },
      ...(practitionerId && { id: practitionerId }),
    },
    select: { person: { select: { id: true, email: true } } },
    orderBy: { id: 'asc' },
  });
  const { name: place, zone, shadow } = facility;
  const messages = holidays.flatMap(({ date, name }) =>
    providers.map(({ person }) => ({
      key: `company-holiday/${date}/${person!.id}/${now}`,
      kind: 'company holiday',
      personId: person!.id,
      address: person!.email,
      channel: 'mail' as const,
      priority: 1,
      sendAfter: laterOf(now, atLocal(addDays(date, -absence.tellDaysBefore), mail.fromLocalTime, zone)),
      content: { kind: 'company holiday', facility: place, zone, date, name } satisfies Prisma.InputJsonObject,
    })),
  );
  await writeMessages(tx, { facilityId, kind: 'facility', id: facilityId, shadow }, messages);
}

/** Holidays that are still to come, for whoever has just been given a coordinator. */
export async function comingHolidays(tx: Tx, facilityId: string, now: string): Promise<Holiday[]> {
  const rows = await tx.holiday.findMany({ where: { facilityId, date: { gt: new Date(now) } }, orderBy: { date: 'asc' } });
  return rows.map(({ date, name }) => ({ date: date.toISOString().slice(0, 10), name }));
}

/** What was said about the date and has not gone out yet holds no more. */
async function withdrawNotices(tx: Tx, facilityId: string, date: string): Promise<void> {
  const where = { facilityId, kind: { in: [...aboutHolidays] }, state: 'waiting', content: { path: ['date'], equals: date } };
  await tx.message.updateMany({ where, data: { state: 'withdrawn' } });
}

const aboutHolidays = ['company holiday', 'holiday taken back'] as const;

/** P-18: whoever was told last that nobody would work on the date learns that they do. */
async function oweWorkingDayNotices(tx: Tx, facilityId: string, date: string, now: string): Promise<void> {
  const told = await tx.$queryRaw<{ id: string; email: string }[]>`
    SELECT id, email FROM (
      SELECT DISTINCT ON (p.id) p.id, p.email, m.kind FROM "Message" m JOIN "Person" p ON p.id = m."personId" AND p.active
      WHERE m."facilityId" = ${facilityId}::uuid AND m.kind = ANY (${[...aboutHolidays]}) AND m.content->>'date' = ${date}
        AND m.state IN ('claimed', 'sent', 'unknown')
      ORDER BY p.id, m."createdAt" DESC, m.id DESC) last
    WHERE kind = 'company holiday' ORDER BY id`;
  const policy = await policyOf(tx, facilityId);
  const facility = await tx.facility.findUniqueOrThrow({ where: { id: facilityId }, select: { name: true, zone: true, shadow: true } });
  const { name: place, zone, shadow } = facility;
  const messages = told.map(({ id: personId, email: address }) => ({
    key: `holiday-taken-back/${date}/${personId}/${now}`,
    kind: 'holiday taken back',
    personId,
    address,
    channel: 'mail' as const,
    priority: 1,
    sendAfter: mailableAt(now, now, policy, zone),
    content: { kind: 'holiday taken back', facility: place, zone, date } satisfies Prisma.InputJsonObject,
  }));
  await writeMessages(tx, { facilityId, kind: 'facility', id: facilityId, shadow }, messages);
}
