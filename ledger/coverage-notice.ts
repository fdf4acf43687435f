/** The mails that tell a provider who looks after their line (P-14, P-19, P-20, P-31). */
import type { Line } from '../domain/absence.ts';
import { type CoverageDay, coverageOf } from '../domain/coverage.ts';
import type { Tx } from '../prisma/client.ts';
import type { LoadedAbsence } from './absence.ts';
import { type OwedMessage, person } from './message.ts';

/** What every mail about an absence says of it. */
export const aboutAbsence = ({ facts, facility }: LoadedAbsence) => ({
  facility,
  zone: facts.zone,
  absent: facts.name,
  theirZone: facts.week.zone,
  away: { startsAt: facts.startsAt, endsAt: facts.endsAt },
});

/** What each provider is told: day by day who looks after their line, and which hours are bare. */
export async function coverageNotices(tx: Tx, absence: LoadedAbsence, lines: Line[], at: string): Promise<OwedMessage[]> {
  const owed: OwedMessage[] = [];
  for (const line of lines) {
    const days = coverageOf(absence.facts, line).map(told);
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

const told = ({ date, covered, uncovered, because }: CoverageDay) => ({ date, covered, uncovered, because });
