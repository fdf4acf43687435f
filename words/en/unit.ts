/** Units and what stands for none. */
export const unit = {
  hour: 'h',
  minute: 'min',
  nothing: 'nothing',
  monthBefore: '← {{month}}',
  monthAfter: '{{month}} →',
  dates: '{{first}} to {{last}}',
  yes: 'Yes',
  no: 'No',
  against: 'against {{limit}}',
  by: 'by {{who}}',
  why: 'Why, and why not',
} as const;
