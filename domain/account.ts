/** a patient's account, in which the care team looks things up and acts for the patient. */
import { z } from 'zod';

import type { Actor, Role } from './decision.ts';
import { DomainError } from './errors.ts';
import { hasRight, type Right } from './right.ts';

/** Who looks: all of the care team. */
export const accountReaders: Role[] = ['care coordinator', 'care team agent', 'practitioner', 'team lead', 'manager', 'support'];
/** Who acts: gives credit, cancels a subscription, logs in as the patient. */
const accountWorkers: Role[] = ['care team agent', 'team lead', 'manager', 'support'];

type Holder = { role: Role };
const isOf = ({ role }: Holder, roles: Role[]) => role === 'administrator' || roles.includes(role);

export const readsAccounts = (holder: Holder): boolean => isOf(holder, accountReaders);
export const worksOnAccounts = (holder: Holder): boolean => isOf(holder, accountWorkers);

/** Throws ACCOUNT_NOT_YOURS. */
export function mustReadAccounts(holder: Holder): void {
  if (!readsAccounts(holder)) throw new DomainError('ACCOUNT_NOT_YOURS', { role: holder.role, needs: accountReaders });
}

/** Throws ACCOUNT_NOT_YOURS. */
export function mustWorkOnAccounts(holder: Holder): void {
  if (!worksOnAccounts(holder)) throw new DomainError('ACCOUNT_NOT_YOURS', { role: holder.role, needs: accountWorkers });
}

/** Who changes what a card says: whoever works on accounts, and the front desk (I-07). Throws RIGHT_MISSING. */
export function mustEditCards(holder: Holder & { rights: Right[] }): void {
  if (!worksOnAccounts(holder) && !hasRight(holder, 'manage appointments'))
    throw new DomainError('RIGHT_MISSING', { role: holder.role, needs: 'manage appointments', or: accountWorkers });
}

const currencies = new Set(Intl.supportedValuesOf('currency'));
export const Currency = z
  .string()
  .refine((code) => currencies.has(code), 'a code of ISO 4217 such as USD')
  .describe('ISO 4217, such as USD.')
  .meta({ example: 'USD' });

/** More is a slip of the finger, and does not fit the ledger. */
export const mostMinor = 100_000_000;

/** Throws CREDIT_NOT_POSITIVE, CREDIT_TOO_LARGE, CREDIT_CURRENCY. `amountMinor`: in the smallest unit of the currency. */
export function checkCredit({ amountMinor, currency }: { amountMinor: number; currency: string }, house: { currency: string }): void {
  if (!Number.isSafeInteger(amountMinor) || amountMinor <= 0) throw new DomainError('CREDIT_NOT_POSITIVE', { amountMinor, moreThan: 0 });
  if (amountMinor > mostMinor) throw new DomainError('CREDIT_TOO_LARGE', { amountMinor, most: mostMinor });
  if (currency !== house.currency) throw new DomainError('CREDIT_CURRENCY', { currency, needs: house.currency });
}

/** Decisions of somebody who is logged in as the patient are their own, on the patient's behalf: none of them is silent. */
export const onBehalfOf = (actor: Actor, patientId: string): Actor => ({ ...actor, onBehalfOfPatientId: patientId });

/** What only the patient can say, such as that a form about their health is filled in. Throws PATIENT_ONLY. */
export function mustBeThePatient({ role, onBehalfOfPatientId }: Actor, what: string): void {
  if (onBehalfOfPatientId) throw new DomainError('PATIENT_ONLY', { role, what });
}

/** How many digits a currency has after its point: 2 for USD, 0 for JPY. */
export const digitsOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

/** "12.5" or "12,50" as the smallest units of the currency. Throws CREDIT_UNREADABLE for what is no amount of it. */
export function minorOf(text: string, currency: string): number {
  const digits = digitsOf(currency);
  const [, whole, rest = ''] = /^\s*(-?\d{1,12})(?:[.,](\d+))?\s*$/.exec(text) ?? [];
  if (whole === undefined || rest.length > digits) throw new DomainError('CREDIT_UNREADABLE', { amount: text, digits });
  return Number(`${whole}${rest.padEnd(digits, '0')}`);
}
