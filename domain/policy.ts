import { z } from 'zod';

import { Currency } from './account.ts';
import { laterOf, withinHours } from './civil.ts';
import { DomainError } from './errors.ts';

const LocalTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a wall-clock time such as 07:00');

/** C-28: how much of the time they held people used, and what follows. Nobody is restricted until `restrictBelow` is set. */
const HoldUtilization = z.object({
  windowDays: z.int().min(1).max(366).default(90).describe('Civil days that are looked back on.'),
  minHolds: z.int().min(1).max(100).default(3).describe('Fewer counted holds than this say nothing about anybody.'),
  restrictBelow: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .default(null)
    .describe('Used ÷ held minutes: whoever is below is restricted; not set: nobody.'),
  seeOnlyWithinDays: z.int().min(0).max(365).nullable().default(null).describe('They find open time only so many civil days ahead.'),
  maxRequestMinutes: z.int().min(1).max(1440).nullable().default(null).describe('At most so much in one request.'),
  mayRequest: z.boolean().default(true).describe('Whether they can request at all.'),
});

/** I-33: `needsTreatment` separates those who need a visit all the same; `doctorAbsent`: the doctor must not be copied unseen (I-32). */
export const CancelReason = z.object({
  name: z.string().trim().min(1).max(100),
  needsTreatment: z.boolean(),
  doctorAbsent: z.boolean().default(false),
});
export type CancelReason = z.infer<typeof CancelReason>;

const cancelReasons: CancelReason[] = [
  { name: 'Patient is ill', needsTreatment: true, doctorAbsent: false },
  { name: 'Patient is away', needsTreatment: true, doctorAbsent: false },
  { name: 'Time does not suit the patient', needsTreatment: true, doctorAbsent: false },
  { name: 'Doctor is absent', needsTreatment: true, doctorAbsent: true },
  { name: 'Treatment not needed any more', needsTreatment: false, doctorAbsent: false },
  { name: 'Booked by mistake', needsTreatment: false, doctorAbsent: false },
];

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
  patientDays: KeptDays.default(null).describe('Personal data of patients, after their last visit, ticket and message.'),
});

/** A facility's settings with their meaning and the defaults of the register (spec, section 6). Versioned, append-only. Times of day are the facility's. */
export const PolicySettings = z.object({
  release: z
    .object({
      confidenceAbove: z
        .number()
        .min(0)
        .max(1)
        .default(0.9)
        .describe('An alert goes out only above this: 0.90 is not enough, 0.9001 is (C-01).'),
      predictor: z
        .enum(['own', 'outside', 'either', 'both'])
        .default('own')
        .describe(
          'Whose confidence counts: our own, that of an outside predictor, the surer of the two, or the less sure where both must be sure (C-01).',
        ),
      outsideDays: z.int().min(1).max(365).default(7).describe('What an outside predictor said counts for so many days.'),
      undoMinutes: z.int().min(0).max(1440).default(10).describe('Others see released time only after this (F-21).'),
    })
    .prefault({}),
  alert: z
    .object({
      minUnbookedMinutes: z.int().min(1).default(120).describe('In a row; shorter stretches are not asked for (C-08).'),
      repeatAfterDays: z.int().min(1).default(1).describe('An unanswered alert is sent again after so many days (C-11).'),
    })
    .prefault({}),
  availability: z
    .object({
      minRunMinutes: z
        .int()
        .min(1)
        .max(1440)
        .default(120)
        .describe('Open time is announced from this length on, where a provider has no minimum of the own (C-44).'),
    })
    .prefault({}),
  mandatory: z
    .object({
      windowDays: z
        .int()
        .min(0)
        .max(365)
        .default(7)
        .describe('Days before a new block’s date at which unbooked time goes by itself; each block may carry its own (C-05).'),
    })
    .prefault({}),
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
  hold: z
    .object({
      expiresDaysBefore: z.int().min(0).max(365).default(3).describe('Days before the procedure at which a hold expires (C-34).'),
      remindAfterHours: z.int().min(1).default(24).describe('The facility is reminded of a request that nobody decided (C-30).'),
      ownTimeWithinDays: z
        .int()
        .min(0)
        .max(31)
        .default(0)
        .describe('Own unbooked block time so many days around the wanted day is mentioned; 0: on that day only (C-27).'),
      utilization: HoldUtilization.prefault({}),
    })
    .prefault({}),
  transfer: z
    .object({
      enabled: z
        .boolean()
        .default(false)
        .describe('Holders may give a block to another group, or swap it, when the facility approves (F-07).'),
      decideDaysBefore: z.int().min(1).max(60).default(2).describe('It lapses so many days before the block would be released by itself.'),
      remindAfterHours: z.int().min(1).max(720).default(24).describe('Whoever has not answered is reminded after so long.'),
    })
    .prefault({}),
  series: z
    .object({
      horizonDays: z
        .int()
        .min(14)
        .max(400)
        .default(180)
        .describe('A block series makes its blocks so many days ahead, and always before their window opens and alerts may come (C-05).'),
    })
    .prefault({}),
  patient: z
    .object({
      phoneCountry: z
        .string()
        .regex(/^([A-Z]{2})?$/, 'two capital letters such as US, or nothing')
        .default('')
        .describe('National phone numbers are read as of this country, such as US; nothing: only numbers that begin with + (I-10).'),
      currency: Currency.default('USD').describe('Credit that the care team gives on the page is in this currency (R-20).'),
      loginMinutes: z
        .int()
        .min(5)
        .max(240)
        .default(30)
        .describe('Whoever of the care team logs in as a patient is out again after so many minutes (R-20).'),
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
  noShow: z
    .object({
      taskWithinMinutes: z
        .int()
        .min(1)
        .max(240)
        .default(15)
        .describe('Within so many minutes after its planned end, a visit to which nobody came is struck through and has its task (I-38).'),
      correctWithinDays: z.int().min(1).max(90).default(7).describe('So long it can still be marked arrived; its task then closes (I-38).'),
    })
    .prefault({}),
  task: z
    .object({
      actualInDays: z.int().min(0).max(365).default(1).describe('A new task is actual from so many days after today; 1: tomorrow (I-24).'),
      snoozeDays: z.int().min(1).max(365).default(7).describe('A snoozed task comes back after so many days, if no other day is chosen.'),
    })
    .prefault({}),
  cancel: z
    .object({
      taskInDays: z.int().min(1).max(365).default(7).describe('The task of a cancelled visit becomes actual in so many days (I-35).'),
      linkWithinDays: z
        .int()
        .min(1)
        .max(365)
        .default(30)
        .describe('A visit cancelled without a further action can have one linked for so many days (I-39).'),
      reasons: z
        .array(CancelReason)
        .min(1)
        .max(50)
        .refine((reasons) => new Set(reasons.map(({ name }) => name)).size === reasons.length, 'each name once')
        .default(cancelReasons)
        .describe('Why visits are cancelled at this practice (I-33).'),
    })
    .prefault({}),

  waitlist: z
    .object({
      validDays: z.int().min(1).max(365).default(42).describe('A waitlist entry is valid for so many days from its creation (I-19).'),
      selfService: z.boolean().default(false).describe('Whether patients may join the waitlist by themselves, on a public page (F-20).'),
      selfMinutes: z.int().min(5).max(600).default(30).describe('How long a visit is taken to be for who joins by themselves (F-20).'),
    })
    .prefault({}),
  opportunity: z
    .object({
      openedWithinDays: z
        .int()
        .min(1)
        .max(3660)
        .default(365)
        .describe('An open course of treatment is an opportunity up to so many days after it was opened (D-01).'),
      noAppointmentWithinDays: z
        .int()
        .min(1)
        .max(366)
        .default(90)
        .describe('It is none while its patient has an appointment within so many days (D-01).'),
      snoozeDays: z.int().min(1).max(365).default(7).describe('What a snooze is set to before anybody chooses another date (D-20).'),
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/, 'an ISO 4217 code such as GBP')
        .default('GBP')
        .describe('In which the values of courses of treatment are (D-03).'),
    })
    .prefault({}),
  predictedAvailability: z
    .object({
      digest: z
        .boolean()
        .default(false)
        .describe('Once a day the facility is told which time of the coming days will probably stay unused (F-09).'),
      digestLocalTime: LocalTime.default('07:00').describe('When it is told.'),
      daysAhead: z.int().min(1).max(60).default(14).describe('The blocks of so many civil days are looked at, today included.'),
    })
    .prefault({}),
  worklist: z
    .object({
      remindAfterHours: z
        .int()
        .min(1)
        .max(720)
        .default(24)
        .describe('The facility is reminded of what is not in its own schedule yet (F-22).'),
    })
    .prefault({}),
  offers: z
    .object({
      mode: z
        .enum(['manual', 'sequential', 'waves', 'all'])
        .default('manual')
        .describe(
          'Who is offered time that became free: nobody by itself, the desk phones; one by one; some at a time; all at once (F-01).',
        ),
      minutesEach: z.int().min(5).max(1440).default(30).describe('So long whoever was asked can answer before the next are asked (F-01).'),
      waveSize: z.int().min(2).max(20).default(3).describe('So many at a time, in waves.'),
      fromLocalTime: LocalTime.default('08:00').describe('Nobody is asked before this (F-04).'),
      untilLocalTime: LocalTime.default('19:00').describe('Nobody is asked after this.'),
      stopBeforeMinutes: z.int().min(0).max(1440).default(60).describe('Nobody is asked, and nobody can accept, so shortly before (F-04).'),
    })
    .prefault({}),
  booking: z
    .object({ online: z.boolean().default(false).describe('Patients may book alone, by a link in a template (D-10).') })
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
  retention: Retention.prefault({}),
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
});
export type PolicySettings = z.infer<typeof PolicySettings>;

type ChangesOf<Settings> = { [Name in keyof Settings]?: Settings[Name] extends object ? ChangesOf<Settings[Name]> : Settings[Name] };
export type PolicyChanges = ChangesOf<PolicySettings>;

/** The settings with every field optional, none defaulted, and nothing unknown: a misspelt setting must not be ignored. */
export const PolicyChanges = changesOf(PolicySettings.shape) as z.ZodType<PolicyChanges>;

function changesOf(shape: Record<string, z.ZodType>): z.ZodType {
  const fields = Object.entries(shape).map(([name, field]) => {
    const inner = field instanceof z.ZodDefault || field instanceof z.ZodPrefault ? (field.unwrap() as z.ZodType) : field;
    return [name, (inner instanceof z.ZodObject ? changesOf(inner.shape) : inner).optional()];
  });
  return z.strictObject(Object.fromEntries(fields));
}

/** What is left out stays as it is. Throws INVALID_REQUEST where settings contradict each other. */
export function mergedPolicy({ version: _version, ...before }: Policy, changes: PolicyChanges): PolicySettings {
  const settings = PolicySettings.parse(merged(before, changes));
  for (const section of ['mail', 'offers'] as const) {
    const { fromLocalTime, untilLocalTime } = settings[section];
    if (fromLocalTime >= untilLocalTime) throw new DomainError('INVALID_REQUEST', { [section]: { fromLocalTime, untilLocalTime } });
  }
  return settings;
}

/** Section by section: what is left out stays, a list is replaced as a whole. */
function merged(before: object, changes: object): object {
  const isSection = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
  const after: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(changes)) {
    const old = after[name];
    after[name] = isSection(old) && isSection(value) ? merged(old, value) : value;
  }
  return after;
}

/** Settings as they apply, with the version that every decision is stamped with. */
export type Policy = PolicySettings & { version: number };

/** When people are asked and told, by their facility's wall clock. */
export const mailHours = ({ mail }: Policy): [from: string, until: string] => [mail.fromLocalTime, mail.untilLocalTime];

/** A reminder due at `due`: then, or as soon after it as people are mailed. A past one is due as planned, in the hours of now. */
export function mailableAt(due: string, now: string, policy: Policy, zone: string): string {
  const at = laterOf(due, now);
  const mailedAt = withinHours(at, mailHours(policy), zone);
  return mailedAt === at ? due : mailedAt;
}
