/** Mails about tickets, the worklist, vacations, signing in, and decisions that came too late. */
export const workMail = {
  ticket: {
    about: 'A ticket of the type {{type}} in the queue of {{team}}, opened {{at}}.',
    assigned: { title: 'Yours now: {{type}}', text: '{{by}} has given it to you.' },
    due: {
      title: 'Due soon: {{type}}',
      yours: 'It is yours and should be closed soon.',
      nobody: 'It should be closed soon, and nobody has taken it.',
    },
    overdue: {
      title: 'Overdue: {{type}}',
      somebody: 'It should have been closed by now. {{assignee}} has it.',
      nobody: 'It should have been closed by now, and nobody has it.',
    },
    returned: {
      title: 'Given on: {{type}}',
      to: '{{from}} has not been heard of. {{to}} has it now.',
      queue: '{{from}} has not been heard of. It is back in the queue.',
    },
    emergency: { title: 'Medical emergency: {{type}}', text: 'It goes before all others. Whoever reads this first takes it.' },
  },
  worklist: {
    subject_one: '{{count}} change is not in your own schedule yet',
    subject_other: '{{count}} changes are not in your own schedule yet',
    title: 'Your own schedule is behind',
    text_one:
      '{{count}} change is not entered in the facility’s own schedule yet, the oldest since {{oldest}}. What is not in your schedule can be given away twice.',
    text_other:
      '{{count}} changes are not entered in the facility’s own schedule yet, the oldest since {{oldest}}. What is not in your schedule can be given away twice.',
    next: 'Tick off what you have entered; we remind you once a day while something is left.',
  },
  vacation: {
    subject: 'Is a surgeon away soon? {{facility}}',
    title: 'Is a surgeon away soon?',
    text_one:
      'Tell us the days on which {{surgeons}} is away, and we release the block time underneath; cases stay. If nobody is away, there is nothing to do.',
    text_other:
      'Tell us the days on which {{surgeons}} are away, and we release the block time underneath; cases stay. If nobody is away, there is nothing to do.',
  },
  links: {
    preview: 'Your links, as you asked.',
    title: 'Your links to {{facility}}',
    text: 'Somebody, probably you, asked for fresh links. There is no password: these buttons open the system in your name.',
    notYou: 'If it was not you, nothing has happened and there is nothing to do.',
  },
  signIn: {
    preview: 'Your sign-in link, as you asked.',
    title: 'Sign in to {{facility}}',
    text: 'Somebody, probably you, asked to sign in. The button works once, within 10 minutes.',
  },
  unreached: {
    title: 'Mail does not reach {{person}}',
    text: 'What we mail to {{person}} at {{address}} comes back for good; the last was of the kind “{{what}}”.',
    why: 'The mail service says: {{why}}',
    others: 'Asked instead: {{others}}.',
    nobody: 'Nobody else was asked: until this is mended, {{person}} learns of nothing.',
    next: 'Correct the address on the page of this person, or name somebody who stands in; what waits then goes to the new address.',
  },
  refused: {
    title: 'Your decision could not be carried out',
    what: 'You decided: {{what}}.',
    unchanged: 'Nothing was changed: the Block Schedule below shows how things stand now.',
  },
} as const;
