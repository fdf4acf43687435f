/** Templates: a practice's own words to patients, with fields in braces that are checked when they are saved (D-08 to D-10). */
import { z } from 'zod';

import type { Role } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { Channel } from '../../domain/patient-message.ts';
import { templateFields, Wordings } from '../../domain/template.ts';
import { changeTemplate, createTemplate } from '../../ledger/template.ts';
import type { Tx } from '../../prisma/client.ts';
import type { MessageTemplate as Row } from '../../prisma/generated/client.ts';
import { actorOf, allow, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { edit, once } from '../idempotency.ts';
import { etag, ifMatch, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { type Api, IdParam, Line, reach, Version, yours } from './plugin.ts';

const Template = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    name: z.string(),
    channel: Channel,
    wordings: Wordings.describe(`By language. Fields: ${templateFields.map((name) => `{${name}}`).join(', ')}.`),
    active: z.boolean().describe('Whether it is offered for new messages.'),
    version: Version,
  })
  .meta({ id: 'Template' });

const wordings = { en: { text: 'Dear {firstName}, it is time for your check-up at {practice}. Please call us.' } };
const NewTemplate = z
  .strictObject({ facilityId: z.uuid(), name: Line, channel: Channel, wordings: Wordings })
  .meta({ example: { facilityId: '01890000-0000-7000-8000-000000000001', name: 'Check-up', channel: 'sms', wordings } });
const TemplateChange = z
  .strictObject({ name: Line.optional(), wordings: Wordings.optional(), active: z.boolean().optional() })
  .meta({ example: { wordings } });
const Query = ListQuery.extend({
  facilityId: z.uuid().optional(),
  channel: Channel.optional(),
  active: z.stringbool().optional(),
}).strict();

/** Who writes a practice's templates. Whoever may contact patients reads them. */
export const templateRoles: Role[] = ['manager', 'receptionist', 'care coordinator', 'support', 'facility scheduler'];

export function templateRoutes(app: Api, deps: Deps): void {
  const tags = ['templates'];
  const refusals = [400, 401, 403, 404, 409, 422] as const;

  const list = { tags, summary: 'List templates by name', querystring: Query, response: { 200: listOf(Template), ...problems(400, 401) } };
  app.get('/templates', { schema: list }, async ({ query, principal }) => {
    const { cursor, limit, ...filter } = query;
    const { where, orderBy } = keyset('name', cursor, 'text');
    const rows = await deps.reader.messageTemplate.findMany({
      where: { AND: [scopeOf(principal), filter, where] },
      orderBy,
      take: limit + 1,
    });
    return pageOf(rows, limit, ({ name, id }) => [name, id], present);
  });

  const one = { tags, summary: 'One template', params: IdParam, response: { 200: Template, ...problems(400, 401, 404) } };
  app.get('/templates/:id', { schema: one }, async ({ params, principal }, reply) => {
    const row = yours(principal, await deps.reader.messageTemplate.findUnique({ where: { id: params.id } }));
    return reply.header('etag', etag(row.version)).send(present(row));
  });

  const create = { tags, summary: 'Add a template', body: NewTemplate, response: { 201: Template, ...problems(...refusals) } };
  app.post('/templates', { schema: create }, async (request, reply) => {
    const { principal, body } = request;
    allow(principal, ...templateRoles);
    const { facilityId, ...template } = body;
    reach(principal, facilityId);
    return once(deps, principal, request, reply, async (tx) => {
      const by = { actor: await actorOf(tx, principal, facilityId), at: deps.now() };
      return { status: 201, body: present(await createTemplate(tx, facilityId, template, by)) };
    });
  });

  const change = {
    tags,
    summary: 'Change a template; what was sent before stays as it was sent',
    params: IdParam,
    body: TemplateChange,
    response: { 200: Template, ...problems(...refusals, 412, 428) },
  };
  app.patch('/templates/:id', { schema: change }, async (request, reply) => {
    const { principal, body, params, headers } = request;
    allow(principal, ...templateRoles);
    const load = (tx: Tx) => tx.messageTemplate.findUnique({ where: { id: params.id } });
    return edit(deps, request, reply, async (tx) => {
      const before = yours(principal, await load(tx));
      const by = { version: ifMatch(headers['if-match']), actor: await actorOf(tx, principal, before.facilityId), at: deps.now() };
      const row = await changeTemplate(tx, before, body, by);
      if (!row) throw new DomainError('VERSION_MISMATCH', { present: present(yours(principal, await load(tx))) });
      return { status: 200, body: present(row) };
    });
  });
}

function present({ id, facilityId, name, channel, wordings: stored, active, version }: Row): z.infer<typeof Template> {
  return { id, facilityId, name, channel: channel as Channel, wordings: Wordings.parse(stored), active, version };
}
