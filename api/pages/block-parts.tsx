import { unbooked } from '../../domain/block.ts';
import type { BlockChoice, BlockEffect } from '../../domain/block-decision.ts';
import { addDays, atLocal, zoneDate, zoneTime } from '../../domain/civil.ts';
import { DomainError, domainErrors } from '../../domain/errors.ts';
import { Interval, intersect } from '../../domain/interval.ts';
import type { LoadedBlock } from '../../ledger/block.ts';
import { blockAlertRecipients, distinct, facilitySchedulers } from '../../ledger/message.ts';
import type { Database } from '../../prisma/client.ts';
import type { Speech } from '../../words/speech.ts';
import { Field, Tick } from './form-fields.tsx';
import { useSpeech } from './reader.ts';

/** One row for each unbooked stretch, prefilled with what was asked for; ticking a row is the choice (C-03). */
export function PartRows({ block: { facts }, proposal, now }: { block: LoadedBlock; proposal: Interval[]; now: string }) {
  const { zone } = facts;
  const { words, range } = useSpeech();
  return unbooked(facts, now).map((run, index) => {
    const asked = proposal.map((one) => intersect(one, run)).find((one) => one !== undefined) ?? run;
    const name = `part-${index}`;
    return (
      <fieldset key={run.startsAt}>
        <legend>{words('block.run', { range: range(run, zone) })}</legend>
        <input type="hidden" name={`${name}-date`} value={zoneDate(run.startsAt, zone)} />
        <Tick name={name} label={words('block.yesRun')} />
        <div className="row">
          <Field type="time" name={`${name}-from`} label={words('hold.from')} value={zoneTime(asked.startsAt, zone)} />
          <Field type="time" name={`${name}-to`} label={words('hold.to')} value={zoneTime(asked.endsAt, zone)} />
        </div>
      </fieldset>
    );
  });
}

/** What the ticked rows say, in wall-clock times of the facility. Throws NOTHING_TICKED when none is, TIME_NOT_FREE for no interval. */
export function pickedIn({ facts }: LoadedBlock, form: Record<string, string | undefined>): Interval[] {
  const rows = Object.keys(form).filter((name) => /^part-\d+$/.test(name));
  if (rows.length === 0) throw new DomainError('NOTHING_TICKED', { field: 'part-0' });
  return rows.map((name) => {
    const date = form[`${name}-date`] ?? facts.date;
    const from = form[`${name}-from`] ?? '';
    const to = form[`${name}-to`] ?? '';
    try {
      const endDate = to > from ? date : addDays(date, 1); // past midnight
      return Interval.parse({ startsAt: atLocal(date, from, facts.zone), endsAt: atLocal(endDate, to, facts.zone) });
    } catch {
      const issues = [{ code: 'custom', path: [`${name}-to`], message: domainErrors.TIME_NOT_FREE.title }];
      throw new DomainError('TIME_NOT_FREE', { date, from, to, issues });
    }
  });
}

/** Who is mailed about a decision: others by name, and whether the one who decides is too. */
export type Told = { names: string[]; you: boolean };

/** Who is mailed about a decision of this person: who else was asked (C-22), who else it concerns (C-24). */
export async function toldOf(db: Database, block: LoadedBlock, personId: string, { action }: BlockChoice): Promise<Told> {
  const facility = action === 'keep' ? [] : await facilitySchedulers(db, block.facilityId);
  const asked = block.facts.alerts > 0 || action === 'undo' ? await blockAlertRecipients(db, block.groupId) : [];
  const others = distinct([...facility, ...asked]).filter(({ id }) => id !== personId);
  return { names: others.map(({ name }) => name), you: action !== 'keep' };
}

/** Empty for nobody. */
export const toldInWords = ({ names, you }: Told, { words, list }: Speech): string =>
  list([...names, ...(you ? [words('block.you')] : [])]);

/** `09:00–11:00 (2 h)`, and what somebody has taken by now, for when that ends (U-10). */
export function takeBackInWords({ returned, wantedBack }: BlockEffect, zone: string, { words, ranges }: Speech): string {
  if (wantedBack.length === 0) return ranges(returned, zone);
  const later = words('block.later', { times: ranges(wantedBack, zone) });
  return returned.length === 0 ? later : words('block.now', { times: ranges(returned, zone), later });
}

/** A line of a preview: what is taken by now and comes back first when that ends. */
export const wantedBack = ({ wantedBack: later }: BlockEffect, zone: string, { words, ranges }: Speech): [string, string][] =>
  later.length === 0 ? [] : [[words('block.wantedBack'), ranges(later, zone)]];
