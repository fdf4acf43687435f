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
