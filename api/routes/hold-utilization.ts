/** C-28: how much of the time they held a requester or a provider used, which holds count, and what follows (U-07). */
import { z } from 'zod';

import { holdStates } from '../../domain/hold.ts';
import { type Limits, limitsInWords } from '../../domain/hold-utilization.ts';
import { zoneAndPolicyOf } from '../../ledger/facility.ts';
import { readStanding, readUtilization } from '../../ledger/hold-utilization.ts';
import type { Deps } from '../deps.ts';
import { problems } from '../problems.ts';
import { type Api, IdParam, Instant, yours } from './plugin.ts';

const JudgedHold = z.object({
  id: z.uuid(),
  room: z.string(),
  state: z.enum(holdStates),
  startsAt: Instant,
  endsAt: Instant,
  endedAt: Instant,
  heldMinutes: z.int(),
  usedMinutes: z.int(),
  counts: z.boolean(),
  because: z.string().describe('Why it counts, or why not.'),
});

const Utilization = z.object({
  since: Instant.describe('Holds that ended from here on are looked at.'),
  countedHolds: z.int(),
  heldMinutes: z.int(),
  usedMinutes: z.int(),
  figure: z.number().nullable().describe('Used ÷ held minutes of the counted holds; null where none counts.'),
  rule: z.literal('C-28'),
  holds: z.array(JudgedHold),
});

export const Restriction = z.object({
  seeOnlyWithinDays: z.int().nullable(),
  maxRequestMinutes: z.int().nullable(),
  mayRequest: z.boolean(),
  inWords: z.array(z.string()),
});

const PersonUtilization = Utilization.extend({
  restricted: z.boolean(),
  because: z.string().describe('Why they are restricted, or why not.'),
  restriction: Restriction.nullable(),
}).meta({ id: 'HoldUtilization' });

export function holdUtilizationRoutes(app: Api, deps: Deps): void {
  const { reader } = deps;

  const ofPerson = {
    tags: ['people'],
    summary: 'How much of the time they held a person used, and whether that restricts them (C-28)',
    params: IdParam,
    response: { 200: PersonUtilization, ...problems(400, 401, 404) },
  };
  app.get('/people/:id/hold-utilization', { schema: ofPerson }, async ({ params, principal }) => {
    const person = yours(principal, await reader.person.findUnique({ where: { id: params.id } }));
    const place = { ...(await zoneAndPolicyOf(reader, person.facilityId)), now: deps.now() };
    const { utilization, restricted, because, limits } = await readStanding(reader, person, place);
    return { ...utilization, rule: 'C-28' as const, restricted, because, restriction: limits && restrictionOf(limits) };
  });

  const ofProvider = {
    tags: ['providers'],
    summary: 'How much of the time held for a provider was used (C-28); restrictions follow the requester',
    params: IdParam,
    response: { 200: Utilization, ...problems(400, 401, 404) },
  };
  app.get('/providers/:id/hold-utilization', { schema: ofProvider }, async ({ params, principal }) => {
    const { id, facilityId } = yours(principal, await reader.provider.findUnique({ where: { id: params.id } }));
    const place = { ...(await zoneAndPolicyOf(reader, facilityId)), now: deps.now() };
    const utilization = await readUtilization(reader, { providerId: id }, place);
    return { ...utilization, rule: 'C-28' as const };
  });
}

export const restrictionOf = (limits: Limits): z.infer<typeof Restriction> => ({ ...limits, inWords: limitsInWords(limits) });
