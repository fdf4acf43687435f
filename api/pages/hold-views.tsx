import { formatRange } from '../../domain/civil.ts';
import { advanceHold, filledInWords, live, planHold } from '../../domain/hold.ts';
import type { HoldWhy } from '../../domain/hold-why.ts';
import { foretell } from '../../domain/timeline.ts';
import { dateTime, day } from '../../emails/wording.ts';
import type { LoadedHold } from '../../ledger/hold.ts';
import { Coming } from './coming.tsx';
import { ChangeForm, DecideForm, type Possibles, type RoomChoice } from './hold-forms.tsx';
import { Facts, Page } from './page.tsx';
import { StaleNotice } from './seen.tsx';
import { Whys } from './why.tsx';

/** `rooms`: where the facility can move it; none for anybody else. */
type Props = { hold: LoadedHold; now: string; whys: HoldWhy[]; possible: Possibles; rooms: RoomChoice[]; stale?: boolean };

const questions: Record<HoldWhy['question'], string> = {
  confirmation: 'Was it confirmed?',
  reminder: 'Was the facility reminded of it?',
  expiry: 'Did it expire?',
  'time freed': 'Did time become open again?',
  restriction: 'Is its requester restricted?',
};

/** One hold. `stale`: it changed since the visitor looked, and nothing was done (U-02). */
export function HoldPage({ hold, now, whys, possible, rooms, stale = false }: Props) {
  const { facts, names, policy } = hold;
  const { zone, state } = facts;
  const next = foretell(facts, now, { plan: (then, at) => planHold(then, policy, at), advance: advanceHold });
  return (
    <Page title={`Hold in ${names.room}`} tab="Find Open Time">
      <StaleNotice stale={stale} />
      <Facts
        facts={[
          ['When', `${day(facts.startsAt, zone)}, ${formatRange(facts, zone)} (${zone})`],
          ['For', `${names.provider}, ${names.group}; requested by ${names.requester}`],
          ['State', state],
          ['Hold expiration date', dateTime(facts.expiresAt, zone)],
          ['Filled', filledInWords(facts)],
        ]}
      />
      {state === 'pending' && <p className="notice">Not yours yet: wait for the Hold Confirmation before you promise it to a patient.</p>}
      {facts.inConflict && (
        <p className="notice warning">
          A case of somebody else stands on part of this time. Please agree on another time with the facility.
        </p>
      )}
      {live(facts) && (
        <>
          <h2>What comes next</h2>
          <Coming steps={next} zone={zone} />
        </>
      )}
      <Whys whys={whys.map(({ question, ...why }) => [questions[question], why])} zone={zone} />
      {possible.confirm && (
        <>
          <h2>Decide</h2>
          <DecideForm possible={possible.confirm} label="Confirm" hold={facts} />
          <DecideForm possible={possible.deny} label="Deny" hold={facts} reason />
        </>
      )}
      {live(facts) && rooms.length > 0 && (
        <>
          <h2 id="change">Change time, duration or room</h2>
          <ChangeForm hold={facts} rooms={rooms} />
        </>
      )}
      {possible.delete && (
        <>
          <h2 id="delete">Delete this hold</h2>
          <p>
            You and the facility scheduler are told, and what is not filled is open to others again. A hold cannot be edited by its
            requester; request another if you need more time.
          </p>
          <DecideForm possible={possible.delete} label="Delete" hold={facts} reason />
        </>
      )}
    </Page>
  );
}
