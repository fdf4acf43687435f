import { z } from 'zod';

import { laterOf, withinHours } from './civil.ts';
import { cannotBe } from './errors.ts';
import { careTeam } from './policy/care-team.ts';
import { frontDesk } from './policy/front-desk.ts';
import { house } from './policy/house.ts';
import { orTime } from './policy/or-time.ts';

/** A facility's settings with their meaning and the defaults of the register (spec, section 6). Versioned, append-only. Times of day are the facility's. */
export const PolicySettings = z.object({ ...orTime, ...frontDesk, ...careTeam, ...house });
export type PolicySettings = z.infer<typeof PolicySettings>;

type ChangesOf<Settings> = { [Name in keyof Settings]?: Settings[Name] extends object ? ChangesOf<Settings[Name]> : Settings[Name] };
export type PolicyChanges = ChangesOf<PolicySettings>;

/** The settings with every field optional, none defaulted, and nothing unknown: a misspelt setting must not be ignored. */
export const PolicyChanges = changesOf(PolicySettings.shape) as z.ZodType<PolicyChanges>;

function changesOf(shape: Record<string, z.ZodType>): z.ZodType {
  const fields = Object.entries(shape).map(([name, field]) => {
    const inner = field instanceof z.ZodDefault || field instanceof z.ZodPrefault ? (field.unwrap() as z.ZodType) : field;
    return [name, (inner instanceof z.ZodObject ? changesOf(inner.shape) : inner).optional()];
  });
  return z.strictObject(Object.fromEntries(fields));
}

/** What is left out stays as it is. Throws INVALID_REQUEST where settings contradict each other. */
export function mergedPolicy({ version: _version, ...before }: Policy, changes: PolicyChanges): PolicySettings {
  const settings = PolicySettings.parse(merged(before, changes));
  for (const section of ['mail', 'offers'] as const) {
    const { fromLocalTime, untilLocalTime } = settings[section];
    if (fromLocalTime >= untilLocalTime)
      throw cannotBe(`${section}.untilLocalTime`, 'The end must lie after the start.', { [section]: { fromLocalTime, untilLocalTime } });
  }
  return settings;
}

/** Section by section: what is left out stays, a list is replaced as a whole. */
function merged(before: object, changes: object): object {
  const isSection = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
  const after: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(changes)) {
    const old = after[name];
    after[name] = isSection(old) && isSection(value) ? merged(old, value) : value;
  }
  return after;
}

/** Settings as they apply, with the version that every decision is stamped with. */
export type Policy = PolicySettings & { version: number };

/** When people are asked and told, by their facility's wall clock. */
export const mailHours = ({ mail }: Policy): [from: string, until: string] => [mail.fromLocalTime, mail.untilLocalTime];

/** A reminder due at `due`: then, or as soon after it as people are mailed. A past one is due as planned, in the hours of now. */
export function mailableAt(due: string, now: string, policy: Policy, zone: string): string {
  const at = laterOf(due, now);
  const mailedAt = withinHours(at, mailHours(policy), zone);
  return mailedAt === at ? due : mailedAt;
}
