type MailSettings = { RESEND_API_KEY?: string | undefined; SMTP_URL?: string | undefined };

/** Which way mail goes; the delivery life is named after it. Without any setting: the built-in mailbox. */
export function transportName({ RESEND_API_KEY, SMTP_URL }: MailSettings): 'resend' | 'smtp' | 'mailbox' {
  if (RESEND_API_KEY) return 'resend';
  return SMTP_URL ? 'smtp' : 'mailbox';
}
