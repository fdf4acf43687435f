/** Where the links of mails and texts to patients lead: GET shows, in the patient's language, and only a POST acts. */
import type { FastifyInstance, FastifyReply } from 'fastify';

import { onBehalfOf } from '../../domain/account.ts';
import { Language } from '../../domain/language.ts';
import { type PatientLink, patientLinkOf } from '../auth/patient-links.ts';
import { actorOfVisitor, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { OptionalPageDate } from './dates.ts';
import { renderPage } from './page.tsx';
import { bookByLink, joinByLink, showBooking } from './patient-booking.tsx';
import { answerOffer, showOffer } from './patient-offer.tsx';
import { registerByLink, showRegistration } from './patient-registration.tsx';
import { readerOf } from './reader.ts';

type Route = { Params: { token: string }; Querystring: { language?: string; from?: string } };
type Shown = Awaited<ReturnType<typeof showOffer>>;
type Form = Record<string, string | undefined>;

export function registerPatientLink(app: FastifyInstance, deps: Deps): void {
  app.get<Route>('/p/:token', { schema: { hide: true } }, async ({ params, query }, reply) => {
    const link = await patientLinkOf(deps.reader, params.token);
    return send(
      reply,
      await showLink(deps, link, languageOf(query.language, link), false, OptionalPageDate.catch(undefined).parse(query.from)),
    );
  });

  app.post<Route>('/p/:token', { schema: { hide: true } }, async (request, reply) => {
    const link = pressedBy(readerOf(request).visitor, await patientLinkOf(deps.reader, request.params.token));
    const shown = await pressLink(deps, link, (request.body ?? {}) as Form, languageOf(request.query.language, link));
    return shown ? send(reply, shown) : reply.redirect(request.url, 303); // a reload or a second device sees the same outcome
  });
}

const send = (reply: FastifyReply, { page, status }: Shown) => renderPage(reply, page, status);
const languageOf = (wanted: string | undefined, link: PatientLink) => Language.safeParse(wanted).data ?? link.language;

/** whoever is logged in as the patient is not the patient, by whatever door they come. */
function pressedBy(visitor: Visitor | undefined, link: PatientLink): PatientLink {
  if (visitor?.loggedInAs?.patientId !== link.patientId) return link;
  return { ...link, by: onBehalfOf(actorOfVisitor(visitor), link.patientId) };
}

/** `unticked`: the form came back without its answer. `from`: the day from which free time is shown. */
export function showLink(deps: Deps, link: PatientLink, language: Language, unticked = false, from?: string): Promise<Shown> {
  const look = link.purpose === 'book visit' ? showBooking : link.purpose === 'register' ? showRegistration : showOffer;
  return look(deps, link, language, unticked, from);
}

/** What a posted form does. Undefined: it is done, and a look says what came of it. */
export async function pressLink(deps: Deps, link: PatientLink, form: Form, language: Language): Promise<Shown | undefined> {
  if (link.purpose === 'book visit' && form.join) return joinByLink(deps, link, form.comment, language);
  return (await answered(deps, link, form)) ? undefined : showLink(deps, link, language, true);
}

function answered(deps: Deps, link: PatientLink, form: Form): Promise<boolean> {
  if (link.purpose === 'book visit') return bookByLink(deps, link, form.slot);
  return link.purpose === 'register' ? registerByLink(deps, link, form) : answerOffer(deps, link, form);
}
