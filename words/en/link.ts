/** The pages that a mail's button or link leads to, whatever it is about (C-38 to C-40, U-04). */
export const link = {
  goOn: 'Go on to:',
  goOnAs: 'Go on, as {{name}} (this browser then stays signed in for 30 days):',
  cancel: 'Cancel: change nothing',
  reason: 'Reason',
  decisionOf: 'Decision of',
  decided: 'Decided',
  decidedBy: '{{at}}, by {{by}}',
  told: 'Told by mail',
  nobody: 'nobody',
  done: 'Done',
  unchanged: {
    title: 'Nothing was changed',
    text: 'Everything is as it was. The buttons of the mail go on working: you can press another, close this page, or',
    back: 'go back to this one',
  },
  comeIn: {
    title: 'Come in',
    text: 'This link was mailed to {{name}}. If that is you, go on; this browser then stays signed in for 30 days.',
    button: 'Continue as {{name}}',
  },
  old: {
    title: 'This link is too old',
    text: 'It was mailed a long time ago, so it no longer opens the system by itself. One press mails a fresh one to the same address.',
    button: 'Mail me a fresh link',
  },
  recorded: {
    title: 'Your decision is recorded',
    text: 'It is kept, with the moment you pressed the button, and will be carried out in a little while. A receipt follows by mail; reloading this page shows it as well.',
    again: 'There is no need to press again.',
  },
  absence: {
    away: 'Away',
    span: 'From – until',
    there: 'At their place',
    isNow: 'The absence of {{name}}: {{state}}.',
    'opt in': {
      title: 'Cover these lines?',
      yes: 'Yes, I cover',
      effect:
        'You are added to the lines and their support channel while it lasts. Your own hours stay as they are; the providers are told.',
    },
    'acknowledge cover': { title: 'You know of this absence?', yes: 'Yes, I know', effect: 'Nothing else changes.' },
    'cover yourself': {
      title: 'Cover your line yourself?',
      yes: 'Yes, I cover it',
      effect: 'Nobody else looks after your line then; whoever had taken it is released.',
    },
    'leave unmonitored': {
      title: 'Leave your line unmonitored?',
      yes: 'Yes, leave it',
      effect: 'Nobody answers until your coordinator is back and catches up.',
    },
    'approve away message': {
      title: 'Approve this message?',
      yes: 'Yes, I approve it',
      effect: 'Whoever calls or writes while nobody is there gets it.',
    },
  },
  hold: {
    page: 'The page of this hold',
    hold: 'Hold',
    isNow: 'The hold is now {{state}}.',
    whichIsNow: '{{which}}: the hold is now {{state}}.',
    yes: '{{yes}} {{range}} in {{room}}',
    'confirm hold': {
      title: 'Confirm this request?',
      yes: 'Yes, confirm',
      effect: 'The requester is told at once, may promise the time to a patient, and has to fill it before it expires.',
    },
    'deny hold': {
      title: 'Deny this request?',
      yes: 'Yes, deny',
      effect: 'The requester is told with your reason, and the time is open to everybody again.',
    },
    'delete hold': {
      title: 'Delete this hold?',
      yes: 'Yes, delete',
      effect: 'You and the facility scheduler are told, and what is not filled is open to others again.',
    },
  },
} as const;
