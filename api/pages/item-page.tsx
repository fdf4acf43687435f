/** The page of one task or waitlist entry: how it stands, what comes next, and the forms that work it (I-42). */
import type { FastifyInstance } from 'fastify';
import type { ReactElement, ReactNode } from 'react';
import { z } from 'zod';

import type { DecisionEnvelope } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Step } from '../../domain/timeline.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Database, Tx } from '../../prisma/client.ts';
import { actorOfVisitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { type DirectAnswer, receiptIn } from '../routes/direct-decision-route.ts';
import { Coming } from './coming.tsx';
import { showPatients } from './front-desk.ts';
import { Facts, Page, renderPage } from './page.tsx';
import { useSpeech } from './reader.ts';
import {
  type Card,
  CardLine,
  cardOf,
  type DeskVisitor,
  type Lists,
  type Wish,
  WishFields,
  wishLists,
  workerOf,
} from './visit-wish-fields.tsx';

type Loaded = { facilityId: string; facts: { id: string; patientId: string } };
type Shown<Item extends Loaded> = { item: Item; visitor: DeskVisitor; card: Card; lists: Lists };

/** `Work`: what its forms say. `choose`: the decision that it makes, with its reason. */
type About<Item extends Loaded, Said, Choice extends object> = {
  path: '/tasks' | '/waitlist';
  what: string;
  load: (db: Database, id: string) => Promise<Item>;
  page: (deps: Deps, shown: Shown<Item>) => Promise<ReactElement> | ReactElement;
  Work: z.ZodType<Said>;
  choose: (said: Said) => { choice: Choice; reason?: string | undefined };
  decide: (tx: Tx, id: string, decision: Choice & DecisionEnvelope) => Promise<DirectAnswer>;
  goOn: (said: Said, self: string) => string;
};

export function registerItemPage<Item extends Loaded, Said, Choice extends object>(
  app: FastifyInstance,
  deps: Deps,
  { path, what, load, page, Work, choose, decide, goOn }: About<Item, Said, Choice>,
): void {
  const find = async ({ facilityId }: DeskVisitor, text: string): Promise<Item> => {
    const id = z.uuid().safeParse(text).data;
    const item = id ? await load(deps.reader, id) : undefined;
    if (item?.facilityId !== facilityId) throw new DomainError('NOT_FOUND', { [what]: text });
    return item;
  };

  app.get<{ Params: { id: string } }>(`${path}/:id`, { schema: { hide: true } }, async (request, reply) => {
    const visitor = await workerOf(deps, request);
    const item = await find(visitor, request.params.id);
    await showPatients(deps, visitor, what, [item.facts.patientId]);
    const card = (await cardOf(deps, visitor.facilityId, item.facts.patientId))!;
    return renderPage(reply, await page(deps, { item, visitor, card, lists: await wishLists(deps, visitor.facilityId) }));
  });

  app.post<{ Params: { id: string } }>(`${path}/:id`, { schema: { hide: true } }, async (request, reply) => {
    const visitor = await workerOf(deps, request);
    const { facts } = await find(visitor, request.params.id);
    const said = Work.safeParse(request.body);
    if (!said.success) throw new DomainError('CHOICE_MISSING', { issues: said.error.issues });
    const { choice, reason } = choose(said.data);
    const envelope = { id: crypto.randomUUID(), actor: actorOfVisitor(visitor), decidedAt: visitor.now, reason };
    receiptIn(await inTransaction(deps.db, (tx) => decide(tx, facts.id, { ...choice, ...envelope })));
    return reply.redirect(goOn(said.data, `${path}/${facts.id}`), 303);
  });
}

type View = {
  title: string;
  symbol: ReactNode;
  card: Card;
  facts: [name: string, value: ReactNode][];
  zone: string;
  self: string;
  /** Nothing is worked any more when it is over. */
  over: boolean;
  coming: Step[];
  change: { version: number; lists: Lists; wish: Wish; more?: ReactNode };
  close: string;
  back: { href: string; words: string };
  /** Its own forms. */
  children: ReactNode;
};

export function ItemView({ title, symbol, card, facts, zone, self, over, coming, change, close, back, children }: View) {
  const { words } = useSpeech();
  return (
    <Page title={title} tab="Desk">
      <p>{symbol}</p>
      <CardLine card={card} />
      <Facts facts={facts} />
      {!over && (
        <>
          <h2>{words('desk.coming')}</h2>
          {coming.length === 0 ? <p>{words('desk.waits')}</p> : <Coming steps={coming} zone={zone} />}
          <details>
            <summary>{words('item.page.change')}</summary>
            <form method="post" action={self}>
              <input type="hidden" name="version" value={change.version} />
              <WishFields lists={change.lists} wish={change.wish} />
              {change.more}
              <button type="submit" name="action" value="change">
                {words('item.page.change')}
              </button>
            </form>
          </details>
          {children}
          <form method="post" action={self}>
            <label>
              {words('item.page.why')} <input type="text" name="reason" maxLength={2000} />
            </label>
            <label>
              <input type="checkbox" name="yes" required /> {close}
            </label>
            <button type="submit" name="action" value="close">
              {words('item.page.close')}
            </button>
          </form>
        </>
      )}
      <p>
        <a href={back.href}>{back.words}</a>
      </p>
    </Page>
  );
}
