/** The signs in the frame of every page that something needs the visitor: courses of treatment (D-06, D-07), tickets of theirs (F-10). */
import type { FastifyRequest } from 'fastify';
import { createContext } from 'react';
import { worksWithPatients } from '../../domain/every-day.ts';
import { countNeedingAction } from '../../ledger/opportunity-list.ts';
import { visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';

/** `courses` is missing for whom the Care Manager is not, `tickets` for who has no tab for them. */
export type Needs = { courses?: number; tickets?: number };
const noted = new WeakMap<FastifyRequest, Needs>();

export const NeedsYou = createContext<Needs>({});

/** Asks before a page is made. Nothing needs whoever is not signed in. */
export async function noteNeeds(deps: Deps, request: FastifyRequest): Promise<void> {
  if (request.method !== 'GET' || !request.headers.cookie) return;
  const visitor = await visitorOf(deps, request).catch(() => undefined);
  if (!visitor) return;
  const { personId: assigneeId, rights, role } = visitor;
  const [courses, tickets] = await Promise.all([
    rights.includes('contact patients') ? countNeedingAction(deps.reader, assigneeId) : undefined,
    worksWithPatients(role) ? deps.reader.ticket.count({ where: { assigneeId, state: 'open' } }) : undefined,
  ]);
  noted.set(request, { ...(courses !== undefined && { courses }), ...(tickets !== undefined && { tickets }) });
}

export const needsOf = (request: FastifyRequest): Needs => noted.get(request) ?? {};
