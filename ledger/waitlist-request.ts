/**
 * F-20: somebody joins the waitlist by themselves. What they write counts for nothing until they press the link that went to them, and
 * no answer says whether they are known here.
 */
import { addMinutes } from '../domain/civil.ts';
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Language } from '../domain/language.ts';
import { foldName, validPhone } from '../domain/patient.ts';
import type { Channel } from '../domain/patient-message.ts';
import type { Tx } from '../prisma/client.ts';
import type { WaitlistRequest } from '../prisma/generated/client.ts';
import { policyOf } from './facility.ts';
import { writeMessages } from './message.ts';
import { createPatient } from './patient.ts';
import { createWaitlistEntry } from './waitlist-entry.ts';

const minutesToConfirm = 24 * 60;
/** To one number or address in a day, whoever asks: nobody is flooded. */
const mostADay = 3;

const patientAlone: Actor = { name: 'Patient', role: 'patient', channel: 'page' };

export type JoinWish = {
  facilityId: string;
  givenName: string;
  familyName: string;
  birthDate?: string | undefined;
  phone: string;
  email?: string | undefined;
  channel: Channel;
  language: Language;
  practitionerId?: string | undefined;
  profession?: string | undefined;
  comment: string;
  validUntil?: string | undefined;
};

/** The clinic whose patients may join by themselves. Throws NOT_FOUND where they may not: off by default. */
export async function joinableClinic(tx: Tx, facilityId: string) {
  const facility = await tx.facility.findUnique({ where: { id: facilityId }, select: { id: true, name: true, zone: true, shadow: true } });
  if (!facility) throw new DomainError('NOT_FOUND', { facilityId });
  const policy = await policyOf(tx, facilityId);
  if (!policy.waitlist.selfService) throw new DomainError('NOT_FOUND', { facilityId });
  const { address, telephone } = policy.patient;
  return { facility: { ...facility, address, telephone }, policy };
}

/** Keeps a wish and writes to whoever made it. Throws NOT_FOUND, PHONE_INVALID; says nothing of who is known. */
export async function askToJoin(tx: Tx, wish: JoinWish, now: string): Promise<void> {
  const { facility, policy } = await joinableClinic(tx, wish.facilityId);
  const { channel, birthDate, validUntil, ...said } = wish;
  const phone = validPhone(wish.phone, policy.patient.phoneCountry);
  await forgetOld(tx, facility.id, now);
  const address = channel === 'sms' ? phone : wish.email;
  if (!address) throw new DomainError('PATIENT_UNREACHABLE', { channel });
  const dayAgo = addMinutes(now, -24 * 60);
  const asked = { createdAt: { gt: dayAgo }, OR: [{ phone }, ...(wish.email ? [{ email: wish.email }] : [])] };
  if ((await tx.waitlistRequest.count({ where: asked })) >= mostADay) return;
  if (channel === 'sms' && (await tx.patient.count({ where: { phone, textsStoppedAt: { not: null } } })) > 0) return;
  const expiresAt = addMinutes(now, minutesToConfirm);
  const dates = { birthDate: birthDate ? new Date(birthDate) : null, validUntil: validUntil ? new Date(validUntil) : null };
  const { id } = await tx.waitlistRequest.create({ data: { ...said, ...dates, phone, createdAt: now, expiresAt }, select: { id: true } });
  const content = {
    kind: 'wish to confirm' as const,
    givenName: wish.givenName,
    facility: facility.name,
    zone: facility.zone,
    address: facility.address,
    telephone: facility.telephone,
    until: expiresAt,
  };
  await writeMessages(tx, { facilityId: facility.id, kind: 'waitlist-request', id, shadow: facility.shadow }, [
    { key: `confirm-wish/${id}`, kind: content.kind, content, priority: 0, channel, address, sendAfter: now },
  ]);
}

/** The wish behind a link. Throws LINK_UNKNOWN, LINK_EXPIRED for one that was not confirmed in its day. */
export async function wishBehind(tx: Tx, tokenHash: string, now: string): Promise<WaitlistRequest> {
  const link = await tx.actionLink.findUnique({ where: { tokenHash } });
  if (link?.purpose !== 'confirm wish' || !link.subjectId) throw new DomainError('LINK_UNKNOWN');
  const wish = await tx.waitlistRequest.findUnique({ where: { id: link.subjectId } });
  if (!wish) throw new DomainError('LINK_EXPIRED');
  if (!wish.confirmedAt && wish.expiresAt.toISOString() <= now) throw new DomainError('LINK_EXPIRED');
  return wish;
}

/** The press that makes it count, once: the card that fits exactly or a new one, and the entry. Throws as wishBehind, NOT_FOUND. */
export async function confirmWish(tx: Tx, tokenHash: string, now: string): Promise<void> {
  const { id } = await wishBehind(tx, tokenHash, now);
  await tx.$queryRaw`SELECT id FROM "WaitlistRequest" WHERE id = ${id}::uuid FOR UPDATE`;
  const wish = await wishBehind(tx, tokenHash, now);
  if (wish.confirmedAt) return;
  const { facilityId, givenName, familyName, phone, email, language, comment, validUntil } = wish;
  const { practitionerId, profession } = wish;
  await joinableClinic(tx, facilityId);
  const card = { givenName, familyName, phone, email: email ?? undefined, language, birthDate: wish.birthDate?.toISOString().slice(0, 10) };
  const patientId =
    (await knownAs(tx, wish)) ?? (await createPatient(tx, facilityId, card, { actor: patientAlone, at: now, purpose: 'waitlist' })).id;
  const until = validUntil?.toISOString().slice(0, 10);
  const waitlistEntryId = await joinWaitlist(
    tx,
    { facilityId, patientId, practitionerId, profession, comment, validUntil: until },
    patientAlone,
    now,
  );
  const empty = { givenName: '', familyName: '', birthDate: null, phone: '', email: null, comment: '' };
  await tx.waitlistRequest.update({ where: { id }, data: { ...empty, confirmedAt: now, patientId, waitlistEntryId } });
  const about = { where: { subjectKind: 'waitlist-request', subjectId: id }, data: { patientId } };
  await tx.message.updateMany(about);
  await tx.actionLink.updateMany(about);
}

export type JoinEntry = {
  facilityId: string;
  patientId: string;
  practitionerId: string | null;
  profession: string | null;
  durationMinutes?: number | undefined;
  comment: string;
  validUntil?: string | undefined;
};

/** The entry of a patient who joins; one who waits for the same already waits on. Returns the entry's id. */
export async function joinWaitlist(tx: Tx, { durationMinutes, ...wish }: JoinEntry, actor: Actor, now: string): Promise<string> {
  const { facilityId, patientId, practitionerId, profession } = wish;
  const waits = await tx.waitlistEntry.findFirst({ where: { facilityId, patientId, practitionerId, profession, state: 'active' } });
  if (waits) return waits.id;
  const { waitlist } = await policyOf(tx, facilityId);
  const minutes = durationMinutes ?? waitlist.selfMinutes;
  // a person's judgement decides whether it follows from a cancelled visit (I-40); a patient is not asked
  const entry = {
    ...wish,
    durationMinutes: minutes,
    origin: actor.onBehalfOfPatientId ? ('booking' as const) : ('patient' as const),
    anotherProblem: true,
  };
  return (await createWaitlistEntry(tx, entry, actor, now)).facts.id;
}

/**
 * The one card of this name that has the number, or the address: whoever pressed the link has one of them. Families share both, and
 * names too: a card is theirs only when the dates of birth say the same, or neither says any.
 */
async function knownAs(tx: Tx, wish: WaitlistRequest): Promise<string | undefined> {
  const { facilityId, givenName, familyName, birthDate, phone, email } = wish;
  const searchName = foldName(`${familyName} ${givenName}`);
  const reached = [{ phone }, ...(email ? [{ email }] : [])];
  const rows = await tx.patient.findMany({
    where: { facilityId, searchName, birthDate, OR: reached, mergedIntoId: null },
    select: { id: true },
    take: 2,
  });
  return rows.length === 1 ? rows[0]!.id : undefined;
}

/** Wishes that nobody confirmed in time are nobody's business any more. */
async function forgetOld(tx: Tx, facilityId: string, now: string): Promise<void> {
  const old = await tx.waitlistRequest.findMany({
    where: { facilityId, confirmedAt: null, expiresAt: { lt: now } },
    select: { id: true },
    take: 100,
  });
  const subjectId = { in: old.map(({ id }) => id) };
  if (old.length === 0) return;
  const about = { subjectKind: 'waitlist-request', subjectId };
  await tx.message.updateMany({ where: { ...about, state: 'waiting' }, data: { state: 'withdrawn' } });
  await tx.message.updateMany({ where: about, data: { address: '(erased)', content: {} } });
  await tx.waitlistRequest.deleteMany({ where: { id: subjectId } });
}
