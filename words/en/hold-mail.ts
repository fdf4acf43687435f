/** Mails about holds of open time. */
export const holdMail = {
  hold: 'Hold',
  for: 'For',
  requestedBy: '{{provider}}, {{group}}; requested by {{requester}}',
  expires: 'Hold expiration date',
  reason: 'Reason given by {{by}}',
  requested: {
    title: 'Request for open time on {{when}}',
    reminder: 'Still waiting: a request for {{when}}',
    text: '{{requester}} waits for your answer. The time is hidden from everybody else until you confirm or deny.',
  },
  confirmed: {
    title: 'Hold Confirmation for {{when}}',
    text: 'The time is yours: you can promise it to a patient now. Please fill it with cases before it expires; if you no longer need it, delete it so that others can use it.',
  },
  denied: { title: 'Your request for {{when}} was denied' },
  changed: { title: 'Your hold on {{when}} was updated', before: 'Before the change by {{by}}' },
  deleted: { title: 'Hold Deleted: {{when}}' },
  expired: {
    title: 'The hold on {{when}} expired',
    lapsed: 'The request for {{when}} lapsed',
    late: 'It was not confirmed in time.',
    freed: 'Open to others again: {{ranges}}.',
    nothing: 'Nothing became open.',
  },
  conflict: {
    title: 'A case stands on the held time of {{when}}',
    text: 'The facility’s schedule has a case of somebody else at {{ranges}}. The case stands; please agree on another time.',
  },
  restricted: {
    subject: 'What you may request at {{facility}} is limited for now',
    title: 'What you may request is limited for now',
    ends: 'It ends by itself when held time is used again, or when the old holds are too long ago to count. Time that you do not need does not count against you if you delete its hold before it expires.',
  },
} as const;
