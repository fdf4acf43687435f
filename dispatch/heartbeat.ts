import type { ActivityInterceptorsFactory } from '@temporalio/worker';

/**
 * Beats for every activity that has a heartbeat timeout, four times within it: a worker that was killed is missed after that
 * timeout, and another goes on with its work, long before the longest time that the work may take. Work that is done sooner
 * than the first beat costs nothing.
 */
export const heartbeats: ActivityInterceptorsFactory = (context) => ({
  inbound: {
    async execute(input, next) {
      const { heartbeatTimeoutMs } = context.info;
      if (!heartbeatTimeoutMs) return next(input);
      const beat = setInterval(() => context.heartbeat(), heartbeatTimeoutMs / 4);
      try {
        return await next(input);
      } finally {
        clearInterval(beat);
      }
    },
  },
});
