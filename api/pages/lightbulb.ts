/** The sign in the frame of every page that opportunities assigned to the visitor need action (D-06, D-07). */
import type { FastifyRequest } from 'fastify';
import { createContext } from 'react';

import { countNeedingAction } from '../../ledger/opportunity-list.ts';
import { visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';

const counts = new WeakMap<FastifyRequest, number>();

/** How many need the visitor; undefined for whom the Care Manager is not. */
export const Lightbulb = createContext<number | undefined>(undefined);

/** Asks before a page is made. Whoever is not signed in has none. */
export async function noteLightbulb(deps: Deps, request: FastifyRequest): Promise<void> {
  if (request.method !== 'GET' || !request.headers.cookie) return;
  const visitor = await visitorOf(deps, request).catch(() => undefined);
  if (visitor?.rights.includes('contact patients')) counts.set(request, await countNeedingAction(deps.reader, visitor.personId));
}

export const lightbulbOf = (request: FastifyRequest): number | undefined => counts.get(request);
