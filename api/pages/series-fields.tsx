/** The terms of a block series as fields of a form, read again by series-wish.ts. */
import type { ReactNode } from 'react';

import type { LoadedSeries } from '../../ledger/series.ts';
import { Options } from './page.tsx';
import { useSpeech } from './reader.ts';

type Named = { id: string; name: string };
export type Choices = { rooms: Named[]; groups: Named[]; providers: Named[] };
type Terms = { facts: LoadedSeries['facts'] | undefined; choices: Choices; today: string };

const nths = ['1', '2', '3', '4', '5', '-1'] as const;

export function TermFields({ facts, choices, today }: Terms) {
  const { words, weekday } = useSpeech();
  const days = [1, 2, 3, 4, 5, 6, 7].map((day): [string, string] => [String(day), weekday(day, 'long')]);
  const weekly = facts?.recurrence.kind === 'weekly' ? facts.recurrence : undefined;
  const monthly = facts?.recurrence.kind === 'monthly' ? facts.recurrence : undefined;
  return (
    <>
      <div className="row">
        <Pick label={words('series.field.room')} name="roomId" options={choices.rooms} chosen={facts?.roomId} />
        <Pick label={words('series.field.group')} name="groupId" options={choices.groups} chosen={facts?.groupId} />
        <Pick
          label={words('series.field.surgeon')}
          name="providerId"
          options={choices.providers}
          chosen={facts?.providerId ?? ''}
          none={words('series.field.wholeGroup')}
        />
      </div>
      <div className="row">
        <Field label={words('series.field.from')} name="from" type="time" required value={facts?.from} />
        <Field label={words('series.field.to')} name="to" type="time" required value={facts?.to === '24:00' ? '00:00' : facts?.to} />
        <Field label={words('series.field.first')} name="validFrom" type="date" required value={facts?.validFrom ?? today} />
        <Field label={words('series.field.last')} name="validUntil" type="date" value={facts?.validUntil ?? undefined} />
      </div>
      <fieldset>
        <legend>{words('series.field.again')}</legend>
        <label>
          <input type="radio" name="kind" value="weekly" defaultChecked={!monthly} /> {words('series.field.weeks')}
        </label>
        <Ticks legend={words('series.field.on')} name="weekdays" options={days} ticked={weekly?.weekdays} />
        <div className="row">
          <Field label={words('series.field.every')} name="everyWeeks" type="number" value={weekly?.everyWeeks ?? 1} />
          <Field label={words('series.field.anchor')} name="anchor" type="date" value={weekly?.anchor} />
        </div>
        <label>
          <input type="radio" name="kind" value="monthly" defaultChecked={Boolean(monthly)} /> {words('series.field.months')}
        </label>
        <Ticks
          legend={words('series.field.which')}
          name="nth"
          options={nths.map((n) => [n, words(`series.nth.${n}`)])}
          ticked={monthly?.nth}
        />
        <Pick
          label={words('series.field.weekday')}
          name="weekday"
          options={days.map(([id, name]) => ({ id, name }))}
          chosen={String(monthly?.weekday ?? 1)}
        />
      </fieldset>
      <Field label={words('series.field.skipped')} name="skippedDates" value={facts?.skippedDates.join(' ')} />
      <Field label={words('series.field.window')} name="windowDays" type="number" value={facts?.windowDays ?? undefined} />
    </>
  );
}

type Picked = { label: string; name: string; options: Named[]; chosen: string | undefined; none?: string };

function Pick({ label, name, options, chosen, none }: Picked): ReactNode {
  return (
    <label>
      {label}
      <select name={name} defaultValue={chosen}>
        {none && <option value="">{none}</option>}
        <Options of={options} />
      </select>
    </label>
  );
}

type Fielded = { label: string; name: string; type?: string; required?: boolean; value?: string | number | undefined };

function Field({ label, value, type = 'text', ...rest }: Fielded) {
  return (
    <label>
      {label} <input type={type} defaultValue={value} {...(type === 'number' && { min: 0 })} {...rest} />
    </label>
  );
}

type Ticked = { legend: string; name: string; options: [value: string, label: string][]; ticked: readonly number[] | undefined };

function Ticks({ legend, name, options, ticked = [] }: Ticked) {
  return (
    <fieldset className="ticks">
      <legend>{legend}</legend>
      {options.map(([value, label]) => (
        <label key={value}>
          <input type="checkbox" name={name} value={value} defaultChecked={ticked.includes(Number(value))} /> {label}
        </label>
      ))}
    </fieldset>
  );
}
