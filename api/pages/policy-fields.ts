/** The settings of a policy as fields of a form, made from the schema itself: a new setting needs no page of its own. */
import { z } from 'zod';

import { careTeam } from '../../domain/policy/care-team.ts';
import { frontDesk } from '../../domain/policy/front-desk.ts';
import { house } from '../../domain/policy/house.ts';
import { orTime } from '../../domain/policy/or-time.ts';
import { PolicySettings } from '../../domain/policy.ts';
import type { Posted } from './refused.tsx';

type Property = {
  type?: 'integer' | 'number' | 'string' | 'boolean' | 'object' | 'array' | 'null';
  description?: string;
  minimum?: number;
  maximum?: number;
  pattern?: string;
  enum?: string[];
  /** A setting that may be unset: itself, or null. */
  anyOf?: Property[];
  properties?: Record<string, Property>;
};
type Setting = { path: string[]; property: Property; nullable: boolean };

export type SettingField = {
  /** `section.setting`, `section.group.setting` */
  name: string;
  label: string;
  meaning: string | undefined;
  value: string;
  options?: string[];
  input?: { type: string; required?: boolean; step?: number | 'any'; min?: number; max?: number };
};

const schema = z.toJSONSchema(PolicySettings, { io: 'output' }) as Property;
const sections = Object.entries(schema.properties!).map(([name, section]) => ({ name, settings: settingsIn(section, [name]) }));

/** A group of settings inside a section is read into; a list of them is for the API. */
function settingsIn({ properties = {} }: Property, path: string[]): Setting[] {
  return Object.entries(properties).flatMap(([name, property]) => {
    const here = [...path, name];
    if (property.type === 'object') return settingsIn(property, here);
    if (property.type === 'array') return [];
    const one = property.anyOf?.find(({ type }) => type !== 'null');
    return [{ path: here, property: { ...property, ...one }, nullable: one !== undefined }];
  });
}

/** Whose settings they are. */
const desks = { orTime, frontDesk, careTeam, house };
export type PolicyDesk = keyof typeof desks;
export const policyDesks = Object.keys(desks) as PolicyDesk[];

export function fieldsOf(settings: PolicySettings, desk: PolicyDesk): [section: string, fields: SettingField[]][] {
  return sections
    .filter(({ name }) => name in desks[desk])
    .map(({ name, settings: all }) => [
      name,
      all.map((setting) => ({
        name: setting.path.join('.'),
        label: labelOf(setting.path),
        meaning: setting.property.description,
        value: textOf(settings, setting.path),
        ...controlOf(setting),
      })),
    ]);
}

function controlOf({
  property: { type, enum: options, minimum, maximum, pattern },
  nullable,
}: Setting): Pick<SettingField, 'options' | 'input'> {
  if (options) return { options };
  if (type === 'boolean') return { options: ['true', 'false'] };
  if (type === 'string') return { input: pattern?.includes('[0-5]') ? { type: 'time', required: true } : { type: 'text' } };
  const max = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? {} : { max: maximum };
  return {
    input: {
      type: 'number',
      step: type === 'integer' ? (1 as const) : ('any' as const),
      ...(!nullable && { required: true }),
      ...(minimum !== undefined && { min: minimum }),
      ...max,
    },
  };
}

/** What of a posted form differs from the policy in force, as it was typed. */
export const changedFields = (before: PolicySettings, form: Posted): Posted =>
  Object.fromEntries(
    sections.flatMap(({ settings }) => {
      const named = settings.map(({ path }) => [path, form[path.join('.')]] as const);
      return named
        .filter(([path, text]) => text !== undefined && text !== textOf(before, path))
        .map(([path, text]) => [path.join('.'), text]);
    }),
  );

/** The same, for PolicyChanges to judge. */
export function changesIn(changed: Posted): object {
  const changes = {};
  for (const setting of sections.flatMap(({ settings }) => settings)) {
    const text = changed[setting.path.join('.')];
    if (text !== undefined) put(changes, setting.path, typed(setting, String(text)));
  }
  return changes;
}

function put(into: object, [name, ...rest]: string[], value: unknown): void {
  const group = into as Record<string, object | unknown>;
  if (rest.length === 0) {
    group[name!] = value;
    return;
  }
  group[name!] ??= {};
  put(group[name!] as object, rest, value);
}

function typed({ property: { type }, nullable }: Setting, text: string): unknown {
  if (nullable && text.trim() === '') return null;
  if (type === 'boolean') return text === 'true';
  if (type === 'string') return text;
  return text.trim() === '' ? undefined : Number(text);
}

export type ChangedSetting = { section: string; label: string; before: string; after: string };

/** For people: what changes from what to what, lists as JSON. */
export function changedIn(before: PolicySettings, changes: object, path: string[] = []): ChangedSetting[] {
  return Object.entries(changes).flatMap(([name, value]) => {
    const here = [...path, name];
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return changedIn(before, value, here);
    const words = (one: string) => (one === '' ? 'not set' : one);
    const after = Array.isArray(value) ? JSON.stringify(value) : String(value ?? '');
    return [{ section: inWords(here[0]!), label: labelOf(here), before: words(textOf(before, here)), after: words(after) }];
  });
}

function textOf(settings: PolicySettings, path: string[]): string {
  const value = path.reduce<unknown>((group, name) => (group as Record<string, unknown> | undefined)?.[name], settings);
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');
}

/** Below its section: "Remind after hours", "Utilization, window days". */
const labelOf = ([, ...names]: string[]): string => inWords(names.join(', '));

/** "confidenceAbove" → "Confidence above". */
export function inWords(name: string): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${words[0]!.toUpperCase()}${words.slice(1)}`;
}
