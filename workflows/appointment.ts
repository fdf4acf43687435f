/**
 * An appointment's life begins shortly after its planned end. Nobody came: it is struck through, and a task brings the patient back.
 * Marked arrived later, it counts as a visit after all. What the desk decides before that, it finds in the database.
 */
import { continueAsNew, proxyLocalActivities } from '@temporalio/workflow';

import type { AppointmentActivities } from '../activities/appointment.ts';
import type { AppointmentStep } from '../domain/appointment.ts';
import type { AppointmentDecision } from '../domain/appointment-decision.ts';
import { lifeMessages, live } from './life.ts';
import { now, stepOptions } from './steps.ts';

const appointmentMessages = lifeMessages<AppointmentDecision>('appointment');

const steps = proxyLocalActivities<AppointmentActivities>(stepOptions);

type Input = { appointmentId: string; next: AppointmentStep; zone?: string };

export async function appointment({ appointmentId, next, zone }: Input): Promise<void> {
  await live(appointmentMessages, {
    next,
    zone,
    actions: ['arrive', 'fulfil', 'move', 'cancel'],
    look: () => steps.planAppointment(appointmentId, now()),
    decide: (decision) => steps.decideAppointment(appointmentId, decision),
    due: {
      'mark no-show': () => steps.markNoShow(appointmentId, now()),
      complete: () => steps.completeAppointment(appointmentId, now()),
      wait: () => steps.planAppointment(appointmentId, now()),
    },
    continueAsNew: (next) => continueAsNew<typeof appointment>({ appointmentId, next, ...(zone && { zone }) }),
  });
}
