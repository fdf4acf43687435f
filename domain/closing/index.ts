/** Closing rules beyond a type's fields, one file each. Each throws the refusal, or lets the ticket close. */
import { clearance } from './clearance.ts';
import { idVerification } from './id-verification.ts';
import { labCancellation } from './lab-cancellation.ts';
import { programmeCancellation } from './programme-cancellation.ts';
import type { ClosingRule } from './rule.ts';
import { voicemail } from './voicemail.ts';

export const closingRules = {
  clearance,
  'id-verification': idVerification,
  'lab-cancellation': labCancellation,
  'programme-cancellation': programmeCancellation,
  voicemail,
} satisfies Record<string, ClosingRule>;
export type ClosingRuleName = keyof typeof closingRules;
export const closingRuleNames = Object.keys(closingRules) as [ClosingRuleName, ...ClosingRuleName[]];
