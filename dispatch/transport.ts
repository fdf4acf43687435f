import type { Channel } from '../domain/patient-message.ts';

type MailSettings = { RESEND_API_KEY?: string | undefined; SMTP_URL?: string | undefined };
type Settings = MailSettings & { SMS_ACCOUNT?: string | undefined };

/** Which way mail goes; the delivery life is named after it. Without any setting: the built-in mailbox. */
export function transportName({ RESEND_API_KEY, SMTP_URL }: MailSettings): 'resend' | 'smtp' | 'mailbox' {
  if (RESEND_API_KEY) return 'resend';
  return SMTP_URL ? 'smtp' : 'mailbox';
}

/** Which way texts go. Without any setting: the built-in mailbox shows them. */
export const textTransportName = ({ SMS_ACCOUNT }: Settings): 'sms' | 'text-mailbox' => (SMS_ACCOUNT ? 'sms' : 'text-mailbox');

export const transportNames = (settings: Settings): Record<Channel, string> => ({
  mail: transportName(settings),
  sms: textTransportName(settings),
});
