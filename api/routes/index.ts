import type { FastifyInstance } from 'fastify';

import type { Deps } from '../deps.ts';
import { followMerged } from '../follow-merged.ts';
import { absenceDecisionRoutes } from './absence-decisions.ts';
import { absenceRoutes } from './absences.ts';
import { activeTaskRoutes } from './active-tasks.ts';
import { appointmentDecisionRoutes } from './appointment-decisions.ts';
import { appointmentRoutes } from './appointments.ts';
import { auditEventRoutes } from './audit-events.ts';
import { blockDecisionRoutes } from './block-decisions.ts';
import { blockSeriesRoutes } from './block-series.ts';
import { blockRoutes } from './blocks.ts';
import { calendarFeedRoutes } from './calendar-feeds.ts';
import { caseRoutes } from './cases.ts';
import { clearanceRoutes } from './clearances.ts';
import { confidenceRoutes } from './confidences.ts';
import { conversationDecisionRoutes } from './conversation-decisions.ts';
import { conversationRoutes } from './conversations.ts';
import { coordinatorRoutes } from './coordinators.ts';
import { courseOfTreatmentRoutes } from './courses-of-treatment.ts';
import { facilityRoutes } from './facilities.ts';
import { freeIntervalRoutes } from './free-intervals.ts';
import { freeTimeRoutes } from './free-time.ts';
import { groupRoutes } from './groups.ts';
import { hl7v2Routes } from './hl7v2.ts';
import { holdDecisionRoutes } from './hold-decisions.ts';
import { holdUtilizationRoutes } from './hold-utilization.ts';
import { holdRoutes } from './holds.ts';
import { holidayRoutes } from './holidays.ts';
import { hoursExceptionRoutes } from './hours-exceptions.ts';
import { keyRoutes } from './keys.ts';
import { messageRoutes } from './messages.ts';
import { offerLadderRoutes } from './offer-ladders.ts';
import { openTimeRoutes } from './open-time.ts';
import { opportunityRoutes } from './opportunities.ts';
import { opportunityDecisionRoutes } from './opportunity-decisions.ts';
import { patientAccountRoutes } from './patient-account.ts';
import { patientDataRoutes } from './patient-data.ts';
import { patientFactRoutes } from './patient-facts.ts';
import { patientMergeRoutes } from './patient-merge.ts';
import { patientRoutes } from './patients.ts';
import { personRoutes } from './people.ts';
import { phoneContactRoutes } from './phone-contacts.ts';
import { requireKey, typed } from './plugin.ts';
import { policyRoutes } from './policies.ts';
import { practitionerRoutes } from './practitioners.ts';
import { preferenceRoutes } from './preferences.ts';
import { providerRoutes } from './providers.ts';
import { replyCategoryRoutes } from './reply-categories.ts';
import { reportRoutes } from './reports.ts';
import { roomLedgerRoutes } from './room-ledger.ts';
import { roomRoutes } from './rooms.ts';
import { substituteRoutes } from './substitutes.ts';
import { taskBulkRoutes } from './task-bulk.ts';
import { taskTypeRoutes } from './task-types.ts';
import { taskRoutes } from './tasks.ts';
import { teamPostRoutes } from './team-posts.ts';
import { teamRoutes } from './teams.ts';
import { templateRoutes } from './templates.ts';
import { ticketDecisionRoutes } from './ticket-decisions.ts';
import { ticketTypeRoutes } from './ticket-types.ts';
import { ticketRoutes } from './tickets.ts';
import { transferRoutes } from './transfers.ts';
import { vacationRoutes } from './vacations.ts';
import { waitlistEntryRoutes } from './waitlist-entries.ts';
import { webhookRoutes } from './webhooks.ts';
import { worklistRoutes } from './worklist.ts';

const routes = [
  facilityRoutes,
  holidayRoutes,
  roomRoutes,
  roomLedgerRoutes,
  hoursExceptionRoutes,
  groupRoutes,
  providerRoutes,
  personRoutes,
  calendarFeedRoutes,
  preferenceRoutes,
  policyRoutes,
  blockRoutes,
  blockDecisionRoutes,
  confidenceRoutes,
  blockSeriesRoutes,
  openTimeRoutes,
  offerLadderRoutes,
  holdRoutes,
  holdDecisionRoutes,
  holdUtilizationRoutes,
  transferRoutes,
  reportRoutes,
  caseRoutes,
  clearanceRoutes,
  conversationRoutes,
  conversationDecisionRoutes,
  replyCategoryRoutes,
  coordinatorRoutes,
  courseOfTreatmentRoutes,
  hl7v2Routes,
  opportunityRoutes,
  opportunityDecisionRoutes,
  auditEventRoutes,
  messageRoutes,
  templateRoutes,
  keyRoutes,
  practitionerRoutes,
  patientRoutes,
  patientMergeRoutes,
  phoneContactRoutes,
  freeTimeRoutes,
  teamRoutes,
  teamPostRoutes,
  ticketTypeRoutes,
  ticketRoutes,
  ticketDecisionRoutes,
  absenceRoutes,
  absenceDecisionRoutes,
  substituteRoutes,
  patientFactRoutes,
  patientAccountRoutes,
  patientDataRoutes,
  appointmentRoutes,
  appointmentDecisionRoutes,
  vacationRoutes,
  taskTypeRoutes,
  taskRoutes,
  taskBulkRoutes,
  activeTaskRoutes,
  waitlistEntryRoutes,
  freeIntervalRoutes,
  webhookRoutes,
  worklistRoutes,
];

/** All of /v1, behind the key. */
export function registerRoutes(app: FastifyInstance, deps: Deps): void {
  requireKey(app, deps);
  app.addHook('preHandler', followMerged(deps));
  const api = typed(app);
  for (const register of routes) register(api, deps);
}
