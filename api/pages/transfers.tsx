/** Transfers (F-07): what waits for the visitor first, as the facility's queue or a group's; then what waits for others, and what is over. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { type LoadedTransfer, loadTransfers } from '../../ledger/transfer.ts';
import type { Speech } from '../../words/speech.ts';
import { visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { keyset, pageOf } from '../listing.ts';
import { Page, renderPage } from './page.tsx';
import { speechFor } from './reader.ts';
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
    const speech = speechFor(request);
    const { words } = speech;
    return renderPage(
      reply,
      <Page title={words('transfer.list')} tab="Block Schedule">
        <p className="muted">{words('hold.requests.text', { facility: visitor.facility, zone: visitor.zone })}</p>
        <h2>{words('transfer.yours')}</h2>
        {yours.length === 0 && <p>{words('transfer.nothing')}</p>}
        {yours.map(({ transfer, possible }) => (
          <section key={transfer.facts.id}>
            <TransferFacts transfer={transfer} />
            <DecideForms transfer={transfer} possible={possible} back="transfers" />
          </section>
        ))}
        {rest.length > 0 && (
          <>
            <h2>{words('transfer.others')}</h2>
            <ul>
              {rest.map(({ transfer }) => (
                <li key={transfer.facts.id}>
                  <a href={`/transfers/${transfer.facts.id}`}>{inWords(transfer, speech)}</a>
                </li>
              ))}
            </ul>
          </>
        )}
        {nextCursor && (
          <p>
            <a href={`/transfers?${new URLSearchParams({ cursor: nextCursor })}`}>{words('transfer.earlier')}</a>
          </p>
        )}
      </Page>,
    );
  });
}

function inWords(transfer: LoadedTransfer, speech: Speech): string {
  const { words, dateTime } = speech;
  const { state, proposedAt, zone } = transfer.facts;
  const moves = movesOf(transfer, speech).map(([, words]) => words);
  return words('transfer.line', { moves: moves.join('; '), state: words(`transfer.states.${state}`), at: dateTime(proposedAt, zone) });
}
