/** Mails about absences, cover, coordinators and conversations. */
export const lineMail = {
  away: 'Away',
  awayIn: '{{from}} – {{to}} ({{theirFrom}} – {{theirTo}} in {{zone}})',
  providers: 'Providers',
  wanted: {
    title: 'Can you cover for {{absent}}?',
    today: '{{absent}} is out today: can you cover?',
    text_one:
      'You look after {{count}} line then already. The first who opts in covers; nobody is looked for again afterwards. Your own hours stay as they are.',
    text_other:
      'You look after {{count}} lines then already. The first who opts in covers; nobody is looked for again afterwards. Your own hours stay as they are.',
  },
  notice: {
    title: '{{absent}} is away: your line',
    covered: 'Looked after: {{ranges}}.',
    nobody: 'Nobody: {{ranges}}.',
    yourself: 'You can cover your line yourself instead.',
    choice: 'You are asked to look after your line. You can also leave it unmonitored; it is caught up on after the return.',
  },
  nobody: {
    title: 'Nobody covers for {{absent}} yet',
    awayTitle: '{{cover}}, who covers for {{absent}}, is away too',
    away: 'While {{cover}} is away these lines have nobody until somebody else is assigned. The providers are told.',
    text: 'All coordinators were asked, and nobody has opted in. Their lines have nobody until somebody is assigned.',
  },
  coverBack: {
    title: '{{cover}} covers for {{absent}} after all',
    text: '{{cover}} is there again: the lines are looked after as planned. The providers are told.',
  },
  changed: {
    assigned: {
      title: 'You cover for {{absent}}',
      text: '{{by}} has you cover the lines of {{providers}}. You get access when it begins.',
    },
    released: { title: 'You need not cover for {{absent}} any more', text: '{{by}} decided so. It is about the lines of {{providers}}.' },
    'not away': {
      title: 'You need not cover: {{absent}} is there',
      text: '{{absent}} is not away after all. Thank you for the lines of {{providers}}.',
    },
  },
  ended: {
    cancelled: '{{absent}} is not away after all',
    back: '{{absent}} is back early',
    text: '{{absent}} looks after your line again.',
  },
  untold: { title: 'A provider does not know that {{absent}} will be away', who: 'Not told yet' },
  message: {
    title: 'A message for your line while {{absent}} is away',
    text: 'Whoever calls or writes would get',
    next: 'It is not sent before you approve it.',
  },
  access: {
    title: 'You cover for {{absent}} from now on',
    text: 'You were added to the line and the support channel of {{providers}}.',
    backTitle: '{{absent}} is back',
    back: 'You were removed from the line and the channel of {{providers}}. Thank you.',
  },
  welcome: {
    title: 'Welcome back: what waits for you',
    text: 'There were hours in which nobody looked after the lines of {{providers}}. What came in and still waits is on your list to catch up on.',
  },
  holiday: {
    title: 'We are closed on {{day}}',
    text: 'It is {{name}}: no coordinator is there. Please look after your line yourself on that day.',
    takenBack: {
      title: 'We work on {{day}} after all',
      text: 'It was announced as a holiday, and it is none: your coordinator is there on that day.',
    },
  },
  coordinator: {
    title: 'Your care coordinator is {{name}}',
    none: 'You have no care coordinator any more',
    now: '{{name}} looks after your patients’ messages and registrations from now on.',
    inPlace: '{{name}} looks after your patients’ messages and registrations from now on, in place of {{before}}.',
    zone: 'They work in another time zone: {{zone}}.',
    gone: '{{before}} is no longer your care coordinator, and nobody else is.',
    because: 'Because',
  },
  post: {
    title: 'New in the channel of {{team}}',
    text: 'Somebody has written to your team. Whoever knows the answer gives it.',
    by: 'From',
    at: 'At',
    team: 'Team',
  },
  clearance: {
    provider: 'Provider',
    visit: 'Visit',
    added: { title: 'A patient was added: please clear them', text: 'The patient must be cleared before the visit.' },
    reminder: { title: 'Not cleared yet', text: 'The visit comes closer, and the patient is not cleared.' },
    escalated: { title: 'Nobody has cleared a patient', text: 'The visit is close. Clear the patient, or move the visit.' },
    registered: { title: 'A patient has registered', text: 'The registration form is filled in: the patient can be cleared.' },
  },
  conversation: {
    provider: 'Provider',
    since: 'Waiting since',
    waits: { title: 'A conversation waits on you', text: 'A patient waits, and you are the one to answer.' },
    'handed over': { title: 'A conversation was handed to you', text: 'It was marked as unread: please take it over.' },
    returned: { title: 'A conversation came back to you', text: 'Nobody answered it in time, so it is yours now.' },
    tagged: { title: 'You were tagged in a conversation', text: 'It is about something medical: only you may answer that.' },
    clinical: { title: 'A medical matter waits on you', text: 'A patient wrote about something medical: only a provider may answer that.' },
    unsure: { title: 'Somebody is unsure and asks you', text: 'It is not clear who may answer a patient: please look.' },
    flagged: { title: 'A conversation was flagged for you', text: 'The patient is upset: replies wait until you have looked at them.' },
    review: { title: 'A reply waits for your review', text: 'It goes out when you approve it; you can edit it first.' },
  },
} as const;
