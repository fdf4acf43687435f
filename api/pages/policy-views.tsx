import type { PolicySettings } from '../../domain/policy.ts';
import { Field, Form, Pick } from './form-fields.tsx';
import { Page } from './page.tsx';
import { fieldsOf, inWords, type PolicyDesk, policyDesks, type SettingField } from './policy-fields.ts';
import { useSpeech } from './reader.ts';
import { useRefusal } from './refused.tsx';

/** `desks`: those that the facility has. */
type Shown = { settings: PolicySettings; version: number; desks: PolicyDesk[]; done?: 'saved' | 'nothing' | undefined };

/** Every setting with its meaning, desk by desk; those of a desk that the facility does not have are folded away. */
export function PolicyPage({ settings, version, desks, done }: Shown) {
  const { words } = useSpeech();
  const absent = policyDesks.filter((desk) => !desks.includes(desk));
  const refused = useRefusal()?.fields.map(({ name }) => name) ?? [];
  const isRefused = (desk: PolicyDesk) => fieldsOf(settings, desk).some(([, fields]) => fields.some(({ name }) => refused.includes(name)));
  return (
    <Page title={words('policy.title')} tab="Desk">
      {done && (
        <p className="notice" role="status">
          {words(`policy.done.${done}`)}
        </p>
      )}
      <p>{words('policy.text', { version })}</p>
      <Form action="/policy/preview">
        {desks.map((desk) => (
          <section key={desk} aria-labelledby={desk}>
            <h2 id={desk}>{words(`policy.desk.${desk}`)}</h2>
            <Sections settings={settings} desk={desk} />
          </section>
        ))}
        {absent.map((desk) => (
          <details key={desk} open={isRefused(desk)}>
            <summary>{words('policy.notHere', { desk: words(`policy.desk.${desk}`) })}</summary>
            <Sections settings={settings} desk={desk} />
          </details>
        ))}
        <button type="submit">{words('policy.see')}</button>
      </Form>
    </Page>
  );
}

function Sections({ settings, desk }: { settings: PolicySettings; desk: PolicyDesk }) {
  const { phrase } = useSpeech();
  return fieldsOf(settings, desk).map(([section, fields]) => (
    <fieldset key={section} className="card">
      <legend>{phrase(inWords(section))}</legend>
      {fields.map((field) => (
        <Setting key={field.name} field={field} />
      ))}
    </fieldset>
  ));
}

function Setting({ field: { name, label, meaning, value, input, options } }: { field: SettingField }) {
  const { words, phrase } = useSpeech();
  const named = { name, label: phrase(label), hint: meaning && phrase(meaning) };
  const said = (option: string) => (option === 'true' ? words('unit.yes') : option === 'false' ? words('unit.no') : phrase(option));
  if (options) return <Pick {...named} options={options.map((id) => ({ id, name: said(id) }))} chosen={value} />;
  return <Field {...named} {...input} value={value} />;
}
