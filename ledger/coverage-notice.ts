/** The mails that tell a provider who looks after their line (P-14, P-19, P-20, P-31). */
import type { Line } from '../domain/absence.ts';
import { type CoverageDay, coverageOf } from '../domain/coverage.ts';
import type { Tx } from '../prisma/client.ts';
import type { LoadedAbsence } from './absence.ts';
import { distinct, type OwedMessage, person } from './message.ts';

/** What every mail about an absence says of it. */
export const aboutAbsence = ({ facts, facility }: LoadedAbsence) => ({
  facility,
  zone: facts.zone,
  absent: facts.name,
  theirZone: facts.week.zone,
  away: { startsAt: facts.startsAt, endsAt: facts.endsAt },
});

/** What each provider is told: day by day who looks after their line, and which hours are bare. Where no hours are left, nothing. */
export async function coverageNotices(tx: Tx, absence: LoadedAbsence, lines: Line[], at: string): Promise<OwedMessage[]> {
  const owed: OwedMessage[] = [];
  for (const line of lines) {
    const days = coverageOf(absence.facts, line, at).map(told);
    if (days.length === 0) continue;
    const kind = absence.facts.kind === 'designated' ? ('coverage choice' as const) : ('coverage notice' as const);
    const to = await person(tx, line.providerPersonId ?? undefined);
    owed.push({
      key: `coverage/${absence.facts.id}/${line.practitionerId}/${at}`,
      to,
      content: { kind, ...aboutAbsence(absence), days },
      receipt: true,
    });
  }
  return owed;
}

/** P-19: to each provider who knows of the absence that it ends before its time, or does not take place. */
export async function endedEarlyNotices(tx: Tx, absence: LoadedAbsence, cancelled: boolean): Promise<OwedMessage[]> {
  const { id, lines } = absence.facts;
  const sent = await tx.message.findMany({
    where: { subjectKind: 'absence', subjectId: id, kind: { in: ['coverage notice', 'coverage choice'] }, state: { in: onTheirWay } },
    select: { personId: true },
  });
  const mailed = new Set(sent.map(({ personId }) => personId));
  const knowing = lines.filter((line) => mailed.has(line.providerPersonId) || line.acknowledgedAt || line.choice !== 'ask');
  const to = distinct((await Promise.all(knowing.map((line) => person(tx, line.providerPersonId ?? undefined)))).flat());
  const content = { kind: 'absence ended early' as const, ...aboutAbsence(absence), cancelled };
  return [{ key: `ended-early/${id}`, to, content, receipt: true }];
}

/** Of messages that nobody can take back any more, and of those that were never to go out (F-23). */
const onTheirWay = ['claimed', 'sent', 'unknown', 'shadow'];

/** The lines that each covers, for one mail each. */
export function linesByCover(lines: Line[]): Map<string, Line[]> {
  const covers = new Map<string, Line[]>();
  for (const line of lines) if (line.cover) covers.set(line.cover.personId, [...(covers.get(line.cover.personId) ?? []), line]);
  return covers;
}

const told = ({ date, covered, uncovered, because }: CoverageDay) => ({ date, covered, uncovered, because });
