import { isStaff, type Visitor } from '../auth/sessions.ts';

/** The surgeons a visitor speaks for: those of the own groups, or all of the facility for its staff. */
export const surgeonsOf = (visitor: Visitor) => ({
  facilityId: visitor.facilityId,
  ...(!isStaff(visitor) && { groupId: { in: visitor.groupIds } }),
});
