import { expect, test } from 'vitest';

import { systemActor } from '../../domain/decision.ts';
import { appendAudit } from '../../ledger/audit.ts';
import { testApi } from '../api/api.ts';
import { careTeamIn } from '../care-team.ts';
import { createWorld } from '../world.ts';
import { signInStaff, untranslated } from './visitor.ts';

const api = testApi();
const url = 'https://hooks.example.org/holdfast';

test('F-15: a manager subscribes an address, sees its secret once and what became of each event, and has one posted again', async () => {
  const { db, now } = api;
  const world = await createWorld(db, { name: 'Subscribed' });
  const { facilityId } = world;
  const team = await careTeamIn(world);
  const manager = await signInStaff(api, team.manager);
  const form = crypto.randomUUID();
  const refused = await manager.post('/webhooks', { form, url: 'http://plain.example.org', types: 'ticket' });
  expect([refused.status, refused.html.includes('id="url-refused"')]).toEqual([400, true]);
  expect(refused.html).toContain('value="http://plain.example.org"');
  const wish = { form, url, description: 'The data house', types: 'ticket, team.create' };
  const added = await manager.post('/webhooks', wish);
  const row = await db.webhook.findFirstOrThrow({ where: { facilityId } });
  expect(row).toMatchObject({ url, types: ['ticket', 'team.create'], active: true });
  expect(added.text).toContain(row.secret);
  expect((await manager.post('/webhooks', wish)).text).not.toContain(row.secret);
  expect(await db.webhook.count({ where: { facilityId } })).toBe(1);

  const subjectId = crypto.randomUUID();
  const who = { facilityId, subjectKind: 'team' as const, subjectId, at: now, actor: systemActor, policyVersion: 1, before: {}, after: {} };
  await appendAudit(db, { ...who, action: 'create' });
  await db.webhookEvent.updateMany({ where: { webhookId: row.id }, data: { state: 'failed', attempts: 10, status: 500 } });
  expect((await manager.get('/webhooks')).text).toMatch(
    /hooks\.example\.org\/holdfast , The data house switched on · 0 events wait · 1 given up/,
  );
  const page = await manager.get(`/webhooks/${row.id}?state=failed`);
  expect(page.text).toContain('team.create : given up, answered 500');
  expect(page.html).not.toContain(row.secret);
  expect(page.html).not.toContain(subjectId);
  const { id: eventId } = await db.webhookEvent.findFirstOrThrow({ where: { webhookId: row.id } });
  const woken = () => db.wakeUp.count({ where: { workflowId: `webhook/${row.id}`, kind: 'signal' } });
  const before = await woken();
  expect((await manager.post(`/webhooks/${row.id}/events/${eventId}/redeliver`)).location).toBe(`/webhooks/${row.id}`);
  expect(await db.webhookEvent.findUnique({ where: { id: eventId } })).toMatchObject({ state: 'waiting', attempts: 0 });
  expect(await woken()).toBe(before + 1);

  const off = { version: String(row.version), active: 'off' };
  expect((await manager.post(`/webhooks/${row.id}/switch`, off)).status).toBe(303);
  expect((await manager.post(`/webhooks/${row.id}/switch`, off)).status).toBe(412);
  const fresh = await manager.post(`/webhooks/${row.id}/rotate-secret`);
  const after = await db.webhook.findUniqueOrThrow({ where: { id: row.id } });
  expect([after.active, after.previousSecret, fresh.text.includes(after.secret)]).toEqual([false, row.secret, true]);
  const trail = await db.auditEvent.findMany({ where: { subjectId: facilityId, rule: 'F-15' }, orderBy: { seq: 'asc' } });
  expect(trail.map(({ action }) => action)).toEqual(['add webhook', 'change webhook', 'rotate webhook secret']);
  expect(JSON.stringify(trail)).not.toContain('whsec_');

  const outsider = await signInStaff(api, api.world.scheduler);
  expect((await outsider.get(`/webhooks/${row.id}`)).status).toBe(404);
  expect((await outsider.post(`/webhooks/${row.id}/rotate-secret`)).status).toBe(404);
  expect((await (await signInStaff(api, team.lead)).get('/webhooks')).status).toBe(403);
  await db.person.update({ where: { id: team.manager.id }, data: { language: 'ru' } });
  for (const path of ['/webhooks', `/webhooks/${row.id}`])
    expect(untranslated(await manager.get(path), [url, 'The data house', 'team.create', 'ticket.close', 'ticket', 'English'])).toEqual([]);
});
