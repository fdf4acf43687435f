/** Creating a task (I-23, I-24) and working one: change, assign, snooze, close (I-42). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { addDays, formatInstant } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { advanceTask, isForBooking, planTask, type TaskChoice } from '../../domain/task.ts';
import { foretell } from '../../domain/timeline.ts';
import { createTask, type LoadedTask, loadTask } from '../../ledger/task.ts';
import { decideTaskDirectly } from '../../ledger/task-decision.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { linkableVisits } from '../../ledger/visit-wish.ts';
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

const NewForm = z.object({
  ...wishForm,
  ...{
    patientId: z.uuid(),
    typeId: z.uuid(),
    actualFrom: optional(z.iso.date()),
    inDays: optional(z.coerce.number().int().min(0).max(3650)),
    chain: chainForm,
  },
});
const Work = z.discriminatedUnion('action', [
  z.object({ action: z.literal('close'), reason: optional(z.string().trim().max(2000)), yes: z.literal('on') }),
  z.object({ action: z.literal('snooze'), until: z.iso.date() }),
  z.object({ action: z.literal('assign'), assigneeId: optional(z.uuid()) }),
  z.object({ action: z.literal('change'), ...wishForm, actualFrom: z.iso.date(), version: z.coerce.number().int() }),
]);

export function registerTask(app: FastifyInstance, deps: Deps): void {
  app.get('/tasks/new', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await workerOf(deps, request);
    const { facilityId, today, zone } = visitor;
    const { patientId, q, ...wish } = NewQuery.parse(request.query);
    const card = patientId ? await cardOf(deps, facilityId, patientId) : undefined;
    if (!card) {
      const search = await PatientChoice(deps, visitor, { action: '/tasks/new', q });
      return renderPage(
        reply,
        <Page title="Create a task" tab="Desk">
          {search}
        </Page>,
      );
    }
    await showPatients(deps, visitor, 'new task', [card.id]);
    const lists = await wishLists(deps, facilityId, wish.profession);
    const types = await deps.reader.taskType.findMany({ where: { facilityId, active: true }, orderBy: [{ kind: 'asc' }, { name: 'asc' }] });
    const scheduled = types.find(({ kind }) => kind === 'scheduled');
    const visits = await linkableVisits(deps.reader, { facilityId, patientId: card.id, zone }, visitor.now);
    return renderPage(
      reply,
      <Page title="Create a task" tab="Desk">
        <CardLine card={card} />
        <form method="post" action="/tasks">
          <input type="hidden" name="patientId" value={card.id} />
          <label>
            Type
            <select name="typeId" defaultValue={scheduled?.id}>
              {types.map(({ id, name, kind }) => (
                <option key={id} value={id}>
                  {name}
                  {kind === 'custom' ? ' (own type, not for booking)' : ''}
                </option>
              ))}
            </select>
          </label>
          <ChainChoice visits={visits} zone={zone} />
          <WishFields lists={lists} wish={wish} />
          <div className="row">
            <label>
              Actual from <input type="date" name="actualFrom" min={today} defaultValue={addDays(today, 1)} />
            </label>
            <label>
              or in so many days <input type="number" name="inDays" min={0} max={3650} placeholder="7" />
            </label>
          </div>
          <button type="submit">Create task</button>
        </form>
      </Page>,
    );
  });

  app.post('/tasks', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await workerOf(deps, request);
    const { chain, actualFrom, inDays, typeId, ...wish } = NewForm.parse(request.body);
    const day = inDays === undefined ? { actualFrom } : { inDays }; // the date field is never empty: who writes a number means it
    const chained = chainOf(chain);
    const about = { ...wish, ...day, ...chained, typeId, facilityId: visitor.facilityId };
    const id = await oncePosted(deps, visitor, about, async (tx) => {
      const { facts } = await createTask(tx, about, actorOfVisitor(visitor), visitor.now);
      return facts.id;
    });
    return reply.redirect(`/tasks/${id}`, 303);
  });

  app.get<{ Params: { id: string } }>('/tasks/:id', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await workerOf(deps, request);
    const task = await taskOf(deps, visitor, request.params.id);
    await showPatients(deps, visitor, 'task', [task.facts.patientId]);
    return renderPage(reply, await TaskPage(deps, visitor, task));
  });

  app.post<{ Params: { id: string } }>('/tasks/:id', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await workerOf(deps, request);
    const { facts } = await taskOf(deps, visitor, request.params.id);
    const said = Work.safeParse(request.body);
    if (!said.success) throw new DomainError('CHOICE_MISSING', { issues: said.error.issues });
    const { choice, reason } = choiceOf(said.data);
    const decision = { ...choice, id: crypto.randomUUID(), actor: actorOfVisitor(visitor), decidedAt: visitor.now, reason };
    receiptIn(await inTransaction(deps.db, (tx) => decideTaskDirectly(tx, facts.id, decision)));
    return reply.redirect(choice.action === 'close' ? '/active-tasks?done=1' : `/tasks/${facts.id}`, 303);
  });
}

function choiceOf(said: z.infer<typeof Work>): { choice: TaskChoice; reason?: string | undefined } {
  switch (said.action) {
    case 'close':
      return { choice: { action: 'close' }, reason: said.reason };
    case 'assign':
      return { choice: { action: 'assign', assigneeId: said.assigneeId ?? null } };
    case 'snooze':
      return { choice: said };
    case 'change':
      return {
        choice: {
          ...said,
          practitionerId: said.practitionerId ?? null,
          profession: said.profession ?? null,
          durationMinutes: said.durationMinutes ?? null,
        },
      };
  }
}

async function taskOf({ reader }: Deps, { facilityId }: DeskVisitor, text: string): Promise<LoadedTask> {
  const id = z.uuid().safeParse(text).data;
  const task = id ? await loadTask(reader, id) : undefined;
  if (task?.facilityId !== facilityId) throw new DomainError('NOT_FOUND', { taskId: text });
  return task;
}

async function TaskPage(deps: Deps, visitor: DeskVisitor, { facts, names, policy, createdAt }: LoadedTask) {
  const { facilityId, zone, today, now } = visitor;
  const card = (await cardOf(deps, facilityId, facts.patientId))!;
  const lists = await wishLists(deps, facilityId);
  const doctor = lists.practitioners.find(({ id }) => id === facts.practitionerId)?.name;
  const people = await deps.reader.person.findMany({
    where: { facilityId, active: true, rights: { has: 'manage appointments' } },
    select: { id: true, name: true },
    orderBy: { name: 'asc' },
  });
  const day = (date: string) => formatInstant(`${date}T12:00:00Z`, 'UTC', 'longDate');
  const coming = foretell(facts, now, { plan: (then, at) => planTask(then, policy, at), advance: advanceTask });
  const self = `/tasks/${facts.id}`;
  return (
    <Page title={`Task: ${names.type}`} tab="Desk">
      <p>
        <ItemSymbol kind="task" type={facts.kind} name={names.type} />
      </p>
      <CardLine card={card} />
      <Facts
        facts={[
          ['State', facts.state === 'closed' ? `closed${facts.closeReason ? `: ${facts.closeReason}` : ''}` : facts.state],
          ['Actual from', day(facts.actualFrom)],
          ['Doctor', doctor ?? facts.profession ?? 'none'],
          ['Assigned to', people.find(({ id }) => id === facts.assigneeId)?.name ?? 'nobody'],
          ['Created', formatInstant(createdAt, zone, 'dateTime')],
          ['Comment', facts.comment],
        ]}
      />
      {facts.state !== 'closed' && (
        <>
          <h2>What comes next</h2>
          {coming.length === 0 ? <p>Nothing by itself: it waits for you.</p> : <Coming steps={coming} zone={zone} />}
          <details>
            <summary>Change</summary>
            <form method="post" action={self}>
              <input type="hidden" name="version" value={facts.version} />
              <WishFields lists={lists} wish={facts} />
              <label>
                Actual from <input type="date" name="actualFrom" required defaultValue={facts.actualFrom} />
              </label>
              <button type="submit" name="action" value="change">
                Change
              </button>
            </form>
          </details>
          <form method="post" action={self} className="row">
            <label>
              Assigned to
              <select name="assigneeId" defaultValue={facts.assigneeId ?? ''}>
                <option value="">nobody</option>
                {people.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
            <button type="submit" name="action" value="assign">
              Assign
            </button>
          </form>
          <form method="post" action={self} className="row">
            <label>
              Snooze until <input type="date" name="until" required min={addDays(today, 1)} defaultValue={addDays(today, 7)} />
            </label>
            <button type="submit" name="action" value="snooze">
              Snooze
            </button>
          </form>
          <form method="post" action={self}>
            <label>
              Why it is closed (optional) <input type="text" name="reason" maxLength={2000} />
            </label>
            <label>
              <input type="checkbox" name="yes" required /> Yes, close this task
              {isForBooking(facts.kind) && ': nobody phones about it any more'}
            </label>
            <button type="submit" name="action" value="close">
              Close
            </button>
          </form>
        </>
      )}
      <p>
        <a href="/active-tasks">Back to the active tasks</a>
      </p>
    </Page>
  );
}
