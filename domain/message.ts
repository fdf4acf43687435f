import { z } from 'zod';

import { Interval } from './interval.ts';

/**
 * What a mail may say: names of facilities, rooms, groups, colleagues, and times. There is no field for a
 * patient, a case or a diagnosis, so no mail to staff can carry one (F-19). Instants are UTC; `zone` tells
 * how to print them.
 */
const Place = z.object({ facility: z.string(), zone: z.string() });

const AboutBlock = Place.extend({
  room: z.string(),
  group: z.string(),
  provider: z.string().optional(),
  block: Interval,
});

const AboutHold = Place.extend({
  room: z.string(),
  group: z.string(),
  provider: z.string(),
  requester: z.string(),
  hold: Interval,
  expiresAt: z.string(),
});

/** F-07: which block goes from whom to whom; in a swap, two. */
const AboutTransfer = Place.extend({
  blocks: z.array(z.object({ room: z.string(), block: Interval, from: z.string(), to: z.string() })).min(1),
  proposer: z.string(),
  note: z.string().optional(),
  decideBy: z.string(),
});

/** A ticket by its type and queue; what it is about stands behind a sign-in. */
const AboutTicket = Place.extend({ type: z.string(), team: z.string(), openedAt: z.string() });

/** Open time of a room that fits these providers. */
const Slot = Interval.and(z.object({ roomId: z.string(), room: z.string(), providers: z.array(z.string()) }));

/** C-46. `slots` and the ids of the openings they came from are filled in when the mail is claimed: what is open then. */
const AboutOpenTime = Place.extend({ slots: z.array(Slot).min(1), openings: z.array(z.string()) });

const AboutAbsence = Place.extend({ absent: z.string(), away: Interval, theirZone: z.string() });

/** A day of a provider's line: who looks after it, and the hours that are bare (P-14). */
const LineDay = z.object({ date: z.string(), covered: z.array(Interval), uncovered: z.array(Interval), because: z.string() });

export const MessageContent = z.discriminatedUnion('kind', [
  /** C-08..C-14: please let go of `proposal`. */
  AboutBlock.extend({
    kind: z.literal('block alert'),
    proposal: z.array(Interval),
    unbooked: z.array(Interval),
    booked: z.array(Interval),
    confidence: z.number(),
    because: z.string(),
    /** Whose confidence it is; none: our own. */
    predictor: z.string().optional(),
    mandatoryAt: z.string().optional(),
    /** C-11: the next question at the earliest; none: it is the last. */
    askedAgainAt: z.string().optional(),
  }),
  /** C-22: somebody else answered the alert you got too. */
  AboutBlock.extend({
    kind: z.literal('alert answered'),
    by: z.string(),
    answer: z.enum(['kept', 'released']),
    released: z.array(Interval),
  }),
  /** C-24: the same content for releaser and facility. undoUntil: only people's own releases can be undone by a click (F-21). */
  AboutBlock.extend({
    kind: z.literal('release notification'),
    release: z.enum(['full', 'partial', 'mandatory']),
    released: z.array(Interval),
    booked: z.array(Interval),
    by: z.string(),
    at: z.string(),
    undoUntil: z.string().optional(),
  }),
  /** C-25, U-10: time came back. `later`: what somebody has taken and comes back first when that ends. */
  AboutBlock.extend({
    kind: z.literal('release undone'),
    returned: z.array(Interval),
    later: z.array(Interval).default([]),
    by: z.string(),
    reason: z.string().optional(),
  }),
  /** A block created inside its own window will not be released by itself. */
  AboutBlock.extend({ kind: z.literal('block inside window'), mandatoryAt: z.string() }),

  /** C-26: to the facility; reminder: it still waits. */
  AboutHold.extend({ kind: z.literal('hold requested'), reminder: z.boolean() }),
  AboutHold.extend({ kind: z.literal('hold confirmed') }),
  AboutHold.extend({ kind: z.literal('hold denied'), by: z.string(), reason: z.string() }),
  AboutHold.extend({ kind: z.literal('hold changed'), by: z.string(), before: z.object({ room: z.string(), hold: Interval }) }),
  AboutHold.extend({ kind: z.literal('hold deleted'), by: z.string(), reason: z.string() }),
  /** C-34, C-36. pending: the facility never answered. */
  AboutHold.extend({ kind: z.literal('hold expired'), pending: z.boolean(), freed: z.array(Interval) }),
  /** C-06, C-07: a case of somebody else stands on these minutes. */
  AboutHold.extend({ kind: z.literal('hold in conflict'), taken: z.array(Interval) }),

  /** F-07: to the other group; reminder: it still waits. */
  AboutTransfer.extend({ kind: z.literal('transfer proposed'), reminder: z.boolean() }),
  /** F-07: to the facility, when the other group has accepted. */
  AboutTransfer.extend({ kind: z.literal('transfer to approve'), reminder: z.boolean() }),
  /** F-07: to whoever did not decide. ended: by itself, `reason` says why. */
  AboutTransfer.extend({
    kind: z.literal('transfer answered'),
    outcome: z.enum(['accepted', 'declined', 'approved', 'denied', 'withdrawn', 'ended']),
    by: z.string().optional(),
    reason: z.string().optional(),
  }),

  /** A block series reached days on which other blocks stand: it has no block there. */
  Place.extend({
    kind: z.literal('series day taken'),
    room: z.string(),
    group: z.string(),
    provider: z.string().optional(),
    days: z.array(Interval),
  }),

  /** To the holder: days of a block series went, or moved (`after`). */
  Place.extend({
    kind: z.literal('series changed'),
    room: z.string(),
    group: z.string(),
    provider: z.string().optional(),
    days: z.array(z.object({ before: Interval, after: Interval.optional() })).min(1),
    by: z.string(),
    reason: z.string().optional(),
  }),

  /** C-28: to the requester, once when a restriction begins. `limits`: what it means, a sentence each. */
  Place.extend({
    kind: z.literal('hold use restricted'),
    because: z.string(),
    limits: z.array(z.string()),
    /** Owed ahead for the day on which it begins by itself: the rest is filled in when the mail is claimed. */
    beginsAt: z.string().optional(),
  }),

  /** C-42: real-time, about one opening. */
  AboutOpenTime.extend({ kind: z.literal('availability alert') }),
  /** C-42: at most one a day, about all that opened and is open still. */
  AboutOpenTime.extend({ kind: z.literal('availability digest') }),
  /** U-10: open time that people were told of is open no more, because its release was undone. */
  Place.extend({ kind: z.literal('open time taken back'), room: z.string(), returned: z.array(Interval).min(1), by: z.string() }),

  /** somebody gave it to you. */
  AboutTicket.extend({ kind: z.literal('ticket assigned'), by: z.string() }),
  /** F-10: before it should be closed; `assignee` left out: nobody has it. */
  AboutTicket.extend({ kind: z.literal('ticket due'), assignee: z.string().optional() }),
  /** F-10: to the lead, when it was not closed in time. */
  AboutTicket.extend({ kind: z.literal('ticket overdue'), assignee: z.string().optional() }),
  /** F-11: its assignee was silent; `to` left out: it is back in the queue. */
  AboutTicket.extend({ kind: z.literal('ticket returned'), from: z.string(), to: z.string().optional() }),
  /** P-08: a medical emergency, to the whole team and its lead. */
  AboutTicket.extend({ kind: z.literal('ticket emergency') }),

  /** C-40: fresh links for somebody who asked. `to`: the page that they wanted. */
  Place.extend({ kind: z.literal('fresh links'), to: z.string().optional() }),
  /** C-15: at the beginning of the month. */
  Place.extend({ kind: z.literal('vacation reminder'), month: z.string(), surgeons: z.array(z.string()) }),
  /** P-27, P-28: to the provider. `after` missing: nobody coordinates for them any more. */
  Place.extend({
    kind: z.literal('coordinator changed'),
    before: z.string().optional(),
    after: z.object({ name: z.string(), zone: z.string() }).optional(),
    because: z.string().optional(),
  }),
  /** P-04 to P-06, R-16, R-17: a conversation waits on whoever gets this. */
  Place.extend({
    kind: z.literal('conversation notice'),
    what: z.enum(['waits', 'handed over', 'returned', 'tagged', 'clinical', 'unsure', 'flagged', 'review']),
    provider: z.string().nullable(),
    since: z.string(),
  }),
  /** P-02, P-03: the patient of a visit is not cleared yet; to whoever looks after the provider's line, `escalated` to lead and provider. */
  Place.extend({
    kind: z.literal('clearance notice'),
    what: z.enum(['added', 'reminder', 'escalated', 'registered']),
    provider: z.string(),
    visitAt: z.string(),
  }),
  /** P-07: something was said in a team's channel; to all of the team but its writer. */
  Place.extend({ kind: z.literal('team post'), team: z.string(), by: z.string(), at: z.string() }),
  /** P-21: to the other coordinators. `lines`: how many they look after then already. */
  AboutAbsence.extend({ kind: z.literal('cover wanted'), providers: z.array(z.string()), lines: z.int(), sameDay: z.boolean() }),
  /** P-14, P-19, P-20, P-31: to the provider. A designated coordinator's line may be left alone (P-16). */
  AboutAbsence.extend({ kind: z.literal('coverage notice'), days: z.array(LineDay) }),
  AboutAbsence.extend({ kind: z.literal('coverage choice'), days: z.array(LineDay) }),
  /** P-12, P-31: nobody opted in; to the manager. `coverAway`: somebody did, and is away too (U-15). */
  AboutAbsence.extend({ kind: z.literal('nobody covers'), providers: z.array(z.string()), coverAway: z.string().optional() }),
  /** P-14, P-21: to the manager, who heard that the cover is away too: they are not, or no longer. */
  AboutAbsence.extend({ kind: z.literal('cover back'), providers: z.array(z.string()), cover: z.string() }),
  /** P-21, P-24, F-13: to whoever covers, where somebody else decided it. `not away`: the absence does not take place. */
  AboutAbsence.extend({
    kind: z.literal('cover changed'),
    providers: z.array(z.string()),
    change: z.enum(['assigned', 'released', 'not away']),
    by: z.string(),
  }),
  /** P-19: to the providers who know of the absence. `cancelled`: it does not take place; else it ends before its time. */
  AboutAbsence.extend({ kind: z.literal('absence ended early'), cancelled: z.boolean() }),
  /** P-19: to the manager. */
  AboutAbsence.extend({ kind: z.literal('provider not told'), providers: z.array(z.string()) }),
  /** P-17: to the provider, whose line it goes out on. */
  AboutAbsence.extend({ kind: z.literal('away message'), text: z.string() }),
  /** P-23: to whoever covers: they were added to these lines, or removed. */
  AboutAbsence.extend({ kind: z.literal('line access'), providers: z.array(z.string()), granted: z.boolean() }),
  /** P-16: to whoever is back. */
  AboutAbsence.extend({ kind: z.literal('welcome back'), providers: z.array(z.string()) }),
  /** P-18: to all providers, some days before. */
  Place.extend({ kind: z.literal('company holiday'), date: z.string(), name: z.string() }),
  /** P-18: to whoever was told of it already. */
  Place.extend({ kind: z.literal('holiday taken back'), date: z.string() }),

  /** F-22: so much is not in the facility's own schedule yet. */
  Place.extend({ kind: z.literal('worklist reminder'), open: z.int(), oldest: z.string() }),
  /** F-09: which unbooked time of the coming days will probably stay unused; filled in when the mail is claimed. `more`: blocks left out. */
  Place.extend({
    kind: z.literal('predicted availability'),
    days: z.int(),
    more: z.int(),
    blocks: z.array(
      z.object({
        room: z.string(),
        holder: z.string(),
        block: Interval,
        unused: z.array(Interval).min(1),
        confidence: z.number(),
        because: z.string(),
        predictor: z.string().optional(),
        mandatoryAt: z.string().optional(),
      }),
    ),
  }),
  /** Step-up: opens the pages of staff. `to`: the page that was asked for. */
  Place.extend({ kind: z.literal('sign in'), to: z.string() }),
  /** To support and the facility: mail to somebody can never arrive. `others`: who was asked instead. */
  Place.extend({
    kind: z.literal('mail unreached'),
    person: z.string(),
    address: z.string(),
    what: z.string(),
    why: z.string(),
    others: z.array(z.string()),
  }),
  /** The receipt of a click that was recorded while no worker answered, and then could not be done. */
  Place.extend({ kind: z.literal('decision refused'), what: z.string(), why: z.string() }),
]);
export type MessageContent = z.infer<typeof MessageContent>;
export type MessageKind = MessageContent['kind'];
