/** The Preferences tab. */
export const preferences = {
  language: 'Language of your mails and pages',
  browser: 'as the browser asks for; mails in English',
  save: 'Save the language',
} as const;
