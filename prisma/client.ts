import { PrismaPg } from '@prisma/adapter-pg';

import { type Prisma, PrismaClient } from './generated/client.ts';

export type Database = PrismaClient;
/** Inside a transaction, or outside of one. */
export type Tx = Prisma.TransactionClient;

/** A client that may write. `poolSize`: connections at most. Close it with `$disconnect()`. */
export function openDatabase(url: string, poolSize = 20): Database {
  return new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: poolSize }) });
}

/**
 * A client for pages: GET and HEAD never write. The server itself refuses any write on these connections, by a
 * read-only role where the database let the migration create it, and by a read-only session in any case.
 */
export async function openReader(url: string, poolSize = 10): Promise<Database> {
  const probe = openDatabase(url, 1);
  const [role] = await probe.$queryRaw<{ usable: boolean }[]>`
    SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'holdfast_reader' AND pg_has_role(current_user, oid, 'MEMBER')) AS usable`;
  await probe.$disconnect();
  const options = `-c default_transaction_read_only=on${role?.usable ? ' -c role=holdfast_reader' : ''}`;
  return new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: poolSize, options }) });
}
