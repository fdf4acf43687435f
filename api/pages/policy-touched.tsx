/** What a change of the policy touches, and the tick that agrees to it (U-02, U-06). */
import type { PolicyChanges, PolicySettings } from '../../domain/policy.ts';
import type { MovedStanding } from '../../ledger/moved-standing.ts';
import type { Replanned } from '../../ledger/replan.ts';
import type { MovedReminder } from '../../ledger/standing-reminder.ts';
import { Agree, Carry, Form } from './form-fields.tsx';
import { Page } from './page.tsx';
import { changedIn, inWords } from './policy-fields.ts';
import { useSpeech } from './reader.ts';
import type { Posted } from './refused.tsx';

const mostListed = 100;
/** What a block's life depends on (U-05). */
const aboutBlocks: (keyof PolicySettings)[] = ['release', 'alert', 'mandatory', 'mail'];

type Touched = {
  before: PolicySettings;
  changes: PolicyChanges;
  /** What was typed, and the version that it was seen against. */
  carried: Posted;
  moved: Replanned[];
  reminders: MovedReminder[];
  standings: MovedStanding[];
  zone: string;
};

export function TouchedPage({ before, changes, carried, moved, reminders, standings, zone }: Touched) {
  const { words, phrase, dateTime } = useSpeech();
  const said = (value: string) =>
    value === 'true' || value === 'false' ? words(value === 'true' ? 'unit.yes' : 'unit.no').toLowerCase() : phrase(value);
  return (
    <Page title={words('policy.touches')} tab="Desk">
      <h2>{words('policy.settings')}</h2>
      <ul>
        {changedIn(before, changes).map(({ section, label, before: was, after }) => (
          <li key={`${section} ${label}`}>
            {phrase(section)}, {phrase(label).toLowerCase()}: {said(was)} → {said(after)}
          </li>
        ))}
      </ul>
      <h2>{words('policy.moved')}</h2>
      {moved.length === 0 ? <p>{words('policy.none')}</p> : <Moved moved={moved} zone={zone} />}
      {reminders.length > 0 && (
        <>
          <h2>{words('policy.mails')}</h2>
          <ul>
            {reminders.map(({ kind, before: was, after }) => (
              <li key={kind}>
                {phrase(inWords(kind))}: {was ? dateTime(was, zone) : words('policy.no')} →{' '}
                {after ? dateTime(after, zone) : words('policy.no')}
              </li>
            ))}
          </ul>
        </>
      )}
      {standings.length > 0 && <Standings standings={standings} />}
      {aboutBlocks.some((section) => section in changes) && (
        <Form action="/policy/past">
          <Carry posted={carried} />
          <button type="submit">{words('policy.past.see')}</button>
        </Form>
      )}
      <Form action="/policy" name="agree">
        <Carry posted={carried} />
        <Agree label={words('policy.yes')} />
        <button type="submit">{words('policy.save')}</button>
      </Form>
      <p>
        <a href="/policy">{words('policy.back')}</a>
      </p>
    </Page>
  );
}

/** C-28: whose requests it would limit, limit otherwise, or free; they are told when it is saved. */
function Standings({ standings }: { standings: MovedStanding[] }) {
  const { words, duration } = useSpeech();
  return (
    <>
      <h2>{words('policy.standings')}</h2>
      <ul>
        {standings.map(({ id, name, before, after: { restricted, utilization } }) => (
          <li key={id}>
            {name}: {words(before.restricted ? 'policy.limited' : 'policy.unlimited')} →{' '}
            {words(restricted ? (before.restricted ? 'policy.otherwise' : 'policy.limited') : 'policy.unlimited')},{' '}
            {words('policy.used', {
              used: duration(utilization.usedMinutes),
              held: duration(utilization.heldMinutes),
              count: utilization.countedHolds,
            })}
          </li>
        ))}
      </ul>
    </>
  );
}

const pageOf: Record<Replanned['kind'], string> = { block: '/blocks/', hold: '/holds/', series: '/block-series/', transfer: '/transfers/' };

function Moved({ moved, zone }: { moved: Replanned[]; zone: string }) {
  const { words, phrase, day, dateTime } = useSpeech();
  const when = ({ kind, at }: Replanned['before']) => `${phrase(kind)}, ${dateTime(at, zone)}`;
  return (
    <>
      <p>
        {words('policy.count', { count: moved.length })}
        {moved.length > mostListed && ` ${words('policy.first', { count: mostListed })}`}
      </p>
      <ul>
        {moved.slice(0, mostListed).map(({ kind, id, room, group, startsAt, before, after }) => (
          <li key={id}>
            <a href={pageOf[kind] + id}>
              {room}, {day(startsAt, zone)}, {group}
            </a>
            : {when(before)} → {when(after)} <span className="muted">({after.rule})</span>
          </li>
        ))}
      </ul>
    </>
  );
}
