/** Active tasks (I-41): what the desk has to work now, in the order in which it is called, with bulk assign, snooze and close. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { addDays } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { isForBooking, type TaskChoice, type TaskKind } from '../../domain/task.ts';
import type { EntryType } from '../../domain/waitlist-entry.ts';
import { type ActiveFilter, type ActiveItem, activeItems } from '../../ledger/active-tasks.ts';
import { decideMany } from '../../ledger/bulk.ts';
import { manyTasks } from '../../ledger/task-decision.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { actorOfVisitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { dayBookFor } from './day-book.tsx';
import { Agree, Field, Form, Pick, useTyped } from './form-fields.tsx';
import { showPatients } from './front-desk.ts';
import { ItemSymbol, taskTypeName } from './item-symbol.tsx';
import { orAgain } from './or-again.tsx';
import { Choice, Page, renderPage } from './page.tsx';
import { Phone } from './phone.tsx';
import { speechFor, useSpeech } from './reader.ts';
import { type DeskVisitor, optional, workerOf } from './visit-wish-fields.tsx';

const mostItems = 100;

const Filter = z.object({
  item: z.enum(['task', 'waitlist-entry']).optional().catch(undefined),
  typeId: z.uuid().optional().catch(undefined),
  practitionerId: z.uuid().optional().catch(undefined),
  assigneeId: z
    .union([z.uuid(), z.literal('nobody')])
    .optional()
    .catch(undefined),
  done: z.coerce.number().int().min(0).optional().catch(undefined),
  refused: z.coerce.number().int().min(0).optional().catch(undefined),
});

const Work = z.object({
  task: z.union([z.uuid(), z.array(z.uuid())]).optional(),
  action: z.enum(['assign', 'snooze', 'close']),
  assigneeId: optional(z.union([z.uuid(), z.literal('nobody')])),
  until: optional(z.iso.date()),
  reason: optional(z.string().trim().max(2000)),
  yes: z.literal('on').optional(),
});

/** Where the form has what a refusal is about. */
const workNaming = { codes: { CHOICE_MISSING: 'yes', ASSIGNEE_MISSING: 'assigneeId' } } as const;

export function registerActiveTasks(app: FastifyInstance, deps: Deps): void {
  app.get('/active-tasks', { schema: { hide: true } }, async (request, reply) => renderPage(reply, await activeTasksPage(deps, request)));

  app.post('/active-tasks', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await workerOf(deps, request);
    const { task, reason, ...work } = Work.parse(request.body ?? {});
    const save = async () => {
      const ids = [task ?? []].flat();
      if (ids.length === 0) throw new DomainError('NOTHING_CHOSEN', { field: 'task' });
      const decision = { ...choiceOf(work), id: crypto.randomUUID(), actor: actorOfVisitor(visitor), decidedAt: visitor.now, reason };
      const answers = await inTransaction(deps.db, (tx) =>
        decideMany(tx, manyTasks, ids, (facilityId) => facilityId === visitor.facilityId, decision),
      );
      const done = answers.filter((answer) => 'receipt' in answer).length;
      return reply.redirect(`/active-tasks?done=${done}&refused=${answers.length - done}`, 303);
    };
    return orAgain(reply, workNaming, save, () => activeTasksPage(deps, request));
  });
}

async function activeTasksPage(deps: Deps, request: FastifyRequest) {
  const visitor = await workerOf(deps, request);
  const { done, refused, ...filter } = Filter.parse(request.query);
  const { facilityId, now, today } = visitor;
  const items = await activeItems(deps.reader, { ...filter, facilityId, now, today, limit: mostItems + 1 });
  const shown = items.slice(0, mostItems);
  await showPatients(
    deps,
    visitor,
    'active tasks',
    shown.map(({ patientId }) => patientId),
  );
  const lists = await listsOf(deps, visitor);
  const { words } = speechFor(request);
  return (
    <Page title={words('item.active.title')} tab="Desk">
      <p>
        {words('item.active.text')} <a href="/tasks/new">{words('item.new.task')}</a> ·{' '}
        <a href="/waitlist/new">{words('item.new.entry')}</a> · <a href="/waitlist">{words('item.active.fits')}</a>
      </p>
      {done !== undefined && (
        <p className="notice" role="status">
          {refused ? words('item.active.refused', { done, refused }) : words('item.active.done', { done })}
        </p>
      )}
      <FilterForm filter={filter} {...lists} />
      {shown.length === 0 ? (
        <p>{words('item.active.nothing')}</p>
      ) : (
        <Form action="/active-tasks">
          <ul className="plain">
            {shown.map((one) => (
              <Item key={one.id} item={one} visitor={visitor} />
            ))}
          </ul>
          {items.length > mostItems && <p>{words('item.active.more')}</p>}
          <WorkForm people={lists.people} today={today} />
        </Form>
      )}
    </Page>
  );
}

function choiceOf({ action, assigneeId, until, yes }: Omit<z.infer<typeof Work>, 'task' | 'reason'>): TaskChoice {
  if (action === 'assign') {
    if (!assigneeId) throw new DomainError('ASSIGNEE_MISSING', { field: 'assigneeId' });
    return { action, assigneeId: assigneeId === 'nobody' ? null : assigneeId };
  }
  if (action === 'snooze') return { action, until };
  if (!yes) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
  return { action };
}

type Named = { id: string; name: string };
type Lists = { types: (Named & { kind: string })[]; practitioners: Named[]; people: Named[] };

async function listsOf({ reader }: Deps, { facilityId }: DeskVisitor): Promise<Lists> {
  const select = { id: true, name: true };
  const orderBy = { name: 'asc' } as const;
  const [types, practitioners, people] = await Promise.all([
    reader.taskType.findMany({ where: { facilityId }, select: { ...select, kind: true }, orderBy }),
    reader.practitioner.findMany({ where: { facilityId, active: true }, select, orderBy }),
    reader.person.findMany({ where: { facilityId, active: true, rights: { has: 'manage appointments' } }, select, orderBy }),
  ]);
  return { types, practitioners, people };
}

function FilterForm({ filter, types, practitioners, people }: { filter: ActiveFilter } & Lists) {
  const { words } = useSpeech();
  const kinds = [
    { id: 'task', name: words('item.active.tasks') },
    { id: 'waitlist-entry', name: words('item.active.entries') },
  ];
  const assignees = [{ id: 'nobody', name: words('desk.nobody') }, ...people];
  return (
    <form method="get" action="/active-tasks" className="row">
      <Choice label={words('item.active.what')} name="item" options={kinds} chosen={filter.item} />
      <Choice
        label={words('item.active.taskType')}
        name="typeId"
        options={types.map(({ id, name, kind }) => ({ id, name: taskTypeName({ kind: kind as TaskKind, name }, words) }))}
        chosen={filter.typeId}
      />
      <Choice label={words('desk.field.doctor')} name="practitionerId" options={practitioners} chosen={filter.practitionerId} />
      <Choice label={words('desk.field.assigned')} name="assigneeId" options={assignees} chosen={filter.assigneeId} />
      <button type="submit">{words('desk.show')}</button>
    </form>
  );
}

function SymbolOf({ item: { item, kind, type } }: { item: ActiveItem }) {
  return item === 'task' ? (
    <ItemSymbol kind="task" type={kind as TaskKind} name={type} />
  ) : (
    <ItemSymbol kind="waitlist" type={kind as EntryType} />
  );
}

function Item({ item, visitor }: { item: ActiveItem; visitor: DeskVisitor }) {
  const { id, patientId, patient, phone, practitioner, profession, durationMinutes, comment, assignee, assigneeId, dueOn } = item;
  const { words, duration, day } = useSpeech();
  const civil = (date: string) => day(`${date}T12:00:00Z`, 'UTC');
  const isTask = item.item === 'task';
  const chosen = [useTyped('task') ?? []].flat().includes(id);
  const wish = { patientId, practitionerId: item.practitionerId, profession, minutes: durationMinutes };
  const booking = !isTask || isForBooking(item.kind as TaskKind) ? dayBookFor({ ...wish, [isTask ? 'taskId' : 'entryId']: id }) : undefined;
  const wanted = [practitioner ?? profession, durationMinutes && duration(durationMinutes)].filter(Boolean).join(', ');
  const who = (
    <>
      <strong>{patient}</strong>
      {phone ? '' : ` ${words('item.active.noPhone')}`}
    </>
  );
  return (
    <li className="card">
      {isTask ? (
        <label>
          <input type="checkbox" name="task" value={id} defaultChecked={chosen} aria-label={words('item.active.choose', { patient })} />{' '}
          {who}
        </label>
      ) : (
        <p>{who}</p>
      )}
      <p>
        {phone && (
          <>
            <Phone number={phone} /> ·{' '}
          </>
        )}
        <SymbolOf item={item} />
        {wanted && ` · ${wanted}`} ·{' '}
        {isTask
          ? words('item.active.due', { date: civil(dueOn) })
          : words('item.active.waits', { since: civil(dueOn), until: civil(item.validUntil!) })}
        {assignee && ` · ${assigneeId === visitor.personId ? words('item.active.yours') : assignee}`}
      </p>
      <p className="comment">{comment}</p>
      <p>
        {booking && (
          <>
            <a href={booking}>
              {words('item.active.book')} <span className="hidden">{patient}</span>
            </a>{' '}
            ·{' '}
          </>
        )}
        <a href={`/patients/${patientId}`}>{words('item.active.card')}</a> ·{' '}
        <a href={isTask ? `/tasks/${id}` : `/waitlist/${id}`}>{words('item.active.work')}</a>
      </p>
    </li>
  );
}

function WorkForm({ people, today }: { people: Named[]; today: string }) {
  const { words } = useSpeech();
  const assignees = [{ id: 'nobody', name: words('desk.nobody') }, ...people];
  return (
    <fieldset>
      <legend>{words('item.active.withChosen')}</legend>
      <div className="row">
        <Pick label={words('item.active.assignTo')} name="assigneeId" options={assignees} none={words('desk.choose')} />
        <button type="submit" name="action" value="assign" formNoValidate>
          {words('item.page.assign')}
        </button>
      </div>
      <div className="row">
        <label>
          {words('item.page.until')} <input type="date" name="until" min={addDays(today, 1)} defaultValue={addDays(today, 7)} />
        </label>
        <button type="submit" name="action" value="snooze" formNoValidate>
          {words('item.page.snooze')}
        </button>
      </div>
      <div className="row">
        <Field label={words('item.page.why')} type="text" name="reason" maxLength={2000} />
        <div>
          <Agree label={`${words('item.active.closeThem')}: ${words('item.page.nobodyPhones')}`} />
        </div>
        <button type="submit" name="action" value="close" className="quiet">
          {words('item.page.close')}
        </button>
      </div>
    </fieldset>
  );
}
