/** The Support page (P-11). */
export const supportPage = {
  title: 'Support',
  empty: 'Nothing has been announced, and nothing is often asked yet.',
  else: 'What a colleague cannot answer goes into a ticket.',
  write: 'Write to us',
  writeText:
    'When something was released by accident, when somebody else shall receive Block Alerts too (with name and address), or when anything is unclear:',
  kind: { announcement: 'Announcements', information: 'Latest information', question: 'Often asked' },
  signIn: 'Sign in afresh to edit this page.',
  ticket: 'Open a ticket',
  add: 'Add',
  kindOf: 'Kind',
  titleOf: 'Title or question',
  text: 'Text or answer',
  publish: 'Publish',
  remove: 'Take it off',
} as const;
