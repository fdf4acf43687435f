import { beforeAll, expect, test } from 'vitest';

import { verifyAudit } from '../../ledger/audit-verify.ts';
import { testApi } from '../api/api.ts';
import { createBlock, createWorld } from '../world.ts';
import { type Browser, signIn, signInStaff } from './visitor.ts';

const api = testApi();
let support: Browser;
beforeAll(async () => {
  support = await signInStaff(api, api.world.support);
});

test('C-21: support finds a person and signs them up for a group’s block alerts, and off again', async () => {
  const { db, world } = api;
  const found = await support.get('/people?find=CHRIS');
  expect(found.text).toContain('Chris Lind');
  expect(found.text).not.toContain('Dana Reyes');
  const page = `/people/${world.other.id}`;
  expect((await support.post(`${page}/sign-up`, { group: world.group.id })).location).toBe(page);
  expect((await support.get(page)).text).toContain('Sign off Orthopedics');
  const membership = { where: { groupId_personId: { groupId: world.group.id, personId: world.other.id } } };
  expect(await db.membership.findUnique(membership)).toMatchObject({ blockAlerts: true });
  expect((await support.post(`${page}/sign-up`, { group: world.group.id })).status).toBe(409);
  expect((await support.post(`${page}/sign-off`, { group: world.group.id })).status).toBe(303);
  expect(await db.membership.findUnique(membership)).toMatchObject({ blockAlerts: false });
  expect((await support.post(`${page}/sign-off`, { group: world.group.id })).status).toBe(404);
  expect((await verifyAudit(db)).broken).toEqual([]);
});

test('C-21: support signs up a new address that a group sent, and corrects one that mail does not reach', async () => {
  const { db, world } = api;
  expect((await support.get('/people')).text).toContain('Sign up somebody for Block Alerts');
  const wish = { name: 'Nia Okoye', email: 'Nia@x.example', groupId: world.group.id };
  const wrong = await support.post('/people', { ...wish, email: 'nia' });
  expect([wrong.status, wrong.html.includes('<p id="email-refused"')]).toEqual([400, true]);
  expect(wrong.html).toContain('value="Nia Okoye"');
  const added = await support.post('/people', wish);
  const person = await db.person.findFirstOrThrow({ where: { email: 'nia@x.example', facilityId: world.facilityId } });
  expect([added.status, added.location]).toEqual([303, `/people/${person.id}`]);
  expect((await support.get(added.location)).text).toContain('Sign off Orthopedics');
  expect((await support.post('/people', wish)).status).toBe(409);
  const elsewhere = await createWorld(db, { name: 'Other house' });
  expect((await support.post('/people', { ...wish, groupId: elsewhere.group.id })).status).toBe(404);
  expect((await (await signInStaff(api, world.scheduler)).post('/people', wish)).status).toBe(403);

  const details = { version: String(person.version), name: 'Nia Okoye-Lund', email: 'okoye@x.example' };
  const taken = await support.post(`${added.location}/details`, { ...details, email: world.contact.email });
  expect([taken.status, taken.html.includes('<p id="email-refused"')]).toEqual([409, true]);
  expect((await support.post(`${added.location}/details`, details)).status).toBe(303);
  expect((await support.get(added.location)).text).toContain('okoye@x.example');
  expect((await support.post(`${added.location}/details`, details)).status).toBe(412);
  expect((await verifyAudit(db)).broken).toEqual([]);
});

test('C-19: who leaves loses every session; the main contact of active blocks cannot leave', async () => {
  const { db, world, now } = api;
  const page = `/people/${world.other.id}`;
  const elsewhere = await signIn(api, world.other);
  await createBlock(world, '2027-02-09', now, { groupId: world.otherGroup.id });
  const { version } = await db.person.findUniqueOrThrow({ where: { id: world.other.id } });
  expect((await support.post(`${page}/deactivate`, { version: String(version) })).status).toBe(422);
  await db.group.update({ where: { id: world.otherGroup.id }, data: { mainContactId: world.contact.id } });
  expect((await support.post(`${page}/deactivate`, { version: String(version + 5) })).status).toBe(412);
  expect((await support.post(`${page}/deactivate`, { version: String(version) })).status).toBe(303);
  expect((await elsewhere.get('/preferences')).status).toBe(401);
  expect((await support.get(page)).text).toContain('is back');
  expect((await support.post(`${page}/activate`, { version: String(version + 1) })).status).toBe(303);
  expect(await db.person.findUniqueOrThrow({ where: { id: world.other.id } })).toMatchObject({ active: true });
});

test('support ends a session of somebody, sees what was mailed, and nothing of another facility', async () => {
  const { db, world, now } = api;
  const browser = await signIn(api, world.contact);
  const { id } = await db.session.findFirstOrThrow({ where: { personId: world.contact.id }, orderBy: { createdAt: 'desc' } });
  expect((await support.get(`/people/${world.contact.id}`)).text).toContain(', sent');
  await support.post(`/people/${world.contact.id}/end-session`, { session: id });
  expect((await browser.get('/preferences')).status).toBe(401);
  const elsewhere = await createWorld(db, { name: 'Elsewhere' });
  expect((await support.get(`/people/${elsewhere.contact.id}`)).status).toBe(404);
  expect((await support.post(`/people/${elsewhere.contact.id}/deactivate`, { version: '1' })).status).toBe(404);
  expect(now).toBe(api.now);
});

test('people are for support alone, after a fresh sign-in', async () => {
  const { world } = api;
  for (const person of [world.contact, world.scheduler]) expect((await (await signInStaff(api, person)).get('/people')).status).toBe(403);
  expect((await (await signIn(api, world.support)).get('/people')).status).toBe(401);
});
