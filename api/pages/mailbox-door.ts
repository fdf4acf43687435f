import type { FastifyRequest } from 'fastify';

import type { Config } from '../../config.ts';
import { textTransportName, transportName } from '../../dispatch/transport.ts';

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const ownNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether this installation shows its mails and texts itself. */
export const hasMailbox = (config: Config): boolean =>
  transportName(config) === 'mailbox' || textTransportName(config) === 'text-mailbox' || config.MAILBOX;

/** Asked on this machine, by its own name: not through a proxy, nor by a site whose name was made to point here. */
export function isLocal({ ip, hostname, headers }: FastifyRequest): boolean {
  return loopback.has(ip) && ownNames.has(hostname) && !headers['x-forwarded-for'] && !headers.forwarded;
}

export const seesMailbox = (config: Config, request: FastifyRequest): boolean => hasMailbox(config) && isLocal(request);
