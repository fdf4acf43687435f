import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll } from 'vitest';

import { type App, buildApp } from '../../api/app.ts';
import { createKey } from '../../api/auth/keys.ts';
import { readConfig } from '../../config.ts';
import type { Role } from '../../domain/decision.ts';
import { type Database, openAccessLog, openReader } from '../../prisma/client.ts';
import { testDatabase } from '../database.ts';
import { createWorld, type World } from '../world.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
type Wishes = { as?: string; body?: object; key?: string | null; ifMatch?: number; headers?: Record<string, string> };
// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of a body
export type Answer = { status: number; body: any; headers: Record<string, unknown> };

/** The API over a real database, without Temporal: for all that needs no life to answer. */
export type TestApi = {
  app: App;
  db: Database;
  databaseUrl: string;
  world: World;
  /** The present instant of the API; tests move it. */
  now: string;
  /** Secrets of keys: one a role, all for the world's facility but the administrator's, which reaches all. */
  keys: Record<'administrator' | 'scheduler' | 'support' | 'contact', string>;
  keyFor(role: Role, facilityIds: string[]): Promise<string>;
  /** By default with the scheduler's key and a fresh Idempotency-Key. */
  call(method: Method, path: string, wishes?: Wishes): Promise<Answer>;
};

/** Call at the top of a test file; use the returned object inside tests. The world's zone is America/New_York. */
export function testApi(now = '2027-01-04T12:00:00.000Z'): TestApi {
  const api = { now } as TestApi;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const { db, url, close: closeDatabase } = await testDatabase();
    const [reader, accessLog] = await Promise.all([openReader(url), openAccessLog(url)]);
    const client = new Client({ connection: Connection.lazy({ address: '127.0.0.1:1' }) });
    const deps = {
      db,
      reader,
      accessLog,
      client,
      config: readConfig({ LOG_LEVEL: process.env.SHOW_LOGS ? 'error' : 'silent', OVERLOADED_AFTER_SECONDS: '600' }),
      flush: async () => {},
      now: () => api.now,
    };
    const app = await buildApp(deps);
    await app.ready();
    close = async () => {
      await app.close();
      await Promise.all([client.connection.close(), reader.$disconnect(), accessLog.$disconnect(), closeDatabase()]);
    };
    const world = await createWorld(db);
    const keyFor = async (role: Role, facilityIds: string[]) => (await createKey(db, { name: `A ${role}`, role, facilityIds })).secret;
    const here = [world.facilityId];
    const keys = {
      administrator: await keyFor('administrator', []),
      scheduler: await keyFor('facility scheduler', here),
      support: await keyFor('support', here),
      contact: await keyFor('block contact', here),
    };
    Object.assign(api, { app, db, databaseUrl: url, world, keys, keyFor, call });
  });
  afterAll(() => close?.());

  async function call(
    method: Method,
    path: string,
    { as = api.keys.scheduler, body, key = randomUUID(), ifMatch, headers = {} }: Wishes = {},
  ) {
    const response = await api.app.inject({
      method,
      url: `/v1${path}`,
      headers: {
        authorization: `Bearer ${as}`,
        ...(method === 'POST' && key !== null && { 'idempotency-key': key }),
        ...(ifMatch !== undefined && { 'if-match': `"${ifMatch}"` }),
        ...headers,
      },
      ...(body && { payload: body }),
    });
    return { status: response.statusCode, body: response.body ? JSON.parse(response.body) : undefined, headers: response.headers };
  }
  return api;
}

/** All routes, hidden ones too, such as `{ methods: ['POST'], path: '/v1/blocks/:id/keep' }`. */
export function routesOf(app: App): { methods: string[]; path: string }[] {
  const depth: string[] = [];
  const routes: ReturnType<typeof routesOf> = [];
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const found = /^([│ ]*)[├└]── (\S+)(?: \((.+)\))?/.exec(line);
    if (!found) continue;
    const [, indent, part, methods] = found;
    depth.length = indent!.length / 4;
    depth.push(part!);
    if (methods) routes.push({ methods: methods.split(', '), path: depth.join('').replace(/\/$/, '') });
  }
  return routes;
}
