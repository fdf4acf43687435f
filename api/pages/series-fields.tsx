/** The terms of a block series as fields of a form, read again by series-wish.ts. */
import type { LoadedSeries } from '../../ledger/series.ts';
import { Field, Pick, Tick, Ticks } from './form-fields.tsx';
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
        <Tick type="radio" name="kind" value="weekly" ticked={!monthly} label={words('series.field.weeks')} />
        <div className="if-weekly">
          <Ticks legend={words('series.field.on')} name="weekdays" options={days} ticked={weekly?.weekdays.map(String)} />
          <div className="row">
            <Field label={words('series.field.every')} name="everyWeeks" type="number" min={0} value={weekly?.everyWeeks ?? 1} />
            <Field label={words('series.field.anchor')} name="anchor" type="date" value={weekly?.anchor} />
          </div>
        </div>
        <Tick type="radio" name="kind" value="monthly" ticked={Boolean(monthly)} label={words('series.field.months')} />
        <div className="if-monthly">
          <Ticks
            legend={words('series.field.which')}
            name="nth"
            options={nths.map((n) => [n, words(`series.nth.${n}`)])}
            ticked={monthly?.nth.map(String)}
          />
          <Pick
            label={words('series.field.weekday')}
            name="weekday"
            options={days.map(([id, name]) => ({ id, name }))}
            chosen={String(monthly?.weekday ?? 1)}
          />
        </div>
      </fieldset>
      <Field label={words('series.field.skipped')} name="skippedDates" value={facts?.skippedDates.join(' ')} />
      <Field label={words('series.field.window')} name="windowDays" type="number" min={0} value={facts?.windowDays ?? undefined} />
    </>
  );
}
