/** Words, dates, times and numbers as one reader gets them, whatever carries them (F-28). Instants are UTC; `zone` tells how to print them. */
import { digitsOf } from '../domain/account.ts';
import { formatDuration, formatInstant, formatRange } from '../domain/civil.ts';
import { type Interval, totalMinutes } from '../domain/interval.ts';
import { type Language, languages, localeOf } from '../domain/language.ts';
import { type WordKey, type Words, wordsIn } from './index.ts';
import { phraseIn } from './phrases.ts';

export type Speech = ReturnType<typeof speechOf>;

/** A civil date as a rule writes it, where no slot has said it in words. */
const isoDate = /\b\d{4}-\d{2}-\d{2}\b(?!T)/g;

function speechOf(language: Language) {
  const words: Words = wordsIn(language);
  const locale = localeOf[language];
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' });
  const numbers = new Intl.NumberFormat(locale);
  const at = (style: Parameters<typeof formatInstant>[2]) => (instant: string, zone: string) => formatInstant(instant, zone, style, locale);
  const longDay = at('longDate');
  const timeOf = at('time');
  const range = (interval: Interval, zone: string) => formatRange(interval, zone, locale);
  /** "3 h 30 min" */
  const duration = (minutes: number) => formatDuration(minutes, { hour: words('unit.hour'), minute: words('unit.minute') });
  /** "Ann, Bob and Cy" */
  const list = (parts: string[]) => lists.format(parts);
  /** "07:30–09:00 and 11:00–15:30", or "nothing". */
  const times = (intervals: Interval[], zone: string) =>
    intervals.length === 0 ? words('unit.nothing') : list(intervals.map((one) => range(one, zone)));
  /** "07:30–09:00 and 11:00–15:30 (6 h)", or "nothing". */
  const ranges = (intervals: Interval[], zone: string) =>
    intervals.length === 0 ? words('unit.nothing') : `${times(intervals, zone)} (${duration(totalMinutes(intervals))})`;
  /** A civil date with its year: `Monday, 1 February 2027`. */
  const civilDay = (date: string) => longDay(`${date}T00:00:00Z`, 'UTC');
  /** Whom a conversation waits on. */
  const on = (said: string) => list(said.split(' and the ').map((one) => words(`conversation.on.${one}` as WordKey)));
  const length = (said: string) => said.replace(/ h\b/, ` ${words('unit.hour')}`).replace(/ min\b/, ` ${words('unit.minute')}`);
  /** `Monday, 1 February 2027` of the rules, who write English. */
  const englishDay = (said: string) => {
    const ms = Date.parse(`${said} UTC`);
    return Number.isNaN(ms) ? said : longDay(new Date(ms).toISOString(), 'UTC');
  };
  /** What a rule says of itself. */
  const phrase = (because: string): string => phraseIn(language, because, slots).replace(isoDate, civilDay);
  const filled = (said: string) => {
    const [used = '', held] = said.split(' of ').map(length);
    return held === undefined ? used : words('hold.filledOf', { used, held });
  };
  const parts = Object.fromEntries(
    ['share', 'holder', 'when', 'mail', 'state', 'why'].map((name) => [name, (said: string) => phrase(said)]),
  );
  const slots = { ...parts, date: civilDay, duration: length, used: length, held: length, filled, on, since: englishDay };
  return {
    language,
    words,
    range,
    duration,
    list,
    times,
    ranges,
    longDay,
    civilDay,
    /** A civil date without its weekday or year: `1 Feb`. */
    plainDay: (date: string) => formatInstant(`${date}T00:00:00Z`, 'UTC', 'dayMonth', locale),
    day: at('date'),
    dateTime: at('dateTime'),
    /** A civil date as PostgreSQL gives it, without its weekday: `29 February 1980`. */
    plainDate: (date: Date) => formatInstant(date.toISOString(), 'UTC', 'plainDate', locale),
    time: timeOf,
    month: at('month'),
    /** With its year, for what may be long ago: `Monday, 1 February 2027, 14:30`. */
    longTime: (instant: string, zone: string) => `${longDay(instant, zone)}, ${timeOf(instant, zone)}`,
    phrase,
    /** 1 (Monday) to 7, as a heading has it; `long`: in full. */
    weekday: (day: number, weekday: 'short' | 'long' = 'short') =>
      new Intl.DateTimeFormat(locale, { weekday, timeZone: 'UTC' }).format(Date.UTC(2024, 0, day)),
    number: (value: number) => numbers.format(value),
    /** An amount in the smallest unit of its currency: 1250 of USD is "$12.50". */
    money: (minor: number, currency: string) =>
      new Intl.NumberFormat(locale, { style: 'currency', currency }).format(minor / 10 ** digitsOf(currency)),
  };
}

const byLanguage = Object.fromEntries(languages.map((language) => [language, speechOf(language)])) as Record<Language, Speech>;

export const speechIn = (language: Language): Speech => byLanguage[language];
