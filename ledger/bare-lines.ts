/** Lines that somebody covers for others and that turn bare when they are away themselves (U-15, P-14, P-21). */
import type { AbsenceFacts, Line } from '../domain/absence.ts';
import { type CoverageDay, newlyBare } from '../domain/coverage.ts';
import type { Tx } from '../prisma/client.ts';
import { type LoadedAbsence, loadAbsences } from './absence.ts';
import { managers } from './cover.ts';
import { aboutAbsence, coverageNotices } from './coverage-notice.ts';
import { oweMessages } from './message.ts';

/** `of`: the absence for which the line is covered; `days`: those with hours that turn bare. */
type BareLine = { of: LoadedAbsence; line: Line; days: CoverageDay[] };

/** The absence must be written already. */
export async function bareLinesBy(tx: Tx, { facts }: { facts: AbsenceFacts }): Promise<BareLine[]> {
  const { personId, startsAt, endsAt } = facts;
  const others = await tx.absence.findMany({
    where: {
      state: { in: ['planned', 'running'] },
      startsAt: { lt: endsAt },
      endsAt: { gt: startsAt },
      lines: { some: { coverId: personId } },
    },
    select: { id: true },
  });
  const loaded = await loadAbsences(
    tx,
    others.map(({ id }) => id),
  );
  return loaded.flatMap((of) =>
    of.facts.lines
      .filter(({ cover }) => cover?.personId === personId)
      .map((line) => ({ of, line, days: newlyBare(of.facts, line, { startsAt, endsAt }) }))
      .filter(({ days }) => days.length > 0),
  );
}

/** P-14, P-19: the provider of each such line, and the manager, who can arrange another cover, are told at once. */
export async function tellOfBareLines(tx: Tx, absence: LoadedAbsence, now: string): Promise<void> {
  const bare = await bareLinesBy(tx, absence);
  for (const of of new Set(bare.map((one) => one.of))) {
    const lines = bare.filter((one) => one.of === of).map(({ line }) => line);
    const providers = lines.map(({ provider }) => provider);
    const content = { kind: 'nobody covers' as const, ...aboutAbsence(of), providers, coverAway: absence.facts.name };
    const key = `cover-away/${of.facts.id}/${absence.facts.id}`;
    const toManager = { key, to: await managers(tx, of.facilityId), content, receipt: true };
    const about = { facilityId: of.facilityId, kind: 'absence' as const, id: of.facts.id, shadow: of.facts.shadow };
    await oweMessages(tx, about, now, [...(await coverageNotices(tx, of, lines, now)), toManager]);
  }
}
