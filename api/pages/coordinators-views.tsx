import type { Availability } from '../../domain/availability.ts';
import type { CoordinatorKind } from '../../domain/coordinator.ts';
import { Field, Form, Pick } from './form-fields.tsx';
import { hoursInWords } from './hours-touched.tsx';
import { Page } from './page.tsx';
import { useSpeech } from './reader.ts';
import { useRefusal } from './refused.tsx';
import { WeekdayHours, weekOf } from './weekday-hours.tsx';

type Terms = { kind: string; zone: string; hours: unknown };
type Coordinator = { id: string; name: string; coordinator: Terms | null };
type Provider = { id: string; name: string; usesEhr: boolean; coordinatorId: string | undefined };

const kinds: CoordinatorKind[] = ['remote', 'designated'];

export function CoordinatorsPage({ coordinators, providers }: { coordinators: Coordinator[]; providers: Provider[] }) {
  const { words } = useSpeech();
  return (
    <Page title={words('coordinator.title')} tab="Desk">
      <p>{words('coordinator.text')}</p>
      {coordinators.length === 0 && <p>{words('coordinator.none')}</p>}
      <ul className="plain">
        {coordinators.map((one) => (
          <CoordinatorCard key={one.id} {...one} />
        ))}
      </ul>
      <h2>{words('coordinator.providers')}</h2>
      {providers.length === 0 && <p>{words('coordinator.noProvider')}</p>}
      <ul className="plain">
        {providers.map((one) => (
          <ProviderCard key={one.id} {...one} coordinators={coordinators} />
        ))}
      </ul>
    </Page>
  );
}

function CoordinatorCard({ id, name, coordinator }: Coordinator) {
  const speech = useSpeech();
  const { words } = speech;
  const hours = weekOf((coordinator?.hours ?? []) as Availability);
  const said = coordinator && {
    kind: words(`coordinator.kind.${coordinator.kind as CoordinatorKind}`),
    zone: coordinator.zone,
    hours: hours.length > 0 ? hoursInWords(hours, speech) : words('coordinator.noHours'),
  };
  return (
    <li className="card">
      <strong>{name}</strong>
      <p className="muted">{said ? words('coordinator.works', said) : words('coordinator.unknown')}</p>
      <details open={useRefusal(id) !== undefined}>
        <summary>{words('coordinator.change', { name })}</summary>
        <Form name={id} action={`/coordinators/${id}`}>
          <Pick
            name="kind"
            label={words('coordinator.kindLabel')}
            options={kinds.map((kind) => ({ id: kind, name: words(`coordinator.kind.${kind}`) }))}
            chosen={coordinator?.kind}
          />
          <Field name="zone" label={words('coordinator.zone')} value={coordinator?.zone} required maxLength={100} />
          <WeekdayHours hours={hours} opens={words('coordinator.from')} closes={words('coordinator.until')} />
          <p className="muted">{words('coordinator.withoutTimes')}</p>
          <button type="submit">{words('coordinator.save')}</button>
        </Form>
      </details>
    </li>
  );
}

function ProviderCard({ id, name, usesEhr, coordinatorId, coordinators }: Provider & { coordinators: Coordinator[] }) {
  const { words } = useSpeech();
  const refused = useRefusal(id) !== undefined;
  const known = coordinators.filter(({ coordinator }) => coordinator);
  const standing = coordinators.find((one) => one.id === coordinatorId);
  return (
    <li className="card">
      <strong>{name}</strong>
      <p className="muted">{standing ? words('coordinator.with', { name: standing.name }) : words('coordinator.alone')}</p>
      {!usesEhr && <p>{words('coordinator.noEhr')}</p>}
      <details open={refused}>
        <summary>{words('coordinator.assign', { name })}</summary>
        {usesEhr && (
          <Form name={id} action={`/coordinators/providers/${id}`}>
            <Pick
              name="coordinatorId"
              label={words('coordinator.who')}
              options={known}
              chosen={coordinatorId}
              none={words('coordinator.nobody')}
            />
            <Field name="reason" label={words('coordinator.why')} maxLength={200} />
            <button type="submit">{words('coordinator.save')}</button>
          </Form>
        )}
        <form method="post" action={`/coordinators/providers/${id}/ehr`}>
          <input type="hidden" name="usesEhr" value={usesEhr ? 'no' : 'yes'} />
          <button type="submit" className="quiet">
            {words(usesEhr ? 'coordinator.stopsEhr' : 'coordinator.usesEhr')}
          </button>
        </form>
      </details>
    </li>
  );
}
