/** How long somebody waits: until a day, or only on chosen days (I-19 to I-21); as fields of a form, and what it says in them. */
import { z } from 'zod';

import { addDays } from '../../domain/civil.ts';
import type { Policy } from '../../domain/policy.ts';
import { DaysWritten, OptionalPageDate } from './dates.ts';
import { Field } from './form-fields.tsx';

const Validity = z.object({ validUntil: OptionalPageDate, dates: DaysWritten.optional() });
export const validityForm = Validity.shape;

/** Days that are named rule: whoever names some need not empty the other field. */
export const validityOf = ({ validUntil, dates }: z.infer<typeof Validity>) => (dates ? { dates } : { validUntil });

export function ValidityFields({ until, days, today, policy }: { until: string; days: string; today: string; policy: Policy }) {
  return (
    <>
      <Field label={until} type="date" name="validUntil" min={today} value={addDays(today, policy.waitlist.validDays)} />
      <Field label={days} name="dates" placeholder={`${addDays(today, 2)} ${addDays(today, 9)}`} />
    </>
  );
}
