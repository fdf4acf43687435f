/** Care coordinators: how they work, and which providers may have one (P-15, P-27 to P-29). */
import { z } from 'zod';

import { Availability } from './availability.ts';
import { isZone } from './civil.ts';
import { DomainError } from './errors.ts';

/** `remote`: virtual; `designated`: in the provider's office, hybrid ones too (P-15, P-29). */
const coordinatorKinds = ['remote', 'designated'] as const;

/** Wall-clock hours in a zone of their own, which need not be the facility's (P-27). */
export const CoordinatorTerms = z.strictObject({
  kind: z.enum(coordinatorKinds).describe('remote: virtual; designated: in the provider’s office, hybrid too (P-15, P-29).'),
  zone: z.string().max(100).describe('IANA zone of their working hours (P-27).'),
  hours: Availability.describe('When they work, wall clock in their own zone; a weekday left out is a day off.'),
});
export type CoordinatorTerms = z.infer<typeof CoordinatorTerms>;
export type CoordinatorKind = CoordinatorTerms['kind'];

/** P-27: throws UNKNOWN_ZONE. */
export function mustKnowZone({ zone }: Pick<CoordinatorTerms, 'zone'>): void {
  if (!isZone(zone)) throw new DomainError('UNKNOWN_ZONE', { zone });
}

/** P-28: throws EHR_NOT_USED for a provider who does not use the records system. */
export function mustUseEhr({ name, usesEhr }: { name: string; usesEhr: boolean }): void {
  if (!usesEhr) throw new DomainError('EHR_NOT_USED', { provider: name, usesEhr, needs: true });
}
