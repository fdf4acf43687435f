import { type TicketType, ticketAreas } from '../../domain/ticket-type.ts';
import type { Patient } from '../../prisma/generated/client.ts';
import type { Problem } from '../problems.ts';
import { fullName } from './front-desk.ts';
import { Page } from './page.tsx';
import { PatientSearch } from './patient-search.tsx';
import { useSpeech } from './reader.ts';
import { AnswerFields, type Known, type Posted } from './ticket-parts.tsx';
import { Refused } from './ticket-views.tsx';

/** About whom a ticket is, and the conversation it comes from. */
export type About = { patient: Patient | null; conversationId: string | undefined; practitionerId: string | null | undefined };

const originOf = ({ patient, conversationId }: About): Record<string, string> => ({
  ...(patient && { patient: patient.id }),
  ...(conversationId && { conversation: conversationId }),
});
const addressOf = (query: Record<string, string>) => `/tickets/new?${new URLSearchParams(query)}`;

export function ChooseType({ types, about }: { types: TicketType[]; about: About }) {
  const { words } = useSpeech();
  return (
    <Page title={words('ticket.new.title')} tab="Desk">
      <p>
        <a href="/my-work">{words('ticket.back')}</a>
      </p>
      {about.patient && <p>{words('ticket.new.patient', { name: fullName(about.patient) })}</p>}
      {types.length > 0 && <p>{words('ticket.new.about')}</p>}
      {types.length === 0 && (
        <form method="post" action="/tickets/starting-set">
          <p>{words('ticket.new.none')}</p>
          <button type="submit">{words('ticket.new.begin')}</button>
        </form>
      )}
      {ticketAreas
        .filter((area) => types.some((one) => one.area === area))
        .map((area) => (
          <section key={area}>
            <h2>{words(`ticket.area.${area}`)}</h2>
            <ul>
              {types
                .filter((one) => one.area === area)
                .map(({ key, name }) => (
                  <li key={key}>
                    <a href={addressOf({ type: key, ...originOf(about) })}>{name}</a>
                  </li>
                ))}
            </ul>
          </section>
        ))}
    </Page>
  );
}

type Props = {
  type: TicketType;
  about: About;
  q: string | undefined;
  found: Patient[];
  known: Known;
  refused: Problem | undefined;
  posted: Posted | undefined;
};

export function NewTicketForm({ type, about, q, found, known, refused, posted }: Props) {
  const { words } = useSpeech();
  return (
    <Page title={words('ticket.new.titleOf', { type: type.name })} tab="Desk">
      <p>
        <a href={addressOf(originOf(about))}>{words('ticket.new.another')}</a>
      </p>
      {refused && <Refused problem={refused} labels={labelsOf(type)} then={words('ticket.new.refused')} />}
      <AboutWhom {...{ type, about, q, found }} />
      <form method="post" action="/tickets/new" className="card">
        <input type="hidden" name="form" value={crypto.randomUUID()} />
        {Object.entries({ type: type.key, ...originOf(about) }).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <label>
          {words('ticket.new.subject')}
          <input name="subject" required maxLength={200} defaultValue={posted?.subject} />
        </label>
        <AnswerFields fields={type.fields} idPrefix="new" given={posted} known={known} />
        <label>
          <input type="checkbox" name="emergency" value="yes" defaultChecked={posted?.emergency === 'yes'} />{' '}
          {words('ticket.new.emergency')}
        </label>
        <button type="submit">{words('ticket.new.button')}</button>
      </form>
    </Page>
  );
}

const labelsOf = ({ fields }: TicketType) => new Map(fields.map(({ name, label }) => [name, label]));

/** What a type's closing looks at, a patient's subscription or order, is there only when the ticket says whose it is. */
function AboutWhom({ type, about, q, found }: Pick<Props, 'type' | 'about' | 'q' | 'found'>) {
  const { words } = useSpeech();
  const { patient: _patient, ...origin } = originOf(about);
  const hidden = { type: type.key, ...origin };
  if (about.patient)
    return (
      <p>
        {words('ticket.new.patient', { name: fullName(about.patient) })}{' '}
        {!about.conversationId && <a href={addressOf(hidden)}>{words('ticket.new.otherPatient')}</a>}
      </p>
    );
  return (
    <section>
      <p>{words('ticket.new.noPatient')}</p>
      <PatientSearch action="/tickets/new" q={q} hidden={hidden} />
      {q && found.length === 0 && <p>{words('ticket.new.nobody', { q })}</p>}
      {found.length > 0 && (
        <ul>
          {found.map((one) => (
            <li key={one.id}>
              <a href={addressOf({ ...hidden, patient: one.id })}>{fullName(one)}</a>
              {one.phone && <span className="muted"> {one.phone}</span>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
