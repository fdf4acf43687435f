/** The fields of a form. After a refusal they have what was typed, and say what is wrong with it (refused.tsx). */
import { createContext, type InputHTMLAttributes, type ReactNode, type TextareaHTMLAttributes, useContext } from 'react';

import { Options } from './page.tsx';
import { useSpeech } from './reader.ts';
import { type Posted, type Refusal, useRefusal, whyInWords } from './refused.tsx';

const Own = createContext<Refusal | undefined>(undefined);

type FormProps = { action: string; method?: 'get' | 'post'; name?: string; className?: string; children: ReactNode };

/** A form that keeps what was typed. `name`: as orAgain calls it, where the page has several. */
export function Form({ name, method = 'post', children, ...rest }: FormProps) {
  return (
    <form method={method} {...rest}>
      <Own value={useRefusal(name)}>{children}</Own>
    </form>
  );
}

/** A form that opens where it is wanted, and stands open after a refusal. */
export function FoldedForm({
  name,
  summary,
  className,
  children,
}: {
  name?: string;
  summary: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <details open={useRefusal(name) !== undefined} className={className}>
      <summary>{summary}</summary>
      {children}
    </details>
  );
}

/** What was typed into a field of this form; undefined: it was not sent. */
export const useTyped = (name: string): string | string[] | undefined => useContext(Own)?.posted[name];

type Wrong = { id: string; 'aria-invalid': true; 'aria-describedby': string };

/** What was typed into a field, and what is wrong with it. */
function useField(name: string) {
  const refusal = useContext(Own);
  const speech = useSpeech();
  const why = refusal?.fields.find((one) => one.name === name)?.why;
  const typed = refusal?.posted[name];
  return {
    again: refusal !== undefined,
    typed: [typed ?? []].flat(),
    wrong: why && ({ id: name, 'aria-invalid': true, 'aria-describedby': `${name}-refused` } satisfies Wrong),
    refused: why && (
      <p id={`${name}-refused`} className="warning refused">
        {whyInWords(why, typed, speech)}
      </p>
    ),
  };
}

/** `hint`: what the field means, below it. */
type Named = { name: string; label: ReactNode; hint?: string | undefined };
type FieldProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'defaultValue'> & Named & { value?: string | number | undefined };

/** An input under its label. */
export function Field({ label, hint, value, ...input }: FieldProps) {
  const { typed, wrong, refused } = useField(input.name);
  return (
    <div>
      <label>
        {label} <input {...input} defaultValue={typed[0] ?? value} {...described(input.name, hint, wrong)} />
      </label>
      {refused}
      <Hint of={input.name} hint={hint} />
    </div>
  );
}

const described = (name: string, hint: string | undefined, wrong: Wrong | undefined) => ({
  ...wrong,
  'aria-describedby': [wrong?.['aria-describedby'], hint && `${name}-meaning`].filter(Boolean).join(' ') || undefined,
});

const Hint = ({ of, hint }: { of: string; hint: string | undefined }) => hint && <small id={`${of}-meaning`}>{hint}</small>;

type AreaProps = Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'defaultValue'> & Named & { value?: string | undefined };

/** A few sentences under their label. */
export function Area({ label, hint, value, ...area }: AreaProps) {
  const { typed, wrong, refused } = useField(area.name);
  return (
    <div>
      <label>
        {label} <textarea maxLength={2000} {...area} defaultValue={typed[0] ?? value} {...described(area.name, hint, wrong)} />
      </label>
      {refused}
      <Hint of={area.name} hint={hint} />
    </div>
  );
}

type PickProps = Named & { options: { id: string; name: string }[]; chosen?: string | undefined; none?: string; required?: boolean };

/** One of a list. `none`: what an empty choice is called. */
export function Pick({ name, label, hint, options, chosen, none, required }: PickProps) {
  const { typed, wrong, refused } = useField(name);
  return (
    <div>
      <label>
        {label}
        <select name={name} required={required} defaultValue={typed[0] ?? chosen} {...described(name, hint, wrong)}>
          {none !== undefined && <option value="">{none}</option>}
          <Options of={options} />
        </select>
      </label>
      {refused}
      <Hint of={name} hint={hint} />
    </div>
  );
}

type TickProps = { name: string; label: ReactNode; value?: string; type?: 'checkbox' | 'radio'; ticked?: boolean; required?: boolean };

/** A box to tick, or a dot to choose. */
export function Tick({ name, label, value = 'on', type = 'checkbox', ticked = false, required }: TickProps) {
  const { again, typed, wrong, refused } = useField(name);
  const own = type === 'checkbox' && wrong;
  return (
    <>
      <label>
        <input type={type} name={name} value={value} required={required} defaultChecked={again ? typed.includes(value) : ticked} {...own} />{' '}
        {label}
      </label>
      {own && refused}
    </>
  );
}

/** The tick without which nothing is done (C-14): whoever sees the page again ticks it again. */
export function Agree({ label }: { label: string }) {
  const { wrong, refused } = useField('yes');
  return (
    <>
      <label>
        <input type="checkbox" name="yes" required {...wrong} /> {label}
      </label>
      {refused}
    </>
  );
}

type TicksProps = { legend: string; name: string; options: [value: string, label: string][]; ticked?: readonly string[] };

/** Many small boxes side by side. */
export function Ticks({ legend, name, options, ticked = [] }: TicksProps) {
  const { again, typed, wrong, refused } = useField(name);
  const on = again ? typed : ticked;
  return (
    <fieldset className="ticks" id={wrong?.id} aria-describedby={wrong?.['aria-describedby']} tabIndex={wrong && -1}>
      <legend>{legend}</legend>
      {options.map(([value, label]) => (
        <label key={value}>
          <input type="checkbox" name={name} value={value} defaultChecked={on.includes(value)} /> {label}
        </label>
      ))}
      {refused}
    </fieldset>
  );
}

/** An answer given before the form, which a refusal must not ask for again. */
export function Given({ name }: { name: string }) {
  const { typed } = useField(name);
  return typed[0] && <input type="hidden" name={name} value={typed[0]} />;
}

/** What was typed on the page before, carried along unseen: a refusal brings it back into that page's form. */
export function Carry({ posted, except = [] }: { posted: Posted; except?: string[] }) {
  return Object.entries(posted)
    .filter(([name]) => !except.includes(name))
    .flatMap(([name, values]) =>
      [values ?? []].flat().map((value) => <input key={`${name} ${value}`} type="hidden" name={name} value={value} />),
    );
}
