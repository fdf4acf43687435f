import { DomainError } from '../errors.ts';
import type { ClosingRule } from './rule.ts';

/** the order is really cancelled, and with a new one wanted, that one stands in its place. */
export const labCancellation: ClosingRule = ({ fields, labOrders }) => {
  const order = labOrders.find(({ number }) => number === fields.order);
  if (!order) throw new DomainError('LAB_ORDER_UNKNOWN', { order: fields.order ?? null });
  const replacements = labOrders.filter(({ replaces, status }) => replaces === order.number && status !== 'cancelled');
  if (order.status !== 'cancelled')
    throw new DomainError('LAB_ORDER_ALIVE', {
      order: order.number,
      status: order.status,
      replacements: replacements.map(({ number }) => number),
    });
  if (fields.replacement === 'with a new one' && replacements.length === 0)
    throw new DomainError('LAB_ORDER_NOT_REPLACED', { order: order.number });
};
