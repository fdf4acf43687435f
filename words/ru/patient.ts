/** Mails and texts to patients. */
export const patient = {
  mail: {
    from: 'От «{{facility}}»',
    zone: 'Время указано по месту, где находится «{{facility}}» ({{zone}}).',
    private: 'Это письмо только для вас: его кнопки действуют от вашего имени.',
  },
  offer: {
    title: '«{{facility}}»: освободилось время, {{date}}, {{time}}',
    text: '{{givenName}}, в «{{facility}}» освободилось время: {{date}}, {{time}}. Хотите прийти?',
    until: 'Пожалуйста, ответьте до {{until}}; время получит тот, кто согласится первым.',
  },
  booked: {
    title: '«{{facility}}»: вы записаны, {{date}}, {{time}}',
    text: '{{givenName}}, вы записаны в «{{facility}}»: {{date}}, {{time}}.',
  },
  moved: {
    title: '«{{facility}}»: приём перенесён на более раннее время, {{date}}, {{time}}',
    text: '{{givenName}}, ваш приём в «{{facility}}» перенесён на более раннее время: {{date}}, {{time}}.',
  },
  reply: { title: 'Ответ от «{{facility}}»' },
  registration: {
    title: '«{{facility}}»: заполните регистрацию перед приёмом',
    text: '{{givenName}}, пожалуйста, заполните медицинскую регистрацию до приёма в «{{facility}}»: {{date}}, {{time}}.',
  },
  wish: {
    title: 'Подтвердите: лист ожидания «{{facility}}»',
    text: '{{givenName}}, хотите попасть в лист ожидания «{{facility}}»? Откройте ссылку, чтобы подтвердить. Если вы об этом не просили, делать ничего не нужно.',
    until: 'Ссылка действует до {{until}}.',
  },
  text: {
    stop: 'Ответьте СТОП, чтобы не получать сообщения.',
  },
  link: {
    'answer offer': 'Взять это время',
    'decline offer': 'Это время не подходит',
    'confirm wish': 'Да, добавьте меня',
    'book visit': 'Выбрать время',
    register: 'Заполнить регистрацию',
  },
} as const;
