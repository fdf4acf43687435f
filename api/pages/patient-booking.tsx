/** D-10: a patient chooses a time for a planned visit. GET shows what is free, only the POST of the form books. */
import { addDays, addMinutes, formatInstant, zoneDate } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { minutesOf } from '../../domain/interval.ts';
import { type Language, localeOf } from '../../domain/language.ts';
import { policyOf } from '../../ledger/facility.ts';
import { findFreeTime } from '../../ledger/free-time.ts';
import { type BookedVisit, bookedVisitOf, bookPlannedVisit, type PlannedVisit, plannedVisitOf } from '../../ledger/planned-visit.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { joinableClinic, joinWaitlist } from '../../ledger/waitlist-request.ts';
import { wordsIn } from '../../words/index.ts';
import type { PatientLink } from '../auth/patient-links.ts';
import type { Deps } from '../deps.ts';
import { DonePage } from './join-views.tsx';
import { Facts } from './page.tsx';
import { PatientPage } from './patient-page.tsx';

const daysAhead = 30;
const mostSlots = 40;

type Slot = { practitionerId: string; practitioner: string; startsAt: string };
type Shown = { page: ReturnType<typeof PatientPage>; status: number };
const about = ({ facility, patientId, subjectKind, subjectId, channel }: PatientLink) => ({
  facilityId: facility.id,
  patientId,
  subjectKind,
  subjectId,
  channel,
});

/**
 * The free times of the next weeks from `from` on (a civil date), day by day; or that the visit is booked by now, and when. `taken`:
 * somebody was quicker.
 */
export async function showBooking(deps: Deps, link: PatientLink, language: Language, taken = false, from?: string): Promise<Shown> {
  const words = wordsIn(language);
  const visit = await plannedVisitOf(deps.reader, about(link), deps.now());
  if (!visit)
    return {
      page: <Over link={link} language={language} booked={await bookedVisitOf(deps.reader, about(link), deps.now())} />,
      status: 200,
    };
  const { slots, next } = await slotsFor(deps, link, visit, from);
  const joins = link.subjectKind !== 'waitlist-entry' && (await policyOf(deps.reader, link.facility.id)).waitlist.selfService;
  const doctors = new Set(slots.map(({ practitioner }) => practitioner));
  const at = (instant: string, style: 'longDate' | 'time') => formatInstant(instant, link.facility.zone, style, localeOf[language]);
  const days = [...new Set(slots.map(({ startsAt }) => at(startsAt, 'longDate')))];
  const page = (
    <PatientPage title={words('patientPage.booking.title')} link={link} language={language}>
      {taken && (
        <p className="notice warning" role="alert">
          {words('patientPage.booking.taken')}
        </p>
      )}
      <p>{words('patientPage.booking.hello', { givenName: link.givenName, minutes: visit.minutes })}</p>
      {doctors.size === 1 && <Facts facts={[[words('patientPage.fact.with'), [...doctors][0]]]} />}
      {slots.length === 0 ? (
        <p>{words('patientPage.booking.none', { facility: link.facility.name })}</p>
      ) : (
        <form method="post">
          {days.map((day) => (
            <fieldset key={day} className="ticks">
              <legend>{day}</legend>
              {slots
                .filter(({ startsAt }) => at(startsAt, 'longDate') === day)
                .map(({ practitionerId, practitioner, startsAt }) => (
                  <label key={`${practitionerId} ${startsAt}`}>
                    <input type="radio" name="slot" value={`${practitionerId} ${startsAt}`} required /> {at(startsAt, 'time')}
                    {doctors.size > 1 && ` ${practitioner}`}
                  </label>
                ))}
            </fieldset>
          ))}
          <button type="submit">{words('patientPage.booking.book')}</button>
        </form>
      )}
      {next && (
        <p>
          <a href={`?${new URLSearchParams({ from: next, language })}`}>{words('patientPage.booking.later')}</a>
        </p>
      )}
      {joins && <JoinForm language={language} />}
    </PatientPage>
  );
  return { page, status: taken ? 409 : 200 };
}

/** When the visit is, with whom and where; or that there is nothing to book any more. */
function Over({ link, language, booked }: { link: PatientLink; language: Language; booked: BookedVisit | undefined }) {
  const words = wordsIn(language);
  const { name: facility, zone, address } = link.facility;
  if (!booked)
    return (
      <PatientPage title={words('patientPage.booking.overTitle')} link={link} language={language}>
        <p className="notice">{words('patientPage.booking.over', { facility })}</p>
      </PatientPage>
    );
  const at = (style: 'longDate' | 'time') => formatInstant(booked.startsAt, zone, style, localeOf[language]);
  return (
    <PatientPage title={words('patientPage.booking.doneTitle')} link={link} language={language}>
      <Facts
        facts={[
          [words('patientPage.fact.date'), at('longDate')],
          [words('patientPage.fact.time'), at('time')],
          [words('patientPage.fact.with'), booked.practitioner],
          [words('patientPage.fact.place'), [facility, address].filter(Boolean).join(', ')],
        ]}
      />
      <p className="notice">{words('patientPage.booking.done', { facility })}</p>
    </PatientPage>
  );
}

/** F-20: from here nothing more is asked: the link says who it is. */
function JoinForm({ language }: { language: Language }) {
  const words = wordsIn(language);
  return (
    <form method="post" className="card">
      <h2>{words('join.here')}</h2>
      <p>{words('join.hereText')}</p>
      <label>
        {words('join.comment')}
        <textarea name="comment" required rows={2} maxLength={500} />
      </label>
      <button type="submit" name="join" value="yes" className="quiet">
        {words('join.hereButton')}
      </button>
    </form>
  );
}

/** Puts the patient on the waitlist for the visit of the link; pressed twice, once. */
export async function joinByLink(deps: Deps, link: PatientLink, comment: string | undefined, language: Language): Promise<Shown> {
  const visit = await plannedVisitOf(deps.reader, about(link), deps.now());
  await joinableClinic(deps.reader, link.facility.id);
  const said = comment?.trim().slice(0, 500);
  if (visit && said) {
    const { practitionerId = null, profession = null, minutes } = visit;
    const wish = {
      facilityId: link.facility.id,
      patientId: link.patientId,
      practitionerId,
      profession,
      durationMinutes: minutes,
      comment: said,
    };
    await inTransaction(deps.db, (tx) => joinWaitlist(tx, wish, link.by, deps.now()));
  }
  return { page: <DonePage facility={link.facility} language={language} />, status: 200 };
}

/** Books the ticked time. False when it is not one of those, or not free any more. */
export async function bookByLink(deps: Deps, link: PatientLink, slot: string | undefined): Promise<boolean> {
  const [practitionerId = '', startsAt = ''] = (slot ?? '').split(' ');
  const visit = await plannedVisitOf(deps.reader, about(link), deps.now());
  if (!visit) return true; // booked by an earlier press: the page says so
  if (Number.isNaN(Date.parse(startsAt))) return false;
  const { slots } = await slotsFor(deps, link, visit, zoneDate(startsAt, link.facility.zone));
  if (!slots.some((one) => one.practitionerId === practitionerId && one.startsAt === startsAt)) return false;
  const time = { practitionerId, startsAt, endsAt: addMinutes(startsAt, visit.minutes) };
  try {
    await inTransaction(deps.db, (tx) => bookPlannedVisit(tx, about(link), time, link.by, deps.now()));
    return true;
  } catch (error) {
    if (error instanceof DomainError && error.type === 'SLOT_TAKEN') return false;
    throw error;
  }
}

/**
 * The beginnings of free time that hold the visit, one after the other, from tomorrow or a later date on; `next`: the date from which
 * there are more.
 */
async function slotsFor(
  { reader, now }: Deps,
  { facility: { id: facilityId, zone } }: PatientLink,
  { practitionerId, profession, minutes, before }: PlannedVisit,
  from?: string,
): Promise<{ slots: Slot[]; next: string | undefined }> {
  const today = zoneDate(now(), zone);
  const [first, last] = [addDays(today, 1), addDays(today, daysAhead)];
  const free = await findFreeTime(reader, {
    facilityId,
    zone,
    from: from && from > first ? from : first,
    to: last,
    now: now(),
    minMinutes: minutes,
    practitionerIds: practitionerId ? [practitionerId] : undefined,
    profession,
    limit: mostSlots + 1,
  });
  const all = free
    .flatMap(({ practitionerId: whose, practitioner, ...time }) =>
      Array.from({ length: Math.floor(minutesOf(time) / minutes) }, (_, nth) => ({
        practitionerId: whose,
        practitioner,
        startsAt: addMinutes(time.startsAt, nth * minutes),
      })),
    )
    .filter(({ startsAt }) => before === undefined || startsAt < before)
    .sort((one, other) => (one.startsAt < other.startsAt ? -1 : one.startsAt > other.startsAt ? 1 : 0));
  if (all.length <= mostSlots) return { slots: all, next: undefined };
  const dateOf = ({ startsAt }: Slot) => zoneDate(startsAt, zone);
  // whole days, so that what is left of one is not lost between two pages; the first day whatever its length
  const next = dateOf(all[mostSlots]!);
  const whole = all.filter((slot) => dateOf(slot) < next);
  if (whole.length > 0) return { slots: whole, next };
  const [day, later] = [all.filter((slot) => dateOf(slot) === next), addDays(next, 1)];
  return { slots: day, next: later <= last ? later : undefined };
}
