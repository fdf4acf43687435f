import { civil, type VacationEffect } from '../../ledger/vacation.ts';
import type { Provider, Vacation } from '../../prisma/generated/client.ts';
import { Agree, Carry, Field, Form, Pick } from './form-fields.tsx';
import { Page } from './page.tsx';
import { useSpeech } from './reader.ts';

type Vacations = { providers: Provider[]; ahead: Vacation[]; today: string; done?: 'entered' | 'cancelled' | undefined };

export function VacationsPage({ providers, ahead, today, done }: Vacations) {
  const { words, civilDay } = useSpeech();
  const nameOf = new Map(providers.map(({ id, name }) => [id, name]));
  return (
    <Page title={words('vacation.title')} tab="Block Schedule">
      {done && (
        <p className="notice" role="status">
          {words(`vacation.done.${done}`)}
        </p>
      )}
      <p>{words('vacation.text')}</p>
      <h2>{words('vacation.ahead')}</h2>
      {ahead.length === 0 ? (
        <p>{words('vacation.none')}</p>
      ) : (
        <ul className="plain">
          {ahead.map(({ id, providerId, from, to }) => (
            <li key={id} className="card">
              <p>{words('vacation.span', { name: nameOf.get(providerId)!, from: civilDay(civil(from)), to: civilDay(civil(to)) })}</p>
              <form method="post" action={`/vacations/${id}/cancel`}>
                <button type="submit">{words('vacation.notAway')}</button>
              </form>
            </li>
          ))}
        </ul>
      )}
      <h2>{words('vacation.enter')}</h2>
      {providers.length === 0 ? (
        <p>{words('vacation.noSurgeon')}</p>
      ) : (
        <Form action="/vacations/preview">
          <Pick name="providerId" label={words('vacation.surgeon')} options={providers} />
          <div className="row">
            <Field name="from" type="date" label={words('vacation.first')} required min={today} />
            <Field name="to" type="date" label={words('vacation.last')} required min={today} />
          </div>
          <button type="submit">{words('vacation.see')}</button>
        </Form>
      )}
    </Page>
  );
}

type Previewed = { provider: Provider; away: { from: string; to: string }; effect: VacationEffect; zone: string; seen: string };

/** What would go, and the tick that agrees to it (U-02). */
export function VacationPreview({ provider: { id: providerId, name }, away, effect, zone, seen }: Previewed) {
  const { words, civilDay } = useSpeech();
  return (
    <Page title={words('vacation.awayTitle', { name, from: civilDay(away.from), to: civilDay(away.to) })} tab="Block Schedule">
      <Effect effect={effect} zone={zone} />
      <Form action="/vacations" name="agree">
        <Carry posted={{ providerId, ...away, seen, form: crypto.randomUUID() }} />
        <Agree label={words('vacation.yes', { name })} />
        <button type="submit">{words('vacation.save')}</button>
      </Form>
      <p>
        <a href="/vacations">{words('vacation.back')}</a>
      </p>
    </Page>
  );
}

function Effect({ effect: { summary, released }, zone }: { effect: VacationEffect; zone: string }) {
  const { words, phrase, longDay, ranges } = useSpeech();
  return (
    <>
      <p className="notice">{phrase(summary)}</p>
      <ul>
        {released.map(({ id, room, unbooked, booked }) => (
          <li key={id}>
            {words(booked.length > 0 ? 'vacation.stays' : 'vacation.goes', {
              block: `${room}, ${longDay(unbooked[0]!.startsAt, zone)}`,
              released: ranges(unbooked, zone),
              booked: ranges(booked, zone),
            })}
          </li>
        ))}
      </ul>
    </>
  );
}
