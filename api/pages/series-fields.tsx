/** The terms of a block series as fields of a form, read again by series-wish.ts. */
import type { ReactNode } from 'react';

import { nthNames, weekdayNames } from '../../domain/recurrence.ts';
import type { LoadedSeries } from '../../ledger/series.ts';
import { Options } from './page.tsx';

type Named = { id: string; name: string };
export type Choices = { rooms: Named[]; groups: Named[]; providers: Named[] };
type Terms = { facts: LoadedSeries['facts'] | undefined; choices: Choices; today: string };

export function TermFields({ facts, choices, today }: Terms) {
  const weekly = facts?.recurrence.kind === 'weekly' ? facts.recurrence : undefined;
  const monthly = facts?.recurrence.kind === 'monthly' ? facts.recurrence : undefined;
  return (
    <>
      <div className="row">
        <Pick label="Room" name="roomId" options={choices.rooms} chosen={facts?.roomId} />
        <Pick label="Group" name="groupId" options={choices.groups} chosen={facts?.groupId} />
        <Pick label="Surgeon" name="providerId" options={choices.providers} chosen={facts?.providerId ?? ''} none="the whole group" />
      </div>
      <div className="row">
        <Field label="From" name="from" type="time" required value={facts?.from} />
        <Field label="To" name="to" type="time" required value={facts?.to === '24:00' ? '00:00' : facts?.to} />
        <Field label="First day" name="validFrom" type="date" required value={facts?.validFrom ?? today} />
        <Field label="Last day" name="validUntil" type="date" value={facts?.validUntil ?? undefined} />
      </div>
      <fieldset>
        <legend>How it comes again</legend>
        <label>
          <input type="radio" name="kind" value="weekly" defaultChecked={!monthly} /> By weeks
        </label>
        <Ticks legend="On" name="weekdays" options={weekdayNames.map((name, n) => [String(n + 1), name])} ticked={weekly?.weekdays} />
        <div className="row">
          <Field label="Every so many weeks" name="everyWeeks" type="number" value={weekly?.everyWeeks ?? 1} />
          <Field label="A date in a week that counts, if not every week does" name="anchor" type="date" value={weekly?.anchor} />
        </div>
        <label>
          <input type="radio" name="kind" value="monthly" defaultChecked={Boolean(monthly)} /> By months
        </label>
        <Ticks
          legend="Which of them"
          name="nth"
          options={['1', '2', '3', '4', '5', '-1'].map((n) => [n, nthNames[n]!])}
          ticked={monthly?.nth}
        />
        <Pick
          label="Weekday"
          name="weekday"
          options={weekdayNames.map((name, n) => ({ id: String(n + 1), name }))}
          chosen={String(monthly?.weekday ?? 1)}
        />
      </fieldset>
      <Field label="Dates without a block, such as 2027-03-09 2027-03-16" name="skippedDates" value={facts?.skippedDates.join(' ')} />
      <Field
        label="Release window in days; empty: the facility’s policy"
        name="windowDays"
        type="number"
        value={facts?.windowDays ?? undefined}
      />
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
