/** Who works at the front desk, and what all of its pages do: show names only to those who may see them, and write down that they did. */
import type { FastifyRequest } from 'fastify';

import { hasRight, mustSeePatients } from '../../domain/right.ts';
import { recordAccess } from '../access-log.ts';
import { actorOfVisitor, staffOf, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';

/** Throws STEP_UP_REQUIRED without a fresh sign-in, NOT_ALLOWED for who does not see patients. */
export async function deskOf(deps: Deps, request: FastifyRequest): Promise<Visitor> {
  const visitor = await staffOf(deps, request);
  mustSeePatients(visitor);
  return visitor;
}

/** I-07: whether the visitor books, moves and cancels, or only looks. */
export const mayManage = (visitor: Visitor): boolean => hasRight(visitor, 'manage appointments');

/** F-25: before the page shows them. */
export async function showPatients(deps: Deps, visitor: Visitor, what: string, patientIds: string[]): Promise<void> {
  await recordAccess(deps, { facilityId: visitor.facilityId, by: actorOfVisitor(visitor), what, at: deps.now() }, patientIds);
}

export const fullName = ({ givenName, familyName }: { givenName: string; familyName: string }) => `${familyName}, ${givenName}`;
