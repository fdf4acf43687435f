import type { Role } from './decision.ts';
import { DomainError } from './errors.ts';

/**
 * What a person or a key may do beyond its role. `manage appointments`: book, move and cancel, and create and work tasks
 * and waitlist entries: one right for all of it (I-07). `contact patients`: see their contact data and write to them (D-24).
 */
export const rights = ['manage appointments', 'contact patients'] as const;
export type Right = (typeof rights)[number];

/** The rights that a role begins with; each person's can be changed. */
export function rightsOfRole(role: Role): Right[] {
  return role === 'receptionist' || role === 'care coordinator' ? [...rights] : [];
}

/** An administrator may do everything. */
export const hasRight = ({ role, rights }: { role: Role; rights: Right[] }, right: Right): boolean =>
  role === 'administrator' || rights.includes(right);

/** Throws RIGHT_MISSING. */
export function needRight({ role, rights }: { role: Role; rights: Right[] }, needs: Right): void {
  if (!hasRight({ role, rights }, needs)) throw new DomainError('RIGHT_MISSING', { role, needs });
}

/** F-25: who answers for how patients' data is used, and so sees who looked at it. */
export const readsAccessLog = (role: Role): boolean => role === 'manager' || role === 'support' || role === 'administrator';

const seePatients: Role[] = [
  'receptionist',
  'practitioner',
  'care coordinator',
  'care team agent',
  'team lead',
  'manager',
  'support',
  'administrator',
];

/** Throws NOT_ALLOWED unless they treat patients, manage or answer for those who do, or hold a right that needs their data. */
export function mustSeePatients({ role, rights }: { role: Role; rights: Right[] }): void {
  if (rights.length === 0 && !seePatients.includes(role)) throw new DomainError('NOT_ALLOWED', { role, needs: seePatients });
}
