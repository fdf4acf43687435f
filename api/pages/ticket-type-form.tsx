import type { TicketField } from '../../domain/ticket-field.ts';
import type { TicketType, TicketTypeTerms } from '../../domain/ticket-type.ts';
import { ticketAreas } from '../../domain/ticket-type.ts';
import type { Problem } from '../problems.ts';
import { Page } from './page.tsx';
import { useSpeech } from './reader.ts';
import { roleNames } from './ticket-parts.tsx';

const kinds: TicketField['kind'][] = ['line', 'prose', 'choice', 'instant', 'tick'];

/** What the form shows: a type as it is, a new one, or what somebody entered and was refused. */
export type Terms = Partial<TicketTypeTerms & { teamId: string; takeoverTeamId: string | null }>;
type Props = { type: TicketType | undefined; terms: Terms; teams: { id: string; name: string }[]; saved?: boolean; refused?: Problem };

export function TicketTypeForm({ type, terms, teams, saved = false, refused }: Props) {
  const { words, phrase } = useSpeech();
  const queues = teams.map(({ id, name }) => [id, name] as [string, string]);
  const returns = (['next', 'lead'] as const).map((one) => [one, words(`ticketType.${one}`)] as [string, string]);
  return (
    <Page title={type ? type.name : words('ticketType.addTitle')} tab="Desk">
      <p>
        <a href="/ticket-types">{words('ticketType.all')}</a>
      </p>
      {saved && <p className="notice">{words('ticketType.saved')}</p>}
      {refused && (
        <p className="notice warning" role="alert">
          {refused.code === 'VERSION_MISMATCH'
            ? words('ticketType.newer')
            : `${phrase(refused.title)} ${problemsOf(refused)} ${words('ticketType.refused')}`}
        </p>
      )}
      {type?.source && <p className="muted">{words('ticketType.source', { rule: type.source })}</p>}
      {type?.rule && <p className="notice">{words(`ticket.close.rule.${type.rule}`)}</p>}
      <form method="post" action={`/ticket-types/${type?.id ?? 'new'}`}>
        {type && <input type="hidden" name="version" value={type.version} />}
        <label>
          {words('ticketType.name')}
          <input name="name" required maxLength={120} defaultValue={terms.name} />
        </label>
        {!type && (
          <label>
            {words('ticketType.key')}
            <input name="key" required pattern="[a-z][a-z0-9\-]+" maxLength={60} defaultValue={terms.key} />
          </label>
        )}
        <div className="row">
          <Select
            label={words('ticketType.area')}
            name="area"
            options={ticketAreas.map((area) => [area, words(`ticket.area.${area}`)])}
            chosen={terms.area}
          />
          <Select label={words('ticketType.queue')} name="teamId" options={queues} chosen={terms.teamId} />
          <Select
            label={words('ticketType.takeover')}
            name="takeoverTeamId"
            options={[['', words('ticketType.nobody')], ...queues]}
            chosen={terms.takeoverTeamId ?? ''}
          />
        </div>
        <fieldset>
          <legend>{words('ticketType.roles')}</legend>
          {roleNames.map((role) => (
            <label key={role}>
              <input type="checkbox" name="roles" value={role} defaultChecked={terms.roles?.includes(role)} /> {words(`role.${role}`)}
            </label>
          ))}
          <label>
            <input type="checkbox" name="designated" value="yes" defaultChecked={terms.scope === 'designated'} />{' '}
            {words('ticketType.designated')}
          </label>
          <label>
            <input type="checkbox" name="growth" value="yes" defaultChecked={terms.growth} /> {words('ticketType.growth')}
          </label>
        </fieldset>
        <fieldset>
          <legend>{words('ticketType.clock')}</legend>
          <div className="row">
            <Minutes label={words('ticketType.sla')} name="slaMinutes" value={terms.slaMinutes} />
            <Minutes label={words('ticketType.warn')} name="warnMinutes" value={terms.warnMinutes} />
            <Minutes label={words('ticketType.silent')} name="returnMinutes" value={terms.returnMinutes} />
            <Select label={words('ticketType.givenTo')} name="returnTo" options={returns} chosen={terms.returnTo ?? 'next'} />
          </div>
        </fieldset>
        <label>
          {words('ticketType.matters')}
          <input name="matters" defaultValue={terms.matters?.join(', ')} />
        </label>
        <FieldTable list="fields" title={words('ticketType.fields')} fields={terms.fields ?? []} />
        <FieldTable list="closing" title={words('ticketType.closing')} fields={terms.closing ?? []} />
        <label>
          <input type="checkbox" name="active" value="yes" defaultChecked={terms.active ?? true} /> {words('ticketType.active')}
        </label>
        <button type="submit">{words(type ? 'ticketType.save' : 'ticketType.addIt')}</button>
      </form>
    </Page>
  );
}

/** Which field, and why, as the schema of the terms says it. */
function problemsOf({ facts }: Problem): string {
  const { issues = [] } = (facts ?? {}) as { issues?: { path?: unknown; message?: unknown }[] };
  return issues.map(({ path, message }) => `${Array.isArray(path) ? path.join('.') : path}: ${message}.`).join(' ');
}

type SelectProps = { label: string; name: string; options: [string, string][]; chosen: string | undefined };

function Select({ label, name, options, chosen }: SelectProps) {
  return (
    <label>
      {label}
      <select name={name} defaultValue={chosen}>
        {options.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

function Minutes({ label, name, value }: { label: string; name: string; value: number | null | undefined }) {
  return (
    <label>
      {label}
      <input type="number" name={name} min={0} max={525600} defaultValue={value ?? ''} />
    </label>
  );
}

/** One row a field; those that are filled, and two more. */
function FieldTable({ list, title, fields }: { list: 'fields' | 'closing'; title: string; fields: Partial<TicketField>[] }) {
  const { words } = useSpeech();
  const rows = Array.from({ length: fields.length + 2 }, (_, index) => ({ field: fields[index], row: `${list}.${index}` }));
  const answers = kinds.map((kind) => [kind, words(`ticketType.kinds.${kind}`)] as [string, string]);
  return (
    <fieldset>
      <legend>{title}</legend>
      {rows.map(({ field, row }, index) => {
        const number = index + 1;
        return (
          <div className="row" key={row}>
            {field && <input type="hidden" name={`${row}.name`} value={field.name} />}
            <label>
              {words('ticketType.question', { number })}
              <input name={`${row}.label`} maxLength={120} defaultValue={field?.label} />
            </label>
            <Select label={words('ticketType.kind', { number })} name={`${row}.kind`} options={answers} chosen={field?.kind ?? 'line'} />
            <label>
              {words('ticketType.options', { number })}
              <input name={`${row}.options`} defaultValue={field?.options?.join(', ')} />
            </label>
            <label>
              <input type="checkbox" name={`${row}.required`} value="yes" defaultChecked={field?.required ?? true} />{' '}
              {words('ticketType.required')}
            </label>
          </div>
        );
      })}
    </fieldset>
  );
}
