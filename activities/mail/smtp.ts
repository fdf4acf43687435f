import { createTransport } from 'nodemailer';

import type { SendResult, Transport } from './transport.ts';

/**
 * One connection, mails one after the other. SMTP is at-least-once: a worker killed between the server's answer and
 * our record sends that batch again.
 */
export function smtpTransport(url: string): Transport {
  const smtp = createTransport(url, { pool: true, maxConnections: 1 } as object);

  return {
    name: 'smtp',
    async send(mails) {
      await smtp.verify(); // an unreachable server is a reason to wait, not to give up on anybody
      const results: SendResult[] = [];
      for (const { messageId, ...mail } of mails) {
        try {
          const { messageId: transportId } = await smtp.sendMail({ ...mail, messageId: `<${messageId}@holdfast>` });
          results.push({ messageId, state: 'sent', transportId });
        } catch (error) {
          const { responseCode = 0, message } = error as { responseCode?: number; message: string };
          results.push({ messageId, state: responseCode >= 500 ? 'undeliverable' : 'unknown', error: message });
        }
      }
      return results;
    },
  };
}
