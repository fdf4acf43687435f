import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { oweMessages } from '../../ledger/message.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { hashOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { Page, renderPage } from './page.tsx';
import { AskForm } from './start.tsx';

const perAddressSeconds = 60;
/** Longer than the work for a known address takes: how long an answer took must not tell who is known. */
const answerAfterMs = 300;
const Ask = z.object({ email: z.email().max(200) });

/** Ask for fresh links (C-40): the same answer after the same time, whether the address is known or not. */
export function registerAsk(app: FastifyInstance, deps: Deps): void {
  app.get('/links', { schema: { hide: true } }, (_request, reply) =>
    renderPage(
      reply,
      <Page title="Mail me a link">
        <p>There is no password. We mail fresh links to the address that your facility knows you by.</p>
        <AskForm />
      </Page>,
    ),
  );

  const limited = { rateLimit: { max: 10, timeWindow: '1 minute', allowList: [] } };
  app.post('/links', { schema: { hide: true }, config: limited }, async (request, reply) => {
    const { email } = Ask.parse(request.body);
    await Promise.all([mailLinks(deps, email), setTimeout(answerAfterMs)]);
    return renderPage(
      reply,
      <Page title="Look at your mail">
        <p>
          If {email} belongs to somebody here, fresh links are on their way to it. If nothing comes within a few minutes, ask your facility
          scheduler which address is on file.
        </p>
        <p>
          <a href="/">Back to the start page</a>
        </p>
      </Page>,
    );
  });
}

/** At most one mail a minute and person: the business key carries the minute. */
async function mailLinks({ db, now }: Pick<Deps, 'db' | 'now'>, email: string): Promise<void> {
  const at = now();
  const minute = Math.floor(Date.parse(at) / 1000 / perAddressSeconds);
  await inTransaction(db, async (tx) => {
    const people = await tx.person.findMany({
      where: { email: { equals: email, mode: 'insensitive' }, active: true },
      include: { facility: true },
      take: 20,
    });
    for (const { facility, ...person } of people) {
      await oweMessages(tx, { facilityId: facility.id, kind: 'person', id: person.id, shadow: false }, at, [
        {
          key: `fresh-links/${hashOf(email.toLowerCase()).slice(0, 16)}/${minute}`,
          to: [person],
          content: { kind: 'fresh links', facility: facility.name, zone: facility.zone },
          receipt: true,
        },
      ]);
    }
  });
}
