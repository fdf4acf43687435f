/** Addresses that events are posted to (F-15): added, changed, given another secret, and an event posted again. */
import { randomBytes } from 'node:crypto';

import type { Actor } from '../domain/decision.ts';
import type { Tx } from '../prisma/client.ts';
import type { Webhook } from '../prisma/generated/client.ts';
import { recordChange } from './facility.ts';
import { startWebhook, wakeWebhooks } from './webhook.ts';

type By = { actor: Actor; now: string };
type Terms = { url: string; description: string; types: string[] };

/** The secret before signs too for so long after a rotation. */
const bothSignMs = 24 * 3_600_000;
const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

/** With its secret, which nobody is shown again. */
export async function addWebhook(tx: Tx, wanted: Terms & { facilityId: string }, by: By): Promise<Webhook> {
  const row = await tx.webhook.create({ data: { ...wanted, secret: newSecret() } });
  await startWebhook(tx, row, by.now);
  await record(tx, row, 'add webhook', by);
  return row;
}

/** Undefined when it has another version by now. Switched on again, it counts as there. */
export async function changeWebhook(
  tx: Tx,
  id: string,
  change: { [Key in keyof Terms]?: Terms[Key] | undefined } & { active?: boolean | undefined },
  { version, ...by }: By & { version: number },
): Promise<Webhook | undefined> {
  const data = { ...change, ...(change.active && { goneAt: null }), version: { increment: 1 } };
  const { count } = await tx.webhook.updateMany({ where: { id, version }, data });
  if (count === 0) return undefined;
  const row = await tx.webhook.findUniqueOrThrow({ where: { id } });
  await record(tx, row, 'change webhook', by);
  await wakeWebhooks(tx, [id]);
  return row;
}

/** With its new secret. */
export async function rotateSecret(tx: Tx, { id, secret: previousSecret }: Pick<Webhook, 'id' | 'secret'>, by: By): Promise<Webhook> {
  const previousUntil = new Date(Date.parse(by.now) + bothSignMs);
  const data = { secret: newSecret(), previousSecret, previousUntil, version: { increment: 1 } };
  const row = await tx.webhook.update({ where: { id }, data });
  await record(tx, row, 'rotate webhook secret', by);
  return row;
}

/** Posts an event again, under the same id. False: the address has no such event. */
export async function redeliver(tx: Tx, webhookId: string, eventId: string, now: string): Promise<boolean> {
  const again = { state: 'waiting', attempts: 0, nextAt: now };
  const { count } = await tx.webhookEvent.updateMany({ where: { id: eventId, webhookId }, data: again });
  if (count > 0) await wakeWebhooks(tx, [webhookId]);
  return count > 0;
}

/** On the facility's chain; secrets stay out of it. */
async function record(
  tx: Tx,
  { id: webhookId, facilityId, url, types, active }: Webhook,
  action: string,
  { actor, now }: By,
): Promise<void> {
  const after = { webhookId, url, types, active };
  await recordChange(tx, { facilityId, kind: 'facility', id: facilityId }, { action, actor, at: now, rule: 'F-15', after });
}
