import type { Database } from '../../prisma/client.ts';
import { pacer, type SendResult } from '../mail/transport.ts';
import { textMailbox } from './mailbox.ts';
import { smsTransport } from './sms.ts';

/** A text as it was frozen when its batch was claimed. `to`: E.164. */
export type OutgoingText = { messageId: string; to: string; text: string };

/** `repeated`: the batch was begun before, so that some of it may have gone out. `claimedAt`: nothing of it went earlier. */
export type TextBatch = { repeated: boolean; claimedAt: Date };

export type TextTransport = {
  name: 'sms' | 'text-mailbox';
  channel: 'sms';
  /** As many as the permitted rate lets go within one try of the activity. */
  batchSize: number;
  send(texts: OutgoingText[], batch: TextBatch): Promise<SendResult[]>;
};

type Settings = {
  SMS_ACCOUNT?: string | undefined;
  SMS_TOKEN?: string | undefined;
  SMS_FROM?: string | undefined;
  SMS_BASE_URL: string;
  SMS_RATE_PER_SECOND: number;
};

/** The transport of texts that the settings name; without any, the built-in mailbox shows them. `callbackUrl`: where reports go. */
export function chooseTextTransport(settings: Settings, db: Database, callbackUrl: string): TextTransport {
  const { SMS_ACCOUNT: account, SMS_TOKEN: token, SMS_FROM: from, SMS_BASE_URL: baseUrl, SMS_RATE_PER_SECOND: rate } = settings;
  if (!account) return textMailbox(db);
  if (!token || !from) throw new Error('SMS_ACCOUNT needs SMS_TOKEN and SMS_FROM beside it.');
  return smsTransport({ account, token, from, baseUrl, callbackUrl, pause: pacer(rate), batchSize: Math.min(100, Math.ceil(rate * 40)) });
}
