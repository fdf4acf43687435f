import { DomainError } from '../errors.ts';
import type { ClosingRule } from './rule.ts';

/** done when the subscription is really cancelled, as the customer's own system reports it. */
export const programmeCancellation: ClosingRule = ({ fields, subscriptions }) => {
  const meant = subscriptions.filter(
    ({ number, programme }) => !fields.subscription || [number, programme].includes(fields.subscription as string),
  );
  const active = meant.filter(({ status }) => status === 'active').map(({ number }) => number);
  if (active.length > 0) throw new DomainError('SUBSCRIPTION_ACTIVE', { active });
  if (meant.length === 0) throw new DomainError('SUBSCRIPTION_UNKNOWN', { subscription: fields.subscription ?? null });
};
