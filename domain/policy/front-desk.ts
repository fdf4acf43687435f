import { z } from 'zod';
import { Currency } from '../account.ts';
import { LocalTime } from '../local-time.ts';

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

/** Settings of the front desk and the Care Manager: visits, tasks, the waitlist and its offers, opportunities. */
export const frontDesk = {
  patient: z
    .object({
      phoneCountry: z
        .string()
        .regex(/^([A-Z]{2})?$/, 'two capital letters such as US, or nothing')
        .default('')
        .describe('National phone numbers are read as of this country, such as US; nothing: only numbers that begin with + (I-10).'),
      address: z
        .string()
        .trim()
        .max(200)
        .regex(/^\P{Cc}*$/u, 'one line')
        .default('')
        .describe('Where patients come, in one line: in the receipt of a visit, at the foot of their mails and on their pages (F-19).'),
      telephone: z
        .string()
        .trim()
        .regex(/^(\+?[\d ()/-]{3,30})?$/, 'a number as people dial it')
        .default('')
        .describe('The number that patients call: at the foot of their mails and on their pages (F-19).'),
      currency: Currency.default('USD').describe('Credit that the care team gives is in this currency (R-20).'),
      loginMinutes: z
        .int()
        .min(5)
        .max(240)
        .default(30)
        .describe('Whoever of the care team logs in as a patient is out again after so many minutes (R-20).'),
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
};
