import type { HL7Message } from 'hl7v2';

export type AckCode = 'AA' | 'AE' | 'AR';

/** The acknowledgement of a message: who sent it gets it back, with its control id and the reason in words. */
export function ackOf(message: HL7Message, code: AckCode, text: string): string {
  const ack = message.createAck(code, text);
  const [from, to] = [message.header, ack.header];
  for (const [field, asked] of [
    [3, 5],
    [4, 6],
    [5, 3],
    [6, 4],
    [11, 11], // whether it is a test or meant
  ] as const)
    to.field(field).setValue(from.fields[asked - 1]?.getValue(1));
  return ack.toHL7String();
}

/** For what is no message at all: there is nobody to name. */
export function ackOfNothing(text: string, at: string): string {
  const stamp = `${at.replace(/\D/g, '').slice(0, 14)}+0000`;
  return [
    `MSH|^~\\&|HOLDFAST||||${stamp}||ACK|${crypto.randomUUID().slice(0, 20)}|P|2.5.1`,
    `MSA|AR||${text.replace(/[|^~\\&\r\n]/g, ' ')}`,
    '',
  ].join('\r');
}
