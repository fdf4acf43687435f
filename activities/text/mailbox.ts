import type { Database } from '../../prisma/client.ts';
import type { TextTransport } from './transport.ts';

/** Keeps every text in the database, for the built-in mailbox page. Nothing leaves the machine. */
export function textMailbox(db: Database): TextTransport {
  return {
    name: 'text-mailbox',
    channel: 'sms',
    batchSize: 100,
    async send(texts) {
      const entry = { channel: 'sms', from: 'Holdfast', subject: '', html: '', headers: {}, sentAt: new Date() };
      await db.mailboxEntry.createMany({ data: texts.map((text) => ({ ...text, ...entry })), skipDuplicates: true });
      return texts.map(({ messageId }) => ({ messageId, state: 'sent' as const, transportId: messageId }));
    },
  };
}
