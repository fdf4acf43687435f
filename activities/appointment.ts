import { type AppointmentFacts, type AppointmentStep, advanceAppointment, planAppointment } from '../domain/appointment.ts';
import { AppointmentDecision } from '../domain/appointment-decision.ts';
import { type LoadedAppointment, loadAppointment, lockAppointmentDays, saveAppointment } from '../ledger/appointment.ts';
import { bringBack, carryOutAppointment } from '../ledger/appointment-decision.ts';
import type { Database } from '../prisma/client.ts';
import { lifeSteps } from './life.ts';

export type AppointmentActivities = ReturnType<typeof appointmentActivities>;

/** The hands of an appointment's life. Each call is one transaction and returns what comes next. `now`: the workflow's clock. */
export function appointmentActivities({ db }: { db: Database }) {
  const { takeStep, decide } = lifeSteps<AppointmentFacts, AppointmentStep, LoadedAppointment, AppointmentDecision>(db, {
    kind: 'appointment',
    Decision: AppointmentDecision,
    load: async (tx, id, _now, decision) => {
      await lockAppointmentDays(tx, id, decision?.action === 'move' ? decision : {});
      return loadAppointment(tx, id, 'update');
    },
    plan: planAppointment,
    advance: advanceAppointment,
    save: saveAppointment,
    afterStep: async (tx, appointment, after, step) => {
      await bringBack(tx, appointment, after, step.at);
      return []; // the desk sees it: nobody is mailed
    },
    carryOut: carryOutAppointment,
    named: ({ names }) => ({ facility: names.facility, what: `an appointment with ${names.practitioner}` }),
  });
  return { planAppointment: takeStep, markNoShow: takeStep, completeAppointment: takeStep, decideAppointment: decide };
}
