import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';

const encoding = 'binary/holdfast-aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

/** AES-256-GCM over each whole payload. `key`: 32 bytes in base64. Throws an Error when the key has another length. */
export function payloadCodec(key: string): PayloadCodec {
  const secret = Buffer.from(key, 'base64');
  if (secret.length !== 32) throw new Error(`HOLDFAST_PAYLOAD_KEY must be 32 bytes in base64; this one has ${secret.length}.`);

  const seal = (payload: Payload): Payload => {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', secret, iv);
    const plain = proto.temporal.api.common.v1.Payload.encode(payload).finish();
    const data = Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    return { metadata: { encoding: Buffer.from(encoding) }, data };
  };

  const open = (payload: Payload): Payload => {
    if (!payload.data || !payload.metadata?.encoding || Buffer.from(payload.metadata.encoding).toString() !== encoding) return payload;
    const data = Buffer.from(payload.data);
    const decipher = createDecipheriv('aes-256-gcm', secret, data.subarray(0, ivBytes));
    decipher.setAuthTag(data.subarray(data.length - tagBytes));
    const plain = Buffer.concat([decipher.update(data.subarray(ivBytes, data.length - tagBytes)), decipher.final()]);
    return proto.temporal.api.common.v1.Payload.decode(plain);
  };

  return { encode: async (payloads) => payloads.map(seal), decode: async (payloads) => payloads.map(open) };
}
