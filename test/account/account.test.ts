import { beforeAll, describe, expect, test } from 'vitest';

import { testApi } from '../api/api.ts';
import { type CareTeam, createCareTeam } from '../ticket/care-team.ts';

const api = testApi();
let care: CareTeam;
const keys: Record<'agent' | 'lead' | 'coordinator' | 'manager' | 'receptionist', string> = {} as never;

beforeAll(async () => {
  care = await createCareTeam(api.world);
  const here = [api.world.facilityId];
  keys.agent = await api.keyFor('care team agent', here);
  keys.lead = await api.keyFor('team lead', here);
  keys.coordinator = await api.keyFor('care coordinator', here);
  keys.manager = await api.keyFor('manager', here);
  keys.receptionist = await api.keyFor('receptionist', here);
});

const report = (nouns: string, body: object, key?: string) =>
  api.call('POST', `/${nouns}`, {
    as: keys.manager,
    body: { facilityId: api.world.facilityId, patientId: care.patient.id, ...body },
    ...(key && { key }),
  });
const ofPatient = (path: string, as = keys.agent) => api.call('GET', `/patients/${care.patient.id}${path}`, { as });
const events = (action: string) => api.db.auditEvent.findMany({ where: { subjectId: care.patient.id, action }, orderBy: { seq: 'asc' } });

describe('R-20: the account of a patient', () => {
  test('R-20: the care team looks, agents and their leads act, nobody else, and each look is written down', async () => {
    for (const [who, status] of [
      ['agent', 200],
      ['coordinator', 200],
      ['receptionist', 403],
    ] as const) {
      const { status: got, body } = await ofPatient('/account', keys[who]);
      expect([who, got, body.code, body.rule]).toEqual([
        who,
        status,
        ...(status === 403 ? ['ACCOUNT_NOT_YOURS', 'R-20'] : [undefined, undefined]),
      ]);
    }
    const credit = { amountMinor: 500, currency: 'USD', reason: 'A late parcel.' };
    const { status, body } = await api.call('POST', `/patients/${care.patient.id}/credits`, { as: keys.coordinator, body: credit });
    expect([status, body.rule, body.facts.needs]).toEqual([403, 'R-20', ['care team agent', 'team lead', 'manager', 'support']]);
    const looks = await api.db.accessEvent.findMany({ where: { patientId: care.patient.id, what: 'account' } });
    expect(looks.map(({ by }) => (by as { role: string }).role).sort()).toEqual(['care coordinator', 'care team agent']);
  });

  test('R-20: an agent edits what the card says, on the version that they saw', async () => {
    const path = `/patients/${care.patient.id}`;
    const { body: card } = await api.call('GET', path, { as: keys.agent });
    const change = { as: keys.agent, body: { email: 'pat@patients.example' } };
    expect((await api.call('PATCH', path, { ...change, ifMatch: card.version })).body.email).toBe('pat@patients.example');
    expect((await api.call('PATCH', path, { ...change, ifMatch: card.version })).status).toBe(412);
    expect((await api.call('PATCH', path, { ...change, as: keys.coordinator, ifMatch: card.version + 1 })).status).toBe(200); // as ever (I-07)
    const contact = await api.call('PATCH', path, { ...change, as: api.keys.contact, ifMatch: card.version + 2 });
    expect([contact.status, contact.body.code]).toEqual([403, 'RIGHT_MISSING']);
  });

  test('R-20: plans are written for approved treatment requests only, and shown with them', async () => {
    const request = { number: 'TR-1', condition: 'Weight', status: 'active', requestedAt: '2027-01-02T08:00:00Z' };
    const plan = {
      number: 'P-1',
      request: 'TR-1',
      what: 'One tablet in the morning.',
      writtenBy: 'Dr. Haddad',
      writtenAt: '2027-01-03T08:00:00Z',
    };
    expect((await report('treatment-plans', plan)).body).toMatchObject({ status: 422, code: 'TREATMENT_REQUEST_UNKNOWN', rule: 'R-20' });
    await report('treatment-requests', request);
    const early = await report('treatment-plans', plan);
    expect(early.body).toMatchObject({ status: 409, code: 'TREATMENT_REQUEST_NOT_APPROVED', facts: { request: 'TR-1', status: 'active' } });
    await report('treatment-requests', { ...request, status: 'approved', decidedAt: '2027-01-03T07:00:00Z', decidedBy: 'Dr. Haddad' });
    await report('treatment-requests', { ...request, number: 'TR-2', condition: 'Sleep', status: 'denied' });
    expect((await report('treatment-plans', plan)).status).toBe(201);
    const { body } = await ofPatient('/account');
    expect(body.approved).toMatchObject([
      { number: 'TR-1', condition: 'Weight', plans: [{ what: 'One tablet in the morning.', endedAt: null }] },
    ]);
    const requests = await api.call('GET', `/treatment-requests?patientId=${care.patient.id}`, { as: keys.agent });
    expect(requests.body.items.map(({ status }: { status: string }) => status).sort()).toEqual(['approved', 'denied']);
  });

  test('R-20: a fact reported again by its number changes nothing, however often', async () => {
    const order = {
      number: 'O-1',
      what: 'Refill',
      status: 'shipped',
      orderedAt: '2027-01-03T09:00:00Z',
      priceMinor: 2900,
      currency: 'USD',
    };
    const first = await report('orders', order);
    const before = await api.db.auditEvent.count();
    expect((await report('orders', order)).body).toEqual(first.body);
    expect(await api.db.auditEvent.count()).toBe(before);
    expect((await report('orders', { ...order, status: 'delivered' })).body).toMatchObject({
      id: first.body.id,
      status: 'delivered',
      version: 2,
    });
    const halved = await report('orders', { ...order, currency: undefined });
    expect([halved.status, halved.body.code]).toEqual([400, 'INVALID_REQUEST']);
  });

  test('R-20: a credit is above zero, has its reason and its giver, and is given once', async () => {
    const path = `/patients/${care.patient.id}/credits`;
    for (const amountMinor of [0, -5, 2.5]) {
      const { status, body } = await api.call('POST', path, {
        as: keys.agent,
        body: { amountMinor, currency: 'USD', reason: 'A late parcel.' },
      });
      expect([status, body.code, body.rule, body.facts]).toEqual([400, 'CREDIT_NOT_POSITIVE', 'R-20', { amountMinor, moreThan: 0 }]);
    }
    const huge = await api.call('POST', path, { as: keys.agent, body: { amountMinor: 1e9, currency: 'USD', reason: 'x' } });
    expect([huge.status, huge.body.code]).toEqual([422, 'CREDIT_TOO_LARGE']);
    for (const wrong of [{ currency: 'XYZ' }, { reason: '' }])
      expect(
        (await api.call('POST', path, { as: keys.agent, body: { amountMinor: 5, currency: 'USD', reason: 'x', ...wrong } })).status,
      ).toBe(400);
    const wishes = {
      as: keys.agent,
      body: { amountMinor: 1250, currency: 'USD', reason: 'A late parcel.', onBehalfOf: care.agent.id },
      key: 'credit-1',
    };
    const given = await api.call('POST', path, wishes);
    expect(given.body).toMatchObject({
      amountMinor: 1250,
      currency: 'USD',
      by: { name: 'Ada Agent', role: 'care team agent' },
      at: api.now,
    });
    expect((await api.call('POST', path, wishes)).body).toEqual(given.body);
    const foreign = { amountMinor: 300, currency: 'EUR', reason: 'Good will.' };
    const { status, body } = await api.call('POST', path, { as: keys.lead, body: foreign });
    expect([status, body.code, body.rule, body.facts]).toEqual([422, 'CREDIT_CURRENCY', 'R-20', { currency: 'EUR', needs: 'USD' }]);
    await api.call('POST', path, { as: keys.lead, body: { ...foreign, currency: 'USD' } });
    expect((await ofPatient('/account')).body.credit).toEqual([{ currency: 'USD', amountMinor: 1550 }]);
    expect((await ofPatient('/credits')).body.items.map(({ reason }: { reason: string }) => reason).sort()).toEqual([
      'A late parcel.',
      'Good will.',
    ]);
    await expect(api.db.credit.updateMany({ data: { amountMinor: 1 } })).rejects.toThrow('append-only');
    await expect(api.db.credit.deleteMany()).rejects.toThrow('append-only');
    expect(await events('add credit')).toMatchObject([
      { rule: 'R-20', reason: 'A late parcel.', actor: { name: 'Ada Agent' }, after: { amountMinor: 1250, currency: 'USD' } },
      { reason: 'Good will.' },
    ]);
  });

  test('R-20: the order history has all orders whatever their status, page by page', async () => {
    const statuses = ['cancelled', 'lost', 'shipped', 'returned', 'in the own word of the shop'];
    for (const [index, status] of statuses.entries())
      await report('orders', { number: `H-${index}`, what: 'Refill', status, orderedAt: '2027-01-01T09:00:00Z' });
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body }: { body: { items: { status: string }[]; nextCursor: string | null } } = await api.call(
        'GET',
        `/orders?patientId=${care.patient.id}&limit=2${cursor && `&cursor=${cursor}`}`,
        { as: keys.agent },
      );
      seen.push(...body.items.map(({ status }) => status));
      cursor = body.nextCursor;
    }
    expect(seen.sort()).toEqual([...statuses, 'delivered'].sort());
  });

  test('R-20, R-09: a subscription is active or not; cancelled twice, the first answer stands, for the account and the ticket alike', async () => {
    const subscription = { number: 'S-1', programme: 'Body', status: 'active', startedAt: '2026-10-01T09:00:00Z' };
    const { id } = (await report('subscriptions', subscription)).body;
    expect((await ofPatient('/account')).body.subscriptions).toEqual([{ subscriptionId: id, programme: 'Body', status: 'active' }]);
    expect((await api.call('POST', `/subscriptions/${id}/cancel`, { as: keys.receptionist })).body.rule).toBe('R-20');
    const [first, second] = await Promise.all([keys.agent, keys.lead].map((as) => api.call('POST', `/subscriptions/${id}/cancel`, { as })));
    expect(first!.body).toEqual(second!.body);
    expect(first!.body).toMatchObject({ status: 'cancelled', cancelledAt: api.now });
    api.now = '2027-01-04T13:00:00.000Z';
    expect((await api.call('POST', `/subscriptions/${id}/cancel`, { as: keys.agent })).body).toEqual(first!.body);
    expect(await events('cancel subscription')).toHaveLength(1);
    // the own system’s word is the last: taken up again, it has no canceller
    expect((await report('subscriptions', subscription)).body).toMatchObject({ status: 'active', cancelledAt: null, cancelledBy: null });
  });

  test('R-20: the history has it all, the latest first, without gaps between its pages', async () => {
    const whole = (await ofPatient('/history?limit=200')).body.items as { kind: string; at: string; what: string }[];
    expect(new Set(whole.map(({ kind }) => kind))).toEqual(
      new Set(['treatment request', 'treatment decided', 'plan', 'order', 'credit', 'subscription started']),
    );
    expect(whole.map(({ at }) => at)).toEqual([...whole.map(({ at }) => at)].sort().reverse());
    const paged: object[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body }: { body: { items: object[]; nextCursor: string | null } } = await ofPatient(
        `/history?limit=3${cursor && `&cursor=${cursor}`}`,
      );
      paged.push(...body.items);
      cursor = body.nextCursor;
    }
    expect(paged).toEqual(whole);
  });

  test('R-20, F-27: when a patient is erased, nothing of their account is left but ids, states, amounts and instants', async () => {
    const secret = 'Quirkosalve';
    const { id: patientId } = await api.db.patient.create({ data: { facilityId: api.world.facilityId, givenName: 'x', familyName: 'y' } });
    const mine = { patientId, number: `N-${secret}` };
    await report('treatment-requests', { ...mine, condition: secret, status: 'approved', requestedAt: api.now });
    await report('treatment-plans', { ...mine, request: mine.number, what: secret, writtenBy: 'Dr. Haddad', writtenAt: api.now });
    await api.call('POST', `/patients/${patientId}/credits`, { as: keys.agent, body: { amountMinor: 5, currency: 'USD', reason: secret } });
    expect((await api.call('POST', `/patients/${patientId}/erase`, { as: keys.manager, body: { reason: 'asked for' } })).status).toBe(200);
    for (const table of ['TreatmentRequest', 'TreatmentPlan', 'Credit', 'AuditEvent', 'IdempotentAnswer']) {
      const [row] = await api.db.$queryRawUnsafe<{ rows: number }[]>(
        `SELECT count(*)::int AS rows FROM "${table}" t WHERE to_jsonb(t)::text LIKE '%${secret}%'`,
      );
      expect([table, row!.rows]).toEqual([table, 0]);
    }
    expect(await api.db.credit.findMany({ where: { patientId } })).toMatchObject([{ amountMinor: 5, reason: '(erased)' }]);
  });
});
