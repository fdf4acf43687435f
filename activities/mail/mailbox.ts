import type { Database } from '../../prisma/client.ts';
import { headersOf, type MailTransport } from './transport.ts';

/** Keeps every mail in the database, for the built-in mailbox page. Nothing leaves the machine. */
export function mailboxTransport(db: Database): MailTransport {
  return {
    name: 'mailbox',
    channel: 'mail',
    async send(mails) {
      const sentAt = new Date();
      const data = mails.map((mail) => ({ ...mail, headers: headersOf(mail), sentAt }));
      await db.mailboxEntry.createMany({ data, skipDuplicates: true });
      return mails.map(({ messageId }) => ({ messageId, state: 'sent' as const, transportId: messageId }));
    },
  };
}
