import type { FastifyInstance } from 'fastify';

import type { Deps } from '../deps.ts';

/** `/healthz`: this process lives. `/readyz`: each dependency answers, or is named with its error (503). */
export function registerHealth(app: FastifyInstance, { db, client }: Deps): void {
  app.get('/healthz', { schema: { hide: true } }, () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const [postgres, temporal] = await Promise.all([
      answers(db.$queryRaw`SELECT 1`),
      answers(client.withDeadline(Date.now() + 2000, () => client.workflowService.getSystemInfo({}))),
    ]);
    const ready = postgres === 'ok' && temporal === 'ok';
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'unavailable', postgres, temporal });
  });
}

async function answers(question: Promise<unknown>): Promise<string> {
  try {
    await question;
    return 'ok';
  } catch (error) {
    return error instanceof Error ? error.message.split('\n').at(-1)! : 'no answer';
  }
}
