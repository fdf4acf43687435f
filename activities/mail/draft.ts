import { createHash, randomBytes } from 'node:crypto';

import { buttonsOf, footerLinks, type LinkPurpose, MessageContent } from '../../domain/message.ts';
import type { Links } from '../../emails/layout.tsx';
import { renderMail } from '../../emails/mail.tsx';
import type { Prisma } from '../../prisma/generated/client.ts';
import type { OutgoingMail } from './transport.ts';

/** A message that is due, as the database has it. */
export type DueMessage = {
  id: string;
  kind: string;
  facilityId: string;
  personId: string;
  email: string;
  subjectKind: string;
  subjectId: string;
  content: unknown;
};

export type Draft = { mail: OutgoingMail; links: Prisma.ActionLinkCreateManyInput[] };

/** The mail of one message, and the links to store with it. Throws when the content is not what a message may say. */
export async function draftMail(message: DueMessage, from: string, publicUrl: string, now: string): Promise<Draft> {
  const content = MessageContent.parse(message.content); // drops whatever the type does not name (F-19)
  const minted = [...buttonsOf[content.kind], ...footerLinks].map((purpose) => mint(message, purpose, now));
  const addresses = Object.fromEntries(
    minted.map(({ link, token }) => [link.purpose, `${publicUrl}${pathOf(link.purpose)}/${token}`]),
  ) as Links;
  const headers = unsubscribeHeaders(addresses.unsubscribe);
  const mail = { messageId: message.id, from, to: message.email, ...(await renderMail(content, addresses)), ...(headers && { headers }) };
  return { mail, links: minted.map(({ link }) => link) };
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
function mint({ id, facilityId, personId, subjectKind, subjectId }: DueMessage, purpose: LinkPurpose, now: string) {
  const token = randomBytes(32).toString('base64url');
  const tokenHash = createHash('sha256').update(token).digest('hex');
  return { token, link: { tokenHash, facilityId, personId, purpose, subjectKind, subjectId, messageId: id, createdAt: now } };
}
