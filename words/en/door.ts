/** The pages before somebody has come in: start, links by mail, sign-in (C-38 to C-40). */
export const door = {
  start: {
    title: 'Time nobody uses, given back',
    text: 'Holdfast asks the right person at the right moment: whether reserved operating-room time will be used, who phones a patient, who answers a message, who covers a line. It always says what comes next, and why.',
    doors: 'Doors',
    comeIn: 'Come in',
    goOn: 'Go on with your work',
    people: 'People of the sample',
    peopleText: 'Be one of them: press a name, and the mailbox has a link that lets you in.',
    noPassword:
      'There is no password. The pages behind the tabs above open after you have come in: use a link from any mail, or let us mail you a fresh one.',
    mailbox: { name: 'Mailbox', what: 'every mail as its reader sees it; begin here' },
    openTime: { name: 'Find Open Time', what: 'see and request time that others gave back' },
    schedule: { name: 'Block Schedule', what: 'keep or release block time' },
    desk: { name: 'Desk', what: 'the day book of a clinic; tickets, conversations and coverage of a care team' },
    docs: { name: 'API docs', what: 'for staff tools' },
    health: { name: 'Health', what: 'whether the database and Temporal answer' },
    temporal: { name: 'Temporal UI', what: 'for support: every life, where it is and why' },
  },
  mailLink: {
    title: 'Mail me a link',
    text: 'There is no password. We mail fresh links to the address that your facility knows you by.',
  },
  answered: {
    title: 'Look at your mail',
    links: 'If {{email}} belongs to somebody here, fresh links are on their way to it.',
    signIn: 'If {{email}} belongs to somebody here, a sign-in link is on its way to it; it works once, within 10 minutes.',
    nothing: 'If nothing comes within a few minutes, ask your facility scheduler which address is on file.',
    back: 'Back to the start page',
  },
  signIn: {
    title: 'Sign in',
    text: 'This part shows patient data or settings, so it asks for a fresh sign-in: we mail you a link that works once.',
    button: 'Mail me a sign-in link',
    mailed: 'This link was mailed to {{name}}. If that is you, sign in; the link then works no more.',
    as: 'Sign in as {{name}}',
    spent: 'This sign-in link no longer works',
    spentText: 'It was used, or it is older than 10 minutes. One press mails a fresh one to the same address.',
  },
  kept: {
    title: 'What you sent is kept on this page',
    text: 'Nothing was done with it yet. Leave this page open, come in by the link in another tab, then send it again here.',
    typed: 'What you typed',
    send: 'I am in: send it again',
  },
} as const;
