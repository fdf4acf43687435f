import { beforeAll, describe, expect, test } from 'vitest';

import { addDays, zoneDate } from '../../domain/civil.ts';
import { testApi } from '../api/api.ts';
import { type CareTeam, careTeamIn } from '../care-team.ts';
import { type Browser, signInStaff, untranslated } from './visitor.ts';

const api = testApi();
let team: CareTeam;
let manager: Browser;

beforeAll(async () => {
  team = await careTeamIn(api.world);
  manager = await signInStaff(api, team.manager);
});

describe('F-12: substitutes', () => {
  const name = (personId: string, substituteId: string, topic = '') =>
    manager.post('/substitutes', { form: crypto.randomUUID(), personId, substituteId, topic });

  test('a manager names who stands in, sees the line, and takes it back; a circle is refused beside the field', async () => {
    const { agent, lead } = team;
    expect((await name(agent.id, lead.id)).location).toBe('/substitutes');
    const page = await manager.get('/substitutes');
    expect(page.text).toContain('Lee Head for Ash Young everything');
    const circle = await name(lead.id, agent.id);
    expect(circle.status).toBe(422);
    expect(circle.html).toMatch(/id="substituteId-refused"[^>]*>These substitutes would stand in for each other in a circle/);
    const { id } = await api.db.substitute.findFirstOrThrow({ where: { personId: agent.id } });
    expect((await manager.post(`/substitutes/${id}/remove`)).location).toBe('/substitutes');
    expect((await manager.post(`/substitutes/${id}/remove`)).location).toBe('/substitutes');
    expect(await api.db.substitute.count({ where: { personId: agent.id } })).toBe(0);
    const trail = await api.db.auditEvent.findMany({ where: { subjectId: agent.id }, orderBy: { seq: 'asc' } });
    expect(trail.map(({ action, rule }) => [action, rule])).toEqual([
      ['set substitute', 'F-12'],
      ['remove substitute', 'F-12'],
    ]);
  });

  test('a topic that is no type of ticket here is not known, and who arranges nothing gets in nowhere', async () => {
    const { agent, lead } = team;
    expect((await name(agent.id, lead.id, crypto.randomUUID())).status).toBe(404);
    const browser = await signInStaff(api, agent);
    for (const path of ['/substitutes', '/holidays', '/coordinators', '/teams']) expect((await browser.get(path)).status).toBe(403);
  });
});

test('P-18: a manager enters a company holiday, of which providers are told, and takes it back; a second on one date is refused', async () => {
  const date = addDays(zoneDate(api.now, api.world.zone), 20);
  const scheduler = await signInStaff(api, api.world.scheduler); // who has them with the hours of the rooms
  expect((await scheduler.get('/holidays')).location).toBe('/rooms#holidays');
  const add = () => manager.post('/holidays', { date, name: 'Founders’ day' });
  expect((await add()).location).toBe('/holidays');
  expect((await manager.get('/holidays')).text).toContain('Founders’ day');
  const told = () => api.db.message.count({ where: { kind: 'company holiday', state: 'waiting', personId: team.provider.id } });
  expect(await told()).toBe(1);
  const again = await add();
  expect(again.status).toBe(409);
  expect(again.html).toContain('id="date-refused"');
  expect(again.html).toContain('Founders’ day"'); // what was typed
  expect((await manager.post('/holidays/remove', { date })).location).toBe('/holidays');
  expect((await manager.get('/holidays')).text).toContain('No holiday is entered');
  expect(await told()).toBe(0);
  const asManager = await api.keyFor('manager', [api.world.facilityId]);
  const path = `/facilities/${api.world.facilityId}/holidays`;
  expect((await api.call('POST', path, { as: asManager, body: { date, name: 'By a tool' } })).status).toBe(201);
});

describe('P-15, P-27, P-28, P-29: coordinators', () => {
  const terms = (more: object = {}) => ({ kind: 'designated', zone: 'Europe/Berlin', 'opens-1': '09:00', 'closes-1': '17:00', ...more });

  test('how somebody works is entered with zone and hours; an unknown zone and a day that ends before it begins are refused', async () => {
    const { coordinator } = team;
    const path = `/coordinators/${coordinator.id}`;
    const nowhere = await manager.post(path, terms({ zone: 'Mars/Base' }));
    expect(nowhere.status).toBe(400);
    expect(nowhere.html).toContain('id="zone-refused"');
    const backwards = await manager.post(path, terms({ 'closes-1': '08:00' }));
    expect(backwards.status).toBe(400);
    expect(backwards.html).toMatch(/id="closes-1-refused"[^>]*>The end must lie after the start/);
    expect((await manager.post(path, terms())).location).toBe('/coordinators');
    const kept = await api.db.coordinator.findUniqueOrThrow({ where: { personId: coordinator.id } });
    expect([kept.kind, kept.zone, kept.hours]).toEqual(['designated', 'Europe/Berlin', [{ weekday: 1, from: '09:00', to: '17:00' }]]);
    expect((await manager.get('/coordinators')).text).toContain('Europe/Berlin · Monday 09:00–17:00');
    expect((await manager.post(`/coordinators/${team.agent.id}`, terms())).status).toBe(422);
  });

  test('a provider gets a coordinator, loses them with a reason, and has none without the records system', async () => {
    const { practitioner, coordinator } = team;
    const path = `/coordinators/providers/${practitioner.id}`;
    const standing = () => api.db.coordinatorAssignment.count({ where: { practitionerId: practitioner.id, endedAt: null } });
    const silent = await manager.post(path, { coordinatorId: '', reason: '' });
    expect([silent.status, await standing()]).toEqual([400, 1]);
    expect(silent.html).toContain('id="reason-refused"');
    expect((await manager.post(path, { coordinatorId: '', reason: 'Works alone now' })).location).toBe('/coordinators');
    expect(await standing()).toBe(0);
    await manager.post(path, { coordinatorId: coordinator.id });
    expect(await standing()).toBe(1);
    await manager.post(`${path}/ehr`, { usesEhr: 'no' });
    expect(await standing()).toBe(0);
    const refused = await manager.post(path, { coordinatorId: coordinator.id });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('A provider who does not use the records system has no care coordinator.');
  });
});

describe('F-10: teams', () => {
  const terms = (more: Record<string, string> = {}) => ({
    name: 'Night desk',
    zone: 'America/Denver',
    leadId: team.lead.id,
    memberIds: team.agent.id,
    'opens-1': '18:00',
    'closes-1': '00:00',
    ...more,
  });
  const night = () =>
    api.db.team.findFirstOrThrow({ where: { facilityId: api.world.facilityId, name: 'Night desk' }, include: { members: true } });

  test('a manager adds a team and changes who is of it; the clocks of its tickets follow; what is refused stays in the form', async () => {
    await api.db.team.deleteMany({ where: { facilityId: api.world.facilityId, name: 'Night desk' } });
    expect((await manager.post('/teams', terms())).location).toBe('/teams');
    const { id, version, hours, members } = await night();
    expect([hours, members.map(({ personId }) => personId)]).toEqual([[{ weekday: 1, from: '18:00', to: '24:00' }], [team.agent.id]]);
    const page = await manager.get('/teams');
    expect(page.text).toMatch(/Night desk Lead: Lee Head · Ash Young America\/Denver · /);
    const twice = await manager.post('/teams', terms());
    expect([twice.status, twice.html.includes('id="name-refused"')]).toEqual([409, true]);
    const change = { version: String(version), memberIds: team.coordinator.id, leadId: '' };
    const nowhere = await manager.post(`/teams/${id}`, terms({ ...change, zone: 'Mars/Olympus' }));
    expect([nowhere.status, nowhere.html.includes('id="zone-refused"')]).toEqual([400, true]);
    expect((await manager.post(`/teams/${id}`, terms(change))).location).toBe('/teams');
    const after = await night();
    expect([after.leadId, after.members.map(({ personId }) => personId)]).toEqual([null, [team.coordinator.id]]);
    expect((await manager.post(`/teams/${id}`, terms(change))).status).toBe(412);
    const trail = await api.db.auditEvent.findMany({ where: { subjectId: id }, orderBy: { seq: 'asc' } });
    expect(trail.map(({ action }) => action)).toEqual(['create', 'change']);
  });

  test('a lead changes teams and adds none; nobody else sees them, nor a team of elsewhere', async () => {
    const lead = await signInStaff(api, team.lead);
    expect((await lead.get('/teams')).text).not.toContain('Add a team');
    expect((await lead.post('/teams', terms({ name: 'Another' }))).status).toBe(403);
    expect((await (await signInStaff(api, team.agent)).get('/teams')).status).toBe(403);
    expect((await manager.post(`/teams/${crypto.randomUUID()}`, terms({ version: '1' }))).status).toBe(404);
  });
});

test('F-28: the four pages speak Russian to whoever reads Russian', async () => {
  await api.db.person.update({ where: { id: team.manager.id }, data: { language: 'ru' } });
  const people = await api.db.person.findMany({ where: { facilityId: api.world.facilityId }, select: { name: true } });
  const given = [...people.map(({ name }) => name), 'Night desk', 'America', 'Denver', 'English', 'Europe', 'Berlin', 'By a tool'];
  for (const path of ['/substitutes', '/holidays', '/coordinators', '/teams']) {
    const page = await manager.get(path);
    expect(page.html).toContain('<html lang="ru"');
    expect([path, untranslated(page, given)]).toEqual([path, []]);
  }
});
