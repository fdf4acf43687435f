/** The facility's policy: every setting with its meaning; before a change is saved, the list of what it touches (U-06). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { formatDuration } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { PolicyChanges, type PolicySettings } from '../../domain/policy.ts';
import { dateTime, day } from '../../emails/wording.ts';
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
  return (
    <Page title="Policy" tab="Desk">
      {saved && <p className="notice">Saved. What the change touches has been planned anew.</p>}
      <p>
        This is version {version}. Nothing is saved before you have seen which blocks, holds, series and transfers a change would touch.
        Blocks keep the window and holds the expiry date that they were made with.
      </p>
      <form method="post" action="/policy/preview">
        {fieldsOf(settings).map(([section, fields]) => (
          <fieldset key={section}>
            <legend>{inWords(section)}</legend>
            {fields.map((field) => (
              <Setting key={field.name} field={field} />
            ))}
          </fieldset>
        ))}
        <button type="submit">See what this would change</button>
      </form>
    </Page>
  );
}

function Setting({ field: { name, label, meaning, value, input, options } }: { field: SettingField }) {
  const about = meaning && `${name}-meaning`;
  return (
    <>
      <label htmlFor={name}>{label}</label>
      {options ? (
        <select id={name} name={name} defaultValue={value} aria-describedby={about}>
          {options.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      ) : (
        <input id={name} name={name} defaultValue={value} aria-describedby={about} {...input} />
      )}
      {meaning && <small id={about}>{meaning}</small>}
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
  return (
    <Page title="What this change touches" tab="Desk">
      <StaleNotice stale={stale} />
      <h2>Settings</h2>
      <ul>
        {changedIn(before, changes).map(({ label, before: was, after }) => (
          <li key={label}>
            {label}: {was} → {after}
          </li>
        ))}
      </ul>
      <h2>Blocks, holds, series and transfers</h2>
      {moved.length === 0 ? <p>None of them would do anything else, or at another time.</p> : <Moved moved={moved} zone={zone} />}
      {reminders.length > 0 && (
        <>
          <h2>Mails that come again</h2>
          <ul>
            {reminders.map(({ kind, before: was, after }) => (
              <li key={kind}>
                {inWords(kind)}: {was ? dateTime(was, zone) : 'none'} → {after ? dateTime(after, zone) : 'none'}
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
          <input type="checkbox" name="yes" required /> Yes, change the policy
        </label>
        <button type="submit">Save</button>
      </form>
      <p>
        <a href="/policy">Back without a change</a>
      </p>
    </Page>
  );
}

/** C-28: whose requests it would limit, limit otherwise, or free; they are told when it is saved. */
function Standings({ standings }: { standings: MovedStanding[] }) {
  return (
    <>
      <h2>Whose requests are limited</h2>
      <ul>
        {standings.map(({ id, name, before, after }) => {
          const { usedMinutes, heldMinutes, countedHolds } = after.utilization;
          const words = ({ restricted }: typeof after) => (restricted ? 'limited' : 'not limited');
          const holds = countedHolds === 1 ? 'one hold' : `${countedHolds} holds`;
          return (
            <li key={id}>
              {name}: {words(before)} → {words(after)}
              {before.restricted && after.restricted && ' otherwise'}, having used {formatDuration(usedMinutes)} of{' '}
              {formatDuration(heldMinutes)} in {holds}
            </li>
          );
        })}
      </ul>
    </>
  );
}

const pageOf: Record<Replanned['kind'], string> = { block: '/blocks/', hold: '/holds/', series: '/block-series/', transfer: '/transfers/' };

function Moved({ moved, zone }: { moved: Replanned[]; zone: string }) {
  const when = ({ kind, at }: Replanned['before']) => `${kind}, ${dateTime(at, zone)}`;
  return (
    <>
      <p>
        {moved.length} would do something else next, or at another time
        {moved.length > mostListed && `; here are the first ${mostListed}`}.
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
