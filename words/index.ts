/** What mails, texts and pages say, in the reader's language (F-28). A noun's words are one file in each language. */
import { createInstance } from 'i18next';

import { type Language, languages } from '../domain/language.ts';
import { en } from './en/index.ts';
import { ru } from './ru/index.ts';

type PluralForm = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';
type Base<Key extends string> = Key extends `${infer Stem}_${PluralForm}` ? Stem : Key;
type Keys<Words> = {
  [Key in keyof Words & string]: Words[Key] extends string ? Base<Key> : `${Key}.${Keys<Words[Key]>}`;
}[keyof Words & string];

/** The address of some words, such as `patient.reply`; of counted ones without their plural form. */
export type WordKey = Keys<typeof en>;
/** Words in one language; `count` chooses the plural form. */
export type Words = (key: WordKey, values?: Record<string, string | number>) => string;

const i18n = createInstance();
i18n.init({
  resources: { en: { translation: en }, ru: { translation: ru } },
  lng: 'en',
  fallbackLng: 'en',
  initAsync: false,
  interpolation: { escapeValue: false }, // whoever prints them escapes: React on pages and in mails
});

const byLanguage = Object.fromEntries(languages.map((language) => [language, i18n.getFixedT(language)])) as unknown as Record<
  Language,
  Words
>;

export const wordsIn = (language: Language): Words => byLanguage[language];
