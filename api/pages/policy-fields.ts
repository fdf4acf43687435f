/** The settings of a policy as fields of a form, made from the schema itself: a new setting needs no page of its own. */
import { z } from 'zod';

import { PolicySettings } from '../../domain/policy.ts';

type Property = {
  type?: 'integer' | 'number' | 'string' | 'boolean' | 'object' | 'array';
  description?: string;
  minimum?: number;
  maximum?: number;
  pattern?: string;
  enum?: string[];
};
type Section = { properties: Record<string, Property> };

export type SettingField = {
  /** `section.setting` */
  name: string;
  label: string;
  meaning: string | undefined;
  value: string;
  options?: string[];
  input?: { type: string; required?: boolean; step?: number | 'any'; min?: number; max?: number };
};

const sections = Object.entries((z.toJSONSchema(PolicySettings, { io: 'output' }) as { properties: Record<string, Section> }).properties);
/** A group of settings inside a section, or a list of them, is for the API. */
const isField = ([, { type }]: [string, Property]) => type !== 'object' && type !== 'array';
const propertiesOf = ({ properties }: Section) => Object.entries(properties).filter(isField);

export function fieldsOf(settings: PolicySettings): [section: string, fields: SettingField[]][] {
  return sections.map(([section, schema]) => [
    section,
    propertiesOf(schema).map(([name, property]) => ({
      name: `${section}.${name}`,
      label: inWords(name),
      meaning: property.description,
      value: textOf(settings, section, name),
      ...controlOf(property),
    })),
  ]);
}

function controlOf({ type, enum: options, minimum, maximum, pattern }: Property): Pick<SettingField, 'options' | 'input'> {
  if (options) return { options };
  if (type === 'boolean') return { options: ['true', 'false'] };
  if (type === 'string') return { input: pattern?.includes('[0-5]') ? { type: 'time', required: true } : { type: 'text' } };
  const max = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? {} : { max: maximum };
  return {
    input: {
      type: 'number',
      step: type === 'integer' ? (1 as const) : ('any' as const),
      ...(minimum !== undefined && { min: minimum }),
      ...max,
    },
  };
}

/** What of a posted form differs from the policy in force, for PolicyChanges to judge. */
export function changesIn(before: PolicySettings, form: Record<string, string | undefined>): object {
  const changed = sections.map(([section, schema]) => {
    const fields = propertiesOf(schema).flatMap(([name, property]) => {
      const text = form[`${section}.${name}`];
      return text === undefined || text === textOf(before, section, name) ? [] : [[name, typed(property, text)]];
    });
    return [section, Object.fromEntries(fields)] as const;
  });
  return Object.fromEntries(changed.filter(([, fields]) => Object.keys(fields).length > 0));
}

function typed({ type }: Property, text: string): unknown {
  if (type === 'boolean') return text === 'true';
  if (type === 'string') return text;
  return text.trim() === '' ? undefined : Number(text);
}

const textOf = (settings: PolicySettings, section: string, name: string): string =>
  String((settings as Record<string, Record<string, unknown>>)[section]?.[name] ?? '');

/** "confidenceAbove" → "Confidence above". */
export function inWords(name: string): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${words[0]!.toUpperCase()}${words.slice(1)}`;
}
