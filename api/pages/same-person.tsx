/** I-09: before a form makes a new card, the cards that look like the same person are shown, and nothing that was written is lost. */
import { foldName } from '../../domain/patient.ts';
import { mobileNumber } from '../../domain/phone.ts';
import { policyOf } from '../../ledger/facility.ts';
import { likelyTheSame } from '../../ledger/patient-merge.ts';
import type { Patient } from '../../prisma/generated/client.ts';
import type { Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { showPatients } from './front-desk.ts';
import { Page } from './page.tsx';
import { PatientLine } from './patient-search.tsx';
import { useSpeech } from './reader.ts';

type Said = {
  patientId?: string | undefined;
  givenName?: string | undefined;
  familyName?: string | undefined;
  birthDate?: string | undefined;
  phone?: string | undefined;
  /** They looked, and it is somebody else. */
  another?: string | undefined;
};

/** The cards to ask about; none, where the form names a card or says that it is another person. */
export async function cardsToAskAbout(deps: Deps, visitor: Visitor, said: Said): Promise<Patient[]> {
  const { patientId, givenName, familyName, birthDate, phone, another } = said;
  if (patientId || another || !givenName || !familyName) return [];
  const { facilityId } = visitor;
  const { patient } = await policyOf(deps.reader, facilityId);
  const number = phone ? mobileNumber(phone, patient.phoneCountry) : undefined;
  const searchName = foldName(`${familyName} ${givenName}`);
  const found = await likelyTheSame(deps.reader, { facilityId, searchName, birthDate: birthDate ?? null, phone: number ?? null });
  await showPatients(
    deps,
    visitor,
    'new card',
    found.map(({ id }) => id),
  );
  return found;
}

type Props = { action: string; body: unknown; found: Patient[] };

/** Each answer sends what was written again, with the answer. */
export function SamePersonPage({ action, body, found }: Props) {
  const { words } = useSpeech();
  const said = Object.entries(body as Record<string, string>).filter(([name]) => name !== 'patientId');
  const { givenName = '', familyName = '' } = body as Record<string, string>;
  const again = (name: string, value: string, label: string, about?: Patient) => (
    <form key={value} method="post" action={action} className="card">
      {said.map(([field, text]) => (
        <input key={field} type="hidden" name={field} value={text} />
      ))}
      <input type="hidden" name={name} value={value} />
      {about && <PatientLine patient={about} />}
      <button type="submit" className={about ? undefined : 'quiet'}>
        {label}
      </button>
    </form>
  );
  return (
    <Page title={words('merge.same.title')} tab="Desk">
      <p>{words('merge.same.text')}</p>
      {found.map((one) => again('patientId', one.id, words('merge.same.this'), one))}
      {again('another', 'yes', words('merge.same.another', { name: `${givenName} ${familyName}` }))}
    </Page>
  );
}
