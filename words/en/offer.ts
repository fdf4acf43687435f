/** Free time that is offered to those who wait. */
export const offer = {
  title: 'Offers',
  text: 'Time that became free, and who was asked about it. The first who accepts has it; the visit is booked at once.',
  offered: 'Offered',
  noneOffered: 'Nothing ahead is or was offered. Start below, or let the policy offer freed time by itself.',
  free: 'Free and not offered',
  noneFree: 'No time became free that is not offered already. It appears here when a visit is cancelled or moved.',
  mode: { sequential: 'one by one', waves: 'in waves', all: 'all at once' },
  start: 'Offer it',
  stop: 'Ask nobody else',
  next: 'Next: {{step}} at {{at}}.',
  asked: 'asked {{at}}',
  until: 'can answer until {{at}}',
  state: { offering: 'offering', filled: 'filled', exhausted: 'exhausted', stopped: 'stopped', over: 'over' },
  answer: { open: 'open', accepted: 'accepted', declined: 'declined', expired: 'expired', withdrawn: 'withdrawn' },
} as const;
