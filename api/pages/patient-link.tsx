/** Where the links of mails and texts to patients lead: GET shows, in the patient's language, and only a POST acts. */
import type { FastifyInstance, FastifyReply } from 'fastify';

import { Language } from '../../domain/language.ts';
import { type PatientLink, patientLinkOf } from '../auth/patient-links.ts';
import type { Deps } from '../deps.ts';
import { renderPage } from './page.tsx';
import { bookByLink, joinByLink, showBooking } from './patient-booking.tsx';
import { answerOffer, showOffer } from './patient-offer.tsx';
import { registerByLink, showRegistration } from './patient-registration.tsx';

type Route = { Params: { token: string }; Querystring: { language?: string } };

export function registerPatientLink(app: FastifyInstance, deps: Deps): void {
  app.get<Route>('/p/:token', { schema: { hide: true } }, ({ params, query }, reply) => show(params.token, query.language, reply));

  app.post<Route>('/p/:token', { schema: { hide: true } }, async (request, reply) => {
    const link = await patientLinkOf(deps.reader, request.params.token);
    const form = (request.body ?? {}) as Record<string, string | undefined>;
    if (link.purpose === 'book visit' && form.join) {
      const language = Language.safeParse(request.query.language).data ?? link.language;
      const { page, status } = await joinByLink(deps, link, form.comment, language);
      return renderPage(reply, page, status);
    }
    const done = await answer(link, form);
    if (done) return reply.redirect(request.url, 303); // a reload or a second device sees the same outcome
    return show(request.params.token, request.query.language, reply, true);
  });

  const lookOf = ({ purpose }: PatientLink) =>
    purpose === 'book visit' ? showBooking : purpose === 'register' ? showRegistration : showOffer;
  const answer = (link: PatientLink, form: Record<string, string | undefined>): Promise<boolean> => {
    if (link.purpose === 'book visit') return bookByLink(deps, link, form.slot);
    return link.purpose === 'register' ? registerByLink(deps, link, form) : answerOffer(deps, link, form);
  };

  async function show(token: string, wanted: string | undefined, reply: FastifyReply, unticked = false) {
    const link = await patientLinkOf(deps.reader, token);
    const { page, status } = await lookOf(link)(deps, link, Language.safeParse(wanted).data ?? link.language, unticked);
    return renderPage(reply, page, status);
  }
}
