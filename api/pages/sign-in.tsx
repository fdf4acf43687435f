/**
 * Step-up: pages with patient data and administration open only after a fresh sign-in, by a link that lives 10
 * minutes and works once. As with every link, only the press of its button acts.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { worksWithPatients } from '../../domain/every-day.ts';
import { type Link, signInFrom, spendLink } from '../auth/links.ts';
import { openSession } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { Destination } from '../destination.ts';
import type { Problem } from '../problems.ts';
import { AnsweredPage, answerAll, askLimit, mailLinks } from './ask.tsx';
import { homeOf } from './doors.ts';
import { type Kept, KeptField } from './kept.ts';
import { CarryKept, KeptForm } from './kept-form.tsx';
import { MailboxHint, Page, renderPage } from './page.tsx';
import { speechFor, useReader, useSpeech } from './reader.ts';

const Ask = z.object({ email: z.email().max(200), to: Destination, kept: KeptField });

export function registerSignIn(app: FastifyInstance, deps: Deps): void {
  app.get<{ Querystring: { to?: string } }>('/sign-in', { schema: { hide: true } }, (request, reply) =>
    renderPage(reply, <StepUpPage title={speechFor(request).words('door.signIn.title')} to={Destination.parse(request.query.to)} />),
  );

  app.post('/sign-in', { schema: { hide: true }, config: askLimit }, async (request, reply) => {
    const { email, to, kept } = Ask.parse(request.body);
    await answerAll(mailLinks(deps, email, ({ facility: { name: facility, zone } }) => ({ kind: 'sign in', facility, zone, to })));
    return renderPage(reply, <AnsweredPage email={email} what="signIn" kept={kept} />);
  });
}

/** In place of a page that needs it; what was sent to it meanwhile is kept. */
export function renderStepUp(reply: FastifyReply, { title, status, facts }: Problem) {
  const { to } = facts as { to: string };
  return renderPage(reply, <StepUpPage title={title} to={Destination.parse(to)} />, status);
}

function StepUpPage({ title, to }: { title: string; to: string }) {
  const { words, phrase } = useSpeech();
  const { kept } = useReader();
  return (
    <Page title={phrase(title)}>
      <p>{words('door.signIn.text')}</p>
      <SignInForm to={to} kept={kept} />
      <MailboxHint apart={kept !== undefined} />
      <KeptForm kept={kept} />
    </Page>
  );
}

/** Whoever has come in need not type their address again. */
function SignInForm({ to, email, kept }: { to: string; email?: string; kept?: Kept | undefined }) {
  const { visitor } = useReader();
  const { words } = useSpeech();
  return (
    <form method="post" action="/sign-in">
      <input type="hidden" name="to" value={to} />
      <CarryKept kept={kept} />
      <label>
        {words('frame.email')}
        <input type="email" name="email" required autoComplete="email" maxLength={200} defaultValue={email ?? visitor?.email} />
      </label>
      <button type="submit">{words('door.signIn.button')}</button>
    </form>
  );
}

/** What the button of a sign-in mail shows. */
export function renderSignIn(deps: Deps, link: Link, reply: FastifyReply) {
  if (link.spent || link.createdAt < signInFrom(deps.now()).toISOString()) return renderSpent(link, reply);
  const { words } = speechFor(reply.request);
  const { name } = link.person;
  return renderPage(
    reply,
    <Page title={words('door.signIn.title')}>
      <p>{words('door.signIn.mailed', { name })}</p>
      <form method="post">
        <button type="submit">{words('door.signIn.as', { name })}</button>
      </form>
    </Page>,
  );
}

/** Pressed: opens a staff session, once. */
export async function signIn(deps: Deps, link: Link, request: FastifyRequest, reply: FastifyReply) {
  if (!(await spendLink(deps.db, link.id, deps.now()))) return renderSpent(link, reply);
  await openSession(deps, request, reply, link.person, 'staff');
  const to = Destination.parse(link.content.to);
  const { role } = link.person;
  return reply.redirect(to === '/' && worksWithPatients(role) ? homeOf(role) : to, 303);
}

function renderSpent({ content, person }: Link, reply: FastifyReply) {
  const { words } = speechFor(reply.request);
  return renderPage(
    reply,
    <Page title={words('door.signIn.spent')}>
      <p>{words('door.signIn.spentText')}</p>
      <SignInForm to={Destination.parse(content.to)} email={person.email} />
    </Page>,
    410,
  );
}
