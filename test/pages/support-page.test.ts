import { expect, test } from 'vitest';

import { testApi } from '../api/api.ts';
import { signIn, signInStaff } from './visitor.ts';

const api = testApi();

test('P-11: one Support page, linked from every page, with announcements, information and what is often asked; support edits it', async () => {
  const { support, contact } = api.world;
  const reader = await signIn(api, contact);
  for (const path of ['/', '/open-time', '/desk', '/support', '/people'])
    expect((await reader.get(path)).html).toContain('href="/support"');
  expect((await reader.get('/support')).text).toContain('Nothing has been announced');
  const form = crypto.randomUUID();
  const entry = { form, kind: 'question', title: 'How do I release time?', text: 'From the Block Schedule.' };
  expect((await reader.post('/support', entry)).status).toBe(401); // needs a fresh sign-in
  const editor = await signInStaff(api, support);
  expect((await editor.post('/support', { ...entry, title: ' ' })).status).toBe(400);
  expect((await editor.post('/support', entry)).status).toBe(303);
  expect((await editor.post('/support', entry)).status).toBe(303); // pressed twice
  await editor.post('/support', { form, kind: 'announcement', title: 'Closed on Monday', text: 'For the holiday.' });
  const page = await reader.get('/support');
  expect(page.text).toMatch(/Announcements.*Closed on Monday.*Often asked.*How do I release time\?.*From the Block Schedule\./);
  expect(page.html).not.toContain('Take it off');
  expect((await editor.get('/support', { 'accept-language': 'ru' })).text).toMatch(/Поддержка.*Объявления.*Частые вопросы.*Опубликовать/);
  const row = await api.db.supportEntry.findFirstOrThrow({ where: { kind: 'announcement' } });
  await editor.post('/support/remove', { entry: row.id });
  expect((await reader.get('/support')).text).not.toContain('Closed on Monday');
  expect(await api.db.auditEvent.count({ where: { subjectId: api.world.facilityId, rule: 'P-11' } })).toBe(3);
});

test('C-21, C-25: a block holder reads there whom to write to, and is sent to no desk', async () => {
  const { db, world } = api;
  const reader = await signIn(api, world.contact);
  const page = await reader.get('/support');
  expect(page.html).toContain(`mailto:${world.support.email}`);
  expect(page.text).not.toContain('ticket');
  await db.person.update({ where: { id: world.support.id }, data: { active: false } });
  const without = await reader.get('/support');
  await db.person.update({ where: { id: world.support.id }, data: { active: true } });
  expect(without.html).not.toContain(world.support.email);
  expect(without.html).toContain(`mailto:${world.scheduler.email}`);
});
