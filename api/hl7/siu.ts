/** Reads an HL7 v2 SIU message (scheduling) with a kept parser; what the fields mean for Holdfast is in docs/hl7.md. */
import type { HL7Message, HL7Segment } from 'hl7v2';

import { DomainError } from '../../domain/errors.ts';
import { hl7Instant, hl7Minutes } from '../../domain/hl7-time.ts';
import type { FeedVisit } from '../../ledger/feed.ts';

/** What each event asks for. Booking, moving and changing are one: say what it is now. */
const events = { S12: 'report', S13: 'report', S14: 'report', S15: 'cancel', S17: 'cancel', S26: 'no-show' } as const;
export type FeedEvent = keyof typeof events;
export const askOf = (event: FeedEvent) => events[event];
const isEvent = (text: string): text is FeedEvent => Object.hasOwn(events, text);

export type Siu = { message: HL7Message; event: FeedEvent; controlId: string; sender: string };

/** A message that cannot be taken whatever is done about its contents: answered AR. */
export class Rejected extends Error {
  constructor(
    reason: string,
    readonly of?: HL7Message,
  ) {
    super(reason);
  }
}

/** Throws Rejected: no HL7 v2, no control id, or no SIU event that Holdfast knows. */
export async function parseSiu(text: string): Promise<Siu> {
  const message = await parse(text);
  const header = message.header;
  const controlId = fieldOf(header, 10);
  const [type, event] = [fieldOf(header, 9, 1), fieldOf(header, 9, 2)];
  if (!controlId) throw new Rejected('MSH-10 (message control id) is missing', message);
  if (type !== 'SIU' || !isEvent(event))
    throw new Rejected(`${type}^${event} is not taken here: only SIU^${Object.keys(events).join(', ')}`, message);
  return { message, event, controlId, sender: `${fieldOf(header, 3, 1)}|${fieldOf(header, 4, 1)}` };
}

/** The parser is loaded with the first message: half a second that no other start pays for. */
async function parse(text: string): Promise<HL7Message> {
  const { HL7Message } = await import('hl7v2');
  try {
    return HL7Message.parse(text.replace(/\r\n|\n/g, '\r'));
  } catch (error) {
    throw new Rejected(`not an HL7 v2 message: ${(error as Error).message}`);
  }
}

/** What the message says about one visit or case. Throws FEED_INCOMPLETE. `zone`: the facility's. */
export function visitIn({ message, event }: Siu, zone: string): FeedVisit {
  const find = (type: string) => message.getSegment(type);
  const schedule = find('SCH') ?? missing('SCH');
  const number = fieldOf(schedule, 2, 1) || fieldOf(schedule, 1, 1) || missing('SCH-2 (filler appointment id)');
  const sentAt = hl7Instant(fieldOf(message.header, 7), zone) ?? missing('MSH-7 (date and time of the message)');
  const person = find('AIP');
  const patient = find('PID');
  return {
    number,
    sentAt: preciseOf(fieldOf(message.header, 7), sentAt),
    time: event === 'S15' || event === 'S17' || event === 'S26' ? undefined : timeIn(find, schedule, zone),
    comment: fieldOf(schedule, 7, 2) || fieldOf(schedule, 8, 2) || fieldOf(schedule, 7, 1),
    reason: fieldOf(schedule, 6, 2) || fieldOf(schedule, 6, 1) || 'cancelled by the feed',
    practitioner: nameIn(person, 3),
    room: find('AIL') && (fieldOf(find('AIL'), 3, 2) || fieldOf(find('AIL'), 3, 1)),
    patient: patient && {
      number: fieldOf(patient, 3, 1) || missing('PID-3 (patient identifier)'),
      familyName: fieldOf(patient, 5, 1) || missing('PID-5 (patient name)'),
      givenName: fieldOf(patient, 5, 2),
      birthDate: dateIn(fieldOf(patient, 7)),
      phone: fieldOf(patient, 13, 12) || fieldOf(patient, 13, 1) || undefined,
    },
  };
}

type Find = (type: string) => HL7Segment | undefined;

/** Start and end: TQ1, else SCH-11, else a start of AIS, AIP or AIL with a duration of its own or of SCH-9. */
function timeIn(find: Find, schedule: HL7Segment, zone: string): { startsAt: string; endsAt: string } {
  const [timing, service, person, place] = ['TQ1', 'AIS', 'AIP', 'AIL'].map(find);
  const starts = [fieldOf(timing, 7), fieldOf(schedule, 11, 4), fieldOf(service, 4), fieldOf(person, 6), fieldOf(place, 6)];
  const startsAt = hl7Instant(starts.find(Boolean) ?? '', zone) ?? missing('a start (SCH-11.4, TQ1-7, AIS-4, AIP-6 or AIL-6)');
  const given = [fieldOf(timing, 8), fieldOf(schedule, 11, 5)].find(Boolean);
  if (given) {
    const endsAt = hl7Instant(given, zone) ?? missing('an end (SCH-11.5 or TQ1-8)');
    return endsAt > startsAt ? { startsAt, endsAt } : missing('an end after the start');
  }
  const minutes =
    hl7Minutes(fieldOf(schedule, 9), fieldOf(schedule, 10, 1)) ??
    hl7Minutes(fieldOf(service, 7), fieldOf(service, 8, 1)) ??
    hl7Minutes(fieldOf(person, 9), fieldOf(person, 10, 1)) ??
    hl7Minutes(fieldOf(place, 9), fieldOf(place, 10, 1)) ??
    missing('an end or a duration (SCH-11.5, TQ1-8, SCH-9, AIS-7, AIP-9 or AIL-9)');
  return { startsAt, endsAt: new Date(Date.parse(startsAt) + minutes * 60_000).toISOString() };
}

/** XCN: an id or initials, and the name. */
function nameIn(segment: HL7Segment | undefined, field: number) {
  if (!segment) return undefined;
  const [code, family, given] = [1, 2, 3].map((part) => fieldOf(segment, field, part));
  return { code: code!, name: [given, family].filter(Boolean).join(' ') };
}

/** Seconds count when two messages of one minute are put in order. */
function preciseOf(text: string, instant: string): string {
  const seconds = /^\d{12}(\d{2}(?:\.\d{1,3})?)/.exec(text)?.[1];
  return seconds ? new Date(Date.parse(instant) + Number(seconds) * 1000).toISOString() : instant;
}

function dateIn(text: string): string | undefined {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})/.exec(text) ?? [];
  const date = `${year}-${month}-${day}`;
  return Number.isNaN(Date.parse(date)) ? undefined : date;
}

function missing(field: string): never {
  throw new DomainError('FEED_INCOMPLETE', { field });
}

/** The text of a field's component, unescaped; empty when it is not there. */
function fieldOf(segment: HL7Segment | undefined, field: number, component = 1): string {
  const found = segment?.fields[field - 1];
  return String(found?.getValue(component) ?? '').trim();
}
