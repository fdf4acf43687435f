/** Units and what stands for none. */
export const unit = {
  hour: 'ч',
  minute: 'мин',
  nothing: 'ничего',
  monthBefore: '← {{month}}',
  monthAfter: '{{month}} →',
  dates: '{{first}} – {{last}}',
  yes: 'Да',
  no: 'Нет',
  against: 'против {{limit}}',
  by: '{{who}}',
  why: 'Почему да и почему нет',
} as const;
