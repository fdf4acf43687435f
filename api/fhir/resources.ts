/** What Holdfast keeps, as FHIR R4 resources: only the fields that we have. */
import type { Appointment, Bundle, FhirResource, OperationOutcome, Patient, Reference, Schedule, Slot, Task } from 'fhir/r4.js';

import type * as rows from '../../prisma/generated/client.ts';
import type { Problem } from '../problems.ts';

const reference = (type: string, id: string, display?: string): Reference => ({ reference: `${type}/${id}`, ...(display && { display }) });
const iso = (at: Date) => at.toISOString();

export function patientResource(row: rows.Patient): Patient {
  const { id, version, number, givenName, familyName, birthDate, phone, email, language, mergedIntoId } = row;
  return {
    resourceType: 'Patient',
    id,
    active: mergedIntoId === null,
    ...(mergedIntoId && { link: [{ other: reference('Patient', mergedIntoId), type: 'replaced-by' as const }] }),
    meta: { versionId: String(version) },
    ...(number && { identifier: [{ value: number }] }),
    name: [{ family: familyName, ...(givenName && { given: [givenName] }) }],
    ...(birthDate && { birthDate: iso(birthDate).slice(0, 10) }),
    ...((phone || email) && {
      telecom: [
        ...(phone ? [{ system: 'phone' as const, value: phone, use: 'mobile' as const }] : []),
        ...(email ? [{ system: 'email' as const, value: email }] : []),
      ],
    }),
    communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: language }] }, preferred: true }],
  };
}

export function appointmentResource(row: rows.Appointment & { practitioner: { name: string } }): Appointment {
  const { id, version, status, startsAt, endsAt, bookedAt, comment, cancelReason, patientId, practitionerId, practitioner } = row;
  return {
    resourceType: 'Appointment',
    id,
    meta: { versionId: String(version) },
    status: status as Appointment['status'],
    ...(cancelReason && { cancelationReason: { text: cancelReason } }),
    start: iso(startsAt),
    end: iso(endsAt),
    minutesDuration: Math.round((endsAt.getTime() - startsAt.getTime()) / 60_000),
    created: iso(bookedAt),
    ...(comment && { comment }),
    participant: [
      { actor: reference('Patient', patientId), required: 'required', status: 'accepted' },
      { actor: reference('Practitioner', practitionerId, practitioner.name), required: 'required', status: 'accepted' },
    ],
  };
}

/** Somebody who waits for a time: FHIR's `waitlist`, without start and end. */
export function waitingResource(row: rows.WaitlistEntry): Appointment {
  const { id, version, state, durationMinutes, validFrom, validUntil, createdAt, patientId, practitionerId } = row;
  return {
    resourceType: 'Appointment',
    id: `waitlist-${id}`,
    meta: { versionId: String(version) },
    status: state === 'active' ? 'waitlist' : 'cancelled',
    minutesDuration: durationMinutes,
    created: iso(createdAt),
    requestedPeriod: [{ start: iso(validFrom).slice(0, 10), end: iso(validUntil).slice(0, 10) }],
    participant: [
      { actor: reference('Patient', patientId), required: 'required', status: 'tentative' },
      ...(practitionerId ? [{ actor: reference('Practitioner', practitionerId), status: 'tentative' as const }] : []),
    ],
  };
}

export type ScheduleActor = { kind: 'room' | 'practitioner'; id: string; name: string; active: boolean };

export function scheduleResource({ kind, id, name, active }: ScheduleActor): Schedule {
  return {
    resourceType: 'Schedule',
    id: `${kind}-${id}`,
    active,
    actor: [reference(kind === 'room' ? 'Location' : 'Practitioner', id, name)],
  };
}

export type SlotFact = { id: string; schedule: string; status: Slot['status']; startsAt: string; endsAt: string };

export function slotResource({ id, schedule, status, startsAt, endsAt }: SlotFact): Slot {
  return { resourceType: 'Slot', id, schedule: reference('Schedule', schedule), status, start: startsAt, end: endsAt };
}

const taskStatus: Record<string, Task['status']> = { waiting: 'requested', due: 'ready', closed: 'completed' };

export function taskResource(row: rows.Task & { type: { name: string } }): Task {
  const { id, version, state, type, comment, actualFrom, closedAt, createdAt, patientId, assigneeId, closeReason } = row;
  return {
    resourceType: 'Task',
    id,
    meta: { versionId: String(version) },
    status: taskStatus[state]!,
    ...(closeReason && { statusReason: { text: closeReason } }),
    intent: 'plan',
    code: { text: type.name },
    description: comment,
    for: reference('Patient', patientId),
    authoredOn: iso(createdAt),
    ...(assigneeId && { owner: reference('Practitioner', assigneeId) }),
    executionPeriod: { start: iso(actualFrom).slice(0, 10), ...(closedAt && { end: iso(closedAt) }) },
  };
}

/** One page of a search. `next`: the address of the page after it. */
export function bundleOf(base: string, self: string, resources: FhirResource[], next: string | undefined): Bundle {
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    link: [{ relation: 'self', url: self }, ...(next ? [{ relation: 'next', url: next }] : [])],
    ...(resources.length > 0 && { entry: resources.map((resource) => entryOf(base, resource)) }), // FHIR has no empty arrays
  };
}

const entryOf = (base: string, resource: FhirResource) => ({
  fullUrl: `${base}/${resource.resourceType}/${resource.id}`,
  resource,
  search: { mode: 'match' as const },
});

const issueCodes: Record<number, OperationOutcome['issue'][number]['code']> = {
  400: 'invalid',
  401: 'login',
  403: 'forbidden',
  404: 'not-found',
  429: 'throttled',
  503: 'transient',
};

export function outcomeOf({ status, title, code, facts }: Problem): OperationOutcome {
  const severity = status >= 500 ? 'fatal' : 'error';
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity,
        code: issueCodes[status] ?? 'exception',
        details: { text: title },
        diagnostics: `${code} ${JSON.stringify(facts ?? {})}`,
      },
    ],
  };
}
