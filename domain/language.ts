import { z } from 'zod';

/** The languages in which mails, texts and pages are written (F-28). */
export const languages = ['en', 'ru'] as const;
export const Language = z.enum(languages);
export type Language = z.infer<typeof Language>;

/** How dates are written in a language. */
export const localeOf: Record<Language, string> = { en: 'en-GB', ru: 'ru-RU' };

/** The language of a row, English where it is none of ours. */
export const languageOf = (stored: string | null | undefined): Language => Language.safeParse(stored).data ?? 'en';
