/** F-20: the public page on which a patient joins the waitlist alone, and the link that makes it count. Off where the policy says nothing. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { zoneDate } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { BirthDate } from '../../domain/patient.ts';
import { Channel } from '../../domain/patient-message.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { askToJoin, confirmWish, joinableClinic, wishBehind } from '../../ledger/waitlist-request.ts';
import { asPatientsSee } from '../auth/patient-links.ts';
import { hashOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { answerAll, askLimit } from './ask.tsx';
import { OptionalId, OptionalPageDate } from './dates.ts';
import { ConfirmPage, DonePage, JoinPage, SentPage } from './join-views.tsx';
import { orAgain } from './or-again.tsx';
import { renderPage } from './page.tsx';
import { languageFor } from './reader.ts';
import { optional } from './visit-wish-fields.tsx';

const Params = z.object({ facilityId: z.uuid() });
const Form = z.object({
  givenName: z.string().trim().min(1).max(100),
  familyName: z.string().trim().min(1).max(100),
  birthDate: optional(BirthDate),
  phone: z.string().trim().min(1).max(40),
  email: optional(z.email().max(254).toLowerCase()),
  channel: Channel,
  practitionerId: OptionalId,
  profession: optional(z.string().max(100)),
  comment: z.string().trim().min(1).max(500),
  validUntil: OptionalPageDate,
  /** No person sees this field: whoever fills it in is a machine. */
  website: z.string().max(500).default(''),
});

const naming = {
  codes: {
    PHONE_INVALID: 'phone',
    PATIENT_UNREACHABLE: 'email', // a phone is always asked for
    DOCTOR_OR_PROFESSION_MISSING: 'profession',
    VALIDITY_PAST: 'validUntil',
  },
};

export function registerJoin(app: FastifyInstance, deps: Deps): void {
  app.get('/join/:facilityId', { schema: { hide: true } }, async (request, reply) => renderPage(reply, await formPage(deps, request)));

  app.post('/join/:facilityId', { schema: { hide: true }, config: askLimit }, async (request, reply) => {
    const { facility } = await clinicOf(deps, request);
    const language = languageFor(request);
    const join = async () => {
      const { website, ...wish } = Form.parse(request.body ?? {});
      const who = await doctorOf(deps, facility.id, wish);
      if (wish.validUntil && wish.validUntil < zoneDate(deps.now(), facility.zone))
        throw new DomainError('VALIDITY_PAST', { validUntil: wish.validUntil });
      const asked = { ...wish, ...who, facilityId: facility.id, language };
      await answerAll(website ? Promise.resolve() : inTransaction(deps.db, (tx) => askToJoin(tx, asked, deps.now())));
      return renderPage(reply, <SentPage facility={facility} language={language} />);
    };
    return orAgain(reply, naming, join, () => formPage(deps, request));
  });

  app.get<{ Params: { token: string } }>('/w/:token', { schema: { hide: true } }, async (request, reply) => {
    const wish = await wishBehind(deps.reader, hashOf(request.params.token), deps.now());
    const facility = await asPatientsSee(deps.reader, await deps.reader.facility.findUniqueOrThrow({ where: { id: wish.facilityId } }));
    const about = { facility, language: languageFor(request) };
    return renderPage(reply, wish.confirmedAt ? <DonePage {...about} /> : <ConfirmPage {...about} />);
  });

  app.post<{ Params: { token: string } }>('/w/:token', { schema: { hide: true } }, async (request, reply) => {
    await inTransaction(deps.db, (tx) => confirmWish(tx, hashOf(request.params.token), deps.now()));
    return reply.redirect(request.url, 303); // a reload or a second device sees the same outcome
  });
}

async function clinicOf({ reader }: Deps, request: FastifyRequest) {
  const id = Params.safeParse(request.params).data?.facilityId;
  if (!id) throw new DomainError('NOT_FOUND', {});
  return joinableClinic(reader, id);
}

async function formPage(deps: Deps, request: FastifyRequest) {
  const { facility, policy } = await clinicOf(deps, request);
  const practitioners = await deps.reader.practitioner.findMany({
    where: { facilityId: facility.id, active: true },
    select: { id: true, name: true, professions: true },
    orderBy: { name: 'asc' },
  });
  const about = { practitioners, today: zoneDate(deps.now(), facility.zone), validDays: policy.waitlist.validDays };
  return <JoinPage facility={facility} language={languageFor(request)} {...about} />;
}

/** I-14: a doctor of this clinic, or a profession that somebody there has. Throws DOCTOR_OR_PROFESSION_MISSING. */
async function doctorOf(
  { reader }: Deps,
  facilityId: string,
  { practitionerId, profession }: Pick<z.infer<typeof Form>, 'practitionerId' | 'profession'>,
) {
  const where = { facilityId, active: true };
  const doctor = practitionerId && (await reader.practitioner.findFirst({ where: { ...where, id: practitionerId }, select: { id: true } }));
  const known = profession && (await reader.practitioner.count({ where: { ...where, professions: { has: profession } } })) > 0;
  if (!doctor && !known) throw new DomainError('DOCTOR_OR_PROFESSION_MISSING', { practitionerId, profession });
  return { practitionerId: doctor ? doctor.id : undefined, profession: known ? profession : undefined };
}
