/** Messages: which mail was owed to whom, and what became of it. Never its content, which carries links that act. */
import { z } from 'zod';

import { Channel } from '../../domain/patient-message.ts';
import { recordLook } from '../access-log.ts';
import { allow, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { type Api, IdParam, Instant, Line, yours } from './plugin.ts';

const states = ['waiting', 'claimed', 'sent', 'unknown', 'delivered', 'bounced', 'undeliverable', 'withdrawn', 'shadow'] as const;

const Message = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    kind: z.string(),
    personId: z.uuid().nullable().describe('The person of the facility it is for; null for a patient’s.'),
    patientId: z.uuid().nullable(),
    channel: Channel,
    address: z.string(),
    subjectKind: z.string(),
    subjectId: z.uuid(),
    state: z.enum(states),
    attempts: z.int(),
    error: z.string().nullable(),
    sendAfter: Instant,
    createdAt: Instant,
    sentAt: Instant.nullable(),
    reportedAt: Instant.nullable().describe('When the mail service last said what became of it.'),
  })
  .meta({ id: 'Message' });

const Query = ListQuery.extend({
  facilityId: z.uuid().optional(),
  state: z.enum(states).optional(),
  kind: Line.optional().meta({ example: 'block alert' }),
  to: Line.optional().describe('The address or number it goes to.').meta({ example: 'dana.reyes@example.org' }),
  channel: Channel.optional(),
  personId: z.uuid().optional(),
  patientId: z.uuid().optional(),
  subjectKind: z.enum(['block', 'hold', 'case', 'facility', 'person', 'group', 'opening', 'series', 'patient']).optional(),
  subjectId: z.uuid().optional(),
  sort: z.enum(['createdAt', '-createdAt']).default('-createdAt'),
}).strict();

const omit = { content: true, key: true, batchId: true, transportId: true, priority: true } as const;

export function messageRoutes(app: Api, deps: Deps): void {
  const tags = ['messages'];

  const list = {
    tags,
    summary: 'List messages, the latest first',
    querystring: Query,
    response: { 200: listOf(Message), ...problems(400, 401, 403) },
  };
  app.get('/messages', { schema: list }, async ({ query, principal }) => {
    allow(principal, 'facility scheduler', 'support');
    const { cursor, limit, sort, to, ...filter } = query;
    const { where, orderBy } = keyset(sort, cursor, 'instant');
    const AND = [scopeOf(principal), filter, { address: to?.includes('@') ? to.toLowerCase() : to }, where];
    const rows = await deps.reader.message.findMany({ where: { AND }, orderBy, take: limit + 1, omit });
    await recordLook(deps, principal, rows.slice(0, limit), 'messages');
    return pageOf(rows, limit, ({ createdAt, id }) => [createdAt.toISOString(), id], present);
  });

  const one = { tags, summary: 'One message', params: IdParam, response: { 200: Message, ...problems(400, 401, 403, 404) } };
  app.get('/messages/:id', { schema: one }, async ({ params, principal }) => {
    allow(principal, 'facility scheduler', 'support');
    const row = yours(principal, await deps.reader.message.findUnique({ where: { id: params.id }, omit }));
    await recordLook(deps, principal, [row], 'messages');
    return present(row);
  });
}

type Row = Omit<z.infer<typeof Message>, 'state' | 'channel' | 'sendAfter' | 'createdAt' | 'sentAt' | 'reportedAt'> & {
  state: string;
  channel: string;
  sendAfter: Date;
  createdAt: Date;
  sentAt: Date | null;
  reportedAt: Date | null;
};

function present({ state, channel, sendAfter, createdAt, sentAt, reportedAt, ...row }: Row): z.infer<typeof Message> {
  return {
    ...row,
    state: state as (typeof states)[number],
    channel: channel as Channel,
    sendAfter: sendAfter.toISOString(),
    createdAt: createdAt.toISOString(),
    sentAt: sentAt?.toISOString() ?? null,
    reportedAt: reportedAt?.toISOString() ?? null,
  };
}
