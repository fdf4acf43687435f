import type { LocalActivityOptions } from '@temporalio/workflow';

/**
 * How every life takes its steps: a step is one short database transaction on the worker that runs the life. While
 * the database is away the step waits in a timer and leaves the worker to others.
 */
export const stepOptions: LocalActivityOptions = {
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '200ms', maximumInterval: '15 seconds' },
  localRetryThreshold: '1 second',
};

/** The workflow's clock as the steps want it: an activity's own clock is wrong when time is skipped. */
export const now = () => new Date(Date.now()).toISOString();

/** The instant of a step that waits for people alone, as in domain/timeline.ts: this room takes only types from there. */
export const never = '2199-12-31T23:59:59.999Z';
