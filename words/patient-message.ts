/** What a message to a patient says, whatever carries it: the mail lays it out, the text is it. */
import segments from 'sms-segments-calculator';

import { formatInstant } from '../domain/civil.ts';
import { type Language, localeOf } from '../domain/language.ts';
import type { Channel, PatientLinkPurpose, PatientMessage } from '../domain/patient-message.ts';
import { fieldsOf, filledIn, type TemplateField, type TextLength } from '../domain/template.ts';
import { wordsIn } from './index.ts';

export type PatientLinks = Partial<Record<PatientLinkPurpose, string>>;
/** A title for a mail, and the sentences. */
export type Said = { title: string; lines: string[] };

/** Which links a message carries, in order; a text has no room for more than the first. */
export function patientLinksOf(content: PatientMessage, channel: Channel): PatientLinkPurpose[] {
  const all = linksIn(content);
  return channel === 'sms' ? all.slice(0, 1) : all;
}

function linksIn(content: PatientMessage): PatientLinkPurpose[] {
  if (content.kind === 'visit offered') return ['answer offer', 'decline offer'];
  if (content.kind === 'registration') return ['register'];
  if (content.kind === 'wish to confirm') return ['confirm wish'];
  return content.kind === 'from practice' && fieldsOf(content.template).includes('bookingLink') ? ['book visit'] : [];
}

/** In a mail the links are buttons below, so that their place in the words stays empty: pass none. */
export function sayToPatient(content: PatientMessage, links: PatientLinks, language: Language): Said {
  if (content.kind === 'from practice') return sayTemplate(content, links, language);
  const words = wordsIn(language);
  if (content.kind === 'reply')
    return { title: words('patient.reply.title', { facility: content.facility }), lines: content.text.split(/\r?\n/) };
  if (content.kind === 'wish to confirm') {
    const until = formatInstant(content.until, content.zone, 'dateTime', localeOf[language]);
    const link = links['confirm wish'];
    const lines = [
      words('patient.wish.text', { facility: content.facility, givenName: content.givenName }),
      words('patient.wish.until', { until }),
      ...(link ? [link] : []),
    ];
    return { title: words('patient.wish.title', { facility: content.facility }), lines };
  }
  const { facility, givenName, zone, visit } = content;
  const date = formatInstant(visit.startsAt, zone, 'longDate', localeOf[language]);
  const about = { facility, givenName, date, time: formatInstant(visit.startsAt, zone, 'time', localeOf[language]) };
  if (content.kind === 'visit booked') {
    const kind = content.moved ? 'moved' : 'booked';
    const where = content.address ? [content.address] : [];
    return { title: words(`patient.${kind}.title`, about), lines: [words(`patient.${kind}.text`, about), ...where] };
  }
  if (content.kind === 'registration') {
    const link = links.register;
    return {
      title: words('patient.registration.title', about),
      lines: [words('patient.registration.text', about), ...(link ? [link] : [])],
    };
  }
  const until = formatInstant(content.until, zone, 'dateTime', localeOf[language]);
  const link = links['answer offer'];
  const lines = [words('patient.offer.text', about), words('patient.offer.until', { until }), ...(link ? [link] : [])];
  return { title: words('patient.offer.title', about), lines };
}

type Template = Extract<PatientMessage, { kind: 'from practice' }>;

function sayTemplate({ facility, givenName, zone, template, visit }: Template, links: PatientLinks, language: Language): Said {
  const at = (style: 'date' | 'time') => (visit ? formatInstant(visit.startsAt, zone, style, localeOf[language]) : '');
  const values: Record<TemplateField, string> = {
    firstName: givenName,
    practice: facility,
    date: at('date'),
    time: at('time'),
    bookingLink: links['book visit'] ?? '',
  };
  const { subject = facility, text } = template;
  return { title: filledIn(subject, values), lines: filledIn(text, values).split(/\r?\n/) };
}

/** As a text: the sentences, and the way to stop them. */
export function textToPatient(content: PatientMessage, links: PatientLinks, language: Language): string {
  return [...sayToPatient(content, links, language).lines, wordsIn(language)('patient.text.stop')].join('\n');
}

/** No address of ours is longer: where people reach the pages, and a secret. */
const longestLink = 'x'.repeat(100);

/** How long a message is as a text, before its links are known. */
export function textLength(content: PatientMessage, language: Language): TextLength {
  const links = Object.fromEntries(patientLinksOf(content, 'sms').map((purpose) => [purpose, longestLink]));
  const counted = new segments.SegmentedMessage(textToPatient(content, links, language));
  return { parts: counted.segmentsCount, characters: counted.numberOfCharacters, encoding: counted.encodingName };
}
