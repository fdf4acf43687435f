/** Mails and texts to patients. */
export const patient = {
  mail: {
    from: 'From {{facility}}',
    zone: 'Times are those of {{facility}} ({{zone}}).',
    private: 'This mail is meant for you alone: its buttons act in your name.',
  },
  offer: {
    title: 'A time has become free at {{facility}}: {{date}}, {{time}}',
    text: '{{givenName}}, a time has become free at {{facility}}: {{date}}, {{time}}. Would you like it?',
    until: 'Please answer by {{until}}; the first who accepts has it.',
  },
  booked: {
    title: 'Your visit at {{facility}}: {{date}}, {{time}}',
    text: '{{givenName}}, your visit at {{facility}} is booked: {{date}}, {{time}}.',
  },
  moved: {
    title: 'Your visit at {{facility}} now comes earlier: {{date}}, {{time}}',
    text: '{{givenName}}, your visit at {{facility}} now comes earlier: {{date}}, {{time}}.',
  },
  reply: { title: 'An answer from {{facility}}' },
  registration: {
    title: 'Please register for your visit at {{facility}}',
    text: '{{givenName}}, please fill in your medical registration before your visit at {{facility}} on {{date}}, {{time}}.',
  },
  wish: {
    title: 'Please confirm: the waitlist of {{facility}}',
    text: '{{givenName}}, do you want to be on the waitlist of {{facility}}? Press the link to say yes. If you did not ask for it, there is nothing to do.',
    until: 'The link works until {{until}}.',
  },
  text: {
    stop: 'Reply STOP for no more texts.',
  },
  link: {
    'answer offer': 'Take this time',
    'decline offer': 'Not this time',
    'confirm wish': 'Yes, add me to the waitlist',
    'book visit': 'Choose a time',
    register: 'Register',
  },
} as const;
