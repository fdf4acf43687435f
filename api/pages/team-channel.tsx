/** The channel of a team (P-07): said to all of it, whoever it is meant for. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';

import { dateTime } from '../../emails/wording.ts';
import { postsOf, postToTeam, type ShownPost, whyTheChannel } from '../../ledger/team-post.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { actorOfVisitor, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { type Problem, problemOf } from '../problems.ts';
import { Page, renderPage } from './page.tsx';
import { atDesk } from './ticket-parts.tsx';

const Query = z.object({ team: z.uuid().optional() });
const Form = z.object({ text: z.string().trim().min(1).max(2000), meantForId: z.union([z.uuid(), z.literal('')]).optional() });
const mostShown = 50;

export function registerTeamChannel(app: FastifyInstance, deps: Deps): void {
  app.get('/team-channel', { schema: { hide: true } }, async (request, reply) =>
    show(deps, await atDesk(deps, request), Query.parse(request.query).team, reply),
  );

  app.post<{ Params: { team: string } }>('/team-channel/:team', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await atDesk(deps, request);
    const { text, meantForId } = Form.parse(request.body ?? {});
    const post = { facilityId: visitor.facilityId, teamId: request.params.team, text, meantForId: meantForId || undefined };
    try {
      await inTransaction(deps.db, (tx) => postToTeam(tx, post, actorOfVisitor(visitor), deps.now()));
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status !== 422 && problem.status !== 403) throw error;
      return show(deps, visitor, request.params.team, reply, { problem, text });
    }
    return reply.redirect(`/team-channel?team=${request.params.team}`, 303);
  });
}

async function show(
  deps: Deps,
  visitor: Visitor,
  wanted: string | undefined,
  reply: FastifyReply,
  refused?: { problem: Problem; text: string },
) {
  const { facilityId, personId, role, zone } = visitor;
  const own = role === 'manager' ? {} : { OR: [{ leadId: personId }, { members: { some: { personId } } }] };
  const people = { select: { person: { select: { id: true, name: true } } }, orderBy: { person: { name: 'asc' as const } } };
  const teams = await deps.reader.team.findMany({
    where: { facilityId, ...own },
    orderBy: { name: 'asc' },
    select: { id: true, name: true, members: people },
  });
  const team = teams.find(({ id }) => id === wanted) ?? teams[0];
  const posts = team ? await postsOf(deps.reader, team.id, mostShown) : [];
  return renderPage(
    reply,
    <Page title={team ? `Channel of ${team.name}` : 'Team channel'} tab="Desk">
      {!team && <p>You are of no team yet: your lead or a manager adds you to one, and its channel opens here.</p>}
      {teams.length > 1 && (
        <nav aria-label="Teams">
          <ul>
            {teams.map(({ id, name }) => (
              <li key={id}>
                <a href={`/team-channel?team=${id}`} aria-current={id === team?.id ? 'page' : undefined}>
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      )}
      {refused && (
        <p className="notice warning" role="alert">
          {refused.problem.title} Nothing was posted; your words are below.
        </p>
      )}
      {team && (
        <form method="post" action={`/team-channel/${team.id}`} className="card">
          <label htmlFor="text">Say it to the team</label>
          <textarea id="text" name="text" rows={3} required maxLength={2000} defaultValue={refused?.text} aria-describedby="no-patients" />
          <p className="muted" id="no-patients">
            No patient’s name here: link the ticket or conversation instead.
          </p>
          <label htmlFor="meant">Meant for (all of the team read it: {whyTheChannel.split(': ')[1]})</label>
          <select id="meant" name="meantForId">
            <option value="">whoever knows</option>
            {team.members.map(({ person: { id, name } }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
          <button type="submit">Post</button>
        </form>
      )}
      {team && posts.length === 0 && <p>Nothing was said here yet. Ask the first question above.</p>}
      <ol className="plain">
        {posts.map((post) => (
          <Post key={post.id} post={post} zone={zone} />
        ))}
      </ol>
    </Page>,
    refused?.problem.status ?? 200,
  );
}

function Post({ post: { by, at, text, meantFor }, zone }: { post: ShownPost; zone: string }) {
  return (
    <li className="card">
      <p className="muted">
        {by}
        {meantFor && `, meant for ${meantFor.name}`}, {dateTime(at.toISOString(), zone)}
      </p>
      <p className="said">{text}</p>
    </li>
  );
}
