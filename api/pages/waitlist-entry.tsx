/** Adding a patient to the waitlist (I-09 to I-21) and working an entry: change, extend, close (I-42). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { addDays, formatInstant } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { foretell } from '../../domain/timeline.ts';
import { advanceEntry, type EntryChoice, entryTypes, planEntry } from '../../domain/waitlist-entry.ts';
import { policyOf } from '../../ledger/facility.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { linkableVisits } from '../../ledger/visit-wish.ts';
import { decideEntryDirectly } from '../../ledger/waitlist-decision.ts';
import { createWaitlistEntry, type LoadedEntry, loadEntry } from '../../ledger/waitlist-entry.ts';
import { actorOfVisitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { receiptIn } from '../routes/direct-decision-route.ts';
import { Coming } from './coming.tsx';
import { oncePosted, showPatients } from './front-desk.ts';
import { ItemSymbol } from './item-symbol.tsx';
import { Facts, Page, renderPage } from './page.tsx';
import {
  CardLine,
  ChainChoice,
  cardOf,
  chainForm,
  chainOf,
  type DeskVisitor,
  NewQuery,
  optional,
  PatientChoice,
  WishFields,
  wishForm,
  wishLists,
  workerOf,
} from './visit-wish-fields.tsx';

/** Chosen days, one a line or after a comma: works without scripts, and can be pasted. */
const Days = optional(
  z
    .string()
    .transform((text) => text.split(/[\s,;]+/).filter(Boolean))
    .pipe(z.array(z.iso.date()).max(366)),
);
const NewForm = z.object({
  ...wishForm,
  ...{ patientId: z.uuid(), type: z.enum(entryTypes).default('scheduled'), chain: chainForm, closeTaskId: optional(z.uuid()) },
  ...{
    which: z.enum(['any', 'specific']).default('any'),
    validUntil: optional(z.iso.date()),
    dates: Days,
    slotsChecked: z.literal('on').optional(),
  },
});
const Work = z.discriminatedUnion('action', [
  z.object({ action: z.literal('close'), reason: optional(z.string().trim().max(2000)), yes: z.literal('on') }),
  z.object({ action: z.literal('extend'), validUntil: z.iso.date() }),
  z.object({ action: z.literal('change'), ...wishForm, version: z.coerce.number().int() }),
]);

export function registerWaitlistEntry(app: FastifyInstance, deps: Deps): void {
  app.get('/waitlist/new', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await workerOf(deps, request);
    const { facilityId, today, zone, now } = visitor;
    const { patientId, q, ...wish } = NewQuery.parse(request.query);
    const card = patientId ? await cardOf(deps, facilityId, patientId) : undefined;
    if (!card) {
      const search = await PatientChoice(deps, visitor, { action: '/waitlist/new', q });
      return renderPage(
        reply,
        <Page title="Add to the waitlist" tab="Desk">
          {search}
        </Page>,
      );
    }
    await showPatients(deps, visitor, 'new waitlist entry', [card.id]);
    const lists = await wishLists(deps, facilityId, wish.profession);
    const { waitlist } = await policyOf(deps.reader, facilityId);
    const visits = await linkableVisits(deps.reader, { facilityId, patientId: card.id, zone }, now);
    const tasks = await deps.reader.task.findMany({
      where: { patientId: card.id, state: { not: 'closed' }, type: { kind: { not: 'custom' } } },
      select: { id: true, comment: true, type: { select: { name: true } } },
      ...{ orderBy: { actualFrom: 'asc' }, take: 10 },
    });
    const comment = wish.comment ?? tasks[0]?.comment; // I-18
    return renderPage(
      reply,
      <Page title="Add to the waitlist" tab="Desk">
        <CardLine card={card} />
        <form method="post" action="/waitlist">
          <input type="hidden" name="patientId" value={card.id} />
          <label>
            <input type="checkbox" name="slotsChecked" required /> Free time was offered, and none suited
          </label>
          {tasks.length > 0 && (
            <label>
              A task can be closed: does one belong to this visit?
              <select name="closeTaskId" defaultValue="">
                <option value="">none does</option>
                {tasks.map(({ id, comment, type }) => (
                  <option key={id} value={id}>
                    {type.name}: {comment.slice(0, 80)}
                  </option>
                ))}
              </select>
            </label>
          )}
          <fieldset>
            <legend>Type</legend>
            <label>
              <input type="radio" name="type" value="scheduled" defaultChecked /> Scheduled: ready, but no time was found
            </label>
            <label>
              <input type="radio" name="type" value="wants earlier" /> Wants earlier: took a compromise, the next booked visit
            </label>
          </fieldset>
          <ChainChoice visits={visits} zone={zone} />
          <WishFields lists={lists} wish={{ ...wish, comment }} />
          <p className="muted">
            Write the wishes about day and time, such as “weekday evenings, weekends any time”. First-time patients, above all urgent ones,
            will probably wait no more than one day.
          </p>
          <fieldset>
            <legend>Valid</legend>
            <label>
              <input type="radio" name="which" value="any" defaultChecked /> any day until
            </label>
            <input type="date" name="validUntil" aria-label="Valid until" min={today} defaultValue={addDays(today, waitlist.validDays)} />
            <label>
              <input type="radio" name="which" value="specific" /> on these days only
            </label>
            <textarea name="dates" aria-label="Chosen days" rows={2} placeholder={`${addDays(today, 2)}, ${addDays(today, 9)}`} />
          </fieldset>
          <button type="submit">Add to the waitlist</button>
        </form>
      </Page>,
    );
  });

  app.post('/waitlist', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await workerOf(deps, request);
    const { chain, which, validUntil, dates, slotsChecked, ...wish } = NewForm.parse(request.body);
    const chained = wish.type === 'wants earlier' ? {} : chainOf(chain);
    const days = which === 'specific' ? { dates: dates ?? [] } : { validUntil };
    const about = {
      ...wish,
      ...days,
      ...chained,
      facilityId: visitor.facilityId,
      origin: 'card' as const,
      slotsChecked: slotsChecked === 'on',
    };
    const id = await oncePosted(deps, visitor, about, async (tx) => {
      const { facts } = await createWaitlistEntry(tx, about, actorOfVisitor(visitor), visitor.now);
      return facts.id;
    });
    return reply.redirect(`/waitlist/${id}`, 303);
  });

  app.get<{ Params: { id: string } }>('/waitlist/:id', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await workerOf(deps, request);
    const entry = await entryOf(deps, visitor, request.params.id);
    await showPatients(deps, visitor, 'waitlist entry', [entry.facts.patientId]);
    return renderPage(reply, await EntryPage(deps, visitor, entry));
  });

  app.post<{ Params: { id: string } }>('/waitlist/:id', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await workerOf(deps, request);
    const { facts } = await entryOf(deps, visitor, request.params.id);
    const said = Work.safeParse(request.body);
    if (!said.success) throw new DomainError('CHOICE_MISSING', { issues: said.error.issues });
    const { choice, reason } = choiceOf(said.data);
    const decision = { ...choice, id: crypto.randomUUID(), actor: actorOfVisitor(visitor), decidedAt: visitor.now, reason };
    receiptIn(await inTransaction(deps.db, (tx) => decideEntryDirectly(tx, facts.id, decision)));
    return reply.redirect(`/waitlist/${facts.id}`, 303);
  });
}

function choiceOf(said: z.infer<typeof Work>): { choice: EntryChoice; reason?: string | undefined } {
  if (said.action === 'close') return { choice: { action: 'close' }, reason: said.reason };
  if (said.action === 'extend') return { choice: said };
  return { choice: { ...said, practitionerId: said.practitionerId ?? null, profession: said.profession ?? null } };
}

async function entryOf({ reader }: Deps, { facilityId }: DeskVisitor, text: string): Promise<LoadedEntry> {
  const id = z.uuid().safeParse(text).data;
  const entry = id ? await loadEntry(reader, id) : undefined;
  if (entry?.facilityId !== facilityId) throw new DomainError('NOT_FOUND', { waitlistEntryId: text });
  return entry;
}

async function EntryPage(deps: Deps, visitor: DeskVisitor, { facts, policy, createdAt, lastAskedAt }: LoadedEntry) {
  const { facilityId, zone, today, now } = visitor;
  const card = (await cardOf(deps, facilityId, facts.patientId))!;
  const lists = await wishLists(deps, facilityId);
  const doctor = lists.practitioners.find(({ id }) => id === facts.practitionerId)?.name;
  const coming = foretell(facts, now, { plan: (then, at) => planEntry(then, policy, at), advance: advanceEntry });
  const self = `/waitlist/${facts.id}`;
  const until = facts.validUntil < today ? today : facts.validUntil;
  return (
    <Page title="Waitlist entry" tab="Desk">
      <p>
        <ItemSymbol kind="waitlist" type={facts.type} />
      </p>
      <CardLine card={card} />
      <Facts
        facts={[
          ['State', facts.state === 'active' ? 'active' : `${facts.state}${facts.endReason ? `: ${facts.endReason}` : ''}`],
          ['Days', facts.dates.length > 0 ? facts.dates.join(', ') : `any from ${facts.validFrom} to ${facts.validUntil}`],
          ['Doctor', doctor ?? facts.profession ?? 'none'],
          ['Minutes', String(facts.durationMinutes)],
          ...(facts.appointmentAt ? [['Earlier than', formatInstant(facts.appointmentAt, zone, 'dateTime')] as [string, string]] : []),
          ['Waits since', formatInstant(createdAt, zone, 'dateTime')],
          ['Last asked', lastAskedAt ? formatInstant(lastAskedAt, zone, 'dateTime') : 'never'],
          ['Comment', facts.comment],
        ]}
      />
      {facts.state === 'active' && (
        <>
          <h2>What comes next</h2>
          {coming.length === 0 ? <p>Nothing by itself: it waits for you.</p> : <Coming steps={coming} zone={zone} />}
          <details>
            <summary>Change</summary>
            <form method="post" action={self}>
              <input type="hidden" name="version" value={facts.version} />
              <WishFields lists={lists} wish={facts} />
              <button type="submit" name="action" value="change">
                Change
              </button>
            </form>
          </details>
          <form method="post" action={self} className="row">
            <label>
              Valid until <input type="date" name="validUntil" required min={today} defaultValue={addDays(until, 14)} />
            </label>
            <button type="submit" name="action" value="extend">
              Extend
            </button>
          </form>
          <form method="post" action={self}>
            <label>
              Why it is closed (optional) <input type="text" name="reason" maxLength={2000} />
            </label>
            <label>
              <input type="checkbox" name="yes" required /> Yes, close this entry: the patient does not wait any more
            </label>
            <button type="submit" name="action" value="close">
              Close
            </button>
          </form>
        </>
      )}
      <p>
        <a href="/waitlist">Back to the waitlist</a>
      </p>
    </Page>
  );
}
