/** U-07: why somebody on the waitlist was, or was not, asked about a time. */
import { formatInstant } from '../domain/civil.ts';
import { misfitOf } from '../domain/matching.ts';
import type { Tx } from '../prisma/client.ts';
import { loadWaiting } from './matching.ts';
import type { LoadedLadder } from './offer-ladder.ts';
import { iso } from './transaction.ts';

export type WhyAsked = { offered: boolean; rule: string; because: string; value?: string | number; limit?: string | number };

/** The first reason that counts, with the rule and both sides of it: asked; a misfit; asked of another time; not yet, or not any more. */
export async function whyNotAsked(tx: Tx, { facts, policy }: LoadedLadder, entryId: string, now: string): Promise<WhyAsked> {
  const offer = facts.offers.find((one) => one.entryId === entryId);
  const at = (instant: string) => formatInstant(instant, facts.zone, 'dateTime');
  if (offer) return { offered: true, rule: 'F-01', because: `Asked at ${at(offer.offeredAt)}: ${offer.state}.`, value: offer.state };
  const { practitionerId, startsAt, endsAt, zone, endedAt } = facts;
  const [[waiting], practitioner, entry] = await Promise.all([
    loadWaiting(tx, [entryId], startsAt),
    tx.practitioner.findUniqueOrThrow({ where: { id: practitionerId }, select: { professions: true } }),
    tx.waitlistEntry.findUniqueOrThrow({ where: { id: entryId }, include: { patient: true } }),
  ]);
  const misfit = misfitOf(waiting!, { practitionerId, startsAt, endsAt, zone, professions: practitioner.professions }, endedAt ?? now);
  if (misfit) return { offered: false, ...misfit };
  if (entry.offersOff) return { offered: false, rule: 'F-02', because: 'The patient wants no more offers for this visit.' };
  const { email, phone, textsStoppedAt } = entry.patient;
  if (!email && (!phone || textsStoppedAt))
    return { offered: false, rule: 'D-08', because: 'The card has no address that an offer could go to.' };
  const other = await tx.offer.findFirst({
    where: { patientId: entry.patientId, ladderId: { not: facts.id }, offeredAt: { lte: endedAt ?? now } },
    orderBy: { offeredAt: 'desc' },
  });
  if (other) {
    const minutes = Math.round((Date.parse(endedAt ?? now) - other.offeredAt.getTime()) / 60_000);
    const because = `Asked ${minutes} min before about ${at(iso(other.startsAt))}: others came first, the least recently asked before all.`;
    return { offered: false, rule: 'F-04', because, value: iso(other.offeredAt), limit: endedAt ?? now };
  }
  const asked = facts.offers.length;
  const because = {
    offering: `Others come first: ${asked} were asked so far; their turn comes if none of them accepts.`,
    filled: `It was filled before their turn: ${asked} were asked first.`,
    exhausted: 'They were not on the waitlist yet when the last were asked.',
    stopped: `It was stopped before their turn: ${asked} were asked first.`,
    over: `There was no time left to ask them: nobody is asked in the last ${policy.offers.stopBeforeMinutes} min.`,
  }[facts.state];
  return { offered: false, rule: facts.state === 'over' ? 'F-04' : 'F-01', because, value: asked };
}
