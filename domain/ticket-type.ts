/** Ticket types are data: a queue, who may work it, what it asks for, its clock, what closing demands. */
import { z } from 'zod';

import { closingRuleNames } from './closing/index.ts';
import type { CoordinatorKind } from './coordinator.ts';
import { type Role, roles } from './decision.ts';
import { DomainError } from './errors.ts';
import { TicketFields } from './ticket-field.ts';

/** P-01: the areas of a coordinator's job, and those of the desks behind them. */
export const ticketAreas = [
  'provider communication',
  'patient communication',
  'scheduling',
  'health record',
  'care operations',
  'support',
] as const;

/** Longer than any clock or warning of a queue: a year of round-the-clock work. */
const Minutes = z.int().min(1).max(525_600);

export const TicketTypeTerms = z.object({
  key: z.string().regex(/^[a-z][a-z0-9-]{1,59}$/, 'a key such as refund-or-credit'),
  name: z.string().trim().min(1).max(120),
  area: z.enum(ticketAreas),
  roles: z.array(z.enum(roles)).max(roles.length).default([]).describe('Who may work it; none: whoever is in its team.'),
  scope: z.enum(['all', 'designated']).default('all').describe('designated: not for remote care coordinators (P-29).'),
  growth: z.boolean().default(false).describe('About growing the business: not for care coordinators (P-26).'),
  fields: TicketFields.default([]).describe('What a new ticket must say.'),
  closing: TicketFields.default([]).describe('What closing demands.'),
  rule: z.enum(closingRuleNames).nullable().default(null).describe('A closing rule of its own, beyond the fields.'),
  source: z.string().max(20).nullable().default(null).describe('The rule it came from, named in refusals.'),
  matters: z
    .array(z.string().trim().min(3).max(80))
    .max(20)
    .default([])
    .describe('Words by which an inquiry belongs here whatever type it was filed under (P-10).'),
  slaMinutes: Minutes.nullable().default(null).describe('Working minutes until it should be closed; null: no clock.'),
  warnMinutes: z.int().min(0).max(525_600).default(0).describe('So many working minutes before that somebody is warned; 0: nobody.'),
  returnMinutes: Minutes.nullable().default(null).describe('An assignee silent for so long loses it (F-11); null: never.'),
  returnTo: z.enum(['next', 'lead']).default('next').describe('Who gets it then: the next of the team, or its lead.'),
  active: z.boolean().default(true),
});
export type TicketTypeTerms = z.infer<typeof TicketTypeTerms>;

export type TicketType = TicketTypeTerms & { id: string; teamId: string; takeoverTeamId: string | null; version: number };

/** Somebody at a desk. `kind`: of a care coordinator; one whose kind nobody entered counts as remote. */
export type Worker = { role: Role; kind: CoordinatorKind | null };

/** They give out work and do any of it. */
const overseers: readonly Role[] = ['team lead', 'manager', 'administrator', 'system'];
export const oversees = ({ role }: { role: Role }): boolean => overseers.includes(role);

/** Throws GROWTH_NOT_SUPPORTED (P-26), OUTSIDE_SCOPE (P-29), WORK_NOT_YOURS. */
export function mayWork(type: Pick<TicketType, 'name' | 'roles' | 'scope' | 'growth'>, { role, kind }: Worker): void {
  if (type.growth && role === 'care coordinator')
    throw new DomainError('GROWTH_NOT_SUPPORTED', { type: type.name, waysOut: ['the growth of a business is its provider’s own'] });
  if (oversees({ role })) return;
  if (type.scope === 'designated' && role === 'care coordinator' && kind !== 'designated')
    throw new DomainError('OUTSIDE_SCOPE', { type: type.name, kind: kind ?? 'remote', needs: 'designated' });
  if (type.roles.length > 0 && !type.roles.includes(role))
    throw new DomainError('WORK_NOT_YOURS', { type: type.name, role, needs: type.roles });
}

/** Whether they may work it: the same rule, for those who choose among people. */
export function canWork(type: Parameters<typeof mayWork>[0], worker: Worker): boolean {
  try {
    mayWork(type, worker);
    return true;
  } catch {
    return false;
  }
}

/** P-10: the type that an inquiry belongs to, whatever it was filed under: the first whose words stand in it. */
export function typeOfMatter<Type extends Pick<TicketType, 'key' | 'matters'>>(filed: Type, all: readonly Type[], words: string): Type {
  const text = words.toLowerCase();
  const claims = ({ matters }: Type) => matters.some((matter) => hasWords(text, matter.toLowerCase()));
  return claims(filed) ? filed : (all.find(claims) ?? filed);
}

/** Whole words: "ads" is not in "loads". */
function hasWords(text: string, words: string): boolean {
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    const letter = /[\p{L}\p{N}]/u;
    if (!letter.test(text[at - 1] ?? '') && !letter.test(text[at + words.length] ?? '')) return true;
  }
  return false;
}
