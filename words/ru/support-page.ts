/** The Support page (P-11). */
export const supportPage = {
  title: 'Поддержка',
  empty: 'Объявлений и частых вопросов пока нет. На что не может ответить коллега, о том создают обращение.',
  kind: { announcement: 'Объявления', information: 'Новости', question: 'Частые вопросы' },
  signIn: 'Войдите заново, чтобы изменить эту страницу.',
  ticket: 'Создать обращение',
  add: 'Добавить',
  kindOf: 'Вид',
  titleOf: 'Заголовок или вопрос',
  text: 'Текст или ответ',
  publish: 'Опубликовать',
  remove: 'Убрать',
} as const;
