/**
 * What an HL7 v2 feed says about visits and cases, by its own numbers. Repeated it changes nothing, out of order the latest
 * word stands: what is older than what is known is accepted and ignored (F-17).
 */
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { foldName } from '../domain/patient.ts';
import type { Tx } from '../prisma/client.ts';
import { bookAppointment, cancelAppointment, loadAppointment, moveAppointment } from './appointment.ts';
import { cancelCase, reportCase } from './case.ts';
import { iso } from './transaction.ts';

/** One visit or case as a message describes it. Instants are UTC; `time` is missing when it is called off. */
export type FeedVisit = {
  number: string;
  sentAt: string;
  time: { startsAt: string; endsAt: string } | undefined;
  comment: string;
  reason: string;
  practitioner: { code: string; name: string } | undefined;
  room: string | undefined;
  patient: { number: string; familyName: string; givenName: string; birthDate: string | undefined; phone: string | undefined } | undefined;
};

export type FeedKind = 'appointment' | 'case';
type Feed = { facilityId: string; kind: FeedKind; actor: Actor; now: string };
type Ask = 'report' | 'cancel' | 'no-show';

/** Carries out what one message asks. Returns what was done, in words. Throws FEED_UNKNOWN, FEED_INCOMPLETE, SLOT_TAKEN and their like. */
export async function takeFromFeed(tx: Tx, feed: Feed, ask: Ask, visit: FeedVisit): Promise<string> {
  const { facilityId, kind, now } = feed;
  const id = { facilityId, kind, number: visit.number };
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`feed ${kind} ${facilityId} ${visit.number}`}, 0))::text`;
  const known = await tx.feedBooking.findUnique({ where: { facilityId_kind_number: id } });
  if (known && iso(known.lastMessageAt) > visit.sentAt) return `ignored: ${visit.number} is known as of ${iso(known.lastMessageAt)}`;
  const act = kind === 'case' ? takeCase(tx, feed, ask, visit) : takeAppointment(tx, feed, ask, visit, known?.appointmentId ?? null);
  const { appointmentId, done } = await act;
  const latest = { appointmentId, lastMessageAt: visit.sentAt };
  await tx.feedBooking.upsert({ where: { facilityId_kind_number: id }, create: { ...id, ...latest }, update: latest });
  return `${done} ${visit.number} at ${now}`;
}

type Done = { appointmentId: string | null; done: string };

async function takeCase(
  tx: Tx,
  { facilityId, actor, now }: Feed,
  ask: Ask,
  { number, time, room, practitioner }: FeedVisit,
): Promise<Done> {
  const nothing = { appointmentId: null };
  if (ask !== 'report') {
    const known = await tx.case.findUnique({ where: { facilityId_number: { facilityId, number } }, select: { id: true } });
    if (!known) return { ...nothing, done: 'nothing to cancel:' };
    const { kind } = await cancelCase(tx, { facilityId, number }, actor, now);
    return { ...nothing, done: kind };
  }
  if (!time || !room) throw new DomainError('FEED_INCOMPLETE', { field: time ? 'AIL-3 (room)' : 'a start' });
  const place = await tx.room.findFirst({ where: { facilityId, name: { equals: room, mode: 'insensitive' } }, select: { id: true } });
  if (!place) throw new DomainError('FEED_UNKNOWN', { room });
  const provider = practitioner && (await tx.provider.findFirst({ where: { facilityId, OR: named(practitioner) }, select: { id: true } }));
  if (practitioner && !provider) throw new DomainError('FEED_UNKNOWN', { provider: practitioner });
  const { kind } = await reportCase(tx, { facilityId, number, roomId: place.id, providerId: provider?.id, ...time }, actor, now);
  return { ...nothing, done: kind };
}

async function takeAppointment(tx: Tx, feed: Feed, ask: Ask, visit: FeedVisit, knownId: string | null): Promise<Done> {
  const { facilityId, actor, now } = feed;
  const known = knownId ? await loadAppointment(tx, knownId) : undefined;
  const stands = known?.facts.status === 'booked';
  if (ask !== 'report') {
    if (!known) return { appointmentId: null, done: 'nothing to cancel:' };
    if (!stands) return { appointmentId: knownId, done: `already ${known.facts.status}:` };
    // a visit to which nobody came is told by its own life after its end (I-38); before, the feed's word is as good as a cancellation
    if (ask === 'no-show' && known.facts.endsAt <= now) return { appointmentId: knownId, done: 'missed, as its own life will say:' };
    await cancelAppointment(tx, known.facts.id, ask === 'no-show' ? 'did not come' : visit.reason, actor, now);
    return { appointmentId: knownId, done: 'cancelled' };
  }
  if (!visit.time) throw new DomainError('FEED_INCOMPLETE', { field: 'a start' });
  const practitionerId = await practitionerOf(tx, facilityId, visit);
  if (known && stands) {
    const { startsAt, endsAt, practitionerId: before } = known.facts;
    const stays = startsAt === visit.time.startsAt && endsAt === visit.time.endsAt && before === practitionerId;
    const comment = visit.comment || known.comment;
    if (stays && comment === known.comment) return { appointmentId: knownId, done: 'unchanged:' };
    await moveAppointment(tx, known.facts.id, { practitionerId, ...visit.time, comment }, actor, now);
    return { appointmentId: knownId, done: stays ? 'changed' : 'moved' };
  }
  if (known && known.facts.status !== 'cancelled') return { appointmentId: knownId, done: `already ${known.facts.status}:` };
  const patientId = await patientOfFeed(tx, facilityId, visit);
  const { facts } = await bookAppointment(tx, { facilityId, patientId, practitionerId, ...visit.time, comment: visit.comment }, actor, now);
  return { appointmentId: facts.id, done: 'booked' };
}

/** Ours by their initials or their full name, whatever its case. */
function named({ name }: { code: string; name: string }) {
  return [{ name: { equals: name, mode: 'insensitive' as const } }, { name: { equals: `Dr. ${name}`, mode: 'insensitive' as const } }];
}

async function practitionerOf(tx: Tx, facilityId: string, { practitioner }: FeedVisit): Promise<string> {
  if (!practitioner) throw new DomainError('FEED_INCOMPLETE', { field: 'AIP-3 (practitioner)' });
  const OR = [{ initials: practitioner.code }, ...named(practitioner)];
  const found = await tx.practitioner.findMany({ where: { facilityId, active: true, OR }, select: { id: true }, take: 2 });
  if (found.length !== 1) throw new DomainError('FEED_UNKNOWN', { practitioner, found: found.length });
  return found[0]!.id;
}

/** By the card's number; a patient who is not known gets a card. */
async function patientOfFeed(tx: Tx, facilityId: string, { patient }: FeedVisit): Promise<string> {
  if (!patient) throw new DomainError('FEED_INCOMPLETE', { field: 'PID' });
  const { number, givenName, familyName, birthDate, phone } = patient;
  const known = await tx.patient.findUnique({
    where: { facilityId_number: { facilityId, number } },
    select: { id: true, mergedIntoId: true },
  });
  if (known) return known.mergedIntoId ?? known.id; // F-20
  const card = {
    number,
    givenName,
    familyName,
    birthDate: birthDate ? new Date(birthDate) : null,
    phone: /^\+\d{7,15}$/.test(phone ?? '') ? phone! : null,
  };
  const searchName = foldName(`${familyName} ${givenName}`); // I-09: found by name as any other
  const row = await tx.patient.create({ data: { facilityId, searchName, ...card }, select: { id: true } });
  return row.id;
}
