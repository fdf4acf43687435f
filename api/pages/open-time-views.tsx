import { atLocal, zoneDate } from '../../domain/civil.ts';
import { live } from '../../domain/hold.ts';
import type { Standing } from '../../domain/hold-utilization.ts';
import { minutesOf } from '../../domain/interval.ts';
import type { LoadedHold } from '../../ledger/hold.ts';
import type { OpenTime } from '../../ledger/open-time.ts';
import type { Visitor } from '../auth/sessions.ts';
import { Field, Form, Pick } from './form-fields.tsx';
import { filledIn } from './hold-forms.tsx';
import { calendarOf } from './month.tsx';
import { Page } from './page.tsx';
import { useSpeech } from './reader.ts';
import { RestrictionNotice } from './restriction.tsx';

type Named = { id: string; name: string };

export type Found = {
  /** Undefined: it was not looked for. */
  slots: OpenTime[] | undefined;
  own: LoadedHold[];
  /** Only the facility's own people see the requests that wait. */
  waiting: LoadedHold[] | undefined;
  standing: Standing;
  /** What of the asked days is not shown: those before today, all of them, or those beyond the most that are. */
  cut: 'past' | 'over' | 'long' | undefined;
  more: boolean;
};
type Filter = { today: string; from: string; to: string; room: string | undefined; provider: string | undefined; minutes: number };
type Shown = { visitor: Visitor; found: Found; filter: Filter; rooms: Named[]; surgeons: Named[] };

export function OpenTimePage({ visitor: { facility, zone, name }, found, filter, rooms, surgeons }: Shown) {
  const { words } = useSpeech();
  const { slots, own, waiting, standing, cut, more } = found;
  const { today, from, to, room, provider, minutes } = filter;
  const narrowed = { ...(room && { room }), ...(provider && { provider }) };
  return (
    <Page title={words('frame.tab.Find Open Time')} tab="Find Open Time">
      <p className="muted">{words('openTime.who', { facility, zone, name })}</p>
      {waiting && (
        <>
          <h2>{words('openTime.waiting')}</h2>
          {waiting.length === 0 ? (
            <p>{words('openTime.allDecided')}</p>
          ) : (
            <>
              <HoldList holds={waiting} />
              <p>
                <a href="/requests">{words('openTime.toQueue')}</a>
              </p>
            </>
          )}
        </>
      )}
      <h2>{words('openTime.own')}</h2>
      {own.length === 0 ? <p>{words('openTime.noHolds')}</p> : <HoldList holds={own} own />}
      <h2>{words('openTime.open')}</h2>
      <RestrictionNotice standing={standing} />
      <p>
        <a href={`/open-time/month?${new URLSearchParams({ ...calendarOf(from, today), ...narrowed })}`}>{words('openTime.showMonth')}</a>
      </p>
      <Form method="get" action="/open-time" className="row">
        <Field type="date" name="from" label={words('openTime.from')} value={from} />
        <Field type="date" name="to" label={words('openTime.to')} value={to} />
        <Pick name="room" label={words('openTime.room')} options={rooms} chosen={room ?? ''} none={words('frame.any')} />
        <Pick name="provider" label={words('openTime.surgeon')} options={surgeons} chosen={provider ?? ''} none={words('frame.any')} />
        <Field type="number" name="minutes" label={words('openTime.atLeast')} min={15} max={1440} step={15} value={minutes} />
        <button type="submit">{words('openTime.show')}</button>
      </Form>
      {cut && <p className="notice">{words(`openTime.cut.${cut}`)}</p>}
      {slots && <SlotList slots={slots} zone={zone} mayRequest={standing.limits?.mayRequest ?? true} provider={provider} />}
      {more && <p>{words('openTime.more')}</p>}
    </Page>
  );
}

/** `own`: with the way to delete each (C-33). */
function HoldList({ holds, own = false }: { holds: LoadedHold[]; own?: boolean }) {
  const speech = useSpeech();
  const { words, day, dateTime, range } = speech;
  return (
    <ul className="plain">
      {holds.map(({ facts, names }) => {
        const { id, zone, state, expiresAt } = facts;
        return (
          <li key={id} className="card">
            <a href={`/holds/${id}`}>
              {names.room}, {day(facts.startsAt, zone)}, {range(facts, zone)}
            </a>
            <br />
            <span className="muted">
              {words('openTime.holdLine', {
                state: words(`hold.states.${state}`),
                expires: dateTime(expiresAt, zone),
                filled: filledIn(speech, facts),
                provider: names.provider,
              })}
            </span>
            {own && live(facts) && (
              <>
                {' '}
                <a
                  href={`/holds/${id}#delete`}
                  aria-label={words('openTime.deleteHold', { room: names.room, day: day(facts.startsAt, zone) })}
                >
                  {words('openTime.delete')}
                </a>
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}

type Slots = { slots: OpenTime[]; zone: string; mayRequest: boolean; provider: string | undefined };

/** `provider`: who was looked for, and is asked for first. */
function SlotList({ slots, zone, mayRequest, provider }: Slots) {
  const { words, day, range, duration } = useSpeech();
  if (slots.length === 0) return <p>{words('openTime.nothing')}</p>;
  const days = [...new Set(slots.map(({ startsAt }) => zoneDate(startsAt, zone)))];
  return days.map((date) => (
    <section key={date}>
      <h3>{day(atLocal(date, '12:00', zone), zone)}</h3>
      <ul>
        {slots
          .filter(({ startsAt }) => zoneDate(startsAt, zone) === date)
          .map(({ roomId, room, startsAt, endsAt }) => (
            <li key={`${roomId} ${startsAt}`}>
              {room}, {range({ startsAt, endsAt }, zone)} ({duration(minutesOf({ startsAt, endsAt }))}){' '}
              {mayRequest && (
                <a
                  href={`/open-time/request?${new URLSearchParams({ roomId, startsAt, endsAt, ...(provider && { provider }) })}`}
                  aria-label={words('openTime.requestSlot', { room, range: range({ startsAt, endsAt }, zone) })}
                >
                  {words('openTime.request')}
                </a>
              )}
            </li>
          ))}
      </ul>
    </section>
  ));
}
