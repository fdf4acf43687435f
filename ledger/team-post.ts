/** P-07: a team's channel. What is meant for one of them is said to all: more people can help, and faster. */
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { oversees } from '../domain/ticket-type.ts';
import type { Tx } from '../prisma/client.ts';
import type { TeamPost } from '../prisma/generated/client.ts';
import { recordChange } from './facility.ts';
import { oweMessages } from './message.ts';
import { findTeam, personAtDesk } from './team.ts';

/** Why nobody writes to one person alone (P-07). */
export const whyTheChannel = 'Direct messages are answered by one person, when they can: in the team channel anybody can help, and faster.';

export type NewPost = { facilityId: string; teamId: string; text: string; meantForId?: string | undefined };

/**
 * Says something in a team's channel and tells everybody of it. Meant for one of them it is said to all the same. Throws
 * UNKNOWN_TEAM, NOT_IN_TEAM, DIRECT_MESSAGE for somebody who is not in the channel.
 */
export async function postToTeam(tx: Tx, { facilityId, teamId, text, meantForId }: NewPost, actor: Actor, now: string): Promise<TeamPost> {
  const team = await findTeam(tx, facilityId, teamId, now);
  if (!team) throw new DomainError('UNKNOWN_TEAM', { teamId });
  const inTeam = async (personId: string | undefined) => (await personAtDesk(tx, facilityId, personId))?.teamIds.includes(team.id) ?? false;
  if (!oversees(actor) && actor.personId && !(await inTeam(actor.personId))) throw new DomainError('NOT_IN_TEAM', { team: team.name });
  if (meantForId && !(await inTeam(meantForId)))
    throw new DomainError('DIRECT_MESSAGE', { team: team.name, meantForId, because: whyTheChannel, waysOut: ['post it to their team'] });
  const data = { facilityId, teamId: team.id, byId: actor.personId ?? null, by: actor.name, meantForId: meantForId ?? null, text, at: now };
  const post = await tx.teamPost.create({ data });
  const after = { postId: post.id, meantForId: post.meantForId }; // nobody's words: they stand in the channel
  await recordChange(tx, { facilityId, kind: 'team', id: team.id }, { action: 'post', actor, at: now, rule: 'P-07', after });
  const facility = await tx.facility.findUniqueOrThrow({ where: { id: facilityId } });
  const ids = [...team.members.map(({ id }) => id), ...(team.lead ? [team.lead.id] : [])].filter((id) => id !== actor.personId);
  const to = await tx.person.findMany({
    where: { id: { in: ids } },
    select: { id: true, name: true, email: true },
    orderBy: { id: 'asc' },
  });
  const content = { kind: 'team post' as const, facility: facility.name, zone: facility.zone, team: team.name, by: actor.name, at: now };
  const about = { facilityId, kind: 'team' as const, id: team.id, shadow: facility.shadow };
  await oweMessages(tx, about, now, [{ key: `team-post/${post.id}`, to, content, receipt: true }]);
  return post;
}

export type ShownPost = TeamPost & { meantFor: { name: string } | null };

/** The latest first. */
export function postsOf(tx: Tx, teamId: string, take: number): Promise<ShownPost[]> {
  return tx.teamPost.findMany({
    where: { teamId },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take,
    include: { meantFor: { select: { name: true } } },
  });
}
