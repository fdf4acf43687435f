/** Active tasks (I-41): what the desk has to work now, in the order in which it is called, with bulk assign, snooze and close. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { addDays } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import type { TaskChoice, TaskKind } from '../../domain/task.ts';
import type { EntryType } from '../../domain/waitlist-entry.ts';
import { type ActiveFilter, type ActiveItem, activeItems } from '../../ledger/active-tasks.ts';
import { loadTask } from '../../ledger/task.ts';
import { decideTaskDirectly } from '../../ledger/task-decision.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { actorOfVisitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { showPatients } from './front-desk.ts';
import { ItemSymbol, taskTypeName } from './item-symbol.tsx';
import { Choice, Options, Page, renderPage } from './page.tsx';
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
});

export function registerActiveTasks(app: FastifyInstance, deps: Deps): void {
  app.get('/active-tasks', { schema: { hide: true } }, async (request, reply) => {
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
    return renderPage(
      reply,
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
          <form method="post" action="/active-tasks">
            <ul className="plain">
              {shown.map((one) => (
                <Item key={one.id} item={one} visitor={visitor} />
              ))}
            </ul>
            {items.length > mostItems && <p>{words('item.active.more')}</p>}
            <WorkForm people={lists.people} today={today} />
          </form>
        )}
      </Page>,
    );
  });

  app.post('/active-tasks', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await workerOf(deps, request);
    const { task, ...work } = Work.parse(request.body ?? {});
    const ids = [...new Set([task ?? []].flat())].sort();
    if (ids.length === 0) throw new DomainError('NOTHING_CHOSEN', { field: 'task' });
    const choice = choiceOf(work);
    const answers = await inTransaction(deps.db, async (tx) => {
      const accepted: boolean[] = [];
      for (const id of ids) {
        const { facilityId } = await loadTask(tx, id);
        if (facilityId !== visitor.facilityId) throw new DomainError('NOT_FOUND', { taskId: id });
        const decision = { ...choice, id: crypto.randomUUID(), actor: actorOfVisitor(visitor), decidedAt: visitor.now };
        accepted.push('receipt' in (await decideTaskDirectly(tx, id, decision)));
      }
      return accepted;
    });
    const done = answers.filter(Boolean).length;
    return reply.redirect(`/active-tasks?done=${done}&refused=${answers.length - done}`, 303);
  });
}

function choiceOf({ action, assigneeId, until }: Omit<z.infer<typeof Work>, 'task'>): TaskChoice {
  if (action === 'assign') {
    if (!assigneeId) throw new DomainError('ASSIGNEE_MISSING', { field: 'assigneeId' });
    return { action, assigneeId: assigneeId === 'nobody' ? null : assigneeId };
  }
  return action === 'snooze' ? { action, until } : { action };
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
          <input type="checkbox" name="task" value={id} aria-label={words('item.active.choose', { patient })} /> {who}
        </label>
      ) : (
        <p>{who}</p>
      )}
      <p>
        {phone && (
          <>
            <a href={`tel:${phone}`}>{phone}</a> ·{' '}
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
        <a href={`/patients/${patientId}`}>{words('item.active.card')}</a> ·{' '}
        <a href={isTask ? `/tasks/${id}` : `/waitlist/${id}`}>{words('item.active.work')}</a>
      </p>
    </li>
  );
}

function WorkForm({ people, today }: { people: Named[]; today: string }) {
  const { words } = useSpeech();
  return (
    <fieldset>
      <legend>{words('item.active.withChosen')}</legend>
      <div className="row">
        <label>
          {words('item.active.assignTo')}
          <select name="assigneeId" defaultValue="">
            <option value="">{words('desk.choose')}</option>
            <option value="nobody">{words('desk.nobody')}</option>
            <Options of={people} />
          </select>
        </label>
        <button type="submit" name="action" value="assign">
          {words('item.page.assign')}
        </button>
      </div>
      <div className="row">
        <label>
          {words('item.page.until')} <input type="date" name="until" min={addDays(today, 1)} defaultValue={addDays(today, 7)} />
        </label>
        <button type="submit" name="action" value="snooze">
          {words('item.page.snooze')}
        </button>
        <button type="submit" name="action" value="close" className="secondary">
          {words('item.page.close')}
        </button>
      </div>
    </fieldset>
  );
}
