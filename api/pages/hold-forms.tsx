/** The forms that decide about a hold: on its own page, and for the facility scheduler in the queue of requests. */
import { zoneDate, zoneTime } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { filled, type HoldFacts } from '../../domain/hold.ts';
import { decideHold, type HoldChoice, type HoldEffect, holdDigest } from '../../domain/hold-decision.ts';
import type { Interval } from '../../domain/interval.ts';
import type { LoadedHold } from '../../ledger/hold.ts';
import type { Speech } from '../../words/speech.ts';
import { actorOfVisitor, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { EndDay } from './end-day.tsx';
import { Agree, Field, Form, Pick } from './form-fields.tsx';
import { Facts } from './page.tsx';
import { useSpeech } from './reader.ts';

/** What a refusal calls a form of these. */
export const formOf = (holdId: string, action: string): string => `${holdId}/${action}`;

/** `back`: the page that lists them, to come back to. */
type Deciding = { hold: HoldFacts; back?: 'requests' | undefined };

/** A choice that the rules would not refuse now, and what it would do. */
type Possible = { choice: HoldChoice; effect: HoldEffect };
export type Possibles = Partial<Record<HoldChoice['action'], Possible>>;

const choices: HoldChoice[] = [{ action: 'confirm' }, { action: 'deny' }, { action: 'delete' }];

/** What this visitor can decide now about a hold, by the rules themselves. */
export function possibleNow(visitor: Visitor, { facts, policy }: LoadedHold, now: string): Possibles {
  const possible = choices.flatMap((choice) => {
    try {
      const effect = decideHold(facts, policy, choice, actorOfVisitor(visitor), now, { reason: 'asked on this page' });
      return [[choice.action, { choice, effect }] as const];
    } catch (error) {
      if (error instanceof DomainError) return [];
      throw error;
    }
  });
  return Object.fromEntries(possible);
}

/** `1 h of 4 h`: how much of a hold is filled (C-35). */
export function filledIn({ words, duration }: Speech, facts: HoldFacts): string {
  const { heldMinutes, usedMinutes } = filled(facts);
  return words('hold.filledOf', { used: duration(usedMinutes), held: duration(heldMinutes) });
}

/** What a decision would change, beside the state (U-02). */
export function HoldDifference({ effect: { freed, taken }, zone }: { effect: HoldEffect; zone: string }) {
  const { words, ranges } = useSpeech();
  const lines: [string, Interval[]][] = [
    [words('hold.opens'), freed],
    [words('hold.taken'), taken],
  ];
  const changes = lines.filter(([, times]) => times.length > 0).map(([name, times]): [string, string] => [name, ranges(times, zone)]);
  return changes.length > 0 ? <Facts facts={changes} /> : null;
}

type DecideProps = Deciding & { possible: Possible | undefined; reason?: boolean };

/** Nothing, where the rules would refuse it now. */
export function DecideForm({ possible, hold, back, reason = false }: DecideProps) {
  const { words } = useSpeech();
  if (!possible) return null;
  const { choice, effect } = possible;
  const { action } = choice;
  if (action === 'change') return null; // has a form of its own
  return (
    <Form name={formOf(hold.id, action)} action={`/holds/${hold.id}/${action}`} className="card">
      <Hidden back={back} />
      <input type="hidden" name="seen" value={holdDigest(choice.action, effect)} />
      <HoldDifference effect={effect} zone={hold.zone} />
      {reason && <Field name="reason" label={words(`hold.reason.${action}`)} required maxLength={2000} />}
      <Agree label={words(`hold.yes.${action}`)} />
      <button type="submit">{words(`hold.label.${action}`)}</button>
    </Form>
  );
}

export type RoomChoice = { id: string; name: string };

export function roomsOf({ reader }: Deps, facilityId: string): Promise<RoomChoice[]> {
  return reader.room.findMany({ where: { facilityId }, orderBy: { name: 'asc' }, select: { id: true, name: true } });
}

/** C-31: time, duration and room, before or after confirming. */
export function ChangeForm({ hold, rooms, back }: Deciding & { rooms: RoomChoice[] }) {
  const { id, zone, startsAt, endsAt, roomId, version } = hold;
  const { words } = useSpeech();
  return (
    <Form name={formOf(id, 'change')} action={`/holds/${id}/change`} className="card">
      <Hidden back={back} />
      <input type="hidden" name="version" value={version} />
      <div className="row">
        <Pick name="roomId" label={words('hold.room')} options={rooms} chosen={roomId} />
        <Field type="date" name="date" label={words('hold.day')} required value={zoneDate(startsAt, zone)} />
        <Field type="time" name="from" label={words('hold.from')} required value={zoneTime(startsAt, zone)} />
        <Field type="time" name="to" label={words('hold.to')} required value={zoneTime(endsAt, zone)} />
      </div>
      <EndDay interval={hold} zone={zone} />
      <Agree label={words('hold.yes.change')} />
      <button type="submit">{words('hold.label.change')}</button>
    </Form>
  );
}

/** A form posted twice is one decision. */
function Hidden({ back }: { back: string | undefined }) {
  return (
    <>
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      {back && <input type="hidden" name="back" value={back} />}
    </>
  );
}
