import type { SendResult } from '../mail/transport.ts';
import type { OutgoingText, TextTransport } from './transport.ts';

type Settings = {
  account: string;
  token: string;
  /** The number or sender name that texts come from. */
  from: string;
  baseUrl: string;
  callbackUrl: string;
  batchSize: number;
  /** Resolves when the permitted rate allows the next call. */
  pause: () => Promise<void>;
};
type Sent = { sid: string; body: string; date_created: string };

const patienceMs = 15_000;
/** The activity may take two minutes. What a slow service leaves over in this time comes back as `later`. */
const enoughMs = 75_000;

/**
 * Texts through an HTTP API compatible with Twilio's, one call each. That API has no idempotency key: what a crash or a
 * lost answer left in doubt is looked up by number and words before it is sent again, so a text goes twice only if the
 * service took it and does not list it yet.
 */
export function smsTransport({ account, token, from, baseUrl, callbackUrl, batchSize, pause }: Settings): TextTransport {
  const messages = `${baseUrl}/2010-04-01/Accounts/${encodeURIComponent(account)}/Messages.json`;
  const authorization = `Basic ${Buffer.from(`${account}:${token}`).toString('base64')}`;

  async function call(url: string, form?: Record<string, string>): Promise<{ status: number; body: Record<string, unknown> }> {
    await pause();
    const init = form ? { method: 'POST', body: new URLSearchParams(form) } : {};
    const response = await fetch(url, { ...init, headers: { authorization }, signal: AbortSignal.timeout(patienceMs) });
    return { status: response.status, body: (await response.json().catch(() => ({}))) as Record<string, unknown> };
  }

  async function sendOne({ messageId, to, text }: OutgoingText): Promise<SendResult> {
    const { status, body } = await call(messages, { To: to, From: from, Body: text, StatusCallback: callbackUrl });
    if (status < 300 && typeof body.sid === 'string') return { messageId, state: 'sent', transportId: body.sid };
    const error = `${body.code ?? status}: ${body.message ?? 'no words'}`;
    if (status === 400) return { messageId, state: 'undeliverable', error }; // about this text and this number
    throw new Error(`The text service did not take the text (${error})`); // too many calls, their fault, a wrong key of ours: again
  }

  /** What the service has taken for that number since the batch was claimed. */
  async function takenFor(to: string, claimedAt: Date): Promise<Sent[]> {
    const query = new URLSearchParams({ To: to, 'DateSent>': claimedAt.toISOString().slice(0, 10), PageSize: '100' });
    const { status, body } = await call(`${messages}?${query}`);
    if (status !== 200) throw new Error(`The text service does not say what it took (${status})`);
    const sent = (body.messages ?? []) as Sent[];
    return sent.filter(({ date_created }) => Date.parse(date_created) >= claimedAt.getTime() - 1000); // it tells whole seconds
  }

  return {
    name: 'sms',
    channel: 'sms',
    batchSize,
    async send(texts, { repeated, claimedAt }) {
      const startedMs = Date.now();
      const results: SendResult[] = [];
      for (const text of texts) {
        const { messageId, to } = text;
        const taken = repeated ? (await takenFor(to, claimedAt)).find(({ body }) => body === text.text) : undefined;
        if (taken) results.push({ messageId, state: 'sent', transportId: taken.sid });
        else results.push(Date.now() - startedMs < enoughMs ? await sendOne(text) : { messageId, state: 'later' });
      }
      return results;
    },
  };
}
