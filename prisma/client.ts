import { type Prisma, PrismaClient } from './generated/client.ts';
import { OneAtATime } from './one-at-a-time.ts';

export type Database = PrismaClient;
/** Inside a transaction, or outside of one. */
export type Tx = Prisma.TransactionClient;

/**
 * So long a process that froze, or whose machine vanished, keeps its locks from others: PostgreSQL itself would wait hours for
 * a word. Longer than any transaction of ours may take.
 */
const frozenMs = 30_000;

/** A client that may write. `poolSize`: connections at most. Close it with `$disconnect()`. */
export function openDatabase(url: string, poolSize = 20): Database {
  const adapter = new OneAtATime({ connectionString: url, max: poolSize, idle_in_transaction_session_timeout: frozenMs });
  return new PrismaClient({ adapter });
}

/**
 * A client for pages: GET and HEAD never write. The server itself refuses any write on these connections, by a
 * read-only role where the database let the migration create it, and by a read-only session in any case.
 */
export async function openReader(url: string, poolSize = 10): Promise<Database> {
  return openAs(url, poolSize, ['default_transaction_read_only=on', ...(await roleSetting(url, 'holdfast_reader'))]);
}

/** A client that can add access events and, where the database let the migration create its role, do nothing else (F-25). */
export async function openAccessLog(url: string, poolSize = 4): Promise<Database> {
  return openAs(url, poolSize, await roleSetting(url, 'holdfast_access_log'));
}

function openAs(url: string, poolSize: number, settings: string[]): Database {
  const options = settings.map((setting) => `-c ${setting}`).join(' ');
  return new PrismaClient({ adapter: new OneAtATime({ connectionString: url, max: poolSize, options }) });
}

/** To become that role, if it is there and we may. */
async function roleSetting(url: string, role: string): Promise<string[]> {
  const probe = openDatabase(url, 1);
  const [found] = await probe.$queryRaw<{ usable: boolean }[]>`
    SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = ${role} AND pg_has_role(current_user, oid, 'MEMBER')) AS usable`;
  await probe.$disconnect();
  return found?.usable ? [`role=${role}`] : [];
}
