/** Working one task: change, assign, snooze, close (I-42). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { addDays } from '../../domain/civil.ts';
import { advanceTask, isForBooking, planTask, type TaskChoice } from '../../domain/task.ts';
import { foretell } from '../../domain/timeline.ts';
import { type LoadedTask, loadTask } from '../../ledger/task.ts';
import { decideTaskDirectly } from '../../ledger/task-decision.ts';
import type { Deps } from '../deps.ts';
import { ItemView, registerItemPage } from './item-page.tsx';
import { ItemSymbol, taskTypeName } from './item-symbol.tsx';
import { Options } from './page.tsx';
import { useSpeech } from './reader.ts';
import { type Card, type DeskVisitor, type Lists, optional, whoFact, wishForm } from './visit-wish-fields.tsx';

const Work = z.discriminatedUnion('action', [
  z.object({ action: z.literal('close'), reason: optional(z.string().trim().max(2000)), yes: z.literal('on') }),
  z.object({ action: z.literal('snooze'), until: z.iso.date() }),
  z.object({ action: z.literal('assign'), assigneeId: optional(z.uuid()) }),
  z.object({ action: z.literal('change'), ...wishForm, actualFrom: z.iso.date(), version: z.coerce.number().int() }),
]);
type Work = z.infer<typeof Work>;

export function registerTask(app: FastifyInstance, deps: Deps): void {
  registerItemPage<LoadedTask, Work, TaskChoice>(app, deps, {
    path: '/tasks',
    what: 'task',
    load: loadTask,
    Work,
    choose,
    decide: decideTaskDirectly,
    goOn: ({ action }, self) => (action === 'close' ? '/active-tasks?done=1' : self),
    page: async ({ reader }, shown) => {
      const people = await reader.person.findMany({
        where: { facilityId: shown.visitor.facilityId, active: true, rights: { has: 'manage appointments' } },
        select: { id: true, name: true },
        orderBy: { name: 'asc' },
      });
      return <TaskPage {...shown} people={people} />;
    },
  });
}

function choose(said: Work): { choice: TaskChoice; reason?: string | undefined } {
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

type Props = { item: LoadedTask; visitor: DeskVisitor; card: Card; lists: Lists; people: { id: string; name: string }[] };

function TaskPage({ item: { facts, names, policy, createdAt, origin }, visitor, card, lists, people }: Props) {
  const { words, civilDay, dateTime } = useSpeech();
  const { zone, today, now } = visitor;
  const self = `/tasks/${facts.id}`;
  const state = words(`item.state.${facts.state}`);
  return (
    <ItemView
      title={words('item.page.task', { type: taskTypeName({ kind: facts.kind, name: names.type }, words) })}
      symbol={<ItemSymbol kind="task" type={facts.kind} name={names.type} />}
      facts={[
        [words('item.page.state'), facts.closeReason ? `${state}: ${facts.closeReason}` : state],
        [words('desk.field.actualFrom'), civilDay(facts.actualFrom)],
        whoFact(facts, lists, words),
        [words('desk.field.assigned'), people.find(({ id }) => id === facts.assigneeId)?.name ?? words('desk.nobody')],
        [words('item.page.created'), dateTime(createdAt, zone)],
        [words('item.page.source'), words(`item.origin.${origin}`)],
        [words('desk.field.comment'), facts.comment],
      ]}
      over={facts.state === 'closed'}
      coming={foretell(facts, now, { plan: (then, at) => planTask(then, policy, at), advance: advanceTask })}
      change={{
        version: facts.version,
        lists,
        wish: facts,
        more: (
          <label>
            {words('desk.field.actualFrom')} <input type="date" name="actualFrom" required defaultValue={facts.actualFrom} />
          </label>
        ),
      }}
      close={
        isForBooking(facts.kind) ? `${words('item.page.closeTask')}: ${words('item.page.nobodyPhones')}` : words('item.page.closeTask')
      }
      back={{ href: '/active-tasks', words: words('item.page.backTask') }}
      {...{ card, zone, self }}
    >
      <form method="post" action={self} className="row">
        <label>
          {words('desk.field.assigned')}
          <select name="assigneeId" defaultValue={facts.assigneeId ?? ''}>
            <option value="">{words('desk.nobody')}</option>
            <Options of={people} />
          </select>
        </label>
        <button type="submit" name="action" value="assign">
          {words('item.page.assign')}
        </button>
      </form>
      <form method="post" action={self} className="row">
        <label>
          {words('item.page.until')} <input type="date" name="until" required min={addDays(today, 1)} defaultValue={addDays(today, 7)} />
        </label>
        <button type="submit" name="action" value="snooze">
          {words('item.page.snooze')}
        </button>
      </form>
    </ItemView>
  );
}
