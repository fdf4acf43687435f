import { ApplicationFailure } from '@temporalio/common';

/** Every way Holdfast can say no. The API, the lives and docs/errors.md all read this table. */
export const domainErrors = {
  INVALID_REQUEST: { status: 400, rule: 'API', title: 'The request is malformed.' },
  IDEMPOTENCY_KEY_MISSING: { status: 400, rule: 'U-03', title: 'This write needs an Idempotency-Key header.' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, rule: 'U-03', title: 'This Idempotency-Key was used before with another request.' },
  LINK_UNKNOWN: { status: 401, rule: 'C-38', title: 'This link is not one of ours.' },
  SIGN_IN_REQUIRED: { status: 401, rule: 'C-38', title: 'A valid link, session or API key is needed.' },
  STEP_UP_REQUIRED: { status: 401, rule: 'C-38', title: 'This page needs a fresh sign-in.' },
  NOT_ALLOWED: { status: 403, rule: 'API', title: 'You are known, but may not do this.' },
  RIGHT_MISSING: { status: 403, rule: 'I-07', title: 'This needs a right that you do not have.' },
  LINK_EXPIRED: { status: 410, rule: 'C-39', title: 'This link is too old to open the system.' },
  NOT_FOUND: { status: 404, rule: 'API', title: 'There is no such thing here.' },
  ALREADY_EXISTS: { status: 409, rule: 'API', title: 'Such a record exists already.' },
  VERSION_MISMATCH: { status: 412, rule: 'API', title: 'It was changed by somebody else meanwhile.' },
  IF_MATCH_MISSING: { status: 428, rule: 'API', title: 'This edit needs an If-Match header with the version you saw.' },
  UNKNOWN_ZONE: { status: 400, rule: 'P-27', title: 'The time zone must be an IANA name such as Europe/Berlin.' },
  BLOCK_NOT_FOUND: { status: 404, rule: 'C-13', title: 'There is no such block.' },
  BLOCK_SETTLED: { status: 409, rule: 'C-12', title: 'The block is settled: nothing of it can be kept or released any more.' },
  BLOCK_INACTIVE: { status: 409, rule: 'C-19', title: 'The block is not active.' },
  BLOCK_WITHOUT_CONTACT: { status: 422, rule: 'C-19', title: 'A block can be active only when its group has a main contact.' },
  BLOCK_OVERLAPS: { status: 409, rule: 'U-11', title: 'Another block holds this time in this room.' },
  SERIES_CLASHES: { status: 409, rule: 'U-11', title: 'Other blocks hold this time on some of the days: nothing was changed.' },
  SERIES_ENDED: { status: 409, rule: 'C-05', title: 'The block series has ended.' },
  CONTACT_EXISTS: { status: 409, rule: 'C-21', title: 'This person gets the block alerts of the group already.' },
  NOTHING_TO_RELEASE: { status: 409, rule: 'C-04', title: 'Nothing unbooked is left in the block.' },
  ALREADY_RELEASED: { status: 409, rule: 'C-03', title: 'This time is released already.' },
  TIME_NOT_FREE: { status: 422, rule: 'C-03', title: 'The time must lie inside the block, in the future and without a case.' },
  PREVIEW_STALE: { status: 409, rule: 'U-02', title: 'Things have changed since you looked: nothing was done. Look again.' },
  CHOICE_MISSING: { status: 422, rule: 'C-14', title: 'Tick the box to say that you mean it.' },
  NOTHING_TO_UNDO: { status: 409, rule: 'C-25', title: 'There is no release to undo.' },
  UNDO_TOO_LATE: { status: 409, rule: 'F-21', title: 'The time to undo it yourself is over: the support team can still help.' },
  UNDO_PARTLY_TAKEN: { status: 409, rule: 'C-25', title: 'Part of the time is taken by now: only the rest can come back.' },
  REASON_MISSING: { status: 422, rule: 'C-33', title: 'A reason is needed.' },
  CONFIDENCE_OUT_OF_RANGE: { status: 422, rule: 'C-01', title: 'A confidence lies between 0 and 1.' },
  HOLD_NOT_FOUND: { status: 404, rule: 'C-33', title: 'There is no such hold.' },
  HOLD_SETTLED: { status: 409, rule: 'C-30', title: 'The hold has ended: nothing of it can be decided any more.' },
  HOLD_NOT_PENDING: { status: 409, rule: 'C-30', title: 'The hold was decided already.' },
  HOLD_NOT_EDITABLE: {
    status: 403,
    rule: 'C-32',
    title: 'A hold cannot be edited by its requester: delete it, request another, or ask the facility.',
  },
  HOLD_NOT_YOURS: { status: 403, rule: 'C-33', title: 'Only its requester or the facility can do this to a hold.' },
  CONFIRM_NOT_YOURS: { status: 403, rule: 'C-30', title: 'Only the facility scheduler decides on a request.' },
  OUTSIDE_HOURS: { status: 422, rule: 'C-26', title: 'The room is not open for all of this time.' },
  EXCEPTIONS_OVERLAP: { status: 409, rule: 'C-26', title: 'A room has one set of hours on a day: two exceptions share a date.' },
  TIME_TOO_LONG: { status: 422, rule: 'C-26', title: 'Nobody gets so much time at once.' },
  TIME_PAST: { status: 422, rule: 'C-26', title: 'The time must lie in the future.' },
  TIME_NOT_OPEN: { status: 409, rule: 'C-29', title: 'This time is not open.' },
  OWN_BLOCK: { status: 422, rule: 'C-37', title: 'This time lies in your own block: book it there.' },
  REQUEST_RESTRICTED: { status: 403, rule: 'C-28', title: 'Too little of the time you held was used, so what you may request is limited.' },
  CASE_CANCELLED: { status: 409, rule: 'C-07', title: 'The case is cancelled already.' },
  VACATION_PAST: { status: 422, rule: 'C-17', title: 'A vacation begins today or later.' },
  PHONE_MISSING: { status: 422, rule: 'I-10', title: 'A new card needs a mobile phone.' },
  PHONE_INVALID: { status: 422, rule: 'I-10', title: 'This is not a mobile number that can be reached.' },
  PATIENT_NOT_FOUND: { status: 404, rule: 'I-09', title: 'There is no such patient here.' },
  OUTSIDE_WORKING_HOURS: { status: 422, rule: 'D-12', title: 'The practitioner does not work for all of this time.' },
  SLOT_TAKEN: { status: 409, rule: 'D-12', title: 'The practitioner has another visit in this time.' },
  PRACTITIONER_INACTIVE: { status: 422, rule: 'D-12', title: 'This practitioner takes no visits any more.' },
  APPOINTMENT_NOT_FOUND: { status: 404, rule: 'D-12', title: 'There is no such appointment.' },
  APPOINTMENT_SETTLED: { status: 409, rule: 'I-38', title: 'The appointment is settled: this cannot be done with it any more.' },
  APPOINTMENT_NOT_BEGUN: { status: 422, rule: 'I-38', title: 'Nobody can have come to it yet.' },
  CANCEL_REASON_UNKNOWN: { status: 422, rule: 'I-33', title: 'This is none of the reasons for which this practice cancels.' },
  WORKLIST_SUPERSEDED: { status: 409, rule: 'F-22', title: 'It was undone or changed meanwhile: there is nothing to enter any more.' },
  NOT_A_COORDINATOR: { status: 422, rule: 'P-27', title: 'This person does not work here as a care coordinator.' },
  EHR_NOT_USED: { status: 422, rule: 'P-28', title: 'A provider who does not use the records system has no care coordinator.' },
  WEBHOOK_UNSIGNED: { status: 401, rule: 'C-38', title: 'The signature of the webhook is not valid.' },
  TOO_MANY_REQUESTS: { status: 429, rule: 'C-40', title: 'Too many requests: wait a little.' },
  OVERLOADED: { status: 503, rule: 'API', title: 'Too much is going on right now: try again in a moment.' },
  INTERNAL: { status: 500, rule: 'API', title: 'Something went wrong on our side. Nothing was changed.' },
} as const;

export type DomainErrorCode = keyof typeof domainErrors;

/** An ApplicationFailure, so that code and facts survive Temporal and no activity is retried for it. `facts`: the value, the limit, the state. */
export class DomainError extends ApplicationFailure {
  constructor(code: DomainErrorCode, facts: object = {}) {
    super(domainErrors[code].title, code, true, [facts]);
  }
}

export function isDomainErrorCode(value: unknown): value is DomainErrorCode {
  return typeof value === 'string' && Object.hasOwn(domainErrors, value);
}
