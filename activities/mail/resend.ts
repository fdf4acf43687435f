import { Resend } from 'resend';

import type { OutgoingMail, SendResult, Transport } from './transport.ts';

type Answer = { error: { message: string; statusCode: number | null } | null };

/**
 * One batch call with the batch's id as idempotency key, which the service keeps for 24 hours. Permissive: a bad
 * address is reported and the others go. Where the service refuses the batch as a whole, each mail is tried alone.
 */
export function resendTransport({
  apiKey,
  baseUrl,
  pause,
}: {
  apiKey: string;
  baseUrl?: string | undefined;
  pause: () => Promise<void>;
}): Transport {
  const resend = new Resend(apiKey, baseUrl ? { baseUrl } : undefined);

  const sendOne = async (mail: OutgoingMail, idempotencyKey: string): Promise<SendResult> => {
    await pause();
    const { messageId } = mail;
    const { data, error } = await resend.emails.send(payload(mail), { idempotencyKey: `${idempotencyKey}/${messageId}` });
    if (!error) return { messageId, state: 'sent', transportId: data.id };
    throwIfTransient({ error });
    return { messageId, state: 'undeliverable', error: error.message };
  };

  return {
    name: 'resend',
    async send(mails, idempotencyKey) {
      await pause();
      const { data, error } = await resend.batch.send(mails.map(payload), { idempotencyKey, batchValidation: 'permissive' });
      if (!error) return results(mails, data.data, data.errors ?? []);
      throwIfTransient({ error });
      const alone: SendResult[] = [];
      for (const mail of mails) alone.push(await sendOne(mail, idempotencyKey));
      return alone;
    },
  };
}

const payload = ({ from, to, subject, html, text }: OutgoingMail) => ({ from, to, subject, html, text });

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

/** No answer, too many calls, a fault of theirs, or our key: all of it is worth trying again. */
function throwIfTransient({ error }: Answer): void {
  const status = error?.statusCode ?? null;
  const permanent = status !== null && status >= 400 && status < 500 && ![401, 403, 408, 409, 429].includes(status);
  if (!permanent) throw new Error(`The mail service did not take the batch (${status ?? 'no answer'}): ${error?.message}`);
}
