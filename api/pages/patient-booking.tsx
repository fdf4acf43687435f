/** D-10: a patient chooses a time for a planned visit. GET shows what is free, only the POST of the form books. */
import { addDays, addMinutes, formatInstant, zoneDate } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { minutesOf } from '../../domain/interval.ts';
import { type Language, localeOf } from '../../domain/language.ts';
import { policyOf } from '../../ledger/facility.ts';
import { findFreeTime } from '../../ledger/free-time.ts';
import { bookPlannedVisit, type PlannedVisit, plannedVisitOf } from '../../ledger/planned-visit.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { joinableClinic, joinWaitlist } from '../../ledger/waitlist-request.ts';
import { wordsIn } from '../../words/index.ts';
import type { PatientLink } from '../auth/patient-links.ts';
import type { Deps } from '../deps.ts';
import { DonePage } from './join-views.tsx';
import { PatientPage } from './patient-page.tsx';

const daysAhead = 30;
const mostSlots = 40;

type Slot = { practitionerId: string; startsAt: string };
type Shown = { page: ReturnType<typeof PatientPage>; status: number };
const about = ({ facility, patientId, subjectKind, subjectId }: PatientLink) => ({
  facilityId: facility.id,
  patientId,
  subjectKind,
  subjectId,
});

/** The free times of the next weeks, or that the visit is booked by now. `taken`: somebody was quicker. */
export async function showBooking(deps: Deps, link: PatientLink, language: Language, taken = false): Promise<Shown> {
  const words = wordsIn(language);
  const visit = await plannedVisitOf(deps.reader, about(link), deps.now());
  if (!visit) {
    const page = (
      <PatientPage title={words('patientPage.booking.doneTitle')} link={link} language={language}>
        <p className="notice">{words('patientPage.booking.done', { facility: link.facility.name })}</p>
      </PatientPage>
    );
    return { page, status: 200 };
  }
  const slots = await slotsFor(deps, link, visit);
  const joins = link.subjectKind !== 'waitlist-entry' && (await policyOf(deps.reader, link.facility.id)).waitlist.selfService;
  const said = (instant: string) => {
    const at = (style: 'longDate' | 'time') => formatInstant(instant, link.facility.zone, style, localeOf[language]);
    return `${at('longDate')}, ${at('time')}`;
  };
  const page = (
    <PatientPage title={words('patientPage.booking.title')} link={link} language={language}>
      {taken && (
        <p className="notice warning" role="alert">
          {words('patientPage.booking.taken')}
        </p>
      )}
      <p>{words('patientPage.booking.hello', { givenName: link.givenName, minutes: visit.minutes })}</p>
      {slots.length === 0 ? (
        <p>{words('patientPage.booking.none', { facility: link.facility.name })}</p>
      ) : (
        <form method="post">
          <fieldset>
            <legend>{words('patientPage.booking.choose')}</legend>
            {slots.map(({ practitionerId, startsAt }) => (
              <label key={`${practitionerId} ${startsAt}`}>
                <input type="radio" name="slot" value={`${practitionerId} ${startsAt}`} required /> {said(startsAt)}
              </label>
            ))}
          </fieldset>
          <button type="submit">{words('patientPage.booking.book')}</button>
        </form>
      )}
      {joins && <JoinForm language={language} />}
    </PatientPage>
  );
  return { page, status: taken ? 409 : 200 };
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
      <button type="submit" name="join" value="yes" className="secondary">
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
  if (!(await slotsFor(deps, link, visit)).some((one) => one.practitionerId === practitionerId && one.startsAt === startsAt)) return false;
  const time = { practitionerId, startsAt, endsAt: addMinutes(startsAt, visit.minutes) };
  try {
    await inTransaction(deps.db, (tx) => bookPlannedVisit(tx, about(link), time, link.by, deps.now()));
    return true;
  } catch (error) {
    if (error instanceof DomainError && error.type === 'SLOT_TAKEN') return false;
    throw error;
  }
}

/** The beginnings of free time that hold the visit, one after the other, from tomorrow on. */
async function slotsFor(
  { reader, now }: Deps,
  { facility }: PatientLink,
  { practitionerId, profession, minutes, before }: PlannedVisit,
): Promise<Slot[]> {
  const today = zoneDate(now(), facility.zone);
  const free = await findFreeTime(reader, {
    facilityId: facility.id,
    zone: facility.zone,
    from: addDays(today, 1),
    to: addDays(today, daysAhead),
    now: now(),
    minMinutes: minutes,
    practitionerIds: practitionerId ? [practitionerId] : undefined,
    profession,
    limit: mostSlots,
  });
  const slots = free.flatMap(({ practitionerId: whose, ...time }) =>
    Array.from({ length: Math.floor(minutesOf(time) / minutes) }, (_, nth) => ({
      practitionerId: whose,
      startsAt: addMinutes(time.startsAt, nth * minutes),
    })),
  );
  return slots.filter(({ startsAt }) => before === undefined || startsAt < before).slice(0, mostSlots);
}
