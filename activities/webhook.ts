import { Webhook } from 'standardwebhooks';

import { nextTry } from '../domain/webhook.ts';
import { type DueEvent, dueEvents, nextEventAt } from '../ledger/webhook.ts';
import type { Database } from '../prisma/client.ts';

const atOnce = 20;
const timeoutMs = 15_000;
/** So much of an answer is kept, for whoever looks why it failed. */
const keptCharacters = 500;

type Endpoint = { url: string; secret: string; previousSecret: string | null; previousUntil: Date | null };
type Outcome = {
  state: 'delivered' | 'waiting' | 'failed';
  status: number | null;
  error: string | null;
  nextAt: string | null;
  gone: boolean;
};

export type WebhookActivities = ReturnType<typeof webhookActivities>;

/** The hands of a webhook's life. */
export function webhookActivities({ db }: { db: Database }) {
  return {
    /**
     * Posts what is due, each object's events in order and many objects at once, and records what became of each. A
     * crash in the middle posts some again, with the same webhook-id: a subscriber knows them by it. Says when to
     * come back.
     */
    async postDue(webhookId: string, now: string): Promise<{ again: true } | { again: false; nextAt: string | undefined }> {
      const endpoint = await db.webhook.findUnique({ where: { id: webhookId } });
      if (!endpoint?.active) return { again: false, nextAt: undefined };
      const due = await dueEvents(db, webhookId, now, atOnce);
      if (due.length === 0) return { again: false, nextAt: await nextEventAt(db, webhookId) };
      const outcomes = await Promise.all(due.map((event) => post(endpoint, event, now)));
      await Promise.all(due.map(({ id, attempts }, index) => record(id, attempts + 1, outcomes[index]!, now)));
      if (outcomes.some(({ gone }) => gone)) await db.webhook.update({ where: { id: webhookId }, data: { active: false, goneAt: now } });
      return { again: true };
    },
  };

  async function record(id: string, attempts: number, { state, status, error, nextAt }: Outcome, now: string): Promise<void> {
    const deliveredAt = state === 'delivered' ? now : null;
    await db.webhookEvent.update({
      where: { id },
      data: { state, attempts, status, error, deliveredAt, triedAt: now, ...(nextAt && { nextAt }) },
      select: { id: true },
    });
  }
}

/** One try. Only a 2xx counts; redirects are not followed; 410 says that nobody is there any more. */
async function post(endpoint: Endpoint, { eventId, payload, attempts }: DueEvent, now: string): Promise<Outcome> {
  const body = JSON.stringify(payload);
  const sentAt = new Date(now);
  const signature = secretsOf(endpoint, sentAt)
    .map((secret) => new Webhook(secret).sign(eventId, sentAt, body))
    .join(' ');
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Holdfast',
    'webhook-id': eventId,
    'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
    'webhook-signature': signature,
  };
  const failed = (status: number | null, error: string): Outcome => {
    const nextAt = nextTry(attempts + 1, now) ?? null;
    return { state: nextAt ? 'waiting' : 'failed', status, error: error.slice(0, keptCharacters), nextAt, gone: status === 410 };
  };
  try {
    const answer = await fetch(endpoint.url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (answer.ok) {
      await answer.body?.cancel();
      return { state: 'delivered', status: answer.status, error: null, nextAt: null, gone: false };
    }
    return failed(answer.status, await beginningOf(answer));
  } catch (error) {
    const { cause, message } = error as Error & { cause?: Error };
    return failed(null, cause?.message || message);
  }
}

/** A receiver may send without end: no more is read than is kept. */
async function beginningOf(answer: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length >= keptCharacters) break;
  }
  return text.replaceAll('\0', '');
}

/** After a rotation both secrets sign for a while, so that a subscriber can change at leisure. */
function secretsOf({ secret, previousSecret, previousUntil }: Endpoint, now: Date): string[] {
  return previousSecret && previousUntil && previousUntil > now ? [secret, previousSecret] : [secret];
}
