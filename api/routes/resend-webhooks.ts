/** Delivery reports of the mail service. They come signed, late, twice and in any order, and change a message only forwards. */
import type { FastifyInstance } from 'fastify';
import { Resend } from 'resend';

import { DomainError } from '../../domain/errors.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { tellUnreached } from '../../ledger/unreached.ts';
import type { Database } from '../../prisma/client.ts';

const reports: Record<string, { state: string; rank: number }> = {
  'email.sent': { state: 'sent', rank: 1 },
  'email.delivery_delayed': { state: 'sent', rank: 1 },
  'email.delivered': { state: 'delivered', rank: 2 },
  'email.complained': { state: 'bounced', rank: 3 },
  'email.bounced': { state: 'bounced', rank: 3 },
  'email.suppressed': { state: 'bounced', rank: 3 },
  'email.failed': { state: 'undeliverable', rank: 3 },
};

type Detail = { message?: string; reason?: string };
type Report = { type: string; created_at: string; data: { email_id?: string; bounce?: Detail; suppressed?: Detail; failed?: Detail } };

/** A report may overtake the record of its own mail by moments; told so, the service brings it again. */
const overtakingMs = 60_000;

/**
 * `POST /webhooks/resend`. The signature covers the raw body, so this scope parses nothing before it is checked:
 * register it as a plugin of its own. `secret`: whsec_… from the service. Throws WEBHOOK_UNSIGNED, also for a
 * signature more than five minutes old; 404 asks for a repetition.
 */
export async function registerResendWebhooks(app: FastifyInstance, { db, secret }: { db: Database; secret: string }): Promise<void> {
  const { webhooks } = new Resend('unused'); // verifying needs no key
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));

  app.post('/webhooks/resend', { schema: { hide: true } }, async (request, reply) => {
    const header = (name: string) => String(request.headers[`svix-${name}`] ?? request.headers[`webhook-${name}`] ?? '');
    let report: Report;
    try {
      const headers = { id: header('id'), timestamp: header('timestamp'), signature: header('signature') };
      report = webhooks.verify({ payload: String(request.body ?? ''), headers, webhookSecret: secret }) as unknown as Report;
    } catch {
      throw new DomainError('WEBHOOK_UNSIGNED');
    }
    const isNew = Date.now() - Date.parse(report.created_at) < overtakingMs;
    if (!(await apply(db, report)) && isNew) throw new DomainError('NOT_FOUND', { email_id: report.data.email_id });
    return reply.code(204).send();
  });
}

/** False when no message of ours is known by that id (yet). */
async function apply(db: Database, { type, created_at, data }: Report): Promise<boolean> {
  const report = reports[type];
  if (!report || !data.email_id) return true;
  const detail = data.bounce ?? data.suppressed ?? data.failed;
  const error = detail?.message ?? detail?.reason ?? (type === 'email.complained' ? 'the recipient calls it spam' : null);
  return inTransaction(db, async (tx) => {
    const known = await tx.$queryRaw<{ id: string; error: string | null; forwards: boolean }[]>`
    UPDATE "Message" m SET "reportedAt" = greatest(m."reportedAt", ${created_at}::timestamptz),
      state = CASE WHEN r.forwards THEN ${report.state} ELSE m.state END,
      error = CASE WHEN r.forwards THEN coalesce(${error}, m.error) ELSE m.error END
    FROM (SELECT id, CASE state WHEN 'sent' THEN 1 WHEN 'delivered' THEN 2 WHEN 'bounced' THEN 3 WHEN 'undeliverable' THEN 3 ELSE 0 END < ${report.rank} AS forwards
          FROM "Message" WHERE "transportId" = ${data.email_id} FOR UPDATE) AS r
    WHERE m.id = r.id RETURNING m.id::text AS id, m.error, r.forwards`;
    if (report.rank === 3)
      await tellUnreached(
        tx,
        known.filter(({ forwards }) => forwards),
        new Date().toISOString(),
      );
    return known.length > 0;
  });
}
