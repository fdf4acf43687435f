/** The facility's policy: every setting with its meaning; before a change is saved, the list of what it touches (U-06). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { PolicyChanges, type PolicySettings } from '../../domain/policy.ts';
import { policyOf } from '../../ledger/facility.ts';
import type { MovedStanding } from '../../ledger/moved-standing.ts';
import { changePolicy, rehearsePolicy } from '../../ledger/policy.ts';
import { moves, type Replanned } from '../../ledger/replan.ts';
import type { MovedReminder } from '../../ledger/standing-reminder.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { actorOfVisitor, schedulerOf, staffOf, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { Page, renderPage } from './page.tsx';
import { changedIn, changesIn, fieldsOf, inWords, type SettingField } from './policy-fields.ts';
import { useSpeech } from './reader.ts';
import { Carried, orShownAnew, StaleNotice } from './seen.tsx';

type Form = Record<string, string | undefined>;
const Save = z.object({ seen: z.coerce.number().int(), changes: Carried.pipe(PolicyChanges), yes: z.string().optional() });
const mostListed = 100;

export function registerPolicyPage(app: FastifyInstance, deps: Deps): void {
  app.get<{ Querystring: { saved?: string } }>('/policy', { schema: { hide: true } }, async (request, reply) => {
    const visitor = schedulerOf(await staffOf(deps, request));
    const { version, ...settings } = await policyOf(deps.reader, visitor.facilityId);
    return renderPage(reply, <PolicyPage settings={settings} version={version} saved={request.query.saved !== undefined} />);
  });

  app.post('/policy/preview', { schema: { hide: true } }, async (request, reply) => {
    const visitor = schedulerOf(await staffOf(deps, request));
    const before = await policyOf(deps.reader, visitor.facilityId);
    const changes = PolicyChanges.parse(changesIn(before, (request.body ?? {}) as Form));
    if (Object.keys(changes).length === 0) return reply.redirect('/policy', 303);
    return renderPage(reply, await preview(deps, visitor, changes));
  });

  app.post('/policy', { schema: { hide: true } }, async (request, reply) => {
    const visitor = schedulerOf(await staffOf(deps, request));
    const { seen, changes, yes } = Save.parse(request.body);
    if (!yes) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
    const wish = { facilityId: visitor.facilityId, changes, now: deps.now() };
    const save = async () => {
      const { replanned } = await rehearsePolicy(deps.reader, wish);
      await inTransaction(deps.db, (tx) => changePolicy(tx, wish, { seen, replanned, actor: actorOfVisitor(visitor) }));
      return reply.redirect('/policy?saved', 303);
    };
    return orShownAnew(save, async (status) => renderPage(reply, await preview(deps, visitor, changes, true), status));
  });
}

async function preview({ reader, now }: Deps, { facilityId, zone }: Visitor, changes: PolicyChanges, stale = false) {
  const before = await policyOf(reader, facilityId);
  const { version, replanned, reminders, standings } = await rehearsePolicy(reader, { facilityId, changes, now: now() });
  const moved = replanned.filter(moves).sort((a, b) => (a.startsAt < b.startsAt ? -1 : 1));
  return <TouchedPage {...{ before, changes, moved, reminders, standings, zone, stale }} seen={version} />;
}

function PolicyPage({ settings, version, saved }: { settings: PolicySettings; version: number; saved: boolean }) {
  const { words, phrase } = useSpeech();
  return (
    <Page title={words('policy.title')} tab="Desk">
      {saved && <p className="notice">{words('policy.saved')}</p>}
      <p>{words('policy.text', { version })}</p>
      <form method="post" action="/policy/preview">
        {fieldsOf(settings).map(([section, fields]) => (
          <fieldset key={section}>
            <legend>{phrase(inWords(section))}</legend>
            {fields.map((field) => (
              <Setting key={field.name} field={field} />
            ))}
          </fieldset>
        ))}
        <button type="submit">{words('policy.see')}</button>
      </form>
    </Page>
  );
}

function Setting({ field: { name, label, meaning, value, input, options } }: { field: SettingField }) {
  const { phrase } = useSpeech();
  const about = meaning && `${name}-meaning`;
  return (
    <>
      <label htmlFor={name}>{phrase(label)}</label>
      {options ? (
        <select id={name} name={name} defaultValue={value} aria-describedby={about}>
          {options.map((option) => (
            <option key={option} value={option}>
              {phrase(option)}
            </option>
          ))}
        </select>
      ) : (
        <input id={name} name={name} defaultValue={value} aria-describedby={about} {...input} />
      )}
      {meaning && <small id={about}>{phrase(meaning)}</small>}
    </>
  );
}

type Touched = {
  before: PolicySettings;
  changes: PolicyChanges;
  seen: number;
  moved: Replanned[];
  reminders: MovedReminder[];
  standings: MovedStanding[];
  zone: string;
  stale: boolean;
};

function TouchedPage({ before, changes, seen, moved, reminders, standings, zone, stale }: Touched) {
  const { words, phrase, dateTime } = useSpeech();
  return (
    <Page title={words('policy.touches')} tab="Desk">
      <StaleNotice stale={stale} />
      <h2>{words('policy.settings')}</h2>
      <ul>
        {changedIn(before, changes).map(({ section, label, before: was, after }) => (
          <li key={`${section} ${label}`}>
            {phrase(section)}, {phrase(label).toLowerCase()}: {phrase(was)} → {phrase(after)}
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
      <form method="post" action="/policy">
        <input type="hidden" name="seen" value={seen} />
        <input type="hidden" name="changes" value={JSON.stringify(changes)} />
        <label>
          <input type="checkbox" name="yes" required /> {words('policy.yes')}
        </label>
        <button type="submit">{words('policy.save')}</button>
      </form>
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
