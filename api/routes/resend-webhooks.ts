import type { FastifyInstance } from 'fastify';
import { Resend } from 'resend';

import { DomainError } from '../../domain/errors.ts';
import type { Database } from '../../prisma/client.ts';

/** What the mail service reports, as the state of a message. The rank only rises: reports come late and twice. */
const reports: Record<string, { state: string; rank: number }> = {
  'email.sent': { state: 'sent', rank: 1 },
  'email.delivery_delayed': { state: 'sent', rank: 1 },
  'email.delivered': { state: 'delivered', rank: 2 },
  'email.complained': { state: 'bounced', rank: 3 },
  'email.bounced': { state: 'bounced', rank: 3 },
  'email.suppressed': { state: 'bounced', rank: 3 },
  'email.failed': { state: 'undeliverable', rank: 3 },
};

type Report = { type: string; created_at: string; data: { email_id?: string; bounce?: { message?: string } } };

/** Resend's delivery reports. The signature covers the raw body, so this scope parses nothing before it is checked. */
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
    await apply(db, report);
    return reply.code(204).send();
  });
}

async function apply(db: Database, { type, created_at, data }: Report): Promise<void> {
  const report = reports[type];
  if (!report || !data.email_id) return;
  await db.$executeRaw`
    UPDATE "Message" SET state = ${report.state}, "reportedAt" = greatest("reportedAt", ${created_at}::timestamptz), error = coalesce(${data.bounce?.message ?? null}, error)
    WHERE "transportId" = ${data.email_id}
      AND CASE state WHEN 'claimed' THEN 0 WHEN 'unknown' THEN 0 WHEN 'sent' THEN 1 WHEN 'delivered' THEN 2 ELSE 3 END < ${report.rank}`;
}
