import { setImmediate } from 'node:timers/promises';

import { refreshAlerts } from '../ledger/availability-claim.ts';
import { refreshPredictions } from '../ledger/predicted-availability.ts';
import { refreshRestrictions } from '../ledger/restriction.ts';
import { inTransaction } from '../ledger/transaction.ts';
import { tellUnreached } from '../ledger/unreached.ts';
import { refreshVacationReminders } from '../ledger/vacation-reminder.ts';
import { refreshWorklistReminders } from '../ledger/worklist-reminder.ts';
import type { Database, Tx } from '../prisma/client.ts';
import type { MailBatch } from '../prisma/generated/client.ts';
import { type Draft, type DueMessage, draft } from './mail/draft.ts';
import type { MailTransport, OutgoingMail, SendResult } from './mail/transport.ts';
import type { OutgoingText, TextTransport } from './text/transport.ts';

const mailBatchSize = 100;
/** The mail service forgets an idempotency key after 24 hours; an hour before that we stop repeating. */
const repeatableHours = 23;
/** Between tries of a mail that a server put off: 1, 2, 4 … 60 minutes. The 28th refusal, after a day, is the last word. */
const lastAttempt = 28;

type Transport = MailTransport | TextTransport;
type Options = {
  db: Database;
  /** One for each channel. */
  transports: Transport[];
  from: string;
  publicUrl: string;
};
export type DeliveryActivities = ReturnType<typeof deliveryActivities>;

/** The hands of the delivery lives, one a channel: claim a batch and freeze it, then hand it to the service that sends it. */
export function deliveryActivities({ db, transports, from, publicUrl }: Options) {
  return {
    /**
     * The next batch to send, if anything is due; else when something will be. One transaction. Does nothing for a
     * life that is named after another transport than this installation now uses.
     */
    claimBatch: async (transportName: string, now: string): Promise<{ batchId?: string; nextAt?: string }> => {
      const transport = transports.find(({ name }) => name === transportName);
      if (!transport) return {};
      return inTransaction(db, async (tx) => {
        await giveUpStale(tx, now);
        const left = await tx.mailBatch.findFirst({ where: { transport: transport.name, settledAt: null }, select: { id: true } });
        if (left) return { batchId: left.id };
        const due = await takeDue(tx, transport, now);
        return due.length > 0 ? { batchId: await freeze(tx, transport, due, now) } : nextDue(tx, transport);
      });
    },

    /** Sends a frozen batch: repeated after a crash it sends the same bytes with the same key. Throws to be tried again. */
    async sendBatch(batchId: string, now: string): Promise<void> {
      const batch = await db.mailBatch.update({ where: { id: batchId }, data: { tries: { increment: 1 } } });
      if (batch.settledAt || batch.claimedAt < staleBefore(now)) return;
      const results = await handOver(batch);
      await inTransaction(db, async (tx) => {
        await record(tx, batchId, results, now);
        await tx.mailBatch.update({ where: { id: batchId }, data: { settledAt: now, mails: [] }, select: { id: true } });
      });
    },
  };

  /** By the transport that the batch was claimed for; one that is not in use any more has another life's name. */
  async function handOver({ id, transport: name, mails, tries, claimedAt }: MailBatch): Promise<SendResult[]> {
    const transport = transports.find((one) => one.name === name);
    if (!transport || (mails as unknown[]).length === 0) return [];
    if (transport.channel === 'mail') return transport.send(mails as OutgoingMail[], id);
    return transport.send(mails as OutgoingText[], { repeated: tries > 1, claimedAt });
  }

  /** Writes the batch and its links, and marks its members; what cannot be written does not hold up the others. */
  async function freeze(tx: Tx, { name }: Transport, due: DueMessage[], now: string): Promise<string> {
    const drafts: Draft[] = [];
    const broken: { id: string; error: string }[] = [];
    for (const message of due) {
      await setImmediate(); // drafting takes milliseconds of computing: other lives' steps go on between two mails
      try {
        drafts.push(await draft(message, from, publicUrl, now));
      } catch (error) {
        broken.push({ id: message.id, error: (error as Error).message.slice(0, 500) });
      }
    }
    const mails = drafts.map(({ outgoing }) => outgoing);
    const batch = await tx.mailBatch.create({ data: { transport: name, mails, claimedAt: now }, select: { id: true } });
    await tx.actionLink.createMany({ data: drafts.flatMap(({ links }) => links) });
    const ids = mails.map(({ messageId }) => messageId);
    await tx.message.updateMany({ where: { id: { in: ids } }, data: { state: 'claimed', batchId: batch.id } });
    if (broken.length > 0) {
      await tx.$executeRaw`
        UPDATE "Message" m SET state = 'undeliverable', error = b.error
        FROM jsonb_to_recordset(${JSON.stringify(broken)}::jsonb) AS b (id uuid, error text) WHERE m.id = b.id`;
    }
    return batch.id;
  }
}

/**
 * Receipts before alerts, the oldest first. The locks decide the race with a step that withdraws a message (U-13):
 * rows it holds are left alone here, and rows held here are claimed before it sees them. Alerts about open time that is
 * gone are withdrawn here (C-46), and reminders of nothing (C-15, F-09, F-22).
 */
async function takeDue(tx: Tx, transport: Transport, now: string): Promise<DueMessage[]> {
  const most = transport.channel === 'mail' ? mailBatchSize : transport.batchSize;
  const due = await tx.$queryRaw<DueMessage[]>`
    SELECT id, kind, "facilityId", "personId", "patientId", channel, address, "subjectKind", "subjectId", content, coalesce(
      (SELECT language FROM "Person" p WHERE p.id = m."personId"), (SELECT language FROM "Patient" p WHERE p.id = m."patientId"),
      (SELECT language FROM "WaitlistRequest" q WHERE q.id = m."subjectId" AND m."subjectKind" = 'waitlist-request')) AS language,
      (SELECT role FROM "Person" p WHERE p.id = m."personId") AS role
    FROM "Message" m WHERE channel = ${transport.channel} AND state = 'waiting' AND "sendAfter" <= ${now}::timestamptz
    ORDER BY priority, "sendAfter", id LIMIT ${most} FOR UPDATE SKIP LOCKED`;
  if (transport.channel === 'sms') return due;
  const alerts = await refreshAlerts(tx, due, now);
  const reminders = await refreshVacationReminders(tx, await refreshWorklistReminders(tx, alerts, now), now);
  const still = await refreshPredictions(tx, await refreshRestrictions(tx, reminders, now), now);
  return due.length > 0 && still.length === 0 ? takeDue(tx, transport, now) : still; // all of them gone: the next hundred
}

async function nextDue(tx: Tx, { channel }: Transport): Promise<{ nextAt?: string }> {
  const { _min } = await tx.message.aggregate({ where: { channel, state: 'waiting' }, _min: { sendAfter: true } });
  return _min.sendAfter ? { nextAt: _min.sendAfter.toISOString() } : {};
}

/** A batch that a crash left is sent again as it is, unless that has become unsafe: then nobody knows what went out. */
async function giveUpStale(tx: Tx, now: string): Promise<void> {
  const error = `no word from the service in ${repeatableHours} h: not sent again`;
  const stale = await tx.mailBatch.updateManyAndReturn({
    where: { settledAt: null, claimedAt: { lt: staleBefore(now) } },
    data: { settledAt: now, mails: [] },
    select: { id: true },
  });
  if (stale.length === 0) return;
  const batchId = { in: stale.map(({ id }) => id) };
  await tx.message.updateMany({ where: { batchId, state: 'claimed' }, data: { state: 'unknown', error } });
}

const staleBefore = (now: string) => new Date(Date.parse(now) - repeatableHours * 3_600_000);

/** What became of each mail, in one statement. */
async function record(tx: Tx, batchId: string, results: SendResult[], now: string): Promise<void> {
  const recorded = await tx.$queryRaw<{ id: string; state: string; error: string | null }[]>`
    UPDATE "Message" m SET "transportId" = r."transportId", attempts = attempts + 1,
      state = CASE WHEN r.state <> 'later' THEN r.state WHEN attempts + 1 < ${lastAttempt} THEN 'waiting' ELSE 'undeliverable' END,
      error = coalesce(r.error, m.error),
      "batchId" = CASE WHEN r.state <> 'later' THEN m."batchId" END,
      "sendAfter" = CASE WHEN r.state = 'later' THEN ${now}::timestamptz + least(60, 2 ^ attempts) * interval '1 minute' ELSE m."sendAfter" END,
      "sentAt" = CASE WHEN r.state = 'sent' THEN ${now}::timestamptz END
    FROM jsonb_to_recordset(${JSON.stringify(results)}::jsonb) AS r ("messageId" uuid, state text, "transportId" text, error text)
    WHERE m.id = r."messageId" AND m."batchId" = ${batchId}::uuid AND m.state = 'claimed'
    RETURNING m.id::text AS id, m.state, m.error`;
  await tellUnreached(
    tx,
    recorded.filter(({ state }) => state === 'undeliverable'),
    now,
  );
}
