/** What a patient's card says, to be changed by whoever may: the same form for the front desk and the care team. */
import { z } from 'zod';

import { mustEditCards } from '../../domain/account.ts';
import { DomainError } from '../../domain/errors.ts';
import { BirthDate, languages } from '../../domain/patient.ts';
import { changePatient } from '../../ledger/patient.ts';
import { civil } from '../../ledger/special-hours.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Patient } from '../../prisma/generated/client.ts';
import { actorOfVisitor, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { languageNames } from './page.tsx';
import { useSpeech } from './reader.ts';

const empty = z.literal('').transform(() => null);
const Card = z.object({
  version: z.coerce.number().int(),
  givenName: z.string().trim().min(1).max(200),
  familyName: z.string().trim().min(1).max(200),
  birthDate: z.union([empty, BirthDate]),
  phone: z.union([empty, z.string().trim().max(40)]),
  email: z.union([empty, z.email().max(254).toLowerCase()]),
  language: z.enum(languages),
});

/** Throws RIGHT_MISSING, VERSION_MISMATCH when somebody changed it meanwhile, PHONE_INVALID. */
export async function saveCard(deps: Deps, visitor: Visitor, patient: Patient, form: unknown): Promise<void> {
  mustEditCards(visitor);
  const { version, ...change } = Card.parse(form);
  const by = { version, actor: actorOfVisitor(visitor), at: deps.now() };
  const row = await inTransaction(deps.db, (tx) => changePatient(tx, patient, change, by));
  if (!row) throw new DomainError('VERSION_MISMATCH', { version });
}

export function CardForm({ patient, action, editable }: { patient: Patient; action: string; editable: boolean }) {
  const { words } = useSpeech();
  const { version, givenName, familyName, birthDate, phone, email, language } = patient;
  return (
    <form method="post" action={action}>
      <input type="hidden" name="version" value={version} />
      <fieldset disabled={!editable}>
        <legend className="hidden">{words('card.tab.card')}</legend>
        <label>
          {words('desk.field.familyName')} <input name="familyName" required maxLength={200} defaultValue={familyName} />
        </label>
        <label>
          {words('desk.field.givenName')} <input name="givenName" required maxLength={200} defaultValue={givenName} />
        </label>
        <label>
          {words('desk.field.birthDate')} <input type="date" name="birthDate" defaultValue={birthDate ? civil(birthDate) : ''} />
        </label>
        <label>
          {words('desk.field.phone')} <input type="tel" name="phone" maxLength={40} defaultValue={phone ?? ''} />
        </label>
        <label>
          {words('desk.field.email')} <input type="email" name="email" maxLength={254} defaultValue={email ?? ''} />
        </label>
        <label>
          {words('card.language')}
          <select name="language" defaultValue={language}>
            {languages.map((one) => (
              <option key={one} value={one}>
                {languageNames[one]}
              </option>
            ))}
          </select>
        </label>
        <button type="submit">{words('desk.save')}</button>
      </fieldset>
    </form>
  );
}
