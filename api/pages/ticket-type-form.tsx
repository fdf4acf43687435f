import type { TicketField } from '../../domain/ticket-field.ts';
import { type TicketType, ticketAreas } from '../../domain/ticket-type.ts';
import { Field, Form, Pick, Tick } from './form-fields.tsx';
import { Page } from './page.tsx';
import { useSpeech } from './reader.ts';
import { type Posted, useRefusal } from './refused.tsx';
import { roleNames } from './ticket-parts.tsx';

const fieldKinds: TicketField['kind'][] = ['line', 'prose', 'choice', 'instant', 'tick'];

type Props = { type: TicketType | undefined; teams: { id: string; name: string }[]; saved?: boolean };

export function TicketTypeForm({ type, teams, saved = false }: Props) {
  const { words } = useSpeech();
  const returns = (['next', 'lead'] as const).map((id) => ({ id, name: words(`ticketType.${id}`) }));
  const most = { type: 'number', min: 0, max: 525600 } as const;
  return (
    <Page title={type ? type.name : words('ticketType.addTitle')} tab="Desk">
      <p>
        <a href="/ticket-types">{words('ticketType.all')}</a>
      </p>
      {saved && (
        <p className="notice" role="status">
          {words('ticketType.saved')}
        </p>
      )}
      {type?.source && <p className="muted">{words('ticketType.source', { rule: type.source })}</p>}
      {type?.rule && <p className="notice">{words(`ticket.close.rule.${type.rule}`)}</p>}
      <Form action={`/ticket-types/${type?.id ?? 'new'}`}>
        {type && <input type="hidden" name="version" value={type.version} />}
        <Field name="name" label={words('ticketType.name')} required maxLength={120} value={type?.name} />
        {!type && <Field name="key" label={words('ticketType.key')} required pattern="[a-z][a-z0-9\-]+" maxLength={60} />}
        <div className="row">
          <Pick
            name="area"
            label={words('ticketType.area')}
            options={ticketAreas.map((id) => ({ id, name: words(`ticket.area.${id}`) }))}
            chosen={type?.area}
          />
          <Pick name="teamId" label={words('ticketType.queue')} options={teams} chosen={type?.teamId} />
          <Pick
            name="takeoverTeamId"
            label={words('ticketType.takeover')}
            options={teams}
            chosen={type?.takeoverTeamId ?? ''}
            none={words('ticketType.nobody')}
          />
        </div>
        <fieldset>
          <legend>{words('ticketType.roles')}</legend>
          {roleNames.map((role) => (
            <Tick key={role} name="roles" value={role} label={words(`role.${role}`)} ticked={type?.roles.includes(role)} />
          ))}
          <Tick name="designated" label={words('ticketType.designated')} ticked={type?.scope === 'designated'} />
          <Tick name="growth" label={words('ticketType.growth')} ticked={type?.growth} />
        </fieldset>
        <fieldset>
          <legend>{words('ticketType.clock')}</legend>
          <div className="row">
            <Field {...most} name="slaMinutes" label={words('ticketType.sla')} value={type?.slaMinutes ?? undefined} />
            <Field {...most} name="warnMinutes" label={words('ticketType.warn')} value={type?.warnMinutes} />
            <Field {...most} name="returnMinutes" label={words('ticketType.silent')} value={type?.returnMinutes ?? undefined} />
            <Pick name="returnTo" label={words('ticketType.givenTo')} options={returns} chosen={type?.returnTo ?? 'next'} />
          </div>
        </fieldset>
        <Field name="matters" label={words('ticketType.matters')} value={type?.matters.join(', ')} />
        <FieldTable list="fields" title={words('ticketType.fields')} fields={type?.fields ?? []} />
        <FieldTable list="closing" title={words('ticketType.closing')} fields={type?.closing ?? []} />
        <Tick name="active" label={words('ticketType.active')} ticked={type?.active ?? true} />
        <button type="submit">{words(type ? 'ticketType.save' : 'ticketType.addIt')}</button>
      </Form>
    </Page>
  );
}

type TableProps = { list: 'fields' | 'closing'; title: string; fields: TicketField[] };

/** One row a field; those that are filled, and two more. Refused, those that were sent. */
function FieldTable({ list, title, fields }: TableProps) {
  const { words } = useSpeech();
  const sent = useRefusal()?.posted;
  const count = sent ? rowsIn(sent, list) : fields.length + 2;
  const kinds = fieldKinds.map((id) => ({ id, name: words(`ticketType.kinds.${id}`) }));
  return (
    <fieldset>
      <legend>{title}</legend>
      {Array.from({ length: count }, (_, index) => {
        const [row, field, number] = [`${list}.${index}`, fields[index], index + 1];
        const name = sent ? sent[`${row}.name`] : field?.name;
        return (
          <div className="row" key={row}>
            {name && <input type="hidden" name={`${row}.name`} value={name} />}
            <Field name={`${row}.label`} label={words('ticketType.question', { number })} maxLength={120} value={field?.label} />
            <Pick name={`${row}.kind`} label={words('ticketType.kind', { number })} options={kinds} chosen={field?.kind ?? 'line'} />
            <Field name={`${row}.options`} label={words('ticketType.options', { number })} value={field?.options?.join(', ')} />
            <Tick name={`${row}.required`} label={words('ticketType.required')} ticked={field?.required ?? true} />
          </div>
        );
      })}
    </fieldset>
  );
}

/** How many rows a form has sent. */
export const rowsIn = (posted: Posted, list: 'fields' | 'closing'): number =>
  Object.keys(posted).filter((name) => name.startsWith(`${list}.`) && name.endsWith('.label')).length;
