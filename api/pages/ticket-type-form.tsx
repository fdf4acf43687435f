import type { TicketField } from '../../domain/ticket-field.ts';
import { type TicketType, ticketAreas } from '../../domain/ticket-type.ts';
import { Page } from './page.tsx';
import { roleNames } from './ticket-parts.tsx';

/** As many fields as the form shows of each list; the API takes more. */
export const fieldRows = 8;
const kinds: Record<TicketField['kind'], string> = {
  line: 'a line of text',
  prose: 'some sentences',
  choice: 'one of these options',
  instant: 'a day and time',
  tick: 'a box to tick',
};

type Props = { type: TicketType | undefined; teams: { id: string; name: string }[]; saved: boolean };

export function TicketTypeForm({ type, teams, saved }: Props) {
  return (
    <Page title={type ? type.name : 'Add a ticket type'} tab="Desk">
      <p>
        <a href="/ticket-types">All ticket types</a>
      </p>
      {saved && <p className="notice">Saved. The clocks of its open tickets were planned anew.</p>}
      {type?.source && <p className="muted">From the starting set (rule {type.source}).</p>}
      {type?.rule && <p className="notice">Closing has a rule of its own beside the fields below: {type.rule}.</p>}
      <form method="post" action={`/ticket-types/${type?.id ?? 'new'}`}>
        {type && <input type="hidden" name="version" value={type.version} />}
        <label>
          Name
          <input name="name" required maxLength={120} defaultValue={type?.name} />
        </label>
        {!type && (
          <label>
            Key, for tools: small letters, digits and hyphens
            <input name="key" required pattern="[a-z][a-z0-9\-]+" maxLength={60} />
          </label>
        )}
        <div className="row">
          <Select label="Area" name="area" options={ticketAreas.map((area) => [area, area])} chosen={type?.area} />
          <Select label="Queue of" name="teamId" options={teams.map(({ id, name }) => [id, name])} chosen={type?.teamId} />
          <Select
            label="Taken over by, where the team is unable"
            name="takeoverTeamId"
            options={[['', 'nobody'], ...teams.map(({ id, name }) => [id, name] as [string, string])]}
            chosen={type?.takeoverTeamId ?? ''}
          />
        </div>
        <fieldset>
          <legend>Who may work it (none ticked: whoever is in the team)</legend>
          {roleNames.map((role) => (
            <label key={role}>
              <input type="checkbox" name="roles" value={role} defaultChecked={type?.roles.includes(role)} /> {role}
            </label>
          ))}
          <label>
            <input type="checkbox" name="designated" value="yes" defaultChecked={type?.scope === 'designated'} /> not for remote care
            coordinators
          </label>
          <label>
            <input type="checkbox" name="growth" value="yes" defaultChecked={type?.growth} /> about growing the business: not for care
            coordinators
          </label>
        </fieldset>
        <fieldset>
          <legend>Its clock, in working minutes of the team (empty: none)</legend>
          <div className="row">
            <Minutes label="To be closed within" name="slaMinutes" value={type?.slaMinutes} />
            <Minutes label="Warned before that" name="warnMinutes" value={type?.warnMinutes} />
            <Minutes label="Taken from a silent assignee after" name="returnMinutes" value={type?.returnMinutes} />
            <Select
              label="And given to"
              name="returnTo"
              options={[
                ['next', 'the next of the team'],
                ['lead', 'the lead'],
              ]}
              chosen={type?.returnTo ?? 'next'}
            />
          </div>
        </fieldset>
        <label>
          Words by which an inquiry belongs here whatever it was filed under, with commas between (may be left out)
          <input name="matters" defaultValue={type?.matters.join(', ')} />
        </label>
        <FieldTable list="fields" title="What a new ticket must say" fields={type?.fields ?? []} />
        <FieldTable list="closing" title="What closing demands" fields={type?.closing ?? []} />
        <label>
          <input type="checkbox" name="active" value="yes" defaultChecked={type?.active ?? true} /> offered for new tickets
        </label>
        <button type="submit">{type ? 'Save' : 'Add it'}</button>
      </form>
    </Page>
  );
}

function Select({
  label,
  name,
  options,
  chosen,
}: {
  label: string;
  name: string;
  options: [string, string][];
  chosen: string | undefined;
}) {
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
function FieldTable({ list, title, fields }: { list: 'fields' | 'closing'; title: string; fields: TicketField[] }) {
  const rows = Array.from({ length: Math.min(fieldRows, fields.length + 2) }, (_, index) => ({
    field: fields[index],
    row: `${list}.${index}`,
  }));
  return (
    <fieldset>
      <legend>{title} (a row without words is none)</legend>
      {rows.map(({ field, row }, index) => (
        <div className="row" key={row}>
          {field && <input type="hidden" name={`${row}.name`} value={field.name} />}
          <label>
            Words {index + 1}
            <input name={`${row}.label`} maxLength={120} defaultValue={field?.label} />
          </label>
          <Select label={`Kind ${index + 1}`} name={`${row}.kind`} options={Object.entries(kinds)} chosen={field?.kind ?? 'line'} />
          <label>
            Options {index + 1}, with commas between
            <input name={`${row}.options`} defaultValue={field?.options?.join(', ')} />
          </label>
          <label>
            <input type="checkbox" name={`${row}.required`} value="yes" defaultChecked={field?.required ?? true} /> must be filled in
          </label>
        </div>
      ))}
    </fieldset>
  );
}
