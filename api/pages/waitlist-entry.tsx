/** Working one waitlist entry: change, extend, close (I-42). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { addDays, laterOf } from '../../domain/civil.ts';
import { foretell } from '../../domain/timeline.ts';
import { advanceEntry, type EntryChoice, planEntry } from '../../domain/waitlist-entry.ts';
import { decideEntryDirectly } from '../../ledger/waitlist-decision.ts';
import { type LoadedEntry, loadEntry } from '../../ledger/waitlist-entry.ts';
import type { Deps } from '../deps.ts';
import { ItemView, registerItemPage } from './item-page.tsx';
import { ItemSymbol } from './item-symbol.tsx';
import { useSpeech } from './reader.ts';
import { type Card, type DeskVisitor, type Lists, optional, whoFact, wishForm } from './visit-wish-fields.tsx';

const Work = z.discriminatedUnion('action', [
  z.object({ action: z.literal('close'), reason: optional(z.string().trim().max(2000)), yes: z.literal('on') }),
  z.object({ action: z.literal('extend'), validUntil: z.iso.date() }),
  z.object({ action: z.literal('change'), ...wishForm, version: z.coerce.number().int() }),
]);
type Work = z.infer<typeof Work>;

export function registerWaitlistEntry(app: FastifyInstance, deps: Deps): void {
  registerItemPage<LoadedEntry, Work, EntryChoice>(app, deps, {
    path: '/waitlist',
    what: 'waitlist entry',
    load: loadEntry,
    Work,
    choose,
    decide: decideEntryDirectly,
    goOn: (_said, self) => self,
    page: (_deps, shown) => <EntryPage {...shown} />,
  });
}

function choose(said: Work): { choice: EntryChoice; reason?: string | undefined } {
  if (said.action === 'close') return { choice: { action: 'close' }, reason: said.reason };
  if (said.action === 'extend') return { choice: said };
  return { choice: { ...said, practitionerId: said.practitionerId ?? null, profession: said.profession ?? null } };
}

type Props = { item: LoadedEntry; visitor: DeskVisitor; card: Card; lists: Lists };

function EntryPage({ item: { facts, policy, createdAt, lastAskedAt, origin }, visitor, card, lists }: Props) {
  const { words, civilDay, dateTime, phrase } = useSpeech();
  const { zone, today, now } = visitor;
  const self = `/waitlist/${facts.id}`;
  const state = words(`item.state.${facts.state}`);
  const days = facts.dates.map(civilDay).join('; ');
  return (
    <ItemView
      title={words('item.page.entry')}
      symbol={<ItemSymbol kind="waitlist" type={facts.type} />}
      facts={[
        [words('item.page.state'), facts.endReason ? `${state}: ${phrase(facts.endReason)}` : state],
        [words('item.page.days'), days || words('item.page.anyDays', { from: civilDay(facts.validFrom), to: civilDay(facts.validUntil) })],
        whoFact(facts, lists, words),
        [words('desk.field.minutes'), String(facts.durationMinutes)],
        ...(facts.appointmentAt ? [[words('item.page.earlierThan'), dateTime(facts.appointmentAt, zone)] as [string, string]] : []),
        [words('item.page.waitsSince'), dateTime(createdAt, zone)],
        [words('item.page.source'), words(`item.origin.${origin}`)],
        [words('item.page.lastAsked'), lastAskedAt ? dateTime(lastAskedAt, zone) : words('item.page.never')],
        [words('desk.field.comment'), facts.comment],
      ]}
      over={facts.state !== 'active'}
      coming={foretell(facts, now, { plan: (then, at) => planEntry(then, policy, at), advance: advanceEntry })}
      change={{ version: facts.version, lists, wish: facts }}
      close={words('item.page.closeEntry')}
      back={{ href: '/waitlist', words: words('item.page.backEntry') }}
      {...{ card, zone, self }}
    >
      <form method="post" action={self} className="row">
        <label>
          {words('desk.field.validUntil')}{' '}
          <input type="date" name="validUntil" required min={today} defaultValue={addDays(laterDay(facts.validUntil, today), 14)} />
        </label>
        <button type="submit" name="action" value="extend">
          {words('item.page.extend')}
        </button>
      </form>
    </ItemView>
  );
}

const laterDay = (a: string, b: string) => laterOf(`${a}T00:00:00Z`, `${b}T00:00:00Z`).slice(0, 10);
