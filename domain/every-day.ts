import type { Role } from './decision.ts';

/** Pages that somebody opens every day; each has a link of this name in the foot of their mails. */
export type EveryDayPage =
  | 'find open time'
  | 'block schedule'
  | 'day book'
  | 'active tasks'
  | 'my work'
  | 'conversations'
  | 'coverage'
  | 'team board';

const withPatients: Partial<Record<Role, EveryDayPage[]>> = {
  receptionist: ['day book', 'active tasks'],
  practitioner: ['day book', 'conversations'],
  'care coordinator': ['my work', 'conversations', 'coverage'],
  'care team agent': ['my work', 'conversations'],
  'team lead': ['team board', 'conversations', 'my work'],
  manager: ['team board', 'conversations', 'coverage'],
};

/** Their pages show patients' data, which takes a sign-in that works once. */
export const worksWithPatients = (role: Role): boolean => role in withPatients;

/** The first of all first; whoever does not work with patients works with operating-room time, as is assumed of a stranger. */
export const everyDayOf = (role: Role | undefined): EveryDayPage[] => (role && withPatients[role]) ?? ['find open time', 'block schedule'];
