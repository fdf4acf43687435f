import { afterAll, beforeAll, expect, test } from 'vitest';

import { addDays, atLocal, zoneDate } from '../../domain/civil.ts';
import { type MailService, startMailService } from '../mail/mail-service.ts';
import { eventually, type Program, type System, startSystem } from '../system.ts';
import { createWorld, type World } from '../world.ts';

let service: MailService;
let system: System;
let world: World;
let worker: Program;

beforeAll(async () => {
  service = await startMailService();
  system = await startSystem({ env: { RESEND_API_KEY: 're_test', RESEND_BASE_URL: service.url }, manual: true });
  [worker] = await Promise.all([system.startWorker(), system.startApi()]);
  world = await createWorld(system.db, { settings: { mail: { fromLocalTime: '00:00', untilLocalTime: '23:59', spreadSeconds: 0 } } });
});
afterAll(async () => {
  await system?.close();
  await service?.close();
});

test('U-03: a worker killed while the mail service has its batch: another hands the same batch over within half a minute', async () => {
  const { facilityId, room2, otherProvider, other, zone, db } = world;
  const date = addDays(zoneDate(new Date().toISOString(), zone), 20);
  service.failNext = ['hang'];
  const { status } = await system.call('POST', '/v1/holds', {
    facilityId,
    roomId: room2.id,
    providerId: otherProvider.id,
    requesterId: other.id,
    startsAt: atLocal(date, '09:00', zone),
    endsAt: atLocal(date, '11:00', zone),
  });
  expect(status).toBe(201);
  await eventually(async () => service.calls.length === 1);
  await worker.kill('SIGKILL');
  const killedAt = Date.now();
  worker = await system.startWorker();

  const batch = await eventually(async () => service.calls[1], 40_000);
  expect(Date.now() - killedAt).toBeLessThan(35_000);
  expect(batch.headers['idempotency-key']).toBe(service.calls[0]!.headers['idempotency-key']);
  expect(batch.body).toBe(service.calls[0]!.body);
  await eventually(async () => (await db.message.count({ where: { state: { in: ['waiting', 'claimed'] } } })) === 0);
});
