/**
 * what a patient sees, for somebody of the care team who is logged in as them. Every press is theirs, on the patient's behalf, and
 * what only the patient can say stays with the patient.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { mustWorkOnAccounts, onBehalfOf } from '../../domain/account.ts';
import { DomainError } from '../../domain/errors.ts';
import { Language, languageOf } from '../../domain/language.ts';
import { endPatientLogin } from '../../ledger/patient-login.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Database } from '../../prisma/client.ts';
import { recordAccess } from '../access-log.ts';
import { asPatientsSee, type PatientLink } from '../auth/patient-links.ts';
import { actorOfVisitor, type LoggedInAs, staffOf, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { loadPatientHome, PatientHome } from './as-patient-home.tsx';
import { renderPage } from './page.tsx';
import { pressLink, showLink } from './patient-link.tsx';

/** What waits for a patient, by its kind: what its link would be for, and whether one is theirs. */
type Door = { purpose: PatientLink['purpose']; count: (db: Database, where: { id: string; patientId: string }) => Promise<number> };
const doors = {
  'waitlist-entry': { purpose: 'book visit', count: (db, where) => db.waitlistEntry.count({ where }) },
  task: { purpose: 'book visit', count: (db, where) => db.task.count({ where }) },
  opportunity: { purpose: 'book visit', count: (db, where) => db.opportunity.count({ where }) },
  'offer-ladder': { purpose: 'answer offer', count: (db, { id, patientId }) => db.offer.count({ where: { ladderId: id, patientId } }) },
  clearance: { purpose: 'register', count: (db, where) => db.clearance.count({ where }) },
} satisfies Record<string, Door>;
const kinds = Object.keys(doors) as [keyof typeof doors, ...(keyof typeof doors)[]];
const Params = z.object({ kind: z.enum(kinds), id: z.uuid() });
const hidden = { schema: { hide: true } };

export function registerAsPatient(app: FastifyInstance, deps: Deps): void {
  app.get('/as-patient', hidden, async (request, reply) => {
    const { visitor, login } = await loggedIn(deps, request);
    await look(deps, visitor, login, 'home');
    const facility = await facilityOf(deps, visitor);
    const home = await loadPatientHome(deps, facility, login.patientId);
    return renderPage(
      reply,
      <PatientHome {...home} givenName={login.givenName} facility={facility} language={languageIn(request, login)} />,
    );
  });

  app.get('/as-patient/:kind/:id', hidden, async (request, reply) => {
    const { page, status } = await showLink(deps, ...(await linkOf(deps, request)));
    return renderPage(reply, page, status);
  });

  app.post('/as-patient/:kind/:id', hidden, async (request, reply) => {
    const [link, language] = await linkOf(deps, request);
    const shown = await pressLink(deps, link, (request.body ?? {}) as Record<string, string | undefined>, language);
    return shown ? renderPage(reply, shown.page, shown.status) : reply.redirect(request.url, 303);
  });

  app.post('/as-patient/end', hidden, async (request, reply) => {
    const visitor = await staffOf(deps, request);
    const { sessionId, loggedInAs } = visitor;
    await inTransaction(deps.db, (tx) => endPatientLogin(tx, sessionId, { actor: actorOfVisitor(visitor), now: deps.now() }));
    return reply.redirect(loggedInAs ? `/accounts/${loggedInAs.patientId}` : '/accounts', 303);
  });
}

/** Throws STEP_UP_REQUIRED, ACCOUNT_NOT_YOURS, SIGN_IN_REQUIRED for whoever is not logged in as a patient, or not any more. */
async function loggedIn(deps: Deps, request: FastifyRequest): Promise<{ visitor: Visitor; login: LoggedInAs }> {
  const visitor = await staffOf(deps, request);
  mustWorkOnAccounts(visitor);
  if (!visitor.loggedInAs) throw new DomainError('LOGIN_OVER', {});
  return { visitor, login: visitor.loggedInAs };
}

/** What stands behind one of the patient's links, opened without it, and its language. Throws NOT_FOUND for a matter of somebody else. */
async function linkOf(deps: Deps, request: FastifyRequest): Promise<[link: PatientLink, language: Language]> {
  const { visitor, login } = await loggedIn(deps, request);
  const { kind, id } = Params.parse(request.params);
  const { patientId, givenName } = login;
  if ((await doors[kind].count(deps.reader, { id, patientId })) === 0) throw new DomainError('NOT_FOUND', { [kind]: id });
  await look(deps, visitor, login, kind);
  const link = {
    id: `${login.id}/${id}`,
    by: onBehalfOf(actorOfVisitor(visitor), patientId),
    purpose: doors[kind].purpose,
    subjectKind: kind,
    subjectId: id,
    createdAt: deps.now(),
    language: languageOf(login.language),
    patientId,
    givenName,
    facility: await facilityOf(deps, visitor),
  };
  return [link, languageIn(request, login)];
}

const facilityOf = ({ reader }: Deps, { facilityId: id, facility: name, zone }: Visitor) => asPatientsSee(reader, { id, name, zone });

/** F-25 */
function look(deps: Deps, visitor: Visitor, { patientId }: LoggedInAs, what: string): Promise<void> {
  const by = onBehalfOf(actorOfVisitor(visitor), patientId);
  return recordAccess(deps, { facilityId: visitor.facilityId, by, what: `as the patient, ${what}`, at: deps.now() }, [patientId]);
}

/** The one chosen at the head of the page, else the patient's own. */
const languageIn = (request: FastifyRequest, { language }: LoggedInAs): Language =>
  Language.safeParse((request.query as { language?: string }).language).data ?? languageOf(language);
