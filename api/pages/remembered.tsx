/** The patient whom a browser session has at hand (I-27): kept while one looks for a time, and cleared when put there by mistake. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { zoneTime } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { ageAt } from '../../domain/patient.ts';
import { patientOf } from '../../ledger/patient.ts';
import type { ContactOutcome } from '../../ledger/phone-contact.ts';
import { civil } from '../../ledger/special-hours.ts';
import type { Patient } from '../../prisma/generated/client.ts';
import type { Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { OptionalId } from './dates.ts';
import { deskOf, fullName, showPatients } from './front-desk.ts';
import { useSpeech } from './reader.ts';

/** Only pages of ours: a form must not lead anywhere else. */
export const BackTo = z
  .string()
  .max(500)
  .regex(/^\/(day-book|patients|book|appointments)([/?#].*)?$/)
  .default('/day-book');
const Remember = z.object({ patientId: z.uuid(), appointmentId: OptionalId, to: BackTo });

/** `status`: in a word, how it stands with the patient. */
export type Remembered = {
  patient: Patient;
  age: number | null;
  status: 'ahead' | 'before' | 'new';
  appointmentId: string | null;
  /** I-29: the talk that brought them to mind; `time` on the facility's clock. */
  contact: { time: string; outcome: ContactOutcome; note: string } | null;
};

/** Whom the session has at hand, their look on record (F-25). */
export async function rememberedBy(deps: Deps, visitor: Visitor): Promise<Remembered | undefined> {
  const { reader, now } = deps;
  const { sessionId, zone } = visitor;
  const row = await reader.rememberedPatient.findUnique({ where: { sessionId }, include: { patient: true, contact: true } });
  if (!row) return undefined;
  await showPatients(deps, visitor, 'patient at hand', [row.patientId]);
  const { patient, appointmentId, contact: talk } = row;
  const contact = talk && { time: zoneTime(talk.at.toISOString(), zone), outcome: talk.outcome as ContactOutcome, note: talk.note };
  const at = new Date(now());
  const [ahead, before] = await Promise.all([
    reader.appointment.count({ where: { patientId: patient.id, status: 'booked', endsAt: { gt: at } } }),
    reader.appointment.count({ where: { patientId: patient.id, status: { in: ['arrived', 'fulfilled'] } } }),
  ]);
  const status = ahead > 0 ? 'ahead' : before > 0 ? 'before' : 'new';
  return { patient, age: patient.birthDate && ageAt(civil(patient.birthDate), now(), zone), status, appointmentId, contact };
}

export function registerRemembered(app: FastifyInstance, deps: Deps): void {
  app.post('/remembered', { schema: { hide: true } }, async (request: FastifyRequest, reply) => {
    const { sessionId, facilityId } = await deskOf(deps, request);
    const { patientId, appointmentId, to } = Remember.parse(request.body);
    await patientOf(deps.reader, facilityId, patientId);
    const visit = appointmentId && (await deps.reader.appointment.findFirst({ where: { id: appointmentId, patientId } }));
    if (appointmentId && !visit) throw new DomainError('APPOINTMENT_NOT_FOUND', { id: appointmentId });
    const kept = { patientId, appointmentId: appointmentId ?? null, contactId: null, at: deps.now() };
    await deps.db.rememberedPatient.upsert({ where: { sessionId }, create: { sessionId, ...kept }, update: kept });
    return reply.redirect(to, 303);
  });

  app.post('/remembered/clear', { schema: { hide: true } }, async (request: FastifyRequest, reply) => {
    const { sessionId } = await deskOf(deps, request);
    await deps.db.rememberedPatient.deleteMany({ where: { sessionId } });
    return reply.redirect('/day-book', 303);
  });
}

/** The menu of the patient at hand, on top of every page of the desk (I-27). */
export function RememberedBar({ remembered }: { remembered: Remembered | undefined }) {
  const { words } = useSpeech();
  if (!remembered) return null;
  const { patient, age, status, appointmentId, contact } = remembered;
  return (
    <aside className="notice remembered" aria-label={words('card.remembered.label')}>
      <p>
        <strong>{fullName(patient)}</strong>
        {age !== null && `, ${words('card.years', { count: age })}`}, {words(`card.remembered.${status}`)}
      </p>
      {contact && (
        <details title={contact.note}>
          <summary>{words('card.remembered.call', { time: contact.time })}</summary>
          <p>
            {words(`card.outcome.${contact.outcome}`)}: {contact.note}
          </p>
        </details>
      )}
      <ul className="menu">
        <li>
          <a href={`/patients/${patient.id}`}>{words('card.remembered.card')}</a>
        </li>
        <li>
          <a href={`/waitlist/new?patientId=${patient.id}`}>{words('card.remembered.waitlist', { patient: fullName(patient) })}</a>
        </li>
        <li>
          <a href={`/tasks/new?patientId=${patient.id}`}>{words('card.remembered.task')}</a>
        </li>
        {appointmentId && (
          <li>
            <a href={`/appointments/${appointmentId}/cancel`}>{words('card.remembered.cancel')}</a>
          </li>
        )}
        <li>
          <form method="post" action="/remembered/clear">
            <button type="submit" className="link">
              {words('card.remembered.clear')}
            </button>
          </form>
        </li>
      </ul>
    </aside>
  );
}

/** Keeps a patient at hand and goes to look for a time. */
export function RememberForm({ patientId, appointmentId, to = '/day-book', label }: RememberProps) {
  const { words } = useSpeech();
  return (
    <form method="post" action="/remembered">
      <input type="hidden" name="patientId" value={patientId} />
      {appointmentId && <input type="hidden" name="appointmentId" value={appointmentId} />}
      <input type="hidden" name="to" value={to} />
      <button type="submit" className="link">
        {label ?? words('card.remembered.remember')}
      </button>
    </form>
  );
}
type RememberProps = { patientId: string; appointmentId?: string; to?: string; label?: string };
