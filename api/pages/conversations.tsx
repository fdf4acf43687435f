/** Conversations in their folders: open, unread and done for everybody, the clinical queue for providers, the review queue for the lead. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { waiterOf, waitsOn } from '../../domain/conversation.ts';
import { answeringRoles } from '../../domain/conversation-decision.ts';
import type { Said } from '../../domain/draft-hint.ts';
import { DomainError } from '../../domain/errors.ts';
import type { LoadedConversation } from '../../ledger/conversation.ts';
import { readLastSaid } from '../../ledger/said.ts';
import type { Prisma } from '../../prisma/generated/client.ts';
import { recordAccess } from '../access-log.ts';
import { actorOfVisitor, staffOf, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { keyset, pageOf } from '../listing.ts';
import { conversationsInOrder } from '../routes/conversation-shape.ts';
import { Page, renderPage } from './page.tsx';
import { useSpeech } from './reader.ts';

const folders = {
  open: { state: 'open' },
  unread: { state: 'unread' },
  clinical: { queues: { has: 'clinical' }, state: { in: ['open', 'unread'] } },
  review: {
    state: { in: ['open', 'unread'] },
    OR: [{ draftId: { not: null } }, { flaggedAt: { not: null } }, { queues: { has: 'lead' } }],
  },
  done: { state: { in: ['done', 'closed'] } },
} satisfies Record<string, Prisma.ConversationWhereInput>;
type Folder = keyof typeof folders;
const folderNames = Object.keys(folders) as Folder[];

const Query = z.object({
  folder: z.enum(folderNames).optional(),
  cursor: z.string().max(500).optional(),
  part: z.enum(['waiting', 'rest']).default('waiting').catch('waiting'),
});
type Place = { part: 'waiting' | 'rest'; cursor?: string | undefined };
const perPage = 30;

/** Who works with conversations. Throws STEP_UP_REQUIRED, NOT_ALLOWED. */
export async function teamOf(deps: Deps, request: FastifyRequest): Promise<Visitor> {
  const visitor = await staffOf(deps, request);
  const needs = [...answeringRoles, 'support' as const];
  if (!needs.includes(visitor.role)) throw new DomainError('NOT_ALLOWED', { role: visitor.role, needs });
  return visitor;
}

const firstFolder = ({ role }: Visitor): Folder => (role === 'practitioner' ? 'clinical' : role === 'team lead' ? 'review' : 'open');

export function registerConversations(app: FastifyInstance, deps: Deps): void {
  app.get('/conversations', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await teamOf(deps, request);
    const { facilityId, zone, facility } = visitor;
    const { folder = firstFolder(visitor), ...place } = Query.parse(request.query);
    const [{ ids, next }, counts] = await Promise.all([
      inOrder(deps, { facilityId, ...folders[folder] }, place),
      Promise.all(
        folderNames.map((one) => (one === 'done' ? null : deps.reader.conversation.count({ where: { facilityId, ...folders[one] } }))),
      ),
    ]);
    const [shown, said] = await Promise.all([conversationsInOrder(deps.reader, ids), readLastSaid(deps.reader, ids)]);
    const patients = shown.flatMap(({ patientId }) => patientId ?? []);
    await recordAccess(deps, { facilityId, by: actorOfVisitor(visitor), what: 'conversations', at: deps.now() }, patients);
    return renderPage(reply, <Folders {...{ facility, zone, folder, counts, shown, said, next }} />);
  });
}

/** P-04: first the patients who wait, the longest of all first; then those whom nobody owes an answer, the latest first. */
async function inOrder({ reader }: Deps, folder: Prisma.ConversationWhereInput, { part, cursor }: Place) {
  const read = (sort: string, waitingSince: Prisma.ConversationWhereInput['waitingSince'], from: string | undefined, take: number) => {
    const { where, orderBy } = keyset(sort, from, 'instant');
    const select = { id: true, waitingSince: true, lastSaidAt: true };
    return reader.conversation.findMany({ where: { AND: [folder, { waitingSince }, where] }, orderBy, take, select });
  };
  const waiting = part === 'waiting' ? await read('waitingSince', { not: null }, cursor, perPage + 1) : [];
  const rest = await read('-lastSaidAt', null, part === 'rest' ? cursor : undefined, perPage + 1 - waiting.length);
  const rows = [...waiting, ...rest];
  const { items: ids, nextCursor } = pageOf(
    rows,
    perPage,
    ({ waitingSince, lastSaidAt, id }) => [(waitingSince ?? lastSaidAt).toISOString(), id],
    ({ id }) => id,
  );
  const last = rows[Math.min(rows.length, perPage) - 1];
  const next: Place | null = nextCursor ? { part: last?.waitingSince ? 'waiting' : 'rest', cursor: nextCursor } : null;
  return { ids, next };
}

type Props = {
  facility: string;
  zone: string;
  folder: Folder;
  counts: (number | null)[];
  shown: LoadedConversation[];
  said: Map<string, Said>;
  next: Place | null;
};

function Folders({ facility, zone, folder, counts, shown, said, next }: Props) {
  const { words } = useSpeech();
  return (
    <Page title={words('conversation.title')} tab="Desk">
      <p className="muted">{words('ticket.times', { facility, zone })}</p>
      <nav aria-label={words('conversation.folders')}>
        <ul>
          {folderNames.map((one, index) => (
            <li key={one}>
              <a href={`/conversations?folder=${one}`} aria-current={one === folder ? 'page' : undefined}>
                {words(`conversation.folder.${one}`)}
                {counts[index] !== null && ` (${counts[index]})`}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {shown.length === 0 && <p>{words(`conversation.empty.${folder}`)}</p>}
      <ul className="plain">
        {shown.map((one) => (
          <Line key={one.facts.id} conversation={one} last={said.get(one.facts.id)} zone={zone} />
        ))}
      </ul>
      {next && (
        <p>
          <a href={`/conversations?${new URLSearchParams({ folder, ...next })}`}>{words('conversation.more')}</a>
        </p>
      )}
    </Page>
  );
}

type LineOf = { conversation: LoadedConversation; last: Said | undefined; zone: string };

function Line({ conversation: { facts, names, address }, last, zone }: LineOf) {
  const { words, list, dateTime } = useSpeech();
  const waiting = waitsOn(facts);
  const since = waiting.map((one) => one.since).sort()[0];
  const who = list(waiting.map(({ on }) => words(`conversation.on.${waiterOf(on, facts)}`)));
  return (
    <li className="card">
      <a href={`/conversations/${facts.id}`}>
        <strong>{names.patient ?? address}</strong>
      </a>
      {names.provider && `, ${names.provider}`}
      {facts.flaggedAt && <mark> {words('conversation.flagged')}</mark>}
      {facts.draft && <mark> {words('conversation.toReview')}</mark>}
      {last?.text && <p className="said">{words(`conversation.last.${last.by}`, { text: last.text })}</p>}
      {!last?.text && <br />}
      {since
        ? words('conversation.waits', { who, since: dateTime(since, zone) })
        : words('conversation.lastSaid', { at: dateTime(facts.lastSaidAt, zone) })}
      <span className="muted">
        {' · '}
        {names.assignee ? words('conversation.withName', { name: names.assignee }) : words('conversation.withNobody')}
        {facts.state === 'unread' && ` · ${words('conversation.handedOver')}`}
      </span>
    </li>
  );
}
