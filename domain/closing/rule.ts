import type { Answers } from '../ticket-field.ts';

/** What a closing rule may look at: the ticket, and what the customer's own system reported about its patient. */
export type ClosingFacts = {
  type: { name: string };
  fields: Answers;
  routedAt: string | null;
  /** It was raised for a patient who is not cleared yet. */
  clearanceOpen: boolean;
  subscriptions: { number: string; programme: string; status: string }[];
  /** `replaces`: the number of the order in whose place it was requested. */
  labOrders: { number: string; status: string; replaces: string | null }[];
};

export type ClosingRule = (facts: ClosingFacts, outcome: Answers) => void;
