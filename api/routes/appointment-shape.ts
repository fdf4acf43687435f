import { z } from 'zod';

import { appointmentStatuses } from '../../domain/appointment.ts';
import { type LoadedAppointment, loadAppointments } from '../../ledger/appointment.ts';
import type { Tx } from '../../prisma/client.ts';
import { Instant, Version } from './plugin.ts';
import { Next } from './timeline.ts';

/** An appointment as clients see it; the status words are FHIR's. */
export const Appointment = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    patientId: z.uuid(),
    patient: z.object({ givenName: z.string(), familyName: z.string(), phone: z.string().nullable() }),
    practitionerId: z.uuid(),
    practitioner: z.string(),
    startsAt: Instant,
    endsAt: Instant,
    status: z.enum(appointmentStatuses).describe('noshow: struck through; nobody came (I-38).'),
    comment: z.string(),
    bookedAt: Instant,
    arrivedAt: Instant.nullable(),
    fulfilledAt: Instant.nullable(),
    noShowAt: Instant.nullable(),
    cancelledAt: Instant.nullable(),
    cancelReason: z.string().nullable(),
    next: Next,
    version: Version,
  })
  .meta({ id: 'Appointment' });

/** Appointments as clients see them, in the order of the ids. */
export async function presentAppointments(tx: Tx, ids: string[]): Promise<z.infer<typeof Appointment>[]> {
  const loaded = new Map((await loadAppointments(tx, ids, 'none')).map((one) => [one.facts.id, one]));
  const patientIds = [...new Set([...loaded.values()].map(({ facts }) => facts.patientId))];
  const select = { id: true, givenName: true, familyName: true, phone: true };
  const patients = new Map((await tx.patient.findMany({ where: { id: { in: patientIds } }, select })).map(({ id, ...one }) => [id, one]));
  return ids.map((id) => present(loaded.get(id)!, patients.get(loaded.get(id)!.facts.patientId)!));
}

function present({ facts, facilityId, names, comment, next, version }: LoadedAppointment, patient: z.infer<typeof Appointment>['patient']) {
  const { id, patientId, practitionerId, startsAt, endsAt, status, bookedAt } = facts;
  const { arrivedAt, fulfilledAt, noShowAt, cancelledAt, cancelReason } = facts;
  return {
    id,
    facilityId,
    patientId,
    patient,
    practitionerId,
    practitioner: names.practitioner,
    startsAt,
    endsAt,
    status,
    comment,
    bookedAt,
    arrivedAt,
    fulfilledAt,
    noShowAt,
    cancelledAt,
    cancelReason,
    next,
    version,
  };
}
