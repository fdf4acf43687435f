/** Mails and texts to patients. */
export const patient = {
  mail: {
    from: 'From {{facility}}',
    zone: 'Times are those of {{facility}} ({{zone}}).',
    private: 'This mail is meant for you alone: its buttons act in your name.',
  },
  text: {
    stop: 'Reply STOP for no more texts.',
  },
  link: {
    'book visit': 'Choose a time',
  },
} as const;
