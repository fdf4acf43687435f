import { type Language, languages } from '../../domain/language.ts';
import { type Channel, channels, type PatientMessage } from '../../domain/patient-message.ts';
import { templateFields, type Wording } from '../../domain/template.ts';
import type { MessageTemplate } from '../../prisma/generated/client.ts';
import { sayToPatient, textLength, textToPatient } from '../../words/patient-message.ts';
import { Area, Field, Form, Pick, Tick } from './form-fields.tsx';
import { languageNames, Page } from './page.tsx';
import { useSpeech } from './reader.ts';

export type Draft = {
  id?: string;
  name: string;
  channel: Channel;
  wordings: Partial<Record<Language, Wording>>;
  active: boolean;
  version?: number | undefined;
};
type FromPractice = Extract<PatientMessage, { kind: 'from practice' }>;
export type Preview = { language: Language; content: FromPractice };

const names: Record<Language, string> = { en: 'Anna', ru: 'Анна' };

type Example = { language: Language; facility: string; zone: string; template: Wording };

/** What a template says to a patient who has a visit on a Monday. */
export const exampleOf = ({ language, facility, zone, template }: Example): FromPractice => ({
  kind: 'from practice',
  givenName: names[language],
  facility,
  zone,
  template,
  visit: { startsAt: '2027-06-14T09:00:00.000Z', endsAt: '2027-06-14T09:30:00.000Z' },
});

export function TemplatesPage({ templates, saved }: { templates: MessageTemplate[]; saved: boolean }) {
  const { words } = useSpeech();
  return (
    <Page title={words('template.title')} tab="Desk">
      {saved && (
        <p className="notice" role="status">
          {words('template.saved')}
        </p>
      )}
      <p>{words('template.text')}</p>
      {templates.length === 0 && <p>{words('template.none')}</p>}
      <ul className="plain">
        {templates.map(({ id, name, channel, active, wordings }) => (
          <li key={id} className="slot">
            <a href={`/templates/${id}`}>{name}</a>
            <span className="muted">
              {words(`care.channel.${channel as Channel}`)},{' '}
              {Object.keys(wordings as object)
                .map((one) => languageNames[one as Language])
                .join(', ')}
              {!active && `, ${words('template.inactive')}`}
            </span>
          </li>
        ))}
      </ul>
      <p>
        <a href="/templates/new">{words('template.new')}</a>
      </p>
    </Page>
  );
}

export function TemplatePage({ draft, previews = [] }: { draft: Draft; previews?: Preview[] }) {
  const { words } = useSpeech();
  const { id, name, channel, active, version } = draft;
  return (
    <Page title={id ? words('template.edit', { name }) : words('template.new')} tab="Desk">
      {previews.length > 0 && <Previews previews={previews} channel={channel} />}
      <Form action={`/templates/${id ?? 'new'}`} className="card">
        <input type="hidden" name="form" value={crypto.randomUUID()} />
        {version !== undefined && <input type="hidden" name="version" value={version} />}
        <div className="row">
          <Field name="name" label={words('template.name')} required maxLength={200} value={name} />
          {id ? (
            <input type="hidden" name="channel" value={channel} />
          ) : (
            <Pick
              name="channel"
              label={words('template.channel')}
              options={channels.map((one) => ({ id: one, name: words(`care.channel.${one}`) }))}
              chosen={channel}
            />
          )}
        </div>
        {languages.map((one) => (
          <WordingFields key={one} language={one} wording={draft.wordings[one]} mail={!id || channel === 'mail'} />
        ))}
        <details open>
          <summary>{words('template.fields')}</summary>
          <ul>
            {templateFields.map((field) => (
              <li key={field}>
                <code>{`{${field}}`}</code>: {words(`template.field.${field}`)}
              </li>
            ))}
          </ul>
        </details>
        {id ? <Tick name="active" label={words('template.active')} ticked={active} /> : <input type="hidden" name="active" value="on" />}
        <button type="submit" name="do" value="preview" className="quiet">
          {words('template.look')}
        </button>{' '}
        <button type="submit" name="do" value="save">
          {words('template.save')}
        </button>
      </Form>
      <p>
        <a href="/templates">{words('template.back')}</a>
      </p>
    </Page>
  );
}

type Fields = { language: Language; wording: Wording | undefined; mail: boolean };

function WordingFields({ language, wording, mail }: Fields) {
  const { words } = useSpeech();
  const [subject, text] = [`subject-${language}`, `text-${language}`];
  return (
    <fieldset>
      <legend>{words('template.wording', { language: languageNames[language] })}</legend>
      {mail && <Field name={subject} label={words('template.subject')} lang={language} maxLength={150} value={wording?.subject} />}
      <Area name={text} label={words('template.body')} lang={language} rows={4} maxLength={4000} value={wording?.text} />
    </fieldset>
  );
}

function Previews({ previews, channel }: { previews: Preview[]; channel: Channel }) {
  const { words } = useSpeech();
  return (
    <section>
      <h2>{words('template.preview')}</h2>
      <p>{words('template.previewText')}</p>
      {previews.map(({ language, content }) => {
        const links = { 'book visit': 'https://…' };
        const { title } = sayToPatient(content, links, language);
        const { parts, characters } = textLength(content, language);
        return (
          <div key={language} className="card" lang={language}>
            {channel === 'mail' && (
              <p>
                <strong>{title}</strong>
              </p>
            )}
            <p className="text">
              {channel === 'mail' ? sayToPatient(content, links, language).lines.join('\n') : textToPatient(content, links, language)}
            </p>
            {channel === 'sms' && <p className="muted">{words('template.length', { count: parts, characters })}</p>}
          </div>
        );
      })}
    </section>
  );
}
