import { expect, test } from 'vitest';

import { whoIsResponsible } from '../../ledger/responsible.ts';
import { testApi } from '../api/api.ts';
import { coordinatorIn, createWorld } from '../world.ts';

const api = testApi();
const mailsTo = async (personId: string) =>
  (await api.db.message.findMany({ where: { personId, kind: 'coordinator changed' }, orderBy: { createdAt: 'asc' } })).map(
    ({ content }) => content as Record<string, unknown>,
  );

async function furnished(name: string) {
  const world = await createWorld(api.db, { name });
  const { facilityId } = world;
  const made = await coordinatorIn(world);
  const lead = await api.keyFor('team lead', [facilityId]);
  const other = await api.db.person.create({
    data: { facilityId, name: 'Kim Ito', role: 'care coordinator', email: `kim@${facilityId}.example` },
  });
  const responsible = (at = api.now) => whoIsResponsible(api.db, { facilityId, practitionerId: made.practitioners, at });
  return { world, facilityId, made, lead, other, responsible };
}

test('P-27: a coordinator may change without warning and work in another zone; the provider is told both', async () => {
  const { made, lead, other, responsible } = await furnished('Change');
  const week = [{ weekday: 1, from: '09:00', to: '17:00' }];
  const put = (zone: string, as = lead) =>
    api.call('PUT', `/coordinators/${other.id}`, { as, body: { kind: 'designated', zone, hours: week } });
  const unknown = await put('Mars/Olympus');
  expect([unknown.status, unknown.body.code, unknown.body.rule]).toEqual([400, 'UNKNOWN_ZONE', 'P-27']);
  const body = { practitionerId: made.practitioners, coordinatorId: other.id };
  expect((await api.call('POST', '/coordinator-assignments', { as: lead, body })).body.code).toBe('NOT_A_COORDINATOR'); // how they work is unknown
  expect((await put('Europe/Berlin')).body).toMatchObject({ kind: 'designated', zone: 'Europe/Berlin', hours: week });

  expect(await responsible()).toMatchObject({ id: made.coordinators, rule: 'P-05' });
  const assigned = await api.call('POST', '/coordinator-assignments', { as: lead, body });
  expect([assigned.status, assigned.body.endedAt]).toEqual([201, null]);
  expect((await responsible())?.id).toBe(other.id);
  const before = await api.call('GET', `/coordinator-assignments?practitionerId=${made.practitioners}&standing=false`, { as: lead });
  expect(before.body.items).toMatchObject([{ id: made['coordinator-assignments'], endedBecause: 'another coordinator takes over' }]);
  expect(await mailsTo(made.people)).toMatchObject([{ before: 'Pat Moreno', after: { name: 'Kim Ito', zone: 'Europe/Berlin' } }]);
  const again = await api.call('POST', '/coordinator-assignments', { as: lead, body });
  expect(again.body.id).toBe(assigned.body.id); // the same one again changes nothing and tells nobody
  expect((await mailsTo(made.people)).length).toBe(1);
});

test('P-28: a provider who stops using the records system has no coordinator, and can be given none', async () => {
  const { made, lead, responsible } = await furnished('No records');
  const use = (usesEhr: boolean) => api.call('POST', `/practitioners/${made.practitioners}/ehr-use`, { as: lead, body: { usesEhr } });
  expect((await use(false)).body).toMatchObject({ usesEhr: false });
  expect(await responsible()).toBeUndefined(); // no coordinator, no lead, no manager here
  expect(await mailsTo(made.people)).toMatchObject([{ before: 'Pat Moreno', because: 'the provider no longer uses the records system' }]);
  const body = { practitionerId: made.practitioners, coordinatorId: made.coordinators };
  const refused = await api.call('POST', '/coordinator-assignments', { as: lead, body });
  expect([refused.status, refused.body.code, refused.body.rule]).toEqual([422, 'EHR_NOT_USED', 'P-28']);
  await use(true);
  expect((await api.call('POST', '/coordinator-assignments', { as: lead, body })).status).toBe(201);
});

test('P-05: without an assigned coordinator the lead of the facility is responsible; only leads assign', async () => {
  const { made, lead, facilityId, responsible } = await furnished('Lead');
  const head = await api.db.person.create({
    data: { facilityId, name: 'Lee Head', role: 'team lead', email: `lee@${facilityId}.example` },
  });
  const end = `/coordinator-assignments/${made['coordinator-assignments']}/end`;
  expect((await api.call('POST', end, { as: api.keys.contact, body: { reason: 'no' } })).status).toBe(403);
  const ended = await api.call('POST', end, { as: lead, body: { reason: 'works alone now' } });
  expect(ended.body).toMatchObject({ endedBecause: 'works alone now', endedAt: api.now });
  expect((await api.call('POST', end, { as: lead, body: { reason: 'again' } })).body).toEqual(ended.body);
  expect(await responsible()).toMatchObject({ id: head.id, rule: 'R-16' });
});
