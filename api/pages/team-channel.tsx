/** The channel of a team (P-07): said to all of it, whoever it is meant for. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';

import { postsOf, postToTeam, type ShownPost } from '../../ledger/team-post.ts';
import type { Tx } from '../../prisma/client.ts';
import { actorOfVisitor, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { type Problem, problemOf } from '../problems.ts';
import { OptionalId } from './dates.ts';
import { oncePosted } from './form-once.ts';
import { Options, Page, renderPage } from './page.tsx';
import { useSpeech } from './reader.ts';
import { atDesk } from './ticket-parts.tsx';

const Query = z.object({ team: z.uuid().optional() });
const Form = z.object({ form: z.uuid(), text: z.string().trim().min(1).max(2000), meantForId: OptionalId });
const mostShown = 50;

export function registerTeamChannel(app: FastifyInstance, deps: Deps): void {
  app.get('/team-channel', { schema: { hide: true } }, async (request, reply) =>
    show(deps, await atDesk(deps, request), Query.parse(request.query).team, reply),
  );

  app.post<{ Params: { team: string } }>('/team-channel/:team', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await atDesk(deps, request);
    const said = Form.parse(request.body ?? {});
    const { text, meantForId } = said;
    const post = { facilityId: visitor.facilityId, teamId: request.params.team, text, meantForId };
    try {
      const write = async (tx: Tx) => (await postToTeam(tx, post, actorOfVisitor(visitor), deps.now())).id;
      await oncePosted(deps, visitor, { ...said, team: request.params.team }, write);
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
  return renderPage(reply, <Channel {...{ team, teams, posts, refused, zone }} />, refused?.problem.status ?? 200);
}

type Team = { id: string; name: string; members: { person: { id: string; name: string } }[] };
type Props = {
  team: Team | undefined;
  teams: Team[];
  posts: ShownPost[];
  refused: { problem: Problem; text: string } | undefined;
  zone: string;
};

function Channel({ team, teams, posts, refused, zone }: Props) {
  const { words, phrase } = useSpeech();
  return (
    <Page title={team ? words('teamChannel.titleOf', { team: team.name }) : words('teamChannel.title')} tab="Desk">
      {!team && <p>{words('teamChannel.noTeam')}</p>}
      {teams.length > 1 && (
        <nav aria-label={words('teamChannel.teams')}>
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
          {phrase(refused.problem.title)} {words('teamChannel.refused')}
        </p>
      )}
      {team && (
        <form method="post" action={`/team-channel/${team.id}`} className="card">
          <input type="hidden" name="form" value={crypto.randomUUID()} />
          <label htmlFor="text">{words('teamChannel.say')}</label>
          <textarea id="text" name="text" rows={3} required maxLength={2000} defaultValue={refused?.text} aria-describedby="no-patients" />
          <p className="muted" id="no-patients">
            {words('teamChannel.noPatients')}
          </p>
          <label htmlFor="meant">{words('teamChannel.meant')}</label>
          <select id="meant" name="meantForId">
            <option value="">{words('teamChannel.anybody')}</option>
            <Options of={team.members.map(({ person }) => person)} />
          </select>
          <button type="submit">{words('teamChannel.post')}</button>
        </form>
      )}
      {team && posts.length === 0 && <p>{words('teamChannel.empty')}</p>}
      <ol className="plain">
        {posts.map((post) => (
          <Post key={post.id} post={post} zone={zone} />
        ))}
      </ol>
    </Page>
  );
}

function Post({ post: { by: name, at, text, meantFor }, zone }: { post: ShownPost; zone: string }) {
  const { words, dateTime } = useSpeech();
  const said = { name, at: dateTime(at.toISOString(), zone) };
  return (
    <li className="card">
      <p className="muted">{meantFor ? words('teamChannel.byFor', { ...said, whom: meantFor.name }) : words('teamChannel.by', said)}</p>
      <p className="said">{text}</p>
    </li>
  );
}
