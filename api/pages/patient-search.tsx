import { formatPhone } from '../../domain/phone.ts';
import { policyOf } from '../../ledger/facility.ts';
import { patientMatches } from '../../ledger/patient.ts';
import type { Patient } from '../../prisma/generated/client.ts';
import type { Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { dayWritten } from './dates.ts';
import { fullName } from './front-desk.ts';
import { useSpeech } from './reader.ts';

const mostFound = 25;

/** One field for all: a date is a date of birth, digits are a phone, anything else the beginnings of names. */
export async function findPatients({ reader }: Deps, { facilityId }: Visitor, q: string): Promise<Patient[]> {
  const text = dayWritten(q);
  const digits = text.replace(/\D/g, '').length;
  const search = /^\d{4}-\d\d-\d\d$/.test(text)
    ? { birthDate: text }
    : digits >= 3 && !/\p{L}/u.test(text)
      ? { phone: text }
      : { name: text };
  const { patient } = await policyOf(reader, facilityId);
  return reader.$queryRaw<Patient[]>`
    SELECT p.* FROM "Patient" p WHERE p."facilityId" = ${facilityId}::uuid AND ${patientMatches(search, patient.phoneCountry)}
    ORDER BY p."familyName", p.id LIMIT ${mostFound}`;
}

/** Who was found, each with the way to what the page is about. */
export function PatientHits({ found, to }: { found: Patient[]; to: (id: string) => string }) {
  const { words } = useSpeech();
  return (
    <>
      <ul>
        {found.map((one) => (
          <li key={one.id}>
            <PatientLine patient={one} to={to(one.id)} />
          </li>
        ))}
      </ul>
      {found.length === mostFound && <p>{words('desk.search.more')}</p>}
    </>
  );
}

/** Who it is, as people tell patients apart: name, date of birth, phone. `to`: where the name leads. */
export function PatientLine({ patient, to }: { patient: Patient; to?: string }) {
  const { words, plainDate } = useSpeech();
  const { birthDate, phone } = patient;
  return (
    <>
      {to ? <a href={to}>{fullName(patient)}</a> : <strong>{fullName(patient)}</strong>}
      {birthDate && `, ${words('desk.born', { date: plainDate(birthDate) })}`}
      {phone && `, ${formatPhone(phone)}`}
    </>
  );
}

/** The same field everywhere (I-09). `hidden`: what the page it is on must keep. */
export function PatientSearch({ action, q, hidden = {} }: { action: string; q: string | undefined; hidden?: Record<string, string> }) {
  const { words } = useSpeech();
  return (
    <form method="get" action={action} className="row">
      {Object.entries(hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <label>
        {words('desk.search.field')}
        <input type="search" name="q" required maxLength={100} defaultValue={q} />
      </label>
      <button type="submit">{words('desk.search.button')}</button>
    </form>
  );
}
