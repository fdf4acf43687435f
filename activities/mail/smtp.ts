import { createTransport } from 'nodemailer';

import { headersOf, type MailTransport, type OutgoingMail, type SendResult } from './transport.ts';

/** The activity may take two minutes. What a slow server leaves over in this time comes back as `later`. */
const enoughMs = 75_000;
const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };

/**
 * One connection a batch, mails one after the other. SMTP is at-least-once: a worker killed between the server's
 * answer and our record sends that batch again, with the same Message-IDs.
 */
export function smtpTransport(url: string): MailTransport {
  return {
    name: 'smtp',
    channel: 'mail',
    async send(mails) {
      const smtp = createTransport({ url, pool: true, maxConnections: 1, maxRequeues: 0, ...timeouts });
      try {
        await smtp.verify(); // an unreachable server is a reason to wait, not to give up on anybody
        const startedMs = Date.now();
        const results: SendResult[] = [];
        for (const mail of mails)
          results.push(Date.now() - startedMs < enoughMs ? await sendOne(mail) : { messageId: mail.messageId, state: 'later' });
        return results;
      } finally {
        smtp.close();
      }

      async function sendOne(mail: OutgoingMail): Promise<SendResult> {
        const { messageId } = mail;
        try {
          const sent = await smtp.sendMail({ ...mail, headers: headersOf(mail), messageId: `<${messageId}@${domainOf(mail.from)}>` });
          return { messageId, state: 'sent', transportId: sent.messageId };
        } catch (error) {
          // 5xx is the server's last word. 4xx (it is busy, it greylists) and a lost connection are not.
          const { responseCode = 0, message } = error as { responseCode?: number; message: string };
          return { messageId, state: responseCode >= 500 ? 'undeliverable' : 'later', error: message.slice(0, 500) };
        }
      }
    },
  };
}

const domainOf = (from: string) => /@([\w.-]+)/.exec(from)?.[1] ?? 'localhost';
