import { z } from 'zod';

import type { WebhookEvent as EventRow, Webhook as Row } from '../../prisma/generated/client.ts';
import { Instant, Prose, Version } from './plugin.ts';

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Events name people's matters by id: they travel encrypted, but to this machine itself. */
export const Url = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .refine((text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, hostname, username, password } = new URL(text);
    return (protocol === 'https:' || loopback.has(hostname)) && !username && !password;
  }, 'an https address without a name and password; plain http only to this machine')
  .describe('Where events are posted.');

export const Types = z
  .array(
    z
      .string()
      .max(100)
      .regex(/^[a-z-]+(\.[\w-]+)?$/),
  )
  .max(100)
  .describe('Event types such as `hold.confirm`, or kinds such as `block`. Empty: everything.');

export const Webhook = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    url: z.string(),
    description: z.string(),
    types: z.array(z.string()),
    active: z.boolean(),
    goneAt: Instant.nullable().describe('The address answered 410 then, and was switched off.'),
    previousUntil: Instant.nullable().describe('The secret before the last rotation signs too until then.'),
    createdAt: Instant,
    version: Version,
  })
  .meta({ id: 'Webhook' });
export const FreshWebhook = Webhook.extend({
  secret: z.string().optional().describe('Checks the signatures. Shown once: a repeat of the request does not carry it.'),
});

export const NewWebhook = z
  .strictObject({ facilityId: z.uuid(), url: Url, description: Prose.default(''), types: Types.default([]) })
  .meta({
    example: { facilityId: '01890000-0000-7000-8000-000000000001', url: 'https://hooks.example.org/holdfast', types: ['hold', 'block'] },
  });

export const WebhookChange = z
  .strictObject({ url: Url.optional(), description: Prose.optional(), types: Types.optional(), active: z.boolean().optional() })
  .meta({ example: { active: false } });

const states = ['waiting', 'delivered', 'failed'] as const;
export const EventState = z.enum(states);

export const WebhookEvent = z
  .object({
    id: z.uuid(),
    eventId: z.uuid().describe('The webhook-id header: the same at every try and for every address.'),
    type: z.string(),
    subjectKind: z.string(),
    subjectId: z.uuid(),
    sequence: z.int().describe('Place in the order of the subject’s own events.'),
    payload: z.unknown(),
    state: EventState,
    attempts: z.int(),
    status: z.int().nullable().describe('The last answer’s status; null: none came.'),
    error: z.string().nullable(),
    nextAt: Instant.nullable(),
    triedAt: Instant.nullable(),
    deliveredAt: Instant.nullable(),
    createdAt: Instant,
  })
  .meta({ id: 'WebhookEvent' });

export function presentWebhook({ secret: _secret, previousSecret: _previous, ...row }: Row): z.infer<typeof Webhook> {
  const { createdAt, goneAt, previousUntil } = row;
  return {
    ...row,
    createdAt: createdAt.toISOString(),
    goneAt: goneAt?.toISOString() ?? null,
    previousUntil: previousUntil?.toISOString() ?? null,
  };
}

export function presentEvent({ facilityId: _facility, webhookId: _webhook, ...row }: EventRow): z.infer<typeof WebhookEvent> {
  const { state, nextAt, triedAt, deliveredAt, createdAt } = row;
  return {
    ...row,
    state: state as (typeof states)[number],
    nextAt: state === 'waiting' ? nextAt.toISOString() : null,
    triedAt: triedAt?.toISOString() ?? null,
    deliveredAt: deliveredAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
}
