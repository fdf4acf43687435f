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

/** The sentence in that language, or each of several; as it is where the book has none. `slots` says how what it is about is written. */
export function phraseIn(language: Language, said: string, slots: Slots): string {
  if (language === 'en') return said;
  const sentences = said.split(sentenceEnd);
  const each = sentences.map((sentence) => found(sentence, slots));
  if (each.every((one) => one !== undefined)) return each.join(' ');
  return found(said, slots) ?? sentences.map((sentence, index) => each[index] ?? sentence).join(' ');
}

const sentenceEnd = /(?<=\.) (?=[A-Z0-9])/;

function found(sentence: string, slots: Slots): string | undefined {
  const whole = plain.get(sentence);
  if (whole !== undefined) return whole;
  for (const [pattern, said] of patterns) {
    const values = pattern.exec(sentence)?.groups;
    if (values) return said.replace(/\{\{(\w+)\}\}/g, (_, name: string) => slots[name]?.(values[name]!) ?? values[name]!);
  }
  return undefined;
}
