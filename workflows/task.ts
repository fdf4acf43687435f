/**
 * A task reminds the desk of a patient who is not ready to book. It sleeps until its day comes, when it appears among
 * the active tasks, and waits there until somebody snoozes it, which puts it to sleep again, or closes it.
 */
import { continueAsNew, proxyLocalActivities } from '@temporalio/workflow';

import type { TaskActivities } from '../activities/task.ts';
import type { TaskDecision, TaskStep } from '../domain/task.ts';
import { lifeMessages, live } from './life.ts';
import { now, stepOptions } from './steps.ts';

const taskMessages = lifeMessages<TaskDecision>('task');

const steps = proxyLocalActivities<TaskActivities>(stepOptions);

type Input = { taskId: string; next: TaskStep; zone?: string };

export async function task({ taskId, next, zone }: Input): Promise<void> {
  await live(taskMessages, {
    next,
    zone,
    actions: ['assign', 'snooze', 'change', 'close'],
    look: () => steps.planTask(taskId, now()),
    decide: (decision) => steps.decideTask(taskId, decision),
    due: {
      'become due': () => steps.makeTaskDue(taskId, now()),
      wait: () => steps.planTask(taskId, now()),
    },
    continueAsNew: (next) => continueAsNew<typeof task>({ taskId, next, ...(zone && { zone }) }),
  });
}
