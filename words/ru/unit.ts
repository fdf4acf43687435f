/** Units and what stands for none. */
export const unit = {
  hour: 'ч',
  minute: 'мин',
  nothing: 'ничего',
} as const;
