/** Units and what stands for none. */
export const unit = {
  hour: 'h',
  minute: 'min',
  nothing: 'nothing',
} as const;
