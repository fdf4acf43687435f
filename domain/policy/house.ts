import { z } from 'zod';

import { LocalTime } from '../local-time.ts';

const KeptDays = z.int().min(1).max(36_500).nullable();

/** F-27: how many civil days a kind of record is kept; null: for ever. `holdfast retention run` lets go of what is older. */
const Retention = z.object({
  sessionDays: KeptDays.default(90).describe('Sessions of browsers, after they are over.'),
  answerDays: KeptDays.default(90).describe('Answers of the API that are kept for repeats, in which patients may be named.'),
  webhookEventDays: KeptDays.default(90).describe('Events that were posted to webhooks, or given up.'),
  mailboxDays: KeptDays.default(null).describe('Mails in the built-in mailbox.'),
  ticketTextDays: KeptDays.default(null).describe('What people wrote in tickets, after they were closed; that there was a ticket stays.'),
  conversationTextDays: KeptDays.default(null).describe('What patients wrote and were answered, after the conversation was closed.'),
  teamPostDays: KeptDays.default(null).describe('What was said in the channels of teams.'),
  wishDays: KeptDays.default(1).describe(
    'What patients wrote to join the waitlist and never confirmed, after its link had expired (F-20).',
  ),
  patientDays: KeptDays.default(null).describe('Personal data of patients, after their last visit, ticket and message.'),
});

/** Settings of everybody: when mail goes out, and how long records are kept. */
export const house = {
  mail: z
    .object({
      fromLocalTime: LocalTime.default('07:00').describe('Nobody is asked before this; receipts go at once.'),
      untilLocalTime: LocalTime.default('19:00').describe('Nobody is asked after this.'),
      linkDays: z.int().min(1).default(90).describe('How long an old mail opens the system by itself (C-39).'),
      spreadSeconds: z
        .int()
        .min(0)
        .max(3600)
        .default(600)
        .describe('Alerts due at the same minute are spread over so many seconds, the same for a block every day.'),
    })
    .prefault({}),
  retention: Retention.prefault({}),
};
