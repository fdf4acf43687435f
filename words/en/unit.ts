/** Units and what stands for none. */
export const unit = {
  hour: 'h',
  minute: 'min',
  nothing: 'nothing',
  monthBefore: 'Month before',
  monthAfter: 'Month after',
  yes: 'Yes',
  no: 'No',
  against: 'against {{limit}}',
  by: 'by {{who}}',
  why: 'Why, and why not',
} as const;
