/** Substitutes (F-12): who gets what would land with somebody who is away, for all their work or for one type of ticket. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { removeSubstitute, setSubstitute } from '../../ledger/substitute.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { actorOfVisitor, staffOf, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { OptionalId } from './dates.ts';
import { arrangers } from './doors.ts';
import { Form, Pick } from './form-fields.tsx';
import { oncePosted } from './form-once.ts';
import { orAgain } from './or-again.tsx';
import { Page, renderPage } from './page.tsx';
import { useSpeech } from './reader.ts';

const Entered = z.object({ personId: z.uuid(), substituteId: z.uuid(), topic: OptionalId, form: z.uuid() });
const Params = z.object({ id: z.uuid() });
const most = 500;
/** Throws STEP_UP_REQUIRED, NOT_ALLOWED. */
export async function arrangerOf(deps: Deps, request: FastifyRequest): Promise<Visitor> {
  const visitor = await staffOf(deps, request);
  if (!arrangers.includes(visitor.role)) throw new DomainError('NOT_ALLOWED', { role: visitor.role, needs: arrangers });
  return visitor;
}

export function registerSubstitutes(app: FastifyInstance, deps: Deps): void {
  app.get('/substitutes', { schema: { hide: true } }, async (request, reply) =>
    renderPage(reply, await shown(deps, await arrangerOf(deps, request))),
  );

  app.post('/substitutes', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await arrangerOf(deps, request);
    const name = async () => {
      const said = Entered.parse(request.body);
      await oncePosted(deps, visitor, said, async (tx) => {
        const person = await tx.person.findFirst({ where: { id: said.personId, facilityId: visitor.facilityId } });
        if (!person) throw new DomainError('NOT_FOUND', { personId: said.personId });
        return (await setSubstitute(tx, person, said, { actor: actorOfVisitor(visitor), at: deps.now() })).id;
      });
      return reply.redirect('/substitutes', 303);
    };
    return orAgain(reply, { codes: { SUBSTITUTES_IN_A_CIRCLE: 'substituteId' } }, name, () => shown(deps, visitor));
  });

  app.post('/substitutes/:id/remove', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await arrangerOf(deps, request);
    const { id } = Params.parse(request.params);
    await inTransaction(deps.db, async (tx) => {
      const row = await tx.substitute.findFirst({ where: { id, facilityId: visitor.facilityId } });
      if (row) await removeSubstitute(tx, row, { actor: actorOfVisitor(visitor), at: deps.now() }); // pressed twice: it is gone
    });
    return reply.redirect('/substitutes', 303);
  });
}

async function shown({ reader }: Deps, { facilityId }: Visitor) {
  const named = { id: true, name: true } as const;
  const [rows, people, types] = await Promise.all([
    reader.substitute.findMany({
      where: { facilityId },
      include: { person: { select: named }, substitute: { select: named } },
      take: most,
    }),
    reader.person.findMany({ where: { facilityId, active: true }, select: named, orderBy: { name: 'asc' }, take: most }),
    reader.ticketType.findMany({ where: { facilityId, active: true }, select: named, orderBy: { name: 'asc' }, take: most }),
  ]);
  return <SubstitutesPage {...{ rows, people, types }} />;
}

type Named = { id: string; name: string };
type Row = { id: string; person: Named; substitute: Named; topic: string | null };

function SubstitutesPage({ rows, people, types }: { rows: Row[]; people: Named[]; types: Named[] }) {
  const { words } = useSpeech();
  const topicOf = ({ topic }: Row) =>
    topic ? (types.find(({ id }) => id === topic)?.name ?? words('substitute.oneType')) : words('substitute.everything');
  const sorted = rows.toSorted((a, b) => a.person.name.localeCompare(b.person.name) || topicOf(a).localeCompare(topicOf(b)));
  return (
    <Page title={words('substitute.title')} tab="Desk">
      <p>{words('substitute.text')}</p>
      {rows.length === 0 && <p>{words('substitute.none')}</p>}
      <ul className="plain">
        {sorted.map((row) => (
          <li key={row.id} className="card">
            <p>
              {words('substitute.line', { name: row.person.name, substitute: row.substitute.name })}{' '}
              <span className="muted">{topicOf(row)}</span>
            </p>
            <form method="post" action={`/substitutes/${row.id}/remove`}>
              <button type="submit" className="quiet" aria-label={words('substitute.removeNamed', { name: row.person.name })}>
                {words('substitute.remove')}
              </button>
            </form>
          </li>
        ))}
      </ul>
      <h2>{words('substitute.new')}</h2>
      <Form action="/substitutes">
        <input type="hidden" name="form" value={crypto.randomUUID()} />
        <Pick name="personId" label={words('substitute.away')} options={people} none={words('desk.choose')} />
        <Pick name="substituteId" label={words('substitute.instead')} options={people} none={words('desk.choose')} />
        <Pick name="topic" label={words('substitute.for')} options={types} none={words('substitute.everything')} />
        <button type="submit">{words('substitute.button')}</button>
      </Form>
    </Page>
  );
}
