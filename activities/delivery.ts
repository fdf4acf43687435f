import { createHash, randomBytes } from 'node:crypto';

import { buttonsOf, footerLinks, type LinkPurpose, MessageContent } from '../domain/message.ts';
import type { Links } from '../emails/layout.tsx';
import { renderMail } from '../emails/mail.tsx';
import { inTransaction } from '../ledger/transaction.ts';
import type { Database, Tx } from '../prisma/client.ts';
import type { Prisma } from '../prisma/generated/client.ts';
import type { OutgoingMail, Transport } from './mail/transport.ts';

const batchSize = 100;
/** The mail service forgets an idempotency key after 24 hours; an hour before that we stop repeating. */
const repeatableHours = 23;

type Options = { db: Database; transport: Transport; from: string; publicUrl: string };
export type DeliveryActivities = ReturnType<typeof deliveryActivities>;

type Due = { id: string; facilityId: string; personId: string; email: string; subjectKind: string; subjectId: string; content: unknown };
type Minted = { link: Prisma.ActionLinkCreateManyInput; token: string };

/** The hands of the delivery life: claim a batch and freeze it, then hand it to the mail service. */
export function deliveryActivities({ db, transport, from, publicUrl }: Options) {
  return {
    /** The next batch to send, if anything is due; else when something will be. One transaction. */
    claimBatch: (now: string): Promise<{ batchId?: string; nextAt?: string }> =>
      inTransaction(db, async (tx) => {
        const left = await unsettledBatch(tx, transport.name, now);
        if (left) return { batchId: left };
        const due = await takeDue(tx, now);
        if (due.length === 0) return nextDue(tx);
        return { batchId: await freeze(tx, due, now) };
      }),

    /** Sends a frozen batch: repeated after a crash it sends the same bytes with the same key. Throws to be tried again. */
    async sendBatch(batchId: string, now: string): Promise<void> {
      const batch = await db.mailBatch.findUniqueOrThrow({ where: { id: batchId } });
      const mails = batch.mails as OutgoingMail[];
      if (batch.settledAt || isStale(batch.claimedAt, now)) return;
      const results = mails.length > 0 ? await transport.send(mails, batchId) : [];
      await inTransaction(db, async (tx) => {
        await tx.$executeRaw`
          UPDATE "Message" m SET state = r.state, "transportId" = r."transportId", error = r.error, attempts = attempts + 1,
            "sentAt" = CASE WHEN r.state = 'sent' THEN ${now}::timestamptz END
          FROM jsonb_to_recordset(${JSON.stringify(results)}::jsonb) AS r ("messageId" uuid, state text, "transportId" text, error text)
          WHERE m.id = r."messageId" AND m.state = 'claimed'`;
        await tx.mailBatch.update({ where: { id: batchId }, data: { settledAt: now, mails: [] }, select: { id: true } });
      });
    },
  };

  async function freeze(tx: Tx, due: Due[], now: string): Promise<string> {
    const mails: OutgoingMail[] = [];
    const links: Prisma.ActionLinkCreateManyInput[] = [];
    const broken: { id: string; error: string }[] = [];
    for (const message of due) {
      try {
        const content = MessageContent.parse(message.content);
        const minted = mint(message, [...buttonsOf[content.kind], ...footerLinks], now);
        const rendered = await renderMail(content, addresses(minted, publicUrl));
        mails.push({ messageId: message.id, from, to: message.email, ...rendered });
        links.push(...minted.map(({ link }) => link));
      } catch (error) {
        broken.push({ id: message.id, error: (error as Error).message.slice(0, 500) });
      }
    }
    const batch = await tx.mailBatch.create({ data: { transport: transport.name, mails, claimedAt: now }, select: { id: true } });
    await tx.actionLink.createMany({ data: links });
    await tx.message.updateMany({ where: { id: { in: mails.map(({ messageId }) => messageId) } }, data: { state: 'claimed', batchId: batch.id } });
    for (const { id, error } of broken) await tx.message.update({ where: { id }, data: { state: 'undeliverable', error } });
    return batch.id;
  }
}

/** Receipts before alerts, the oldest first. Locked rows are somebody's who withdraws them this very moment: left alone (U-13). */
function takeDue(tx: Tx, now: string): Promise<Due[]> {
  return tx.$queryRaw<Due[]>`
    SELECT id, "facilityId", "personId", email, "subjectKind", "subjectId", content FROM "Message"
    WHERE state = 'waiting' AND "sendAfter" <= ${now}::timestamptz
    ORDER BY priority, "sendAfter", id LIMIT ${batchSize} FOR UPDATE SKIP LOCKED`;
}

async function nextDue(tx: Tx): Promise<{ nextAt?: string }> {
  const { _min } = await tx.message.aggregate({ where: { state: 'waiting' }, _min: { sendAfter: true } });
  return _min.sendAfter ? { nextAt: _min.sendAfter.toISOString() } : {};
}

/** A batch that a crash left: it is sent again as it is, unless that has become unsafe. */
async function unsettledBatch(tx: Tx, transport: string, now: string): Promise<string | undefined> {
  const batch = await tx.mailBatch.findFirst({ where: { transport, settledAt: null }, orderBy: { claimedAt: 'asc' }, select: { id: true, claimedAt: true } });
  if (!batch) return undefined;
  if (!isStale(batch.claimedAt, now)) return batch.id;
  await tx.message.updateMany({ where: { batchId: batch.id, state: 'claimed' }, data: { state: 'unknown', error: `not repeated after ${repeatableHours} h` } });
  await tx.mailBatch.update({ where: { id: batch.id }, data: { settledAt: now, mails: [] } });
  return unsettledBatch(tx, transport, now);
}

const isStale = (claimedAt: Date, now: string) => Date.parse(now) - claimedAt.getTime() > repeatableHours * 3_600_000;

/** One secret of 256 bits a button; only its hash is kept once the mail is out. */
function mint({ id, facilityId, personId, subjectKind, subjectId }: Due, purposes: LinkPurpose[], now: string): Minted[] {
  return purposes.map((purpose) => {
    const token = randomBytes(32).toString('base64url');
    const tokenHash = createHash('sha256').update(token).digest('hex');
    return { token, link: { tokenHash, facilityId, personId, purpose, subjectKind, subjectId, messageId: id, createdAt: now } };
  });
}

function addresses(minted: Minted[], publicUrl: string): Links {
  return Object.fromEntries(minted.map(({ link, token }) => [link.purpose, `${publicUrl}/a/${token}`])) as Links;
}
