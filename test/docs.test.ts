import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

import { Config } from '../config.ts';
import { BlockDecision } from '../domain/block-decision.ts';
import { domainErrors } from '../domain/errors.ts';

const root = resolve(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const settings = Object.keys(Config.shape).sort();
const markdown = [
  ...readdirSync(root),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md'));

test('every error code is explained, and every explained code exists', () => {
  const explained = [...read('docs/errors.md').matchAll(/^### (\w+)$/gm)].map(([, code]) => code);
  expect(explained.sort()).toEqual(Object.keys(domainErrors).sort());
});

test('every setting is in .env.example and in docs/operations.md, and no other', () => {
  const example = [...read('.env.example').matchAll(/^# ([A-Z_]+)=/gm)].map(([, key]) => key);
  const table = [...read('docs/operations.md').matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(([, key]) => key);
  expect(example.sort()).toEqual(settings);
  expect(table.sort()).toEqual(settings);
});

test('the compose file gives our programs only settings that exist', () => {
  const environment = /environment: &holdfast-environment\n((?: {4}\w+: .*\n)+)/.exec(read('docker-compose.yml'))![1]!;
  const keys = [...environment.matchAll(/^ {4}(\w+):/gm)].map(([, key]) => key!);
  expect(keys.filter((key) => !settings.includes(key))).toEqual([]);
});

test('every npm script that a paper names exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = markdown.flatMap((path) => [...read(path).matchAll(/npm run ([a-z]+)/g)].map(([, name]) => name!));
  expect([...new Set(named)].filter((name) => !(name in scripts))).toEqual([]);
});

test.each(markdown)('the links of %s lead somewhere', (path) => {
  const links = [...read(path).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) => link!);
  expect(links.filter((link) => !existsSync(resolve(root, dirname(path), link)))).toEqual([]);
});

test('C-25: the Update that the runbook shows is one that the rules understand', () => {
  const example = /```json\n([\s\S]+?)```/.exec(read('docs/support.md'))![1]!;
  expect(BlockDecision.safeParse(JSON.parse(example)).success).toBe(true);
});

test('every picture is shown somewhere', () => {
  const shown = new Set(markdown.flatMap((path) => [...read(path).matchAll(/pictures\/([\w-]+\.png)/g)].map(([, name]) => name!)));
  expect(readdirSync(join(root, 'docs/pictures')).sort()).toEqual([...shown].sort());
});

test('every decision has a number of its own', () => {
  const numbers = readdirSync(join(root, 'docs/decisions')).map((name) => name.slice(0, 4));
  expect(numbers.filter((number, at) => numbers.indexOf(number) !== at)).toEqual([]);
});
