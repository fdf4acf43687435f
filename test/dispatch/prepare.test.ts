import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { prepareTemporal } from '../../dispatch/prepare.ts';
import { type RunningTemporal, startTemporal } from '../../stack/temporal.ts';

let folder: string;
let temporal: RunningTemporal;
let connection: Connection;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-prepare-'));
  temporal = await startTemporal({ dataDir: folder, searchAttributes: {}, inMemory: true });
  connection = await Connection.connect({ address: temporal.address });
});
afterAll(async () => {
  await connection?.close();
  await temporal?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a bare cluster gets the namespace and the search attributes, once, however many workers start at the same moment', {
  timeout: 90_000,
}, async () => {
  for (const namespace of ['default', 'of-our-own']) {
    await Promise.all(Array.from({ length: 4 }, () => prepareTemporal(connection, namespace)));
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    expect(Object.keys(customAttributes)).toEqual(
      expect.arrayContaining(['HoldfastFacility', 'HoldfastSubject', 'HoldfastReference', 'HoldfastDueAt']),
    );
    await prepareTemporal(connection, namespace);
  }
});

test('where we may not make them, the error says what to type', async () => {
  const denied = Object.assign(new Error('7 PERMISSION_DENIED'), { code: 7, details: 'Request unauthorized.', metadata: {} });
  const cloud = {
    workflowService: { describeNamespace: async () => ({}) },
    operatorService: { listSearchAttributes: async () => ({ customAttributes: {} }), addSearchAttributes: () => Promise.reject(denied) },
  } as unknown as Connection;
  await expect(prepareTemporal(cloud, 'acme.x1')).rejects.toThrow(
    /acme\.x1.*Request unauthorized[\s\S]*search-attribute create --namespace acme\.x1 --name HoldfastFacility --type Keyword/,
  );
});
