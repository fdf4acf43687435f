import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** The rules that are said to be done: each is named by the title of a test that fails without it. */
const done = `
  C-01 C-02 C-03 C-04 C-05 C-06 C-07 C-08 C-09 C-10 C-11 C-12 C-13 C-14 C-15 C-16 C-17 C-18 C-19 C-20
  C-21 C-22 C-23 C-24 C-25 C-26 C-27 C-28 C-29 C-30 C-31 C-32 C-33 C-34 C-35 C-36 C-37 C-38 C-39 C-40
  C-41 C-42 C-43 C-44 C-45 C-46
  D-01 D-02 D-03 D-04 D-05 D-06 D-07 D-08 D-09 D-10 D-11 D-12 D-13 D-14 D-15 D-16 D-17 D-18 D-19 D-20
  D-21 D-22 D-23 D-24
  P-01 P-02 P-03 P-04 P-05 P-06 P-07 P-08 P-09 P-10 P-11 P-12 P-13 P-14 P-15 P-16 P-17 P-18 P-19 P-20 P-21 P-22 P-23 P-24
  P-25 P-26 P-27 P-28 P-29 P-30 P-31
  R-01 R-02 R-03 R-04 R-05 R-06 R-07 R-08 R-09 R-10 R-11 R-12 R-13 R-14 R-15 R-16 R-17 R-18 R-19 R-20 R-21
  I-01 I-02 I-03 I-04 I-05 I-06 I-07 I-08 I-09 I-10 I-11 I-12 I-13 I-14 I-15 I-16 I-17 I-18 I-19 I-20 I-21
  I-22 I-23 I-24 I-25 I-26 I-27 I-28 I-29 I-30 I-31 I-32 I-33 I-34 I-35 I-36 I-37 I-38 I-39 I-40 I-41
  I-42 I-43 I-44 I-45
  F-01 F-02 F-03 F-04 F-05 F-06 F-07 F-08 F-09 F-10 F-11 F-12 F-13 F-14 F-15 F-16 F-17 F-18 F-19 F-20 F-21 F-22 F-23
  F-25 F-26 F-27 F-28
  U-01 U-02 U-03 U-04 U-05 U-07 U-10 U-11 U-12 U-13 U-14 U-15 U-18
`
  .trim()
  .split(/\s+/);

/** How many rules the specification has of each kind. */
const known: Record<string, number> = { C: 46, D: 24, P: 31, R: 21, I: 45, F: 28, U: 18 };

test('every rule that is done is named by a test', () => {
  const named = idsNamed();
  expect(done.filter((id) => !named.has(id))).toEqual([]);
  const total = Object.values(known).reduce((sum, count) => sum + count, 0);
  console.log(`${named.size} of ${total} rules are named by a test, ${done.length} of them are whole`);
});

test('no test names a rule that the specification does not have', () => {
  const beyond = [...idsNamed()].filter((id) => Number(id.slice(2)) > (known[id[0]!] ?? 0) || id.endsWith('-00'));
  expect(beyond).toEqual([]);
});

/** The ids in the titles of tests, a range such as "C-26 to C-29" counting by its ends. */
function idsNamed(): Set<string> {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.test\.tsx?$/.test(name) && name !== 'spec.test.ts',
  );
  const titles = files.flatMap((name) =>
    [...readFileSync(join(import.meta.dirname, name), 'utf8').matchAll(/\b(?:test|it|describe)\b[^'"`]*?['"`]([^'"`]*)/g)].map(
      ([, title]) => title!,
    ),
  );
  return new Set(titles.flatMap((title) => title.match(/\b[CDPRIFU]-\d\d\b/g) ?? []));
}
