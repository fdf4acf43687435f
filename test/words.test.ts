import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { domainErrors } from '../domain/errors.ts';
import { type Language, languages } from '../domain/language.ts';
import { sourceCategories } from '../domain/reply-category.ts';
import { en } from '../words/en/index.ts';
import { type WordKey, wordsIn } from '../words/index.ts';
import { ru } from '../words/ru/index.ts';
import { phrases } from '../words/ru/phrases.ts';
import { speechIn } from '../words/speech.ts';

/** Every reason that the rules write as they stand in their sources. */
const desk = ['task', 'waitlist-entry', 'appointment', 'appointment-why', 'matching', 'offer-ladder', 'opportunity'];
const care = ['ticket', 'conversation', 'absence', 'coverage', 'clearance'];
const blocks = ['block', 'block-why', 'hold', 'hold-why', 'hold-utilization', 'transfer', 'transfer-why', 'series', 'availability'];
const sources = [...desk, ...care, ...blocks, 'vacation', 'worklist', 'series-change'];
const sentences = sources.flatMap((name) => {
  const source = readFileSync(new URL(`../domain/${name}.ts`, import.meta.url), 'utf8');
  const written = source.matchAll(
    /(?:because: |because = |return |closed\(|stop\(|misfit\('[^']+', |(?:filled|exhausted|stopped|over): )(['`])([A-Z][^'`]*\.)\1/g,
  );
  return [...written].map(([, , text]) =>
    text!
      .replace(/\$\{(zoneDate[^}]*|[^}]*(date|day|Until|From))\}/gi, '2027-01-05')
      .replace(/\$\{format[^}]*\}/g, '30 min')
      .replace(/\$\{[^}]*Days\}/gi, '90')
      .replace(/\$\{[^}]*state\}/g, 'active')
      .replace(/\$\{[^}]*course\}/g, 'inactive')
      .replace(/\$\{then\}/, 'a task to bring them back is made')
      .replace(/\$\{[^}]*\}/g, '7'),
  );
});

type Tree = { [name: string]: string | Tree };
const trees: Record<Language, Tree> = { en, ru };
const leaves = (tree: Tree, path: string[] = []): [string, string][] =>
  Object.entries(tree).flatMap(([name, value]) =>
    typeof value === 'string' ? [[[...path, name].join('.'), value] as [string, string]] : leaves(value, [...path, name]),
  );
const plural = /_(zero|one|two|few|many|other)$/;
const keysOf = (language: Language) => [...new Set(leaves(trees[language]).map(([key]) => key.replace(plural, '')))].sort();

test('F-28: every language has the words of every other', () => {
  for (const language of languages) expect(keysOf(language)).toEqual(keysOf('en'));
});

test('F-28: counted words have every plural form of their language', () => {
  for (const language of languages) {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories.filter((form) => language === 'en' || form !== 'other');
    const counted = new Map<string, string[]>();
    for (const [key] of leaves(trees[language])) {
      const form = plural.exec(key)?.[1];
      if (form) counted.set(key.replace(plural, ''), [...(counted.get(key.replace(plural, '')) ?? []), form]);
    }
    for (const [key, found] of counted) expect([key, forms.filter((form) => !found.includes(form))]).toEqual([key, []]);
  }
});

test('F-28: a wording names the same values in each language', () => {
  const values = (language: Language) => {
    const named = new Map<string, Set<string>>();
    for (const [key, text] of leaves(trees[language])) {
      const base = key.replace(plural, '');
      const found = named.get(base) ?? new Set<string>();
      for (const [, name] of text.matchAll(/\{\{(\w+)\}\}/g)) found.add(name!);
      named.set(base, found);
    }
    return Object.fromEntries([...named].map(([key, found]) => [key, [...found].sort()]));
  };
  expect(values('ru')).toEqual(values('en'));
});

test('F-28: no Russian wording was left in Latin letters', () => {
  const cyrillic = /[а-яё]/i;
  const untranslated = leaves(ru).filter(([, text]) => !cyrillic.test(text) && /[a-z]{2}/i.test(text.replace(/\{\{\w+\}\}/g, '')));
  expect(untranslated).toEqual([]);
  expect(wordsIn('ru')('patient.text.stop' as WordKey)).toMatch(cyrillic);
});

test('F-28: what the rules say of themselves is in the Russian phrase book, with its dates and lengths of time', () => {
  const { phrase } = speechIn('ru');
  expect(phrase('It is actual from 2027-01-05.')).toBe('Она актуальна с: вторник, 5 января 2027 г.');
  expect(speechIn('en').phrase('It is actual from 2027-01-05.')).toBe('It is actual from Tuesday, 5 January 2027.'); // I-25
  expect(phrase('The visit needs 1 h 30 min.')).toBe('Для приёма нужно 1 ч 30 мин.');
  expect(phrase('What a person wrote.')).toBe('What a person wrote.');
  for (const [english, russian] of phrases) {
    const slots = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name);
    expect([english, slots(russian)]).toEqual([english, slots(english)]);
  }
});

test.each(Object.entries(domainErrors))('F-28: the refusal %s is said in Russian', (_, { title }) => {
  expect(speechIn('ru').phrase(title)).toMatch(/[а-яё]/i);
});

test.each(sentences)('F-28: "%s" is said in Russian', (sentence) => {
  expect(speechIn('ru').phrase(sentence)).toMatch(/[а-яё]/i);
});

test.each(sourceCategories.categories.map(({ name }) => name))('F-28, R-21: the category "%s" is said in Russian', (name) => {
  expect(speechIn('ru').phrase(name)).toMatch(/[а-яё]/i);
});
