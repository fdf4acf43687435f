import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');

type Rule = { values: string[]; types?: string[] };

/** Who may import whom; docs/architecture.md prints it. `types`: only as `import type`. What is not listed is forbidden. */
const rooms: Record<string, Rule> = {
  domain: { values: ['domain', 'zod', 'temporal-polyfill', 'rrule', 'libphonenumber-js', '@temporalio/common'] },
  workflows: { values: ['workflows', '@temporalio/workflow'], types: ['activities', 'domain', '@temporalio/common'] },
  words: { values: ['words', 'domain', 'i18next', 'sms-segments-calculator'] },
  ledger: { values: ['ledger', 'domain', 'words', 'prisma', 'node:'] },
  emails: { values: ['emails', 'domain', 'words', 'react-email'], types: ['react'] },
  activities: {
    values: ['activities', 'ledger', 'domain', 'emails', 'words', 'prisma', 'resend', 'nodemailer', 'standardwebhooks', 'node:'],
    types: ['zod'],
  },
  dispatch: {
    values: [
      'dispatch',
      'ledger',
      'domain',
      'pg',
      '@temporalio/client',
      '@temporalio/common',
      '@temporalio/envconfig',
      '@temporalio/proto',
      'node:',
    ],
    types: ['@temporalio/worker'],
  },
  api: {
    values: [
      'api',
      'ledger',
      'domain',
      'dispatch',
      'workflows',
      'words',
      'prisma',
      'zod',
      'react',
      'react-dom',
      'resend',
      'node:',
      'fastify',
      'fastify-type-provider-zod',
      'ical-generator',
      'hl7v2',
      'csv-stringify',
      'vega',
      'vega-lite',
      '@temporalio/client',
      '@temporalio/common',
      ...['accept-negotiator', 'cookie', 'formbody', 'helmet', 'rate-limit', 'swagger', 'swagger-ui', 'under-pressure'].map(
        (name) => `@fastify/${name}`,
      ),
    ],
    types: ['config.ts', 'fhir'],
  },
};

/** These wire the rooms together; nobody inside a room imports them. */
const wiring = ['api/server.ts'];

test.each(Object.entries(rooms))('%s imports only what it may', (room, { values, types = [] }) => {
  const violations = sourceFiles(room).flatMap((file) =>
    importsOf(file)
      .filter(({ target, typeOnly }) => !values.some((value) => matches(target, value)) && !(typeOnly && types.includes(target)))
      .map(({ target }) => `${relative(root, file)} -> ${target}`),
  );
  expect(violations).toEqual([]);
});

test('the import table can say no', () => {
  expect(matches('stack', 'ledger')).toBe(false);
  expect(matches('node:fs', 'node:')).toBe(true);
});

const matches = (target: string, allowed: string) => target === allowed || (allowed === 'node:' && target.startsWith('node:'));

function sourceFiles(room: string): string[] {
  const names = readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
  return names.map((name) => join(root, room, name)).filter((file) => !wiring.includes(relative(root, file)));
}

function importsOf(file: string) {
  const statements = readFileSync(file, 'utf8').matchAll(/^(?:import|export)\s+(type\s)?(?:[^'"]*?from\s+)?['"]([^'"]+)['"]/gms);
  return [...statements].map(([, type, specifier = '']) => ({ target: targetOf(file, specifier), typeOnly: type !== undefined }));
}

/** The top-level folder or file of a relative import, or the name of a package. */
function targetOf(file: string, specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  if (specifier.startsWith('.')) return relative(root, resolve(dirname(file), specifier)).split('/')[0] ?? '';
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
