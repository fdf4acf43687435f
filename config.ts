import { z } from 'zod';

const optional = z.string().min(1).optional();
const flag = z.stringbool().default(false);

/** Every setting, read once. `.env.example` and docs/operations.md are checked against this list. */
export const Config = z.object({
  PORT: z.coerce.number().int().min(0).max(65535).default(3000).describe('Port of pages and API.'),
  HOST: z.string().default('127.0.0.1').describe('Address to listen on; 0.0.0.0 in a container.'),
  TRUST_PROXY: optional.describe('Proxies in front whose X-Forwarded-For is believed: addresses or ranges, with commas.'),
  PUBLIC_URL: z.url().optional().describe('Where people reach the pages; links in mails begin with it.'),
  DATABASE_URL: optional.describe('PostgreSQL 18. Unset: an embedded one in the data directory.'),
  TEMPORAL_ADDRESS: optional.describe('A Temporal server or Temporal Cloud. Unset: one is started on this machine.'),
  TEMPORAL_NAMESPACE: z.string().default('default').describe('The namespace the lives live in.'),
  TEMPORAL_TASK_QUEUE: z.string().default('holdfast').describe('The task queue of lives and steps.'),
  TEMPORAL_API_KEY: optional.describe('For Temporal Cloud. mTLS and more by the standard TEMPORAL_TLS_… variables.'),
  TEMPORAL_UI_URL: optional.describe('Where support finds the Temporal UI, for links.'),
  RESEND_API_KEY: optional.describe('Send mail through Resend.'),
  RESEND_BASE_URL: optional.describe('Another server that speaks the API of Resend.'),
  RESEND_WEBHOOK_SECRET: optional.describe('Checks the signature of delivery webhooks (whsec_…).'),
  SMTP_URL: optional.describe('Send mail through SMTP, for example smtp://user:secret@host:587.'),
  MAIL_FROM: z.string().default('Holdfast <holdfast@localhost>').describe('The sender of all mail.'),
  MAIL_RATE_PER_SECOND: z.coerce.number().positive().default(2).describe('Calls to the mail service per second.'),
  SMS_ACCOUNT: optional.describe(
    'Send texts through an API compatible with Twilio’s: the account’s id. Unset: the built-in mailbox shows them.',
  ),
  SMS_TOKEN: optional.describe('The secret of that account; it also signs what the service reports.'),
  SMS_FROM: optional.describe('The number or sender name that texts come from.'),
  SMS_BASE_URL: z.url().default('https://api.twilio.com').describe('Another server that speaks that API.'),
  SMS_RATE_PER_SECOND: z.coerce.number().positive().default(1).describe('Calls to the text service per second.'),
  MAILBOX: flag.describe('Show the built-in mailbox although a transport is configured.'),
  HOLDFAST_DATA_DIR: z.string().default('.holdfast').describe('Where embedded PostgreSQL and Temporal keep their data.'),
  HOLDFAST_PAYLOAD_KEY: optional.describe('32 bytes in base64: payloads in Temporal are encrypted with it.'),
  ANSWER_WITHIN_SECONDS: z.coerce
    .number()
    .positive()
    .max(30)
    .default(3)
    .describe('So long a click waits for a worker; then it is recorded (202).'),
  OVERLOADED_AFTER_SECONDS: z.coerce
    .number()
    .positive()
    .default(2)
    .describe('A process whose own work delays it by so long answers 503 until it has caught up.'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info').describe('How much is logged.'),
});
export type Config = z.infer<typeof Config>;

/** Empty values count as unset. Throws an Error that names each wrong setting. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = Config.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Error(`Settings are wrong: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`);
}
