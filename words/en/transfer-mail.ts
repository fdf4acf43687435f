/** Mails about blocks that change hands (F-07). */
export const transferMail = {
  given: 'Block',
  fromTo: '{{room}}, {{when}}, {{range}}: from {{from}} to {{to}}',
  proposer: 'Proposed by',
  note: 'Note',
  decideBy: 'Lapses',
  why: 'Why',
  by: 'Decided by',
  proposed: {
    title: '{{proposer}} offers you a block on {{when}}',
    swap: '{{proposer}} wants to swap a block on {{when}} with you',
    reminder: 'Still waiting: the block on {{when}} that {{proposer}} offers',
    text: 'Nothing changes unless you accept and the facility approves. The offer ends by itself when a case is booked in the block or time of it is released.',
  },
  toApprove: {
    title: 'To approve: a block on {{when}} changes hands',
    reminder: 'Still waiting for you: the block on {{when}} that changes hands',
    text: 'Both groups want it. When you approve, the block has its new holder at once: alerts, the release date and utilization follow.',
  },
  answered: {
    accepted: 'Accepted: the block on {{when}}; the facility decides now',
    declined: 'Declined: the block on {{when}} stays as it is',
    approved: 'Approved: the block on {{when}} has its new holder',
    denied: 'Denied: the block on {{when}} stays as it is',
    withdrawn: 'Withdrawn: the offer of the block on {{when}}',
    ended: 'Ended by itself: the offer of the block on {{when}}',
  },
} as const;
