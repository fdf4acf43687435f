import { Resend } from 'resend';

import { headersOf, type MailTransport, type OutgoingMail, type SendResult } from './transport.ts';

type Fault = { message: string; statusCode: number | null };
type Settings = { apiKey: string; baseUrl?: string | undefined; pause: () => Promise<void> };

/**
 * One batch call with the batch's id as idempotency key, which the service keeps for 24 hours. Permissive: a bad
 * address is reported and the others go. Where the service refuses the batch as a whole, each mail is tried alone.
 * `pause` resolves when the permitted rate allows the next call.
 */
export function resendTransport({ apiKey, baseUrl, pause }: Settings): MailTransport {
  const resend = new Resend(apiKey, baseUrl ? { baseUrl } : undefined);

  const sendOne = async (mail: OutgoingMail, idempotencyKey: string): Promise<SendResult> => {
    await pause();
    const { messageId } = mail;
    const { data, error } = await resend.emails.send(payload(mail), { idempotencyKey: `${idempotencyKey}/${messageId}` });
    if (!error) return { messageId, state: 'sent', transportId: data.id };
    throwUnlessFinal(error);
    return { messageId, state: 'undeliverable', error: error.message };
  };

  return {
    name: 'resend',
    channel: 'mail',
    async send(mails, idempotencyKey) {
      await pause();
      const { data, error } = await resend.batch.send(mails.map(payload), { idempotencyKey, batchValidation: 'permissive' });
      if (!error) return results(mails, data.data, data.errors ?? []);
      throwUnlessFinal(error);
      const alone: SendResult[] = [];
      for (const mail of mails) alone.push(await sendOne(mail, idempotencyKey));
      return alone;
    },
  };
}

function payload(mail: OutgoingMail) {
  const { from, to, subject, html, text } = mail;
  return { from, to, subject, html, text, headers: headersOf(mail) };
}

/** The service gives ids only for what it took, in order; what it refused it names by index. */
function results(mails: OutgoingMail[], sent: { id: string }[], refused: { index: number; message: string }[]): SendResult[] {
  const reasons = new Map(refused.map(({ index, message }) => [index, message]));
  const ids = sent.values();
  return mails.map(({ messageId }, index) => {
    const error = reasons.get(index);
    return error === undefined
      ? { messageId, state: 'sent', transportId: ids.next().value?.id }
      : { messageId, state: 'undeliverable', error };
  });
}

/** These answers are about what a mail says. No answer, too many calls, a fault of theirs, a wrong key or address of ours: try again. */
const final = new Set([400, 413, 422]);

function throwUnlessFinal({ statusCode, message }: Fault): void {
  if (!final.has(statusCode ?? 0)) throw new Error(`The mail service did not take the batch (${statusCode ?? 'no answer'}): ${message}`);
}
