import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { type App, buildApp } from '../../api/app.ts';
import { readConfig } from '../../config.ts';
import { payloadCodec } from '../../dispatch/codec.ts';
import { bookVisit, createClinic } from '../desk-world.ts';
import { signIn, signInStaff } from '../pages/visitor.ts';
import { testApi } from './api.ts';

const api = testApi();
const key = randomBytes(32).toString('base64');
const ui = 'http://ui.example:8080';
const plain = { metadata: { encoding: Buffer.from('json/plain').toString('base64') }, data: Buffer.from('{"a":1}').toString('base64') };
let app: App;

beforeAll(async () => {
  const client = new Client({ connection: Connection.lazy({ address: '127.0.0.1:1' }) });
  const config = readConfig({ LOG_LEVEL: 'silent', HOLDFAST_PAYLOAD_KEY: key, TEMPORAL_UI_URL: `${ui}/namespaces` });
  app = await buildApp({ db: api.db, reader: api.db, accessLog: api.db, client, config, flush: async () => {}, now: () => api.now });
});
afterAll(() => app.close());

const post = (work: 'encode' | 'decode', payload: object, headers: Record<string, string>) =>
  app.inject({ method: 'POST', url: `/codec/${work}`, payload, headers });
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

test('what the codec sealed is opened for support, by key or by a fresh sign-in', async () => {
  const sealed = (await post('encode', { payloads: [plain] }, bearer(api.keys.support))).json();
  expect(sealed.payloads[0].data).not.toContain(plain.data);
  const { cookie } = await signInStaff(api, api.world.support);
  for (const headers of [bearer(api.keys.administrator), { cookie }])
    expect((await post('decode', sealed, headers)).json()).toEqual({ payloads: [plain] });
  const [other] = await payloadCodec(key).encode([{ metadata: {}, data: Buffer.from('x') }]);
  expect(Buffer.from(other!.metadata!.encoding!).toString('base64')).toBe(sealed.payloads[0].metadata.encoding);
});

test('F-25: whoever opens what a patient’s matter left in Temporal is on record, once for a look', async () => {
  const clinic = await createClinic(api.db);
  const { facts } = await bookVisit(clinic, { date: '2027-02-01', now: api.now });
  const about = { metadata: plain.metadata, data: Buffer.from(JSON.stringify({ appointmentId: facts.id })).toString('base64') };
  const sealed = (await post('encode', { payloads: [about, about] }, bearer(api.keys.support))).json();
  const looks = () => api.db.accessEvent.findMany({ where: { patientId: clinic.patient.id, what: 'Temporal payloads' } });
  expect(await looks()).toEqual([]);
  for (let piece = 0; piece < 2; piece++) await post('decode', sealed, bearer(api.keys.support));
  expect(await looks()).toMatchObject([{ facilityId: clinic.facilityId, by: { role: 'support', channel: 'api' } }]);
  const { cookie } = await signInStaff(api, api.world.support);
  await post('decode', sealed, { cookie });
  expect((await looks()).map(({ by }) => (by as { channel: string }).channel).sort()).toEqual(['api', 'page']);
});

test('nobody else decodes: no key, another role, a scheduling session', async () => {
  const ask = async (headers: Record<string, string>) => (await post('decode', { payloads: [plain] }, headers)).statusCode;
  expect(await ask({})).toBe(401);
  expect(await ask(bearer('hf_nonsense'))).toBe(401);
  expect(await ask(bearer(api.keys.contact))).toBe(403);
  expect(await ask({ cookie: (await signIn(api, api.world.support)).cookie })).toBe(401);
  expect(await ask({ cookie: (await signInStaff(api, api.world.contact)).cookie })).toBe(403);
});

test('only the installation’s own UI may ask from another origin', async () => {
  const allowed = async (origin: string) =>
    (await app.inject({ method: 'OPTIONS', url: '/codec/decode', headers: { origin } })).headers['access-control-allow-origin'];
  expect(await allowed(ui)).toBe(ui);
  expect(await allowed('https://evil.example')).toBeUndefined();
});

test('a payload of another key, or a damaged one, is malformed', async () => {
  const [foreign] = await payloadCodec(randomBytes(32).toString('base64')).encode([{ metadata: {}, data: Buffer.from('x') }]);
  const metadata = { encoding: Buffer.from(foreign!.metadata!.encoding!).toString('base64') };
  for (const data of [Buffer.from(foreign!.data!).toString('base64'), 'AAAA']) {
    const answer = await post('decode', { payloads: [{ metadata, data }] }, bearer(api.keys.support));
    expect(answer.statusCode).toBe(400);
  }
});

test('nonsense is malformed; without a key there is no such door', async () => {
  for (const payload of [{}, { payloads: 1 }, { payloads: [{ data: 'not base64!' }] }])
    expect((await post('decode', payload, bearer(api.keys.support))).statusCode).toBe(400);
  expect((await api.app.inject({ method: 'POST', url: '/codec/decode', payload: {} })).statusCode).toBe(404);
});
