import { z } from 'zod';

import { taskKinds, taskOrigins, taskStates } from '../../domain/task.ts';
import type { LoadedTask } from '../../ledger/task.ts';
import { CivilDate, Instant, Version } from './plugin.ts';
import { Next } from './timeline.ts';

/** A task as clients see it. Patient data: whoever reads it leaves an access event (F-25). */
export const Task = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    patientId: z.uuid(),
    typeId: z.uuid(),
    type: z.string(),
    kind: z.enum(taskKinds).describe('custom: of a type of the facility’s own, not connected with booking (I-04).'),
    priority: z.int().describe('Of its type: the lower, the earlier it is called among those of one day (I-05).'),
    practitionerId: z.uuid().nullable(),
    profession: z.string().nullable(),
    durationMinutes: z.int().nullable(),
    comment: z.string(),
    actualFrom: CivilDate,
    dueAt: Instant.describe('From then on it is among the active tasks (I-25).'),
    state: z.enum(taskStates),
    assigneeId: z.uuid().nullable(),
    origin: z.enum(taskOrigins),
    appointmentId: z.uuid().nullable().describe('The cancelled visit that it follows from (I-39).'),
    bookedAppointmentId: z.uuid().nullable().describe('The visit that was booked for it (I-45).'),
    closedAt: Instant.nullable(),
    closeReason: z.string().nullable(),
    createdAt: Instant,
    next: Next,
    version: Version,
  })
  .meta({ id: 'Task' });

export function presentTask(task: LoadedTask): z.infer<typeof Task> {
  const { facts, facilityId, names, priority, dueAt, origin, bookedAppointmentId, createdAt, next, version } = task;
  const { zone: _zone, paused: _paused, shadow: _shadow, ...rest } = facts;
  return { ...rest, facilityId, type: names.type, priority, dueAt, origin, bookedAppointmentId, createdAt, next, version };
}

/** What a person writes about the visit that is wanted; the rules say what of it must be there (422). */
export const wishFields = {
  practitionerId: z.uuid().nullable().optional(),
  profession: z.string().trim().max(100).nullable().optional(),
  durationMinutes: z.int().min(1).max(1440).nullable().optional().describe('What the visit needs.'),
};
