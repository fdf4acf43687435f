/** The Preferences tab. */
export const preferences = {
  language: 'Язык ваших писем и страниц',
  browser: 'как просит браузер; письма на английском',
  save: 'Сохранить язык',
} as const;
