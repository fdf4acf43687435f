import type { DataConverter } from '@temporalio/common';
import { loadClientConnectConfig } from '@temporalio/envconfig';

import { payloadCodec } from './codec.ts';

type Settings = { TEMPORAL_ADDRESS?: string | undefined; TEMPORAL_NAMESPACE: string; HOLDFAST_PAYLOAD_KEY?: string | undefined };

/** How to reach Temporal: the SDK's own standard environment (API key, mTLS, profiles), with our address on top. */
export function connectionOptions({ TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE }: Settings) {
  const { connectionOptions: standard, namespace } = loadClientConnectConfig();
  const address = TEMPORAL_ADDRESS ?? standard.address ?? '127.0.0.1:7233';
  return { connection: { ...standard, address }, namespace: namespace && namespace !== 'default' ? namespace : TEMPORAL_NAMESPACE };
}

/** Encrypts what Temporal stores when a key is set. Ids and search attributes are never encrypted, so they carry no patient data. */
export function dataConverter({ HOLDFAST_PAYLOAD_KEY }: Settings): DataConverter | undefined {
  return HOLDFAST_PAYLOAD_KEY ? { payloadCodecs: [payloadCodec(HOLDFAST_PAYLOAD_KEY)] } : undefined;
}
