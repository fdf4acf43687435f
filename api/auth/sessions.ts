import type { FastifyReply, FastifyRequest } from 'fastify';

import type { Actor, Role } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { Language } from '../../domain/language.ts';
import type { Right } from '../../domain/right.ts';
import type { Database } from '../../prisma/client.ts';
import type { Deps } from '../deps.ts';
import { pageOf } from '../destination.ts';
import { hashOf, newSecret } from './principal.ts';

const cookieName = 'holdfast_session';
/** Scheduling sessions follow a browser for a month; staff sessions see patient data and last a working day. */
const sessionHours = { scheduling: 30 * 24, staff: 12 };
export type SessionScope = keyof typeof sessionHours;

export type Visitor = {
  sessionId: string;
  scope: SessionScope;
  personId: string;
  facilityId: string;
  facility: string;
  zone: string;
  /** F-23: its automatic steps rest, or are only shown. */
  paused: boolean;
  shadow: boolean;
  name: string;
  email: string;
  role: Role;
  rights: Right[];
  /** Of their mails and pages; null: what the browser asks for (F-28). */
  language: Language | null;
  groupIds: string[];
  /** The patient as whom this session is logged in. */
  loggedInAs?: LoggedInAs | undefined;
};

export type LoggedInAs = { id: string; patientId: string; givenName: string; familyName: string; language: string; expiresAt: string };

/** Opens a session for a person and sets its cookie, in place of the one there was; only a POST that somebody pressed may do this (C-39). */
export async function openSession(
  deps: Deps,
  request: FastifyRequest,
  reply: FastifyReply,
  person: { id: string; facilityId: string },
  scope: SessionScope,
): Promise<void> {
  const token = newSecret();
  const expiresAt = new Date(Date.parse(deps.now()) + sessionHours[scope] * 3_600_000);
  const userAgent = request.headers['user-agent']?.slice(0, 200) ?? null;
  await deps.db.session.create({
    data: { tokenHash: hashOf(token), facilityId: person.facilityId, personId: person.id, scope, userAgent, expiresAt },
  });
  const secure = deps.config.PUBLIC_URL?.startsWith('https:') ?? false;
  reply.setCookie(cookieName, token, { httpOnly: true, sameSite: 'lax', secure, path: '/', expires: expiresAt });
}

const visitors = new WeakMap<FastifyRequest, Promise<Visitor>>();

/** Who visits, by the session cookie, asked once a request. Throws SIGN_IN_REQUIRED. */
export function visitorOf(deps: Deps, request: FastifyRequest): Promise<Visitor> {
  const known = visitors.get(request) ?? findVisitor(deps, request);
  visitors.set(request, known);
  return known;
}

async function findVisitor(deps: Deps, request: FastifyRequest): Promise<Visitor> {
  const token = request.cookies[cookieName];
  const session = token ? await findSession(deps.reader, token) : null;
  if (!session || session.revokedAt || session.expiresAt.toISOString() <= deps.now() || !session.person.active)
    throw new DomainError('SIGN_IN_REQUIRED');
  const { person } = session;
  return {
    sessionId: session.id,
    scope: session.scope as SessionScope,
    personId: person.id,
    facilityId: person.facilityId,
    facility: person.facility.name,
    zone: person.facility.zone,
    paused: person.facility.paused,
    shadow: person.facility.shadow,
    name: person.name,
    email: person.email,
    role: person.role as Role,
    rights: person.rights as Right[],
    language: Language.safeParse(person.language).data ?? null,
    groupIds: groupsOf(person),
    loggedInAs: loginOf(session.logins, deps.now()),
  };
}

function loginOf(logins: NonNullable<Awaited<ReturnType<typeof findSession>>>['logins'], now: string): LoggedInAs | undefined {
  const login = logins.find(({ expiresAt }) => expiresAt.toISOString() > now);
  if (!login) return undefined;
  const { id, patient, expiresAt } = login;
  const { id: patientId, givenName, familyName, language } = patient;
  return { id, patientId, givenName, familyName, language, expiresAt: expiresAt.toISOString() };
}

/** Who visits a page with patient data or administration. Throws SIGN_IN_REQUIRED, or STEP_UP_REQUIRED with the page to come back to. */
export async function staffOf(deps: Deps, request: FastifyRequest): Promise<Visitor> {
  const visitor = await visitorOf(deps, request).catch(() => undefined);
  if (visitor?.scope !== 'staff') throw new DomainError('STEP_UP_REQUIRED', { to: pageOf(request) });
  return visitor;
}

/** What says which groups a person schedules for. */
export const withGroups = { facility: true, memberships: true, mainOf: { select: { id: true } } } as const;

export function groupsOf({ memberships, mainOf }: { memberships: { groupId: string }[]; mainOf: { id: string }[] }): string[] {
  return [...new Set([...memberships.map(({ groupId }) => groupId), ...mainOf.map(({ id }) => id)])];
}

function findSession(db: Database, token: string) {
  return db.session.findUnique({
    where: { tokenHash: hashOf(token) },
    include: { person: { include: withGroups }, logins: { where: { endedAt: null }, include: { patient: true } } },
  });
}

/** Ends one of the visitor's own sessions; the cookie goes only with the session it belongs to. Throws NOT_FOUND. */
export async function closeSession(deps: Deps, reply: FastifyReply, { personId, sessionId }: Visitor, id: string): Promise<void> {
  const { count } = await deps.db.session.updateMany({ where: { id, personId, revokedAt: null }, data: { revokedAt: deps.now() } });
  if (count === 0) throw new DomainError('NOT_FOUND', { session: id });
  if (id === sessionId) reply.clearCookie(cookieName, { path: '/' });
}

/** The facility's own people, who see and decide about everything in it. */
export const isStaff = ({ role }: Pick<Visitor, 'role'>): boolean => role === 'facility scheduler' || role === 'support';

/** For what only the facility scheduler decides about (C-05). Throws NOT_ALLOWED. */
export function schedulerOf(visitor: Visitor): Visitor {
  if (visitor.role !== 'facility scheduler') throw new DomainError('NOT_ALLOWED', { role: visitor.role, needs: ['facility scheduler'] });
  return visitor;
}

export const actorOfVisitor = ({ personId, name, role }: Visitor): Actor => ({ personId, name, role, channel: 'page' });
