/** Mails about open time, and about time that will probably stay unused. */
export const timeMail = {
  subject: 'Open time: {{room}}, {{when}} {{range}}',
  subjectMore_one: 'Open time: {{room}}, {{when}} {{range}} and {{count}} more',
  subjectMore_other: 'Open time: {{room}}, {{when}} {{range}} and {{count}} more',
  today_one: 'Open time today: {{count}} slot at {{facility}}',
  today_other: 'Open time today: {{count}} slots at {{facility}}',
  preview: 'Time has become open at {{facility}}.',
  title: 'Time has become open',
  digest: 'Time that has become open',
  slot: '{{day}}, {{range}} ({{duration}}), {{facility}}; fits {{providers}}',
  first: 'The first to request it gets it, once the facility confirms. It may be gone when you look.',
  daily: 'You get this at most once a day, and only when something has opened.',
  atOnce: 'You get this as soon as time opens. Would once a day be enough? Change your preferences below.',
  decisions: 'what you are asked to decide comes all the same.',
  back: {
    subject: 'Open time taken back: {{room}}, {{when}}',
    preview: '{{room}} is no longer open.',
    title: 'Open time was taken back',
    text: '{{by}} undid the release you were told of, so this time is not open any more. Holds that were requested meanwhile stay as they are.',
  },
  predicted: {
    subject_one: 'Probably unused: time in {{count}} block of the coming days',
    subject_other: 'Probably unused: time in {{count}} blocks of the coming days',
    preview: '{{hours}} will probably stay unused.',
    text_one:
      '{{hours}} of unbooked block time within {{count}} day will probably stay unused. It is still its holders’: they are asked, and nothing is open to others before it is released.',
    text_other:
      '{{hours}} of unbooked block time within {{count}} days will probably stay unused. It is still its holders’: they are asked, and nothing is open to others before it is released.',
    sure: '{{ranges}}, {{percent}} % sure.',
    sureBy: '{{ranges}}, {{percent}} % sure by {{predictor}}.',
    mandatory: 'Released by itself on {{date}} at {{time}}.',
    more_one: 'And {{count}} more, a later one: see the Block Schedule.',
    more_other: 'And {{count}} more, later ones: see the Block Schedule.',
    policy: 'The facility’s policy says whether and when this mail comes.',
  },
} as const;
