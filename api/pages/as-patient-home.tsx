/** What is a patient's own, on one page: their visits, what waits for their answer, their plans, subscriptions and credit. */
import { formatInstant } from '../../domain/civil.ts';
import { type Language, localeOf } from '../../domain/language.ts';
import { visitOf } from '../../domain/offer-ladder.ts';
import { policyOf } from '../../ledger/facility.ts';
import { loadLadders } from '../../ledger/offer-ladder.ts';
import { approvedRequests, creditOf } from '../../ledger/patient-account.ts';
import { speechIn } from '../../words/speech.ts';
import type { PatientFacility } from '../auth/patient-links.ts';
import type { Deps } from '../deps.ts';
import { PatientPage } from './patient-page.tsx';

type Matter = { say: 'offer' | 'book' | 'register'; kind: string; id: string; startsAt?: string };

export async function loadPatientHome({ reader, now }: Deps, facility: PatientFacility, patientId: string) {
  const [policy, visits, offers, entries, opportunities, clearances, approved, subscriptions, credit] = await Promise.all([
    policyOf(reader, facility.id),
    reader.appointment.findMany({
      where: { patientId, status: 'booked', startsAt: { gt: now() } },
      orderBy: { startsAt: 'asc' },
      include: { practitioner: { select: { name: true } } },
    }),
    reader.offer.findMany({ where: { patientId, state: 'open', expiresAt: { gt: now() } }, orderBy: { startsAt: 'asc' } }),
    reader.waitlistEntry.findMany({ where: { patientId, state: 'active', type: 'scheduled' }, select: { id: true } }),
    reader.opportunity.findMany({ where: { patientId, state: 'live' }, select: { id: true } }),
    reader.clearance.findMany({ where: { patientId, state: 'open', linkSentAt: { not: null }, registeredAt: null }, select: { id: true } }),
    approvedRequests(reader, patientId),
    reader.subscription.findMany({ where: { patientId, status: 'active' }, orderBy: { startedAt: 'desc' } }),
    creditOf(reader, patientId),
  ]);
  const ladders = await loadLadders(
    reader,
    offers.map(({ ladderId }) => ladderId),
    'none',
    now(),
    0,
  );
  const offered = ladders.flatMap(({ facts }): Matter[] => {
    const offer = facts.offers.find((one) => one.patientId === patientId);
    return offer ? [{ say: 'offer', kind: 'offer-ladder', id: facts.id, startsAt: visitOf(facts, offer).startsAt }] : [];
  });
  const bookable = policy.booking.online
    ? [...entries.map(({ id }) => ({ kind: 'waitlist-entry', id })), ...opportunities.map(({ id }) => ({ kind: 'opportunity', id }))]
    : [];
  const matters: Matter[] = [
    ...offered,
    ...bookable.map((one) => ({ say: 'book' as const, ...one })),
    ...clearances.map(({ id }) => ({ say: 'register' as const, kind: 'clearance', id })),
  ];
  return { visits, matters, approved, subscriptions, credit, now: now() };
}

type Props = Awaited<ReturnType<typeof loadPatientHome>> & { givenName: string; facility: PatientFacility; language: Language };

export function PatientHome({ givenName, facility, language, visits, matters, approved, subscriptions, credit, now }: Props) {
  const { words, money, list } = speechIn(language);
  const at = (instant: string, style: 'longDate' | 'time') => formatInstant(instant, facility.zone, style, localeOf[language]);
  const plans = approved.flatMap(({ condition, plans: written }) =>
    written.filter(({ endedAt }) => !endedAt || endedAt.toISOString() > now).map(({ id, what }) => ({ id, said: `${condition}: ${what}` })),
  );
  return (
    <PatientPage title={words('account.login.home')} link={{ facility }} language={language}>
      <p>{words('account.login.hello', { givenName, facility: facility.name })}</p>
      <h2>{words('account.login.visits')}</h2>
      {visits.length === 0 && <p>{words('account.login.noVisits')}</p>}
      <ul>
        {visits.map(({ id, startsAt, practitioner }) => (
          <li key={id}>
            {at(startsAt.toISOString(), 'longDate')}, {at(startsAt.toISOString(), 'time')}, {practitioner.name}
          </li>
        ))}
      </ul>
      <h2>{words('account.login.toDo')}</h2>
      {matters.length === 0 && <p>{words('account.login.nothing')}</p>}
      <ul>
        {matters.map(({ say, kind, id, startsAt }) => (
          <li key={id}>
            <a href={`/as-patient/${kind}/${id}`}>
              {words(`account.login.${say}`, startsAt ? { date: at(startsAt, 'longDate'), time: at(startsAt, 'time') } : {})}
            </a>
          </li>
        ))}
      </ul>
      <Named title={words('account.login.plans')} items={plans} />
      <Named title={words('account.login.subscriptions')} items={subscriptions.map(({ id, programme }) => ({ id, said: programme }))} />
      {credit.length > 0 && (
        <p>
          {words('account.login.credit')}: <strong>{list(credit.map(({ amountMinor, currency }) => money(amountMinor, currency)))}</strong>
        </p>
      )}
    </PatientPage>
  );
}

function Named({ title, items }: { title: string; items: { id: string; said: string }[] }) {
  if (items.length === 0) return null;
  return (
    <>
      <h2>{title}</h2>
      <ul>
        {items.map(({ id, said }) => (
          <li key={id}>{said}</li>
        ))}
      </ul>
    </>
  );
}
