/** The frame of mails to the facility's people, and the buttons of mails and pages. */
export const mail = {
  preferences: 'Change your communication preferences here.',
  zone: 'Times are those of the facility ({{zone}}). This mail is meant for you alone: its buttons act in your name.',
} as const;

/** The same in mails and on pages. */
export const button = {
  'release suggested': 'Release {{times}}',
  keep: 'Keep My Block Time',
  'release part': 'Partial Release',
  'release all': 'Full Release',
  'undo release': 'Undo this release',
  'confirm hold': 'Confirm',
  'change hold': 'Change time or room',
  'deny hold': 'Deny',
  'delete hold': 'Delete this hold',
  'accept transfer': 'Accept',
  'decline transfer': 'Decline',
  'approve transfer': 'Approve',
  'deny transfer': 'Deny',
  'find open time': 'Find Open Time',
  'block schedule': 'Block Schedule',
  preferences: 'Change your communication preferences',
  unsubscribe: 'Stop Availability Alerts',
  'open page': 'Open the page you asked for',
  'sign in': 'Sign in',
  worklist: 'Open the worklist',
  conversations: 'Open the conversations',
  clearances: 'Open the clearances',
  vacations: 'Enter vacation days',
  'my work': 'Open My work',
  'opt in': 'I can cover',
  'cover yourself': 'I cover my line myself',
  'leave unmonitored': 'Leave my line unmonitored',
  'acknowledge cover': 'I know',
  'approve away message': 'Approve this message',
  coverage: 'Open the coverage calendar',
} as const;
