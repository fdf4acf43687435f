import { readFileSync } from 'node:fs';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createElement } from 'react';

import { DomainError } from '../../domain/errors.ts';
import type { Deps } from '../deps.ts';
import { followMerged } from '../follow-merged.ts';
import { problemOf } from '../problems.ts';
import { registerResendWebhooks } from '../routes/resend-webhooks.ts';
import { registerTextWebhooks } from '../routes/text-webhooks.ts';
import { registerAbsencePage } from './absence.tsx';
import { registerAccounts } from './account.tsx';
import { registerActiveTasks } from './active-tasks.tsx';
import { registerAlertPreferences } from './alert-preferences.tsx';
import { registerAppointmentPage } from './appointment.tsx';
import { registerAsPatient } from './as-patient.tsx';
import { registerAsk } from './ask.tsx';
import { registerBlockPage } from './block.tsx';
import { registerBlockMonth } from './block-month.tsx';
import { registerBlockSchedule } from './block-schedule.tsx';
import { registerBlockSeries } from './block-series.tsx';
import { registerBook } from './book.tsx';
import { registerCareManager } from './care-manager.tsx';
import { registerCatchUp } from './catch-up.tsx';
import { registerClearancePage } from './clearance.tsx';
import { registerClearances } from './clearances.tsx';
import { registerConversationPage } from './conversation.tsx';
import { registerConversations } from './conversations.tsx';
import { registerCoordinators } from './coordinators.tsx';
import { registerCoverage } from './coverage.tsx';
import { registerDayBook } from './day-book.tsx';
import { registerDesk } from './desk.tsx';
import { registerErrors } from './errors.tsx';
import { registerFindOpenTime } from './find-open-time.tsx';
import { registerHoldPage } from './hold.tsx';
import { registerHolidays } from './holidays.tsx';
import { registerJoin } from './join.tsx';
import { registerLinkPage } from './link.tsx';
import { registerMailbox } from './mailbox.tsx';
import { hasMailbox } from './mailbox-door.ts';
import { registerMyWork } from './my-work.tsx';
import { noteNeeds } from './needs-you.ts';
import { registerNewItem } from './new-item.tsx';
import { registerNewTicket } from './new-ticket.tsx';
import { registerOffers } from './offers.tsx';
import { registerOpenMonth } from './open-month.tsx';
import { registerOpportunityPage } from './opportunity.tsx';
import { ProblemPage, renderPage } from './page.tsx';
import { registerPatientCard } from './patient.tsx';
import { registerPatientLink } from './patient-link.tsx';
import { registerPatientMerge } from './patient-merge.tsx';
import { registerPatients } from './patients.tsx';
import { registerPeople } from './people.tsx';
import { registerPerson } from './person.tsx';
import { registerPolicyPage } from './policy.tsx';
import { registerPreferences } from './preferences.tsx';
import { registerProposeTransfer } from './propose-transfer.tsx';
import { noteReader } from './reader.ts';
import { registerRemembered } from './remembered.tsx';
import { registerReports } from './reports.tsx';
import { registerRequestTime } from './request-time.tsx';
import { registerRequests } from './requests.tsx';
import { registerRoomDay } from './room-day.tsx';
import { registerRoomHours } from './room-hours.tsx';
import { registerSignIn, renderStepUp } from './sign-in.tsx';
import { registerStart } from './start.tsx';
import { registerSubstitutes } from './substitutes.tsx';
import { registerSupportPage } from './support-page.tsx';
import { registerTask } from './task.tsx';
import { registerTeamBoard } from './team-board.tsx';
import { registerTeamChannel } from './team-channel.tsx';
import { registerTeams } from './teams.tsx';
import { registerTemplates } from './templates.tsx';
import { registerTicketPage } from './ticket.tsx';
import { registerTicketTypes } from './ticket-types.tsx';
import { registerTransfer } from './transfer.tsx';
import { registerTransfers } from './transfers.tsx';
import { registerUnsubscribe } from './unsubscribe.tsx';
import { registerVacations } from './vacations.tsx';
import { registerWaitlist } from './waitlist.tsx';
import { registerWaitlistEntry } from './waitlist-entry.tsx';
import { registerWebhooks } from './webhooks.tsx';
import { registerWorklist } from './worklist.tsx';

const assets = [
  ['holdfast.css', 'text/css'],
  ['favicon.svg', 'image/svg+xml'],
] as const;

/** All pages. Their errors are pages too, and their forms are posted only from themselves. */
export function registerPages(app: FastifyInstance, deps: Deps): void {
  const { config } = deps;
  const secret = config.RESEND_WEBHOOK_SECRET;
  if (secret) app.register((webhooks) => registerResendWebhooks(webhooks, { db: deps.db, secret }));
  const token = config.SMS_TOKEN;
  if (token) app.register(async (webhooks) => registerTextWebhooks(webhooks, deps, token));

  app.register(async (pages) => {
    pages.setErrorHandler(sendProblemPage);
    pages.addHook('onRequest', async (request) => refuseForeignForm(request, config.PUBLIC_URL));
    for (const [name, type] of assets) {
      const asset = readFileSync(new URL(`../assets/${name}`, import.meta.url));
      pages.get(`/assets/${name}`, { schema: { hide: true } }, (_request, reply) => reply.type(type).send(asset));
    }
    pages.addHook('preHandler', (request, reply) => noteReader(deps, request, reply));
    pages.addHook('preHandler', followMerged(deps));
    registerErrors(pages);
    registerStart(pages, deps);
    registerAsk(pages, deps);
    registerSignIn(pages, deps);
    registerLinkPage(pages, deps);
    registerPatientLink(pages, deps);
    registerJoin(pages, deps);
    registerOffers(pages, deps);
    registerUnsubscribe(pages, deps);
    registerPreferences(pages, deps);
    registerAlertPreferences(pages, deps);
    pages.addHook('preHandler', (request) => noteNeeds(deps, request));
    registerDesk(pages, deps);
    registerConversations(pages, deps);
    registerClearances(pages, deps);
    registerClearancePage(pages, deps);
    registerConversationPage(pages, deps);
    registerSupportPage(pages, deps);
    registerDayBook(pages, deps);
    registerBook(pages, deps);
    registerAppointmentPage(pages, deps);
    registerPatients(pages, deps);
    registerNewItem(pages, deps);
    registerPatientCard(pages, deps);
    registerPatientMerge(pages, deps);
    registerAccounts(pages, deps);
    registerAsPatient(pages, deps);
    registerRemembered(pages, deps);
    registerActiveTasks(pages, deps);
    registerTask(pages, deps);
    registerWaitlist(pages, deps);
    registerWaitlistEntry(pages, deps);
    registerCareManager(pages, deps);
    registerOpportunityPage(pages, deps);
    registerTemplates(pages, deps);
    registerWorklist(pages, deps);
    registerWebhooks(pages, deps);
    registerVacations(pages, deps);
    registerCoverage(pages, deps);
    registerCatchUp(pages, deps);
    registerCoordinators(pages, deps);
    registerSubstitutes(pages, deps);
    registerHolidays(pages, deps);
    registerAbsencePage(pages, deps);
    registerMyWork(pages, deps);
    registerNewTicket(pages, deps);
    registerTicketPage(pages, deps);
    registerTeams(pages, deps);
    registerTeamBoard(pages, deps);
    registerTeamChannel(pages, deps);
    registerTicketTypes(pages, deps);
    registerRequests(pages, deps);
    registerReports(pages, deps);
    registerPolicyPage(pages, deps);
    registerBlockSeries(pages, deps);
    registerRoomHours(pages, deps);
    registerRoomDay(pages, deps);
    registerPeople(pages, deps);
    registerPerson(pages, deps);
    registerFindOpenTime(pages, deps);
    registerOpenMonth(pages, deps);
    registerRequestTime(pages, deps);
    registerHoldPage(pages, deps);
    registerTransfers(pages, deps);
    registerTransfer(pages, deps);
    registerProposeTransfer(pages, deps);
    registerBlockSchedule(pages, deps);
    registerBlockMonth(pages, deps);
    registerBlockPage(pages, deps);
    if (hasMailbox(config)) registerMailbox(pages, deps);
  });
}

export function sendProblemPage(error: Error, request: FastifyRequest, reply: FastifyReply) {
  const found = problemOf(error);
  if (found.status >= 500) request.log.error({ err: error }, 'unhandled error on a page');
  if (found.code === 'STEP_UP_REQUIRED') return renderStepUp(reply, found);
  return renderPage(reply, createElement(ProblemPage, { problem: found }), found.status);
}

/** A form on another site must not act in a visitor's name. Browsers say where a post comes from; other clients send neither header. */
function refuseForeignForm(request: FastifyRequest, publicUrl: string | undefined): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const site = request.headers['sec-fetch-site'];
  const origin = request.headers.origin;
  const own = [request.headers.host, hostOf(publicUrl ?? '')]; // a proxy may ask for us by another name than people do
  const foreignOrigin = origin !== undefined && origin !== 'null' && !own.includes(hostOf(origin) ?? 'no host');
  if (site === 'cross-site' || foreignOrigin) throw new DomainError('NOT_ALLOWED', { origin: origin ?? site });
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}
