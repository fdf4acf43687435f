/**
 * Lets the Temporal UI and CLI show what is encrypted in Temporal (the codec server protocol). Only for support and
 * administrators, by their API key or by a fresh sign-in in the same browser; only the installation's own UI may ask
 * from another origin.
 */
import type { Payload } from '@temporalio/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { payloadCodec } from '../dispatch/codec.ts';
import { addMinutes } from '../domain/civil.ts';
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { patientKinds, patientsBehind } from '../ledger/patient-data.ts';
import { recordAccess } from './access-log.ts';
import { allow, principalOf } from './auth/principal.ts';
import { actorOfVisitor, staffOf } from './auth/sessions.ts';
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
      const by = await supportBehind(deps, request);
      const { payloads } = Payloads.parse(request.body);
      const done = await codec[work](payloads.map(fromJson)).catch(() => {
        throw new DomainError('INVALID_REQUEST', { payloads: 'sealed with another key, or damaged' });
      });
      if (work === 'decode') await noteDecoded(deps, by, done);
      return { payloads: done.map(toJson) };
    });
  }
}

/** Throws SIGN_IN_REQUIRED, STEP_UP_REQUIRED or NOT_ALLOWED. */
async function supportBehind(deps: Deps, request: FastifyRequest): Promise<Actor> {
  if (request.headers.authorization) {
    const principal = await principalOf(deps.reader, request);
    allow(principal, 'support');
    return { name: principal.name, role: principal.role, channel: 'api' };
  }
  const visitor = await staffOf(deps, request);
  allow(visitor, 'support');
  return actorOfVisitor(visitor);
}

const Uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const [what, sameLookMinutes] = ['Temporal payloads', 15];

/**
 * F-25: the protocol says nothing of the run that is looked at, so that the ids in what was opened say whose matters it is about. The
 * UI opens a history piece by piece: that is one look.
 */
async function noteDecoded(deps: Deps, by: Actor, payloads: Payload[]): Promise<void> {
  const ids = new Set(
    payloads.flatMap(
      ({ data }) =>
        Buffer.from(data ?? [])
          .toString('utf8')
          .match(Uuid) ?? [],
    ),
  );
  const subjects = [...ids].flatMap((subjectId) => patientKinds.map((subjectKind) => ({ subjectKind, subjectId })));
  const at = deps.now();
  const since = new Date(addMinutes(at, -sameLookMinutes));
  const whose = (await patientsBehind(deps.reader, subjects)).flatMap(({ facilityId, patientId }) =>
    patientId ? [{ facilityId, patientId }] : [],
  );
  const seen = await deps.reader.accessEvent.findMany({
    where: { patientId: { in: whose.map(({ patientId }) => patientId) }, what, at: { gt: since }, by: { path: ['name'], equals: by.name } },
    select: { patientId: true },
  });
  const fresh = whose.filter(({ patientId }) => !seen.some((one) => one.patientId === patientId));
  for (const facilityId of new Set(fresh.map((one) => one.facilityId))) {
    const patientIds = fresh.filter((one) => one.facilityId === facilityId).map(({ patientId }) => patientId);
    await recordAccess(deps, { facilityId, by, what, at }, patientIds);
  }
}

const fromJson = ({ metadata, data }: Payloads['payloads'][number]): Payload => ({
  metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')])),
  data: Buffer.from(data, 'base64'),
});

const toJson = ({ metadata, data }: Payload) => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')])),
  data: Buffer.from(data ?? []).toString('base64'),
});
