/**
 * Lets the Temporal UI and CLI show what is encrypted in Temporal (the codec server protocol). Only for support and
 * administrators, by their API key or by a fresh sign-in in the same browser; only the installation's own UI may ask
 * from another origin.
 */
import type { Payload } from '@temporalio/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { payloadCodec } from '../dispatch/codec.ts';
import { DomainError } from '../domain/errors.ts';
import { allow, principalOf } from './auth/principal.ts';
import { staffOf } from './auth/sessions.ts';
import type { Deps } from './deps.ts';

/** Proto3 JSON: all bytes are base64. */
const Payloads = z.object({
  payloads: z.array(z.object({ metadata: z.record(z.string(), z.base64()).default({}), data: z.base64().default('') })),
});
type Payloads = z.infer<typeof Payloads>;

export function registerCodecServer(app: FastifyInstance, deps: Deps, key: string): void {
  const codec = payloadCodec(key);
  const origin = deps.config.TEMPORAL_UI_URL && new URL(deps.config.TEMPORAL_UI_URL).origin;

  app.addHook('onRequest', async (request, reply) => {
    if (!origin || request.headers.origin !== origin) return;
    reply.header('access-control-allow-origin', origin).header('access-control-allow-credentials', 'true').header('vary', 'origin');
    reply.header('access-control-allow-headers', 'authorization, content-type, x-namespace').header('access-control-allow-methods', 'POST');
  });
  const hidden = { schema: { hide: true } };
  for (const work of ['encode', 'decode'] as const) {
    app.options(`/codec/${work}`, hidden, (_request, reply) => reply.code(204).send());
    app.post(`/codec/${work}`, hidden, async (request) => {
      await mustBeSupport(deps, request);
      const { payloads } = Payloads.parse(request.body);
      const done = await codec[work](payloads.map(fromJson)).catch(() => {
        throw new DomainError('INVALID_REQUEST', { payloads: 'sealed with another key, or damaged' });
      });
      return { payloads: done.map(toJson) };
    });
  }
}

/** Throws SIGN_IN_REQUIRED, STEP_UP_REQUIRED or NOT_ALLOWED. */
async function mustBeSupport(deps: Deps, request: FastifyRequest): Promise<void> {
  const caller = request.headers.authorization ? await principalOf(deps.reader, request) : await staffOf(deps, request);
  allow(caller, 'support');
}

const fromJson = ({ metadata, data }: Payloads['payloads'][number]): Payload => ({
  metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')])),
  data: Buffer.from(data, 'base64'),
});

const toJson = ({ metadata, data }: Payload) => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')])),
  data: Buffer.from(data ?? []).toString('base64'),
});
