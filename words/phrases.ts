/**
 * The rules explain themselves in English, in one sentence each (`because`). Here such a sentence is found in the phrase book of a
 * language and said again, its dates and lengths of time as that language writes them.
 */
import type { Language } from '../domain/language.ts';
import { phrases } from './ru/phrases.ts';

type Slots = Record<string, (value: string) => string>;

const escaped = (text: string) => text.replace(/[.*+?^$()[\]\\|]/g, '\\$&');
const patternOf = (english: string) => new RegExp(`^${escaped(english).replace(/\{\{(\w+)\}\}/g, '(?<$1>.+)')}$`);

const plain = new Map(phrases.filter(([english]) => !english.includes('{{')));
const patterns = phrases.filter(([english]) => english.includes('{{')).map(([english, said]) => [patternOf(english), said] as const);

/** The sentence in that language; as it is where the book has none. `slots` says how what it is about is written. */
export function phraseIn(language: Language, sentence: string, slots: Slots): string {
  if (language === 'en') return sentence;
  const whole = plain.get(sentence);
  if (whole !== undefined) return whole;
  for (const [pattern, said] of patterns) {
    const found = pattern.exec(sentence)?.groups;
    if (found) return said.replace(/\{\{(\w+)\}\}/g, (_, name: string) => slots[name]?.(found[name]!) ?? found[name]!);
  }
  return sentence;
}
