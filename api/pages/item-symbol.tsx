import type { TaskKind } from '../../domain/task.ts';
import type { EntryType } from '../../domain/waitlist-entry.ts';
import type { Words } from '../../words/index.ts';
import { useSpeech } from './reader.ts';

type Item = { kind: 'task'; type: TaskKind; name?: string } | { kind: 'waitlist'; type: EntryType };

/** What lies over the calendar: an hourglass for who waits, a clock or an eye for whom to call. */
const signs = {
  hourglass: 'M12 10h8M12 22h8M13 10c0 4 6 4 6 8v4M19 10c0 4-6 4-6 8v4',
  clock: 'M16 11a5 5 0 1 0 .01 0M16 13v3l2 1',
  eye: 'M9 16c3-5 11-5 14 0c-3 5-11 5-14 0M16 14.5a1.5 1.5 0 1 0 .01 0',
};
const calendar = 'M2 5h18v6M2 5v15h6M2 9h18M6 2v4M16 2v4';
const note = 'M3 3h18v13l-5 5H3zM16 21v-5h5M12 7v5M12 15v.5';

/** I-08: red means an appointment to bring back; each symbol stands beside its meaning in words, for who sees no colour. */
export function ItemSymbol(item: Item) {
  const { words } = useSpeech();
  const custom = item.kind === 'task' && item.type === 'custom';
  const sign = item.kind === 'waitlist' ? 'hourglass' : item.type === 'check-up' ? 'eye' : 'clock';
  const colour = item.type === 'cancelled' ? 'red' : item.kind === 'waitlist' ? 'blue' : 'plain';
  return (
    <span className={`item-symbol ${colour}`}>
      <svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" strokeWidth="1.6" aria-hidden="true">
        <path d={custom ? note : calendar} />
        {!custom && <path d={signs[sign]} />}
      </svg>{' '}
      {inWords(item, words)}
    </span>
  );
}

/** What a type of tasks is called: the standard ones in the reader's language, the practice's own as it named them. */
export const taskTypeName = ({ kind, name }: { kind: TaskKind; name: string }, words: Words): string =>
  kind === 'custom' ? name : words(`item.type.${kind}`);

function inWords(item: Item, words: Words): string {
  if (item.kind === 'waitlist') return words(`item.entry.${item.type}`);
  return item.type === 'custom' && item.name ? words('item.task.named', { name: item.name }) : words(`item.task.${item.type}`);
}
