import { createHash, randomBytes } from 'node:crypto';

import type { Role } from '../../domain/decision.ts';
import { everyDayOf } from '../../domain/every-day.ts';
import { languageOf } from '../../domain/language.ts';
import { type LinkPurpose, linksOf } from '../../domain/mail-button.ts';
import { MessageContent } from '../../domain/message.ts';
import { type Channel, type PatientLinkPurpose, PatientMessage } from '../../domain/patient-message.ts';
import { renderMail } from '../../emails/mail.tsx';
import { renderPatientMail } from '../../emails/patient.tsx';
import type { Prisma } from '../../prisma/generated/client.ts';
import { type PatientLinks, patientLinksOf, textToPatient } from '../../words/patient-message.ts';
import type { OutgoingText } from '../text/transport.ts';
import type { OutgoingMail } from './transport.ts';

/** A message that is due, as the database has it: to a person of the facility, to a patient, or to whoever wants to be on the waitlist, in their language. */
export type DueMessage = {
  id: string;
  kind: string;
  facilityId: string;
  personId: string | null;
  patientId: string | null;
  channel: Channel;
  address: string;
  subjectKind: string;
  subjectId: string;
  content: unknown;
  language: string | null;
  /** Of a person of the facility: their mails lead to the pages of their day. */
  role: Role | null;
};

export type Draft = { outgoing: OutgoingMail | OutgoingText; links: Prisma.ActionLinkCreateManyInput[] };

/** The mail or text of one message, and the links to store with it. Throws when the content is not what a message may say. */
export function draft(message: DueMessage, from: string, publicUrl: string, now: string): Promise<Draft> {
  return message.personId ? draftForPerson(message, from, publicUrl, now) : draftForPatient(message, from, publicUrl, now);
}

async function draftForPerson(message: DueMessage, from: string, publicUrl: string, now: string): Promise<Draft> {
  const role = message.role!;
  const content = MessageContent.parse(message.content); // drops whatever the type does not name (F-19)
  const minted = linksOf(content, role).map((purpose) => mint(message, purpose, now));
  const addresses = Object.fromEntries(
    minted.map(({ link, token }) => [link.purpose, `${publicUrl}${pathOf(link.purpose)}/${token}`]),
  ) as Record<LinkPurpose, string>;
  const headers = unsubscribeHeaders(addresses.unsubscribe);
  const rendered = await renderMail(content, { ...addresses, everyDay: everyDayOf(role) }, languageOf(message.language));
  return {
    outgoing: { messageId: message.id, from, to: message.address, ...rendered, ...(headers && { headers }) },
    links: minted.map(({ link }) => link),
  };
}

async function draftForPatient(message: DueMessage, from: string, publicUrl: string, now: string): Promise<Draft> {
  const content = PatientMessage.parse(message.content); // drops whatever the type does not name (F-19)
  const language = languageOf(message.language);
  const minted = patientLinksOf(content, message.channel).map((purpose) => mint(message, purpose, now));
  const links = Object.fromEntries(
    minted.map(({ link, token }) => [link.purpose, `${publicUrl}${link.purpose === 'confirm wish' ? '/w' : '/p'}/${token}`]),
  ) as PatientLinks;
  const envelope = { messageId: message.id, to: message.address };
  const outgoing =
    message.channel === 'sms'
      ? { ...envelope, text: textToPatient(content, links, language) }
      : { ...envelope, from, ...(await renderPatientMail(content, links, language)) };
  return { outgoing, links: minted.map(({ link }) => link) };
}

/** One press in the mail program posts there without a session (RFC 8058); all other buttons open a page. */
const pathOf = (purpose: LinkPurpose) => (purpose === 'unsubscribe' ? '/unsubscribe' : '/a');

/** RFC 8058, for alerts that can be turned off. One click needs HTTPS: without it a mail program shows the page. */
function unsubscribeHeaders(address: string | undefined): Record<string, string> | undefined {
  if (!address) return undefined;
  const oneClick = address.startsWith('https:') && { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
  return { 'List-Unsubscribe': `<${address}>`, ...oneClick };
}

/** One secret of 256 bits a button (C-38); only its hash is kept once the mail is out. */
function mint<Purpose extends LinkPurpose | PatientLinkPurpose>(message: DueMessage, purpose: Purpose, now: string) {
  const { id, facilityId, personId, patientId, subjectKind, subjectId } = message;
  const token = randomBytes(32).toString('base64url');
  const tokenHash = createHash('sha256').update(token).digest('hex');
  return { token, link: { tokenHash, facilityId, personId, patientId, purpose, subjectKind, subjectId, messageId: id, createdAt: now } };
}
