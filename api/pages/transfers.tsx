/** Transfers (F-07): what waits for the visitor first, as the facility's queue or a group's; then what waits for others, and what is over. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { dateTime } from '../../emails/wording.ts';
import { type LoadedTransfer, loadTransfers } from '../../ledger/transfer.ts';
import { visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { keyset, pageOf } from '../listing.ts';
import { Page, renderPage } from './page.tsx';
import { transfersOf } from './transfer.tsx';
import { DecideForms, movesOf, possibleNow, TransferFacts } from './transfer-forms.tsx';

const Query = z.object({ cursor: z.string().max(500).optional() });
const perPage = 20;
const waiting = ['proposed', 'accepted'];
const mostWaiting = 100;

export function registerTransfers(app: FastifyInstance, deps: Deps): void {
  app.get('/transfers', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const now = deps.now();
    const { where, orderBy } = keyset('-proposedAt', Query.parse(request.query).cursor, 'instant');
    const select = { id: true, proposedAt: true };
    const [open, rows] = await Promise.all([
      deps.reader.transfer.findMany({
        where: { AND: [transfersOf(visitor), { state: { in: waiting } }] },
        orderBy: { proposedAt: 'asc' },
        take: mostWaiting,
        select,
      }),
      deps.reader.transfer.findMany({
        where: { AND: [transfersOf(visitor), { state: { notIn: waiting } }, where] },
        orderBy,
        take: perPage + 1,
        select,
      }),
    ]);
    const { items, nextCursor } = pageOf(
      rows,
      perPage,
      ({ proposedAt, id }) => [proposedAt.toISOString(), id],
      ({ id }) => id,
    );
    const all = (await loadTransfers(deps.reader, [...open.map(({ id }) => id), ...items])).map((transfer) => ({
      transfer,
      possible: possibleNow(visitor, transfer, now),
    }));
    const yours = all.filter(({ possible }) => possible.accept || possible.approve);
    const rest = all.filter((one) => !yours.includes(one));
    return renderPage(
      reply,
      <Page title="Transfers of blocks" tab="Block Schedule">
        <p className="muted">
          {visitor.facility}; times in {visitor.zone}.
        </p>
        <h2>Waits for your answer</h2>
        {yours.length === 0 && <p>Nothing waits for you. To give a block away or to swap it, open it in the Block Schedule.</p>}
        {yours.map(({ transfer, possible }) => (
          <section key={transfer.facts.id}>
            <TransferFacts transfer={transfer} />
            <DecideForms transfer={transfer} possible={possible} back="transfers" />
          </section>
        ))}
        {rest.length > 0 && (
          <>
            <h2>Others</h2>
            <ul>
              {rest.map(({ transfer }) => (
                <li key={transfer.facts.id}>
                  <a href={`/transfers/${transfer.facts.id}`}>{inWords(transfer)}</a>
                </li>
              ))}
            </ul>
          </>
        )}
        {nextCursor && (
          <p>
            <a href={`/transfers?${new URLSearchParams({ cursor: nextCursor })}`}>Earlier transfers</a>
          </p>
        )}
      </Page>,
    );
  });
}

function inWords(transfer: LoadedTransfer): string {
  const { facts } = transfer;
  const moves = movesOf(transfer).map(([, words]) => words);
  return `${moves.join('; ')} (${facts.state}, proposed ${dateTime(facts.proposedAt, facts.zone)})`;
}
