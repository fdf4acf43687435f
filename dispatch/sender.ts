import pg from 'pg';

import type { WakeUpPayload } from '../ledger/wake-up.ts';
import { inParallel } from './in-parallel.ts';
import { deliver, type Lives } from './lives.ts';

type Log = { warn(details: object, message: string): void; info(details: object, message: string): void };
type Row = { id: string; workflowId: string } & WakeUpPayload;

const batchSize = 500;
const atOnce = 20;
/** What another process has in hand is looked at again after so long: it may have died in the middle. */
const takeOverMs = 10_000;
/** So long a process that froze, or whose machine vanished, keeps what it has in hand from others. */
const frozenMs = 60_000;

/**
 * Sends wake-up rows to Temporal after commit: it listens for the database's notice and never polls. One sweep at
 * each start and reconnect sends what a crash left. Several processes may run one each: rows are claimed with
 * SKIP LOCKED, and deleted only when Temporal has them; whoever finds some in another's hands looks again soon.
 */
export class WakeUpSender {
  readonly #pool: pg.Pool;
  #listener: pg.Client | undefined;
  #draining: Promise<void> | undefined;
  #again = false;
  #stopped = false;
  #retryMs = 0;
  /** Each for itself: what is to be sent later must not keep us from listening again. */
  readonly #timers: Partial<Record<'listen' | 'flush', NodeJS.Timeout>> = {};

  constructor(
    private readonly url: string,
    private readonly lives: Lives,
    private readonly log: Log,
  ) {
    this.#pool = new pg.Pool({ connectionString: url, max: 2, idle_in_transaction_session_timeout: frozenMs });
    this.#pool.on('error', () => {}); // an idle connection broke; the next use opens a new one
    // one may break before it is in our hands, or in them: unheard, that would end the process, and the next statement says so anyway
    this.#pool.on('connect', (connection) => connection.on('error', () => {}));
  }

  async start(): Promise<void> {
    await this.#listen();
  }

  /** Sends everything that waits now. Resolves when nothing is left or Temporal does not answer. */
  async flush(): Promise<void> {
    this.#again = true;
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = undefined;
    });
    await this.#draining;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    await this.#draining?.catch(() => {});
    await this.#listener?.end().catch(() => {});
    await this.#pool.end();
  }

  async #listen(): Promise<void> {
    const listener = new pg.Client({ connectionString: this.url, keepAlive: true });
    listener.on('notification', () => void this.flush());
    const lost = () => {
      listener.removeAllListeners('end');
      if (!this.#stopped && this.#listener === listener) this.#retry('listen');
    };
    listener.on('error', lost);
    listener.on('end', lost);
    this.#listener = listener;
    try {
      await listener.connect();
      await listener.query('LISTEN wake_up');
      this.#retryMs = 0;
      void this.flush();
    } catch (error) {
      this.log.warn({ err: error }, 'the database cannot be listened to; trying again');
      lost();
    }
  }

  async #drain(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      try {
        const { taken, failed, elsewhere } = await this.#sendBatch();
        if (failed > 0) return this.#retry('flush');
        this.#retryMs = 0;
        if (taken === batchSize) this.#again = true;
        else if (elsewhere) this.#later(takeOverMs, 'flush');
      } catch (error) {
        this.log.warn({ err: error }, 'wake-ups could not be read; trying again');
        return this.#retry('flush');
      }
    }
  }

  #retry(what: 'listen' | 'flush'): void {
    this.#retryMs = Math.min(Math.max(250, this.#retryMs * 2), 10_000);
    this.#later(this.#retryMs, what);
  }

  #later(ms: number, what: 'listen' | 'flush'): void {
    if (this.#stopped) return;
    clearTimeout(this.#timers[what]);
    this.#timers[what] = setTimeout(() => void (what === 'listen' ? this.#listen() : this.flush()), ms);
  }

  /** The rows stay locked while they are sent; a crash lets go of them and they are sent again. `elsewhere`: others have some in hand. */
  async #sendBatch(): Promise<{ taken: number; failed: number; elsewhere: boolean }> {
    const connection = await this.#pool.connect();
    try {
      await connection.query('BEGIN');
      const { rows } = await connection.query<Row>(
        'SELECT id::text, "workflowId", kind, payload FROM "WakeUp" ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED',
        [batchSize],
      );
      const sent: string[] = [];
      const groups = byWorkflow(rows);
      let refused: unknown;
      let workerAway = false; // an Update needs a live worker: without one, do not wait for each of them in turn
      await inParallel(atOnce, groups, async (group) => {
        if (workerAway && group.some(({ kind }) => kind === 'update')) return;
        const { done, error } = await this.#sendGroup(group);
        refused ??= error;
        if (done.length < group.length && group[done.length]?.kind === 'update') workerAway = true;
        sent.push(...done);
      });
      if (sent.length > 0) await connection.query('DELETE FROM "WakeUp" WHERE id = ANY ($1::bigint[])', [sent]);
      await connection.query('COMMIT');
      const left = await connection.query('SELECT FROM "WakeUp" LIMIT 1');
      const failed = rows.length - sent.length;
      if (failed > 0) this.log.warn({ err: refused, failed }, 'wake-ups were not taken; trying again'); // one line, however many
      return { taken: rows.length, failed, elsewhere: left.rows.length > 0 };
    } catch (error) {
      await connection.query('ROLLBACK').catch(() => {});
      throw error;
    } finally {
      connection.release(); // the pool drops one that broke
    }
  }

  /** One workflow's rows, in order and each kind once: three cases booked in a row are one reason to look. */
  async #sendGroup(group: Row[]): Promise<{ done: string[]; error?: unknown }> {
    const done: string[] = [];
    const seen = new Set<string>();
    for (const row of group) {
      const same = row.kind === 'start' ? row.kind : JSON.stringify([row.kind, row.payload]);
      try {
        if (!seen.has(same)) await deliver(this.lives, row.workflowId, row);
        seen.add(same);
        done.push(row.id);
      } catch (error) {
        return { done, error };
      }
    }
    return { done };
  }
}

function byWorkflow(rows: Row[]): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(row.workflowId, [...(groups.get(row.workflowId) ?? []), row]);
  return [...groups.values()];
}
