import { z } from 'zod';

/** Settings of the care team: conversations, clearance, absences. */
export const careTeam = {
  conversation: z
    .object({
      remindAfterMinutes: z
        .int()
        .min(5)
        .max(10_080)
        .default(120)
        .describe('Whoever a conversation waits on is reminded after so long (P-04, P-05).'),
      returnAfterReminders: z
        .int()
        .min(1)
        .max(20)
        .default(2)
        .describe('After so many reminders without an answer it goes to the team lead (F-11).'),
      quietDays: z.int().min(1).max(365).default(14).describe('Answered and quiet for so many days it is done by itself (P-04).'),
      reopenDays: z.int().min(1).max(365).default(30).describe('A conversation that is done can be reopened for so many days (P-04).'),
    })
    .prefault({}),
  pcc: z
    .object({
      urgentClearanceWithinHours: z
        .int()
        .min(1)
        .max(336)
        .default(24)
        .describe('A patient who is not cleared so many hours before the visit is an urgent ticket of the coordinator (P-02).'),
      escalateClearanceWithinHours: z
        .int()
        .min(1)
        .max(336)
        .default(4)
        .describe('So many hours before the visit the lead and the provider are told that nobody has cleared the patient (P-02).'),
      remindClearanceDaysBefore: z
        .int()
        .min(1)
        .max(60)
        .default(3)
        .describe('From so many days before the visit the coordinator is reminded every morning (P-02).'),
      registrationUrl: z
        .string()
        .regex(/^(https:\/\/\S{1,500})?$/, 'an address that begins with https://, or nothing')
        .default('')
        .describe('The practice’s own medical registration form, where the link leads patients; nothing: no link can be sent (P-03).'),
    })
    .prefault({}),
  absence: z
    .object({
      tellDaysBefore: z
        .int()
        .min(0)
        .max(60)
        .default(3)
        .describe('A provider who does not know of a known absence so many days before it is a matter for the manager (P-19).'),
      tellWithinHours: z
        .int()
        .min(1)
        .max(240)
        .default(24)
        .describe('However late it is entered, there are so many hours to tell them (P-19).'),
      managerHoursBefore: z
        .int()
        .min(1)
        .max(240)
        .default(24)
        .describe('Nobody has opted in so many hours before: the manager is told (P-12).'),
      sameDayMinutes: z.int().min(1).max(480).default(30).describe('On the day itself the manager is told after so many minutes (P-31).'),
    })
    .prefault({}),
};
