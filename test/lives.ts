import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll } from 'vitest';

import { allActivities } from '../activities/index.ts';
import { mailboxTransport } from '../activities/mail/mailbox.ts';
import { textMailbox } from '../activities/text/mailbox.ts';
import type { LifeStart } from '../ledger/wake-up.ts';
import type { Database } from '../prisma/client.ts';
import { createTimeSkippingEnvironment } from '../stack/time-skipping.ts';
import { testDatabase } from './database.ts';
import { workflowBundle } from './workflow-bundle.ts';

/** A server that skips time, a worker on a real database, and a replay of every run that a test started (U-16). */
export type Lives = {
  db: Database;
  /** The bundled workflows, for replays. */
  bundle: { codePath: string };
  env: TestWorkflowEnvironment;
  now(): Promise<string>;
  /** Starts the life that a transaction asked for with its wake-up row. */
  begin(workflowId: string): Promise<WorkflowHandle>;
  /** Wakes the delivery life, which puts mails into the mailbox, as often as transactions asked for it. Ended by the file's last test. */
  deliver(): Promise<WorkflowHandle>;
};

/** Call at the top of a test file; use the returned object inside tests. */
export function prepareLives(): Lives {
  const lives = {} as Lives & { url: string };
  const begun: string[] = [];
  let running: Promise<void>;
  let worker: Worker;
  let closeDatabase: () => Promise<void>;

  beforeAll(async () => {
    try {
      Runtime.install({ logger: new DefaultLogger('ERROR') });
    } catch {
      // another file of this process did
    }
    const [database, env, bundle] = await Promise.all([testDatabase(), createTimeSkippingEnvironment(), workflowBundle()]);
    closeDatabase = database.close;
    const { db } = database;
    worker = await Worker.create({
      connection: env.nativeConnection,
      taskQueue: 'test',
      workflowBundle: bundle,
      activities: allActivities({
        db,
        transports: [mailboxTransport(db), textMailbox(db)],
        from: 'mail@holdfast.example',
        publicUrl: 'https://h.example',
      }),
    });
    running = worker.run();
    Object.assign(lives, {
      db,
      bundle,
      env,
      now: async () => new Date(await env.currentTimeMs()).toISOString(),
      begin: async (workflowId: string) => {
        const row = await db.wakeUp.findFirstOrThrow({ where: { workflowId, kind: 'start' } });
        const life = row.payload as unknown as LifeStart;
        await db.wakeUp.deleteMany({ where: { workflowId } });
        begun.push(workflowId);
        return env.client.workflow.start(life.type, { workflowId, taskQueue: 'test', args: [life.input], staticSummary: life.summary });
      },
      deliver: () =>
        env.client.workflow.signalWithStart('delivery', {
          workflowId: 'delivery/mailbox',
          taskQueue: 'test',
          args: [{ transport: 'mailbox' }],
          signal: 'messagesWaiting',
        }),
    });
  });

  afterAll(async () => {
    worker.shutdown();
    await running;
    for (const workflowId of begun) {
      const history = await lives.env.client.workflow.getHandle(workflowId).fetchHistory();
      await Worker.runReplayHistory({ workflowBundle: lives.bundle }, history, workflowId);
    }
    await lives.env.teardown();
    await closeDatabase();
  });

  return lives;
}
