import { advanceTask, planTask, TaskDecision, type TaskFacts, type TaskStep } from '../domain/task.ts';
import { type LoadedTask, loadTask, saveTasks } from '../ledger/task.ts';
import { carryOutTask } from '../ledger/task-decision.ts';
import type { Database } from '../prisma/client.ts';
import { lifeSteps } from './life.ts';

export type TaskActivities = ReturnType<typeof taskActivities>;

/** The hands of a task's life. Each call is one transaction and returns what comes next. `now`: the workflow's clock. */
export function taskActivities({ db }: { db: Database }) {
  const { takeStep, decide } = lifeSteps<TaskFacts, TaskStep, LoadedTask, TaskDecision>(db, {
    kind: 'task',
    Decision: TaskDecision,
    load: (tx, id) => loadTask(tx, id, 'update'),
    plan: planTask,
    advance: advanceTask,
    save: (tx, subject, after, next, change) => saveTasks(tx, [{ subject, after, next, change }]),
    afterStep: async () => [], // the desk sees it: nobody is mailed
    carryOut: carryOutTask,
    named: ({ names }) => ({ facility: names.facility, what: `a task (${names.type})` }),
  });
  return { planTask: takeStep, makeTaskDue: takeStep, decideTask: decide };
}
