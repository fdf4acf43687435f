import { DomainError } from '../errors.ts';
import type { ClosingRule } from './rule.ts';

/** P-02: clearing the patient closes it; it does not go before. */
export const clearance: ClosingRule = ({ clearanceOpen }) => {
  if (clearanceOpen) throw new DomainError('CLEARANCE_OPEN', { waysOut: ['clear the patient'] });
};
