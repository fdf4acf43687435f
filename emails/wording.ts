import { type LinkPurpose, linkPurposes } from '../domain/mail-button.ts';
import { speechIn } from '../words/speech.ts';

const english = speechIn('en');
/** For what still speaks English alone. */
export const { dateTime } = english;
export const buttonLabels = Object.fromEntries(linkPurposes.map((purpose) => [purpose, english.words(`button.${purpose}`)])) as Record<
  LinkPurpose,
  string
>;
