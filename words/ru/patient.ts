/** Mails and texts to patients. */
export const patient = {
  mail: {
    from: 'От «{{facility}}»',
    zone: 'Время указано по месту, где находится «{{facility}}» ({{zone}}).',
    private: 'Это письмо только для вас: его кнопки действуют от вашего имени.',
  },
  text: {
    stop: 'Ответьте СТОП, чтобы не получать сообщения.',
  },
  link: {
    'book visit': 'Выбрать время',
  },
} as const;
