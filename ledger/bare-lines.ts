/** Lines that somebody covers for others: they turn bare when they are away themselves, and are looked after again when they are not (U-15, P-14, P-21). */
import { type AbsenceFacts, type Line, openLines } from '../domain/absence.ts';
import { type CoverageDay, newlyBare } from '../domain/coverage.ts';
import type { Tx } from '../prisma/client.ts';
import { type LoadedAbsence, loadAbsences } from './absence.ts';
import { type Eligible, eligibleCovers, managers } from './cover.ts';
import { aboutAbsence, coverageNotices } from './coverage-notice.ts';
import { type OwedMessage, oweMessages, type Recipient } from './message.ts';

/** `of`: the absence for which the line is covered; `days`: those with hours that turn bare. */
type BareLine = { of: LoadedAbsence; line: Line; days: CoverageDay[] };

type Gone = Pick<AbsenceFacts, 'personId' | 'startsAt' | 'endsAt'>;

async function absencesMeanwhile(tx: Tx, facilityId: string, { personId, startsAt, endsAt }: Gone): Promise<LoadedAbsence[]> {
  const live = { facilityId, personId: { not: personId }, state: { in: ['planned', 'running'] } };
  const rows = await tx.absence.findMany({
    where: { ...live, startsAt: { lt: endsAt }, endsAt: { gt: startsAt } },
    select: { id: true },
  });
  const ids = rows.map(({ id }) => id);
  return loadAbsences(tx, ids);
}

/** Lines that have hours bare when whoever covers them is away in that time. */
export async function bareLinesBy(tx: Tx, facilityId: string, gone: Gone, now: string): Promise<BareLine[]> {
  const { personId, startsAt, endsAt } = gone;
  return (await absencesMeanwhile(tx, facilityId, gone)).flatMap((of) =>
    of.facts.lines
      .filter(({ cover }) => cover?.personId === personId)
      .map((line) => ({ of, line, days: newlyBare(of.facts, line, { startsAt, endsAt }, now) }))
      .filter(({ days }) => days.length > 0),
  );
}

/** P-14, P-19: the provider of each such line, and the manager, who can arrange another cover, are told at once. */
export async function tellOfBareLines(tx: Tx, absence: LoadedAbsence, now: string): Promise<void> {
  for (const [of, lines] of byAbsence(await bareLinesBy(tx, absence.facilityId, absence.facts, now))) {
    const providers = lines.map(({ provider }) => provider);
    const content = { kind: 'nobody covers' as const, ...aboutAbsence(of), providers, coverAway: absence.facts.name };
    const key = `cover-away/${of.facts.id}/${absence.facts.id}`;
    const toManager = { key, to: await managers(tx, of.facilityId), content, receipt: true };
    await oweMessages(tx, aboutRow(of), now, [...(await coverageNotices(tx, of, lines, now)), toManager]);
  }
}

/**
 * P-14, P-21: somebody is there after all, in time in which they were to be away (`back`, written already): providers and
 * manager of the lines that they cover learn of it, and where nobody has come forward yet they are asked like the others.
 */
export async function tellOfCoverBack(tx: Tx, absence: LoadedAbsence, back: Gone, now: string): Promise<void> {
  const { facilityId, facts } = absence;
  for (const [of, lines] of byAbsence(await bareLinesBy(tx, facilityId, back, now))) {
    const content = {
      kind: 'cover back' as const,
      ...aboutAbsence(of),
      providers: lines.map(({ provider }) => provider),
      cover: facts.name,
    };
    await withdrawBadNews(tx, of, lines, facts.id);
    const toManager = { key: `cover-back/${of.facts.id}/${facts.id}`, to: await managersWhoKnow(tx, of, facts.id), content, receipt: true };
    await oweMessages(tx, aboutRow(of), now, [...(await coverageNotices(tx, of, lines, now)), toManager]);
  }
  for (const of of await absencesMeanwhile(tx, facilityId, back)) {
    const { askedAt, managerToldAt, id } = of.facts;
    const open = openLines(of.facts, now);
    if (open.length === 0 || !(askedAt || managerToldAt)) continue;
    const self = (await eligibleCovers(tx, of)).find((one) => one.id === back.personId);
    const waits = { subjectId: id, kind: 'cover wanted', personId: back.personId, state: 'waiting' };
    if (!self || (await tx.message.findFirst({ where: waits, select: { id: true } }))) continue;
    await oweMessages(tx, aboutRow(of), now, [coverWanted(of, open, self, `${id}/back/${facts.id}`)]);
  }
}

const keyOfBadNews = (of: LoadedAbsence, awayId: string) => `cover-away/${of.facts.id}/${awayId}/`;

/** U-13: what was to be said about hours without anybody, and has not gone out. */
async function withdrawBadNews(tx: Tx, of: LoadedAbsence, lines: Line[], awayId: string): Promise<void> {
  const providers = {
    kind: { in: ['coverage notice', 'coverage choice'] },
    personId: { in: lines.flatMap((line) => line.providerPersonId ?? []) },
  };
  const where = { subjectId: of.facts.id, state: 'waiting', OR: [{ key: { startsWith: keyOfBadNews(of, awayId) } }, providers] };
  await tx.message.updateMany({ where, data: { state: 'withdrawn' } });
}

async function managersWhoKnow(tx: Tx, of: LoadedAbsence, awayId: string): Promise<Recipient[]> {
  const told = await tx.message.findMany({
    where: { subjectId: of.facts.id, key: { startsWith: keyOfBadNews(of, awayId) }, state: { not: 'withdrawn' } },
    select: { personId: true },
  });
  return (await managers(tx, of.facilityId)).filter(({ id }) => told.some(({ personId }) => personId === id));
}

/** P-21: one mail each, because each says how much the person looks after already. */
export function coverWanted(absence: LoadedAbsence, open: Line[], { lines, zone: _zone, ...somebody }: Eligible, key: string): OwedMessage {
  const providers = open.map(({ provider }) => provider);
  const sameDay = absence.facts.notice === 'same-day';
  const content = { kind: 'cover wanted' as const, ...aboutAbsence(absence), providers, lines, sameDay };
  return { key: `cover-wanted/${key}`, to: [somebody], content, receipt: sameDay };
}

const aboutRow = ({ facilityId, facts: { id, shadow } }: LoadedAbsence) => ({ facilityId, kind: 'absence' as const, id, shadow });

function byAbsence(bare: BareLine[]): Map<LoadedAbsence, Line[]> {
  const lines = new Map<LoadedAbsence, Line[]>();
  for (const { of, line } of bare) lines.set(of, [...(lines.get(of) ?? []), line]);
  return lines;
}
