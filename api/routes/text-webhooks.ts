/** What the text service reports: what became of a text, and what patients answer. Signed by the account's secret; twice and in any order. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { DomainError } from '../../domain/errors.ts';
import { wishIn } from '../../domain/patient-message.ts';
import { heedTextWish } from '../../ledger/patient-message.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Database } from '../../prisma/client.ts';
import { type Deps, publicUrl } from '../deps.ts';

type Form = Record<string, string>;

/** A report changes a message only forwards: the rank of what it says, against the rank of what is known. */
const reports: Record<string, { state: string; rank: number }> = {
  sent: { state: 'sent', rank: 1 },
  delivered: { state: 'delivered', rank: 2 },
  read: { state: 'delivered', rank: 2 },
  undelivered: { state: 'bounced', rank: 3 },
  failed: { state: 'undeliverable', rank: 3 },
};

/** `POST /webhooks/sms/status` and `…/inbound`. Throws WEBHOOK_UNSIGNED. `token`: SMS_TOKEN. */
export function registerTextWebhooks(app: FastifyInstance, deps: Deps, token: string): void {
  app.addHook('preHandler', async (request) => {
    if (!isSigned(request, publicUrl(deps.config), token)) throw new DomainError('WEBHOOK_UNSIGNED');
  });

  app.post<{ Body: Form }>('/webhooks/sms/status', { schema: { hide: true } }, async ({ body }, reply) => {
    const report = reports[body.MessageStatus ?? ''];
    if (report && body.MessageSid) await apply(deps.db, body.MessageSid, report, body.ErrorCode, deps.now());
    return reply.code(204).send();
  });

  app.post<{ Body: Form }>('/webhooks/sms/inbound', { schema: { hide: true } }, async ({ body }, reply) => {
    const wish = wishIn(body.Body ?? '');
    if (wish && body.From) await inTransaction(deps.db, (tx) => heedTextWish(tx, body.From!, wish, deps.now()));
    return reply.type('text/xml').send('<?xml version="1.0" encoding="UTF-8"?><Response/>'); // the service itself answers STOP
  });
}

async function apply(db: Database, transportId: string, report: { state: string; rank: number }, code: string | undefined, at: string) {
  await db.$executeRaw`
    UPDATE "Message" SET state = ${report.state}, "reportedAt" = ${at}::timestamptz, error = coalesce(${code ?? null}, error)
    WHERE "transportId" = ${transportId} AND channel = 'sms'
      AND CASE state WHEN 'sent' THEN 1 WHEN 'delivered' THEN 2 WHEN 'bounced' THEN 3 WHEN 'undeliverable' THEN 3 ELSE 0 END < ${report.rank}`;
}

/** HMAC-SHA1 over the address and the sorted fields, as the service's documentation has it. */
export function signatureOf(url: string, form: Form, token: string): string {
  const fields = Object.keys(form).sort();
  return createHmac('sha1', token)
    .update(url + fields.map((name) => name + form[name]).join(''))
    .digest('base64');
}

function isSigned({ headers, url, body }: FastifyRequest, base: string, token: string): boolean {
  const given = Buffer.from(String(headers['x-twilio-signature'] ?? ''));
  const wanted = Buffer.from(signatureOf(`${base}${url}`, (body ?? {}) as Form, token));
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
