/** Who may answer what. The list is data with versions; a person signs each off before it is in force. */
import { z } from 'zod';

/** Who answers: the care team, a clinician, or the team lead, who is asked when somebody is unsure. */
export const queues = ['team', 'clinical', 'lead'] as const;
export type Queue = (typeof queues)[number];

export const CategoryKey = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
  .max(60)
  .describe('In kebab-case.');

const ReplyCategory = z.strictObject({
  key: CategoryKey,
  name: z.string().trim().min(1).max(200),
  answeredBy: z.enum(queues),
});
export type ReplyCategory = z.infer<typeof ReplyCategory>;

export const ReplyCategories = z
  .array(ReplyCategory)
  .min(1)
  .max(60)
  .refine((all) => new Set(all.map(({ key }) => key)).size === all.length, 'each key once')
  .refine(
    (all) => all.some(({ key, answeredBy }) => key === 'unsure' && answeredBy === 'lead'),
    '“unsure” stays, and goes to the lead (R-16)',
  );

/** A list as it is in force. Version 0: the source's, which nobody here has signed off yet. */
export type CategoryList = { version: number; categories: ReplyCategory[] };

const of = (answeredBy: Queue, named: Record<string, string>): ReplyCategory[] =>
  Object.entries(named).map(([key, name]) => ({ key, name, answeredBy }));

/** What the source says, in the order of its lines: eleven that the team may answer, six that it may not. */
export const sourceCategories: CategoryList = {
  version: 0,
  categories: [
    ...of('team', {
      billing: 'Payment and billing',
      'pricing-credits-promotions': 'Pricing, credits or promotions',
      'order-status': 'Status of an order',
      records: 'Medical records and documentation',
      'refill-dates': 'Order frequency or refill dates',
      'pharmacy-transfer': 'Information to transfer a prescription to a local pharmacy',
      'visit-trouble': 'Trouble completing an online visit or submitting a renewal',
      scheduling: 'Scheduling appointments',
      reassigning: 'Reassigning patients',
      'order-quality': 'Quality of an order',
      ingredients: 'Ingredients of a product, as stored',
    }),
    ...of('clinical', {
      'other-clinical': 'Anything else clinical: allergy, interaction, suitability',
      'treatment-changes': 'Clinical counselling, changes of treatment or prescription',
      'treatment-request-status': 'Changing the status of an active or approved treatment request',
      'gender-and-sex': 'Confirming gender identity or sex assigned at birth',
      'medical-information': 'More medical information at a provider’s request',
      'side-effects': 'Side effects',
    }),
    ...of('lead', { 'not-listed': 'Something else that is not clinical', unsure: 'Unsure' }),
  ],
};

/** The queue of a category; undefined for one that the list does not have. */
export function queueOf({ categories }: CategoryList, key: string): Queue | undefined {
  return categories.find((one) => one.key === key)?.answeredBy;
}
