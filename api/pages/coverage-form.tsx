/** The form that enters days away (P-19). */
import { Field, Form, Pick } from './form-fields.tsx';
import { useSpeech } from './reader.ts';

export type Named = { id: string; name: string };

export function EnterAbsence({ people, self }: { people: Named[]; self: string }) {
  const { words } = useSpeech();
  return (
    <>
      <h2>{words('coverage.enter.title')}</h2>
      <Form action="/coverage">
        <Pick name="personId" label={words('coverage.enter.who')} options={people} chosen={self} />
        <div className="grid">
          <Field name="from" type="date" label={words('coverage.enter.first')} required />
          <Field name="to" type="date" label={words('coverage.enter.last')} />
        </div>
        <div className="grid">
          <Field name="fromTime" type="time" label={words('coverage.enter.from')} />
          <Field name="toTime" type="time" label={words('coverage.enter.until')} />
        </div>
        <button type="submit">{words('coverage.enter.button')}</button>
      </Form>
    </>
  );
}
