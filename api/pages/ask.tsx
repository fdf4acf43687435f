import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import type { Role } from '../../domain/decision.ts';
import { worksWithPatients } from '../../domain/every-day.ts';
import type { MessageContent } from '../../domain/message.ts';
import { oweMessages } from '../../ledger/message.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { hashOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { Destination } from '../destination.ts';
import { AskForm } from './ask-form.tsx';
import { homeOf } from './doors.ts';
import { type Kept, KeptField } from './kept.ts';
import { KeptForm } from './kept-form.tsx';
import { MailboxHint, Page, renderPage } from './page.tsx';
import { speechFor, useSpeech } from './reader.ts';

const perAddressSeconds = 60;
/** Longer than the work for a known address takes: how long an answer took must not tell who is known. */
const answerAfterMs = 300;
const Ask = z.object({ email: z.email().max(200), to: Destination.optional(), kept: KeptField });

/** From one address of the internet, whoever is asked for. */
export const askLimit = { rateLimit: { max: 10, timeWindow: '1 minute', allowList: [] } };

/** Ask for fresh links (C-40): the same answer after the same time, whether the address is known or not. */
export function registerAsk(app: FastifyInstance, deps: Deps): void {
  app.get<{ Querystring: { to?: string } }>('/links', { schema: { hide: true } }, (request, reply) => {
    const { words } = speechFor(request);
    const { to } = request.query;
    return renderPage(
      reply,
      <Page title={words('door.mailLink.title')}>
        <p>{words('door.mailLink.text')}</p>
        <AskForm to={to && Destination.parse(to)} />
        <MailboxHint />
      </Page>,
    );
  });

  app.post('/links', { schema: { hide: true }, config: askLimit }, async (request, reply) => {
    const { email, to, kept } = Ask.parse(request.body);
    await answerAll(mailLinks(deps, email, (person) => wayIn(person, to)));
    return renderPage(reply, <AnsweredPage email={email} what="links" kept={kept} />);
  });
}

/** Whoever works with patients gets the sign-in that their pages take, and begins on the first of them. */
function wayIn(person: Asking, to: string | undefined): MessageContent {
  const { name: facility, zone } = person.facility;
  if (!worksWithPatients(person.role)) return { kind: 'fresh links', facility, zone, to };
  return { kind: 'sign in', facility, zone, to: to ?? homeOf(person.role) };
}

/** Known or unknown, everybody waits the same time. */
export const answerAll = (work: Promise<void>) => Promise.all([work, setTimeout(answerAfterMs)]);

export function AnsweredPage({ email, what, kept }: { email: string; what: 'links' | 'signIn'; kept: Kept | undefined }) {
  const { words } = useSpeech();
  return (
    <Page title={words('door.answered.title')}>
      <p>
        {words(`door.answered.${what}`, { email })} {words('door.answered.nothing')}
      </p>
      <MailboxHint apart={kept !== undefined} />
      <KeptForm kept={kept} />
      <p>
        <a href="/">{words('door.answered.back')}</a>
      </p>
    </Page>
  );
}

type Asking = { role: Role; facility: { name: string; zone: string } };

/** Mails links to whoever has this address: of each kind at most one a minute and person, since the business key carries the minute. */
export async function mailLinks(
  { db, now }: Pick<Deps, 'db' | 'now'>,
  email: string,
  contentFor: (person: Asking) => MessageContent,
): Promise<void> {
  const at = now();
  const minute = Math.floor(Date.parse(at) / 1000 / perAddressSeconds);
  await inTransaction(db, async (tx) => {
    const people = await tx.person.findMany({
      where: { email: { equals: email, mode: 'insensitive' }, active: true },
      include: { facility: true },
      take: 20,
    });
    for (const { facility, ...person } of people) {
      const content = contentFor({ facility, role: person.role as Role });
      const key = `${content.kind.replace(' ', '-')}/${hashOf(email.toLowerCase()).slice(0, 16)}/${minute}`;
      await oweMessages(tx, { facilityId: facility.id, kind: 'person', id: person.id, shadow: false }, at, [
        { key, to: [person], content, receipt: true },
      ]);
    }
  });
}
