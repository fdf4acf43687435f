/** U-07: why a person was, or was not, told of each opening, recomputed from what was known then. */
import { type AlertPreference, type Availability, type Telling, type TellingFacts, whyTold } from '../domain/availability.ts';
import type { Interval } from '../domain/interval.ts';
import type { Tx } from '../prisma/client.ts';
import { type Opening, Prisma } from '../prisma/generated/client.ts';
import { groupsOf } from './availability.ts';
import { policyOf } from './facility.ts';
import { iso } from './transaction.ts';

export type ToldOpening = {
  openingId: string;
  roomId: string;
  room: string;
  cause: string;
  intervals: Interval[];
  openedAt: string;
  takenBackAt: string | null;
  telling: Telling;
};

type Person = { id: string; facilityId: string; active: boolean; availabilityAlerts: string; restrictedAt: Date | null };
type Past = { at: Date; before: Record<string, unknown> };

/** The answer for each of these openings of the person's facility; a handful of statements, however many there are. */
export async function tellingsOf(
  tx: Tx,
  person: Person,
  zone: string,
  openings: (Opening & { room: { name: string } })[],
): Promise<ToldOpening[]> {
  if (openings.length === 0) return [];
  const { id, facilityId } = person;
  const since = new Date(Math.min(...openings.map(({ openedAt }) => openedAt.getTime())));
  const ids = openings.map((opening) => opening.id);
  const changes = { at: { gt: since }, select: { at: true, before: true } };
  const past = (action: string, subjectId: string) =>
    tx.auditEvent.findMany({ where: { subjectId, action, at: changes.at }, select: changes.select, orderBy: { seq: 'asc' } }) as Promise<
      Past[]
    >;
  const [policy, providers, mails, preferences, providerChanges, vacations] = await Promise.all([
    policyOf(tx, facilityId),
    tx.$queryRaw<{ id: string; name: string; availability: Availability | null; minCaseMinutes: number | null }[]>`
      SELECT v.id, v.name, v.availability, v."minCaseMinutes" FROM "Provider" v
      WHERE v."facilityId" = ${facilityId}::uuid AND v."groupId" IN (${groupsOf(Prisma.sql`${id}::uuid`)}) ORDER BY v.name`,
    tx.$queryRaw<{ opening: string; kind: NonNullable<TellingFacts['mail']>['kind']; state: string; at: Date }[]>`
      SELECT o AS opening, m.kind, m.state, coalesce(m."sentAt", m."sendAfter") AS at FROM "Message" m, unnest(${ids}::text[]) AS o
      WHERE m."personId" = ${id}::uuid AND m.kind IN ('availability alert', 'availability digest') AND jsonb_exists(m.content -> 'openings', o)
      ORDER BY m.state = 'withdrawn' DESC, m.id`,
    past('change preferences', id),
    past('change provider', facilityId),
    tx.vacation.findMany({
      where: { facilityId, OR: [{ cancelledAt: null }, { cancelledAt: { gt: since } }] },
      orderBy: { from: 'asc' },
    }),
  ]);
  const minimum = policy.availability.minRunMinutes;
  const mailAbout = new Map(mails.map(({ opening, kind, state, at }) => [opening, { kind, state, at: iso(at) }]));
  return openings.map((opening) => {
    const then = (events: Past[]) => events.find(({ at }) => at > opening.openedAt)?.before;
    const surgeons = providers.map(({ id: providerId, ...now }) => {
      const was = (then(providerChanges.filter(({ before }) => before.providerId === providerId)) ?? now) as typeof now;
      const away = vacations
        .filter(
          (one) =>
            one.providerId === providerId && one.enteredAt <= opening.openedAt && !(one.cancelledAt && one.cancelledAt <= opening.openedAt),
        )
        .map(({ from, to }) => ({ from: from.toISOString().slice(0, 10), to: to.toISOString().slice(0, 10) }));
      return { name: now.name, availability: was.availability, minCaseMinutes: was.minCaseMinutes ?? minimum, away };
    });
    const telling = whyTold({
      zone,
      openedAt: iso(opening.openedAt),
      runs: opening.runs as Interval[],
      knew: opening.knownTo.includes(id),
      active: person.active,
      preference: (then(preferences)?.availabilityAlerts ?? person.availabilityAlerts) as AlertPreference,
      restricted: person.restrictedAt !== null && policy.hold.utilization.restrictBelow !== null,
      surgeons,
      mail: mailAbout.get(opening.id),
    });
    const { roomId, room, cause, intervals, openedAt, takenBackAt } = opening;
    const about = { openingId: opening.id, roomId, room: room.name, cause, intervals: intervals as Interval[] };
    return { ...about, openedAt: iso(openedAt), takenBackAt: takenBackAt && iso(takenBackAt), telling };
  });
}
