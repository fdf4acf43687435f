/** What stands around every page. */
export const frame = {
  skip: 'Перейти к содержанию',
  main: 'Главное меню',
  tab: {
    'Find Open Time': 'Свободное время',
    'Block Schedule': 'Расписание блоков',
    Desk: 'Рабочее место',
    Preferences: 'Настройки',
  },
  lightbulb_one: '{{count}} ждёт вас →',
  lightbulb_few: '{{count}} ждут вас →',
  lightbulb_many: '{{count}} ждут вас →',
  nothing: 'Ничто вас не ждёт',
  support: 'Поддержка: новости, объявления, частые вопросы',
  language: 'Язык',
  any: 'любой',
  rule: 'Правило {{rule}}, {{code}}',
  unchanged: 'Ничего не изменено. Перейти:',
  wait: 'Подождите минуту и попробуйте ещё раз.',
  ask: 'Паролей здесь нет: вход по ссылкам из писем. Подойдёт любое письмо от Holdfast; можно запросить и новую ссылку.',
  mailLink: 'Прислать мне ссылку',
} as const;
