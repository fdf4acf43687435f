/** What stands around every page. */
export const frame = {
  skip: 'Skip to content',
  main: 'Main',
  tab: {
    'Find Open Time': 'Find Open Time',
    'Block Schedule': 'Block Schedule',
    Desk: 'Desk',
    Preferences: 'Preferences',
  },
  lightbulb_one: '{{count}} needs you →',
  lightbulb_other: '{{count}} need you →',
  nothing: 'Nothing needs you',
  mode: {
    label: 'State of the facility',
    paused: '{{facility}} has paused all automatic steps: nobody is asked, and nothing is released or expires by itself.',
    shadow: '{{facility}} runs in shadow mode: what would happen by itself is shown, but nobody is mailed and nothing is done.',
  },
  support: 'Support: latest information, announcements, often asked',
  language: 'Language',
  any: 'any',
  rule: 'Rule {{rule}}, {{code}}',
  unchanged: 'Nothing was changed now. Go to one of these:',
  wait: 'Wait a minute, then try again.',
  ask: 'There is no password here: you come in by the links in your mails. Any mail from Holdfast will do; or let us mail you a fresh link.',
  mailLink: 'Mail me a link',
  askBack:
    'There is no password here: you come in by the links in your mails. Tell us the address that your facility knows you by, and we mail a link that brings you back to this page.',
  comeIn: 'Come in first',
  email: 'Your email address',
  mailbox: 'On this machine every mail lands in the built-in mailbox: open one there, and follow a button or a link at its foot.',
  openMailbox: 'Open the mailbox',
  startPage: 'Start page',
  errors: {
    title: 'Errors',
    text: 'Every refusal is a problem (RFC 9457): its code and status, the rule that says no, and in its facts the value, the limit and the present state.',
    line: '{{status}}, rule {{rule}}.',
  },
} as const;
