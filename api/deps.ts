import type { Client } from '@temporalio/client';

import type { Config } from '../config.ts';
import type { Database } from '../prisma/client.ts';

/** What the API works with. `db` writes; `reader` cannot, and is all that pages read with. */
export type Deps = {
  db: Database;
  reader: Database;
  /** Adds access events, and can do nothing else. */
  accessLog: Database;
  client: Client;
  config: Config;
  /** Sends waiting wake-ups now: for a life that was created a moment ago. */
  flush(): Promise<void>;
  /** The present instant. Decisions are judged as of it, lives by their own clock. */
  now(): string;
};

/** Where people reach the pages: addresses that leave the house begin with it. */
export const publicUrl = ({ PUBLIC_URL, PORT }: Config): string => (PUBLIC_URL ?? `http://localhost:${PORT}`).replace(/\/$/, '');
