import { expect, test } from 'vitest';

import type { Role } from '../../domain/decision.ts';
import { rightsOfRole } from '../../domain/right.ts';
import { routesOf, testApi } from '../api/api.ts';
import { type Planted, plantEverything } from '../api/every-route.ts';
import { createWorld } from '../world.ts';
import { type Browser, signInStaff } from './visitor.ts';

const api = testApi();
const roles: Role[] = ['administrator', 'facility scheduler', 'receptionist', 'team lead'];

/** Somebody of that role and facility, freshly signed in. */
async function somebody(facilityId: string, role: Role): Promise<Browser> {
  const data = { facilityId, role, rights: rightsOfRole(role), name: role, email: `${role.replace(' ', '-')}@${facilityId}.example` };
  return signInStaff(api, await api.db.person.create({ data }));
}

/** Every page's address, its ids those of what was planted: of its noun where it is called as in the API, else the patient's. */
function pages({ ids }: Planted, method: 'GET' | 'POST'): string[] {
  const isPage = (path: string) => !/^\/(v1|fhir|docs|assets|webhooks|codec|openapi|readyz|healthz)\b/.test(path);
  return routesOf(api.app)
    .filter(({ methods, path }) => methods.includes(method) && isPage(path))
    .map(({ path }) => path.replaceAll(/:\w+/g, ids[path.split('/')[1]!] ?? ids.patients!) || '/');
}

/** What was planted, by the names that fields of forms have: `patientId`, `waitlistEntryId`. */
function fieldsOf({ ids }: Planted): Record<string, string> {
  const fieldOf = (noun: string) =>
    noun
      .replace(/-(\w)/g, (_, letter) => letter.toUpperCase())
      .replace(/ies$/, 'y')
      .replace(/s$/, '');
  return Object.fromEntries(Object.entries(ids).map(([noun, id]) => [`${fieldOf(noun)}Id`, id]));
}

test('F-25: nobody sees on a page, or changes by one, anything of another facility, whatever their role', {
  timeout: 240_000,
}, async () => {
  const { db, world } = api;
  const planted = await plantEverything(api);
  const { ids } = planted;
  const { facilityId } = await createWorld(db, { name: 'Elsewhere' });
  const ours = [...Object.values(ids), 'Silva', world.scheduler.email, world.room.id, world.group.id];
  const seenIn = (html: string, said: string) => ours.filter((one) => !said.includes(one) && html.includes(one));
  const footprint = () => db.auditEvent.groupBy({ by: ['facilityId'], where: { facilityId: { not: facilityId } }, _count: true });

  const own = await somebody(world.facilityId, 'receptionist');
  expect((await own.get(`/patients/${ids.patients}`)).html).toContain('Silva'); // whoever is from here does see it
  const browsers = await Promise.all(roles.map((role) => somebody(facilityId, role)));
  const before = await footprint();

  const fields = fieldsOf(planted);
  const query = new URLSearchParams({ ...fields, group: world.group.id, room: world.room.id, patient: ids.patients! }).toString();
  const bad: string[] = [];
  for (const browser of browsers) {
    for (const address of pages(planted, 'GET').flatMap((path) => [path, `${path}?${query}`])) {
      const { status, html } = await browser.get(address);
      const seen = seenIn(html, address);
      if (status >= 500 || seen.length > 0) bad.push(`GET ${address}: ${status} ${seen}`);
    }
    for (const path of pages(planted, 'POST')) {
      const form = { ...fields, yes: 'on', reason: 'none of their business', form: crypto.randomUUID(), id: ids.patients! };
      const { status, html } = await browser.post(path, form);
      const seen = seenIn(html, JSON.stringify([path, form]));
      if (status >= 500 || seen.length > 0) bad.push(`POST ${path}: ${status} ${seen}`);
    }
  }
  expect(bad).toEqual([]);
  expect(await footprint()).toEqual(before);
});
