import { DomainError } from '../errors.ts';
import type { ClosingRule } from './rule.ts';

/** a voicemail goes to the team that can resolve it, and closes with a reply or a resolution. */
export const voicemail: ClosingRule = ({ type, routedAt }, { reply, resolution }) => {
  if (routedAt === null) throw new DomainError('NEVER_ROUTED', { type: type.name });
  if (!reply && !resolution)
    throw new DomainError('CLOSING_INCOMPLETE', { type: type.name, rule: 'R-05', missing: ['reply', 'resolution'], needs: 'one of them' });
};
