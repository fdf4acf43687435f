import { z } from 'zod';

import { Interval } from './interval.ts';

/** How a message reaches a patient. */
export const channels = ['mail', 'sms'] as const;
export const Channel = z.enum(channels);
export type Channel = z.infer<typeof Channel>;

/**
 * All that a mail or text to a patient may say (F-19): the first name, the place, date and time, the practice's own
 * template text, and what somebody answered them; the delivery adds the link. There is no field for a family name, a practitioner, a treatment or a
 * comment: whom they see can tell what ails them, so that stands on the page behind the link. Instants are UTC; `zone` tells how to
 * print them.
 */
const ToPatient = z.object({
  givenName: z.string(),
  facility: z.string(),
  zone: z.string(),
  /** Where to come and what number to call; empty or left out where the practice has not said. */
  address: z.string().optional(),
  telephone: z.string().optional(),
});

export const PatientMessage = z.discriminatedUnion('kind', [
  /** D-08, D-09: the practice's words with its fields in braces; `visit`: the appointment that they are about. */
  ToPatient.extend({
    kind: z.literal('from practice'),
    template: z.object({ subject: z.string().optional(), text: z.string() }),
    visit: Interval.optional(),
  }),
  /** F-01: time that became free. `until`: how long it can be answered. */
  ToPatient.extend({ kind: z.literal('visit offered'), visit: Interval, until: z.string() }),
  /** P-03: the medical registration link, for the visit that it is needed for. */
  ToPatient.extend({ kind: z.literal('registration'), visit: Interval }),
  /** what the team answers in a conversation. Nobody's card may be known: then there is no name. */
  ToPatient.extend({ kind: z.literal('reply'), text: z.string() }),
  /** F-20: whoever reads it presses its link, or nothing comes of it. `until`: how long that works. */
  ToPatient.extend({ kind: z.literal('wish to confirm'), until: z.string() }),
  /** The receipt of an offer that was accepted. `moved`: a visit that was booked for later comes earlier now (I-44). */
  ToPatient.extend({ kind: z.literal('visit booked'), visit: Interval, moved: z.boolean() }),
]);
export type PatientMessage = z.infer<typeof PatientMessage>;
export type PatientMessageKind = PatientMessage['kind'];

/** The purposes of the links that patients get, each with a page of its own. */
export const patientLinkPurposes = ['answer offer', 'decline offer', 'book visit', 'register', 'confirm wish'] as const;
export type PatientLinkPurpose = (typeof patientLinkPurposes)[number];

const stopWords = new Set(['stop', 'stopall', 'unsubscribe', 'cancel', 'end', 'quit', 'стоп', 'отмена']);
const startWords = new Set(['start', 'unstop', 'старт']);

/** What an answering text means, whatever its case and spaces: STOP, START, or nothing that a machine may act on. */
export function wishIn(text: string): 'stop' | 'start' | undefined {
  const word = text.trim().toLowerCase();
  if (stopWords.has(word)) return 'stop';
  return startWords.has(word) ? 'start' : undefined;
}
