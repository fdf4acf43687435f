import type { Database } from '../../prisma/client.ts';
import { mailboxTransport } from './mailbox.ts';
import { resendTransport } from './resend.ts';
import { smtpTransport } from './smtp.ts';

/** A mail as it was frozen when its batch was claimed: the same bytes for every retry. */
export type OutgoingMail = {
  messageId: string;
  from: string;
  to: string;
  subject: string;
  html: string;
  text: string;
  /** Beside those that every mail carries. */
  headers?: Record<string, string>;
};

/**
 * What became of one mail. `undeliverable`: refused for good. `later`: not taken this time, may be written and sent
 * again. `unknown`: it may or may not have gone out, and is not sent again blindly.
 */
export type SendResult = {
  messageId: string;
  state: 'sent' | 'undeliverable' | 'later' | 'unknown';
  transportId?: string | undefined;
  error?: string | undefined;
};

/** Takes up to 100 mails. Throws when all of it may be tried again with the same key; one bad address is a result, not an error. */
export type MailTransport = {
  name: 'resend' | 'smtp' | 'mailbox';
  channel: 'mail';
  send(mails: OutgoingMail[], idempotencyKey: string): Promise<SendResult[]>;
};

/** Nobody's absence notice shall answer a machine. */
export const headersOf = ({ headers }: OutgoingMail): Record<string, string> => ({ 'Auto-Submitted': 'auto-generated', ...headers });

type Settings = {
  RESEND_API_KEY?: string | undefined;
  RESEND_BASE_URL?: string | undefined;
  SMTP_URL?: string | undefined;
  MAIL_RATE_PER_SECOND: number;
};

/** The transport that the settings name; without any, the built-in mailbox. */
export function chooseTransport(settings: Settings, db: Database): MailTransport {
  const { RESEND_API_KEY, RESEND_BASE_URL, SMTP_URL, MAIL_RATE_PER_SECOND } = settings;
  if (RESEND_API_KEY) return resendTransport({ apiKey: RESEND_API_KEY, baseUrl: RESEND_BASE_URL, pause: pacer(MAIL_RATE_PER_SECOND) });
  if (SMTP_URL) return smtpTransport(SMTP_URL);
  return mailboxTransport(db);
}

/** Resolves so that calls are at least 1/rate seconds apart. */
export function pacer(ratePerSecond: number): () => Promise<void> {
  const gapMs = 1000 / ratePerSecond;
  let nextMs = 0;
  return async () => {
    const waitMs = nextMs - Date.now();
    nextMs = Math.max(Date.now(), nextMs) + gapMs;
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
  };
}
