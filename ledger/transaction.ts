import { DomainError } from '../domain/errors.ts';
import { type Interval, isTooLong, longestDays } from '../domain/interval.ts';
import type { Database, Tx } from '../prisma/client.ts';

const retryable = new Set(['40001', '40P01', 'P2034']); // serialization failure, deadlock, and Prisma's name for both

/**
 * One step: all of it or nothing. A deadlock or write conflict that slips past the locks is tried again from the
 * start, so `run` must do nothing but talk to `tx`.
 */
export async function inTransaction<T>(db: Database, run: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.$transaction(run, { maxWait: 10_000, timeout: 20_000 });
    } catch (error) {
      if (attempt >= 5 || !isConflict(error)) throw error;
    }
  }
}

function isConflict(error: unknown): boolean {
  return codesOf(error).some((code) => retryable.has(code));
}

/** True when the error is PostgreSQL's word that an exclusion or unique constraint was hit. */
export function isClash(error: unknown): boolean {
  return codesOf(error).some((code) => code === '23P01' || code === '23505' || code === 'P2002');
}

/** True when PostgreSQL cannot hold what it was given, such as half a character or somebody unknown: it would say so each time. */
export function isUnstorable(error: unknown): boolean {
  return codesOf(error).some((code) => /^(22[0-9A-Z]{3}|23503|P2003)$/.test(code));
}

/** True when PostgreSQL does not answer, is starting or stopping, or went away in the middle. */
export function isAway(error: unknown): boolean {
  return codesOf(error).some((code) => away.has(code)) || /^Connection terminated/.test((error as Error | undefined)?.message ?? '');
}

const away = new Set([
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  '57P01',
  '57P02',
  '57P03',
  '57P05', // we froze amid a transaction, and PostgreSQL let go of it
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout', // of raw statements
]);

/** The driver adapter wraps the server's code more than once: look at each layer. */
function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  for (let layer = error as Record<string, unknown> | undefined; layer && typeof layer === 'object'; layer = next(layer)) {
    for (const key of ['code', 'originalCode', 'kind'] as const) if (typeof layer[key] === 'string') codes.push(layer[key]);
  }
  return codes;
}

function next(layer: Record<string, unknown>): Record<string, unknown> | undefined {
  const meta = layer.meta as Record<string, unknown> | undefined;
  return (meta?.driverAdapterError ?? layer.cause) as Record<string, unknown> | undefined;
}

export type RoomTime = { roomId: string; startsAt: string; endsAt: string };

/** Throws TIME_TOO_LONG for more days at a time than anybody reserves. */
export function mustBeShort({ startsAt, endsAt }: Interval): void {
  if (isTooLong({ startsAt, endsAt })) throw new DomainError('TIME_TOO_LONG', { startsAt, endsAt, mostDays: longestDays });
}

export type PractitionerTime = { practitionerId: string; startsAt: string; endsAt: string };

/** Serialises everybody who wants minutes of the same rooms and days. Throws TIME_TOO_LONG. */
export function lockRoomDays(tx: Tx, times: RoomTime[]): Promise<void> {
  return lockDays(
    tx,
    times.map(({ roomId, ...time }) => ({ ...time, whose: roomId })),
  );
}

/** Serialises everybody who wants minutes of the same practitioners and days. Throws TIME_TOO_LONG. */
export function lockPractitionerDays(tx: Tx, times: PractitionerTime[]): Promise<void> {
  return lockDays(
    tx,
    times.map(({ practitionerId, ...time }) => ({ ...time, whose: practitionerId })),
  );
}

/**
 * In ascending order, before any row is locked: with the exclusion constraint alone, contenders run into deadlocks
 * and wait for seconds.
 */
async function lockDays(tx: Tx, times: (Interval & { whose: string })[]): Promise<void> {
  times.forEach(mustBeShort);
  const whose = times.map((time) => time.whose);
  const from = times.map(({ startsAt }) => startsAt);
  const to = times.map(({ endsAt }) => endsAt);
  await tx.$queryRaw`
    SELECT pg_advisory_xact_lock(key)::text FROM (
      SELECT DISTINCT hashtextextended(whose || ':' || day::date, 0) AS key
      FROM unnest(${whose}::text[], ${from}::timestamptz[], ${to}::timestamptz[]) AS t (whose, starts, ends),
           generate_series((starts AT TIME ZONE 'UTC')::date, (ends AT TIME ZONE 'UTC')::date, '1 day') AS day
      ORDER BY key) AS keys`;
}

/** An instant as the database gives it inside JSON, as the ISO string the domain uses. */
export const iso = (instant: string | Date): string => new Date(instant).toISOString();
