import { formatPhone } from '../../domain/phone.ts';

/** A number that is dialled by a press, as people read it. */
export function Phone({ number }: { number: string }) {
  return <a href={`tel:${number.replace(/[^+\d]/g, '')}`}>{formatPhone(number)}</a>;
}
