import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { hashOf } from '../../api/auth/principal.ts';
import { createWorld } from '../world.ts';
import { routesOf, testApi } from './api.ts';
import { bodiless, callPlanted, type Operation, operationsOf, type Planted, plantEverything } from './every-route.ts';

const api = testApi();
/** An administrator of another facility: may do everything there, so whatever stops them here is not their role. */
let stranger: string;
let planted: Planted;

beforeAll(async () => {
  const elsewhere = await createWorld(api.db, { name: 'Elsewhere' });
  stranger = await api.keyFor('administrator', [elsewhere.facilityId]);
  planted = await plantEverything(api);
});

const operations = () => operationsOf(api);
const call = (operation: Operation, as: string) => callPlanted(api, planted, operation, as);

const everything = async () => {
  const { db } = api;
  const tables = [
    db.facility,
    db.room,
    db.group,
    db.provider,
    db.person,
    db.policy,
    db.block,
    db.blockSeries,
    db.hold,
    db.transfer,
    db.case,
    db.practitioner,
    db.patient,
    db.courseOfTreatment,
    db.opportunity,
    db.task,
    db.taskType,
    db.waitlistEntry,
    db.appointment,
    db.apiKey,
    db.team,
    db.ticketType,
    db.ticket,
    db.conversation,
    db.conversationMessage,
    db.replyCategories,
    db.coordinatorAssignment,
  ] as unknown as {
    findMany(o: object): Promise<object[]>;
  }[];
  const rows = await Promise.all(tables.map((table) => table.findMany({ orderBy: { id: 'asc' } })));
  return [
    rows,
    await db.auditEvent.count(),
    await db.wakeUp.count(),
    await db.message.count(),
    await db.claim.count(),
    await db.decision.count(),
  ];
};

test('every route of /v1 is in the OpenAPI document, and every write has a body here', () => {
  const listed = new Set(operations().map(({ path }) => `/v1${path.replace(/\{(\w+)\}/g, ':$1')}`));
  const routes = routesOf(api.app).map(({ path }) => path);
  const hidden = routes.filter((path) => path.startsWith('/v1') && !listed.has(path));
  expect(routes.filter((path) => path.startsWith('/v1')).length).toBeGreaterThan(30);
  expect(hidden).toEqual([]);
  const writes = operations().filter(({ method }) => !bodiless.includes(method));
  expect(writes.map(({ method, path }) => `${method} ${path}`).filter((name) => !planted.bodies[name])).toEqual([]);
});

describe('a stranger', () => {
  test('without a key, with an unknown one and with a revoked one gets 401 on every route', async () => {
    const revoked = await api.keyFor('administrator', []);
    await api.db.apiKey.update({ where: { secretHash: hashOf(revoked) }, data: { revokedAt: new Date() } });
    for (const operation of operations()) {
      for (const key of ['', randomUUID(), revoked]) {
        const { status, body } = await call(operation, key);
        expect([operation, status, body.code]).toEqual([operation, 401, 'SIGN_IN_REQUIRED']);
      }
    }
  });

  test('with another facility’s key sees and changes nothing: 404, or a list without our rows', async () => {
    const before = await everything();
    for (const operation of operations()) {
      const { method, path } = operation;
      const { status, body } = await call(operation, stranger);
      if (`${method} ${path}` === 'POST /facilities') {
        expect([operation, status]).toEqual([operation, 403]); // nobody’s rows: the only thing they are told they may not do
      } else if (path.endsWith('/bulk')) {
        const { results } = body as { results: { problem?: { status: number } }[] };
        expect([operation, results.map(({ problem }) => problem?.status)]).toEqual([operation, results.map(() => 404)]);
      } else if (method === 'GET' && !path.includes('{id}') && status === 200) {
        const text = JSON.stringify(body);
        for (const id of Object.values(planted.ids)) expect([operation, text.includes(id)]).toEqual([operation, false]);
      } else {
        expect([operation, status]).toEqual([operation, 404]);
      }
    }
    expect(await everything()).toEqual(before);
  });

  test('who asks for our rows by filter gets an empty list', async () => {
    for (const noun of [
      'rooms',
      'groups',
      'providers',
      'people',
      'policies',
      'blocks',
      'block-series',
      'holds',
      'cases',
      'task-types',
      'audit-events',
      'teams',
      'ticket-types',
      'messages',
    ]) {
      const answer = await api.call('GET', `/${noun}?facilityId=${planted.ids.facilities}`, { as: stranger });
      expect([noun, answer.status, answer.body.items]).toEqual([noun, 200, []]);
      const own = await api.call('GET', `/${noun}?facilityId=${planted.ids.facilities}`, { as: api.keys.scheduler });
      expect([noun, own.body.items.length > 0]).toEqual([noun, true]);
    }
  });

  test('an unknown id looks exactly like one of ours', async () => {
    const { ids } = planted;
    for (const operation of operations().filter(({ path }) => path.includes('{id}'))) {
      const ours = await call(operation, stranger);
      const noun = operation.path.split('/')[1]!;
      const id = ids[noun]!;
      ids[noun] = '01890000-0000-7000-8000-00000000ffff';
      const unknown = await call(operation, stranger);
      ids[noun] = id;
      const plain = (body: object) => JSON.stringify(body).replaceAll(id, '').replaceAll('01890000-0000-7000-8000-00000000ffff', '');
      expect([operation, unknown.status, plain(unknown.body)]).toEqual([operation, 404, plain(ours.body)]);
    }
  });
});

test('a role that may not do it gets 403, whether the row is theirs or not', async () => {
  for (const path of ['/facilities', '/rooms', '/cases', '/policies', '/keys', '/blocks', '/people']) {
    const operation = { method: 'POST' as const, path };
    expect([path, (await call(operation, api.keys.contact)).status]).toEqual([path, 403]);
  }
  expect((await api.call('GET', '/keys')).status).toBe(403);
  expect((await api.call('GET', '/messages', { as: api.keys.contact })).status).toBe(403);
  expect((await call({ method: 'POST', path: '/groups/{id}/contacts' }, api.keys.scheduler)).status).toBe(403);
});
