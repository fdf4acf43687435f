/** Units and what stands for none. */
export const unit = {
  hour: 'ч',
  minute: 'мин',
  nothing: 'ничего',
  monthBefore: 'Месяц раньше',
  monthAfter: 'Месяц позже',
  yes: 'Да',
  no: 'Нет',
  against: 'против {{limit}}',
  by: '{{who}}',
  why: 'Почему да и почему нет',
} as const;
