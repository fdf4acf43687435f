import { expect, test } from 'vitest';

import { testApi } from '../api/api.ts';
import { Browser, mintLink, signIn } from './visitor.ts';

const api = testApi();
const russian = { 'accept-language': 'ru-RU,ru;q=0.9,en;q=0.5' };

test('F-28: a stranger’s page follows the browser, and the choice at its foot goes before it', async () => {
  const browser = new Browser(api);
  expect((await browser.get('/links')).html).toContain('<html lang="en"');
  const page = await browser.get('/no-such-page?a=1', { ...russian, accept: 'text/html' });
  expect(page.html).toContain('<html lang="ru"');
  expect(page.html).toContain('Перейти к содержанию');
  expect((await browser.get('/links', { 'accept-language': 'de, fr;q=0.5' })).html).toContain('<html lang="en"');

  const start = await browser.get('/', russian);
  expect(start.html).toMatch(/<a href="\/\?language=en" lang="en">English<\/a>/);
  const chosen = await browser.get('/?a=1&language=en', russian);
  expect([chosen.status, chosen.location]).toEqual([303, '/?a=1']);
  expect((await browser.get(chosen.location, russian)).html).toContain('<html lang="en"');
});

test('F-28: a person’s own language goes before the browser’s, on pages and behind the links of their mails', async () => {
  const { db, world, now } = api;
  const browser = await signIn(api, world.contact);
  const before = await browser.get('/preferences');
  expect(before.html).toContain('<html lang="en"');
  const saved = await browser.post('/preferences/language', { language: 'ru' });
  expect([saved.status, saved.location]).toEqual([303, '/preferences']);
  const after = await browser.get('/preferences', { 'accept-language': 'en' });
  expect(after.html).toContain('<html lang="ru"');
  expect(after.html).toContain('Язык ваших писем и страниц');
  const link = await mintLink(db, world.contact, 'block schedule', { kind: 'person', id: world.contact.id, createdAt: now });
  expect((await new Browser(api).get(link)).html).toContain('<html lang="ru"');

  expect((await browser.post('/preferences/language', { language: 'de' })).status).toBe(400);
  const audited = await db.auditEvent.findFirstOrThrow({
    where: { subjectKind: 'person', subjectId: world.contact.id },
    orderBy: { id: 'desc' },
  });
  expect(audited.after).toMatchObject({ language: 'ru' });
  await browser.post('/preferences/language', { language: '' });
  expect((await browser.get('/preferences')).html).toContain('<html lang="en"');
});

test('F-28: a look with a language changes nothing but the browser', async () => {
  const browser = await signIn(api, api.world.contact);
  await browser.get('/preferences?language=ru');
  expect((await browser.get('/preferences')).html).toContain('<html lang="ru"');
  expect(await api.db.person.findUniqueOrThrow({ where: { id: api.world.contact.id } })).toMatchObject({ language: null });
});
