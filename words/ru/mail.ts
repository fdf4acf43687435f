/** The frame of mails to the facility's people, and the buttons of mails and pages. */
export const mail = {
  preferences: 'Изменить настройки уведомлений можно здесь.',
  zone: 'Время указано по месту, где находится учреждение ({{zone}}). Это письмо только для вас: его кнопки действуют от вашего имени.',
} as const;

/** The same in mails and on pages. */
export const button = {
  'release suggested': 'Отдать {{times}}',
  keep: 'Оставить время за мной',
  'release part': 'Отдать часть',
  'release all': 'Отдать всё',
  'undo release': 'Вернуть отданное время',
  'confirm hold': 'Подтвердить',
  'change hold': 'Изменить время или операционную',
  'deny hold': 'Отказать',
  'delete hold': 'Удалить эту бронь',
  'accept transfer': 'Принять',
  'decline transfer': 'Отклонить',
  'approve transfer': 'Одобрить',
  'deny transfer': 'Отказать',
  'find open time': 'Свободное время',
  'block schedule': 'Расписание блоков',
  preferences: 'Изменить настройки уведомлений',
  unsubscribe: 'Не присылать уведомления о свободном времени',
  'open page': 'Открыть нужную страницу',
  'sign in': 'Войти',
  worklist: 'Открыть список для переноса',
  conversations: 'Открыть переписку',
  clearances: 'Открыть допуски',
  vacations: 'Указать дни отпуска',
  'my work': 'Открыть мою работу',
  'opt in': 'Могу заменить',
  'cover yourself': 'Сам слежу за своей линией',
  'leave unmonitored': 'Оставить линию без присмотра',
  'acknowledge cover': 'Мне это известно',
  'approve away message': 'Одобрить это сообщение',
  coverage: 'Открыть календарь замещений',
} as const;
