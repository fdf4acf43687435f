import { DomainError } from '../errors.ts';
import type { ClosingRule } from './rule.ts';

/** an issue with either item is one that the patient was told of. */
export const idVerification: ClosingRule = ({ type }, { photo, document, contact }) => {
  if ((photo === 'issue' || document === 'issue') && !contact)
    throw new DomainError('CLOSING_INCOMPLETE', { type: type.name, rule: 'R-06', missing: ['contact'], photo, document });
};
