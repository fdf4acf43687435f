import { describe, expect, test } from 'vitest';

import type { Role } from '../../domain/decision.ts';
import { rightsOfRole } from '../../domain/right.ts';
import { testApi } from '../api/api.ts';
import { Browser, signInStaff } from './visitor.ts';

const api = testApi();

async function personWith(role: Role) {
  const { facilityId } = api.world;
  const email = `${role.replaceAll(' ', '.')}@x.example`;
  const found = await api.db.person.findFirst({ where: { email } });
  return found ?? api.db.person.create({ data: { facilityId, name: `A ${role}`, email, role, rights: rightsOfRole(role) } });
}
const tabsIn = (html: string) => [...html.matchAll(/<nav aria-label="Main">[\s\S]*?<\/nav>/g)][0]![0];

describe('F-10, P-04, P-12: everybody finds the pages of every day in the frame of each page', () => {
  test.each([
    ['care coordinator', ['/my-work', '/conversations', '/coverage']],
    ['care team agent', ['/my-work', '/conversations']],
    ['team lead', ['/team-board', '/conversations', '/my-work']],
    ['manager', ['/team-board', '/conversations', '/coverage']],
    ['practitioner', ['/day-book', '/conversations']],
    ['receptionist', ['/day-book', '/active-tasks']],
    ['block contact', ['/open-time', '/block-schedule']],
    ['facility scheduler', ['/open-time', '/block-schedule']],
    ['support', ['/open-time', '/block-schedule']],
  ] as const)('a %s', async (role, own) => {
    const browser = await signInStaff(api, await personWith(role));
    const { html } = await browser.get('/desk');
    const hrefs = [...tabsIn(html).matchAll(/href="([^"?]+)[^"]*"/g)].map(([, href]) => href);
    expect(hrefs.filter((href) => href !== '/' && href !== '/care-manager')).toEqual([...own, '/desk', '/preferences']);
    for (const href of own) {
      const page = await browser.get(href);
      expect(page.status).toBe(200);
      expect(tabsIn(page.html)).toContain(`href="${href}" aria-current="page"`);
      expect(tabsIn(page.html).match(/aria-current/g)).toHaveLength(1);
    }
  });

  test('every door on the desk of every role opens', async () => {
    for (const role of ['care coordinator', 'care team agent', 'team lead', 'manager', 'practitioner', 'receptionist'] as const) {
      const browser = await signInStaff(api, await personWith(role));
      const main = /<main[\s\S]*<\/main>/.exec((await browser.get('/desk')).html)![0];
      const hrefs = [...main.matchAll(/href="([^"]+)"/g)].map(([, href]) => href!);
      expect(hrefs.length).toBeGreaterThan(3);
      for (const href of hrefs) expect([role, href, (await browser.get(href)).status]).toEqual([role, href, 200]);
    }
  });
});

describe('C-40: the way in leads where the role begins', () => {
  test.each([
    ['care coordinator', '/my-work'],
    ['team lead', '/team-board'],
    ['receptionist', '/day-book'],
  ] as const)('a %s who asks on the start page is mailed one sign-in, which opens %s', async (role, home) => {
    const { email, id } = await personWith(role);
    const browser = new Browser(api);
    const answer = await browser.post('/links', { email });
    expect(answer.text).toContain('fresh links are on their way');
    const mails = await api.db.message.findMany({ where: { personId: id, kind: { not: 'test' } } });
    expect(mails.map(({ kind, content }) => [kind, (content as { to?: string }).to])).toEqual([['sign in', home]]);
  });

  test('who is in already reads on the start page as whom, and goes on', async () => {
    const browser = await signInStaff(api, await personWith('care team agent'));
    const { text, html } = await browser.get('/');
    expect(text).toContain('Signed in as A care team agent');
    expect(html).toContain('<a href="/my-work">Go on with your work</a>');
    expect(html).not.toContain('action="/links"');
    expect(html).not.toContain('href="/open-time"');
    expect((await browser.get('/preferences')).text).not.toContain('Availability Alerts');
  });
});
