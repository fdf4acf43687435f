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
import { Field, Form, Pick } from './form-fields.tsx';
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

/** Where the card has what a refusal is about. */
export const cardNaming = { codes: { PHONE_INVALID: 'phone', PHONE_MISSING: 'phone' } };

export function CardForm({ patient, action, editable }: { patient: Patient; action: string; editable: boolean }) {
  const { words } = useSpeech();
  const { version, givenName, familyName, birthDate, phone, email, language } = patient;
  return (
    <Form action={action}>
      <input type="hidden" name="version" value={version} />
      <fieldset disabled={!editable}>
        <legend className="hidden">{words('card.tab.card')}</legend>
        <Field name="familyName" label={words('desk.field.familyName')} required maxLength={200} value={familyName} />
        <Field name="givenName" label={words('desk.field.givenName')} required maxLength={200} value={givenName} />
        <Field name="birthDate" type="date" label={words('desk.field.birthDate')} value={birthDate ? civil(birthDate) : ''} />
        <Field name="phone" type="tel" label={words('desk.field.phone')} maxLength={40} value={phone ?? ''} />
        <Field name="email" type="email" label={words('desk.field.email')} maxLength={254} value={email ?? ''} />
        <Pick
          name="language"
          label={words('card.language')}
          options={languages.map((id) => ({ id, name: languageNames[id] }))}
          chosen={language}
        />
        <button type="submit">{words('desk.save')}</button>
      </fieldset>
    </Form>
  );
}
