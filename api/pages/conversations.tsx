/** Conversations in their folders: open, unread and done for everybody, the clinical queue for providers, the review queue for the lead. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { type WaitsOn, waitsOn } from '../../domain/conversation.ts';
import { answeringRoles } from '../../domain/conversation-decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { dateTime } from '../../emails/wording.ts';
import type { LoadedConversation } from '../../ledger/conversation.ts';
import type { Prisma } from '../../prisma/generated/client.ts';
import { recordAccess } from '../access-log.ts';
import { actorOfVisitor, staffOf, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { keyset, pageOf } from '../listing.ts';
import { conversationsInOrder } from '../routes/conversation-shape.ts';
import { Page, renderPage } from './page.tsx';

const folders = {
  open: { name: 'Open', where: { state: 'open' }, empty: 'Nothing is open: all is answered or handed over.' },
  unread: { name: 'Unread', where: { state: 'unread' }, empty: 'Nothing was handed over.' },
  clinical: {
    name: 'Clinical',
    where: { queues: { has: 'clinical' }, state: { in: ['open', 'unread'] } },
    empty: 'Nothing medical waits.',
  },
  review: {
    name: 'For the lead',
    where: {
      state: { in: ['open', 'unread'] },
      OR: [{ draftId: { not: null } }, { flaggedAt: { not: null } }, { queues: { has: 'lead' } }],
    },
    empty: 'No reply waits for you, and nothing is flagged.',
  },
  done: { name: 'Done', where: { state: { in: ['done', 'closed'] } }, empty: 'Nothing is done yet.' },
} satisfies Record<string, { name: string; where: Prisma.ConversationWhereInput; empty: string }>;
type Folder = keyof typeof folders;
const folderNames = Object.keys(folders) as Folder[];

const Query = z.object({ folder: z.enum(folderNames).optional(), cursor: z.string().max(500).optional() });
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
    const { folder = firstFolder(visitor), cursor } = Query.parse(request.query);
    const { where, orderBy } = keyset('-lastSaidAt', cursor, 'instant');
    const [rows, counts] = await Promise.all([
      deps.reader.conversation.findMany({
        where: { AND: [{ facilityId }, folders[folder].where, where] },
        orderBy,
        take: perPage + 1,
        select: { id: true, lastSaidAt: true },
      }),
      Promise.all(
        folderNames.map((one) =>
          one === 'done' ? null : deps.reader.conversation.count({ where: { facilityId, ...folders[one].where } }),
        ),
      ),
    ]);
    const { items, nextCursor } = pageOf(
      rows,
      perPage,
      ({ lastSaidAt, id }) => [lastSaidAt.toISOString(), id],
      ({ id }) => id,
    );
    const shown = await conversationsInOrder(deps.reader, items);
    const patients = shown.flatMap(({ patientId }) => patientId ?? []);
    await recordAccess(deps, { facilityId, by: actorOfVisitor(visitor), what: 'conversations', at: deps.now() }, patients);
    return renderPage(
      reply,
      <Page title="Conversations" tab="Desk">
        <p className="muted">
          {facility}; times in {zone}.
        </p>
        <nav aria-label="Folders">
          <ul>
            {folderNames.map((one, index) => (
              <li key={one}>
                <a href={`/conversations?folder=${one}`} aria-current={one === folder ? 'page' : undefined}>
                  {folders[one].name}
                  {counts[index] !== null && ` (${counts[index]})`}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        {shown.length === 0 && <p>{folders[folder].empty}</p>}
        <ul className="plain">
          {shown.map((one) => (
            <Line key={one.facts.id} conversation={one} zone={zone} />
          ))}
        </ul>
        {nextCursor && (
          <p>
            <a href={`/conversations?${new URLSearchParams({ folder, cursor: nextCursor })}`}>Earlier conversations</a>
          </p>
        )}
      </Page>,
    );
  });
}

/** Nobody has taken it yet: it waits on the team. */
export const waitingOn = (on: WaitsOn, assignee: string | null): string => (on === 'assignee' && assignee === null ? 'team' : on);

function Line({ conversation: { facts, names, address }, zone }: { conversation: LoadedConversation; zone: string }) {
  const waiting = waitsOn(facts);
  const since = waiting.map((one) => one.since).sort()[0];
  return (
    <li className="card">
      <a href={`/conversations/${facts.id}`}>
        <strong>{names.patient ?? address}</strong>
      </a>
      {names.provider && `, ${names.provider}`}
      {facts.flaggedAt && <mark> flagged</mark>}
      {facts.draft && <mark> reply to review</mark>}
      <br />
      {since
        ? `Waits on the ${waiting.map(({ on }) => waitingOn(on, names.assignee)).join(' and the ')} since ${dateTime(since, zone)}`
        : `Last said ${dateTime(facts.lastSaidAt, zone)}`}
      <span className="muted">
        {names.assignee ? ` · with ${names.assignee}` : ' · with nobody yet'}
        {facts.state === 'unread' && ' · handed over'}
      </span>
    </li>
  );
}
