/** The channels of teams (P-07): what is said there is said to all of the team. */
import { z } from 'zod';

import { postToTeam, whyTheChannel } from '../../ledger/team-post.ts';
import type { TeamPost as Row } from '../../prisma/generated/client.ts';
import { actorOf, allow } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { type Api, IdParam, Instant, Prose, yours } from './plugin.ts';
import { deskRoles } from './tickets.ts';

const Post = z
  .object({
    id: z.uuid(),
    teamId: z.uuid(),
    by: z.string(),
    text: z.string(),
    at: Instant,
    meantForId: z.uuid().nullable().describe('Somebody wanted to write to this person alone.'),
  })
  .meta({ id: 'TeamPost' });
const Posted = Post.extend({ because: z.string().nullable().describe('Why what was meant for one stands in the team’s channel (P-07).') });

const NewPost = z
  .strictObject({
    text: Prose.min(1).max(2000),
    meantForId: z
      .uuid()
      .optional()
      .describe('One of the team: posted to all of it, and the answer says why; of another team: refused (P-07).'),
    onBehalfOf: z.uuid().optional().describe('The person who writes, when a staff tool calls for them.'),
  })
  .meta({ example: { text: 'Who knows the new insurance form?' } });

const present = ({ id, teamId, by, text, at, meantForId }: Row): z.infer<typeof Post> => ({
  id,
  teamId,
  by,
  text,
  at: at.toISOString(),
  meantForId,
});

export function teamPostRoutes(app: Api, deps: Deps): void {
  const tags = ['teams'];

  const list = {
    tags,
    summary: 'What was said in a team’s channel, the latest first',
    params: IdParam,
    querystring: ListQuery.strict(),
    response: { 200: listOf(Post), ...problems(400, 401, 403, 404) },
  };
  app.get('/teams/:id/posts', { schema: list }, async ({ params, query, principal }) => {
    allow(principal, ...deskRoles);
    const team = yours(principal, await deps.reader.team.findUnique({ where: { id: params.id } }));
    const { where, orderBy } = keyset('-at', query.cursor, 'instant');
    const rows = await deps.reader.teamPost.findMany({ where: { AND: [{ teamId: team.id }, where] }, orderBy, take: query.limit + 1 });
    return pageOf(rows, query.limit, ({ at, id }) => [at.toISOString(), id], present);
  });

  const create = {
    tags,
    summary: 'Say something in a team’s channel; what is meant for one of them is said to all (P-07)',
    params: IdParam,
    body: NewPost,
    response: { 201: Posted, ...problems(400, 401, 403, 404, 422) },
  };
  app.post('/teams/:id/posts', { schema: create }, async (request, reply) => {
    const { principal, params, body } = request;
    allow(principal, ...deskRoles);
    return once(deps, principal, request, reply, async (tx) => {
      const { id: teamId, facilityId } = yours(principal, await tx.team.findUnique({ where: { id: params.id } }));
      const { onBehalfOf, ...said } = body;
      const post = await postToTeam(tx, { ...said, facilityId, teamId }, await actorOf(tx, principal, facilityId, onBehalfOf), deps.now());
      return { status: 201, body: { ...present(post), because: post.meantForId ? whyTheChannel : null } };
    });
  });
}
