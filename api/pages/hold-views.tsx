import type { Accepted } from '../../domain/decision.ts';
import { advanceHold, live, planHold } from '../../domain/hold.ts';
import type { HoldWhy } from '../../domain/hold-why.ts';
import { foretell } from '../../domain/timeline.ts';
import type { LoadedHold } from '../../ledger/hold.ts';
import { Coming } from './coming.tsx';
import { ChangeForm, DecideForm, filledIn, type Possibles, type RoomChoice } from './hold-forms.tsx';
import { Facts, Page } from './page.tsx';
import { useSpeech } from './reader.ts';
import { Whys } from './why.tsx';

/** `last`: what was decided last, by whom, when and why (U-14, C-33, F-08). `rooms`: where the facility can move it; none for anybody else. */
type Props = {
  hold: LoadedHold;
  now: string;
  whys: HoldWhy[];
  possible: Possibles;
  rooms: RoomChoice[];
  last: Accepted | undefined;
};

/** One hold. */
export function HoldPage({ hold, now, whys, possible, rooms, last }: Props) {
  const { facts, names, policy } = hold;
  const { zone, state } = facts;
  const { reason } = (last?.payload ?? {}) as { reason?: string };
  const speech = useSpeech();
  const { words, day, dateTime, range } = speech;
  const next = foretell(facts, now, { plan: (then, at) => planHold(then, policy, at), advance: advanceHold });
  return (
    <Page title={words('hold.title', { room: names.room })} tab="Find Open Time">
      <Facts
        facts={[
          [words('hold.when'), `${day(facts.startsAt, zone)}, ${range(facts, zone)} (${zone})`],
          [words('hold.for'), words('hold.forWhom', names)],
          [words('hold.state'), words(`hold.states.${state}`)],
          ...(last
            ? [
                [words('link.decided'), words('link.decidedBy', { at: dateTime(last.receipt.decidedAt, zone), by: last.receipt.by })] as [
                  string,
                  string,
                ],
              ]
            : []),
          ...(reason ? [[words('link.reason'), reason] as [string, string]] : []),
          [words('hold.expires'), dateTime(facts.expiresAt, zone)],
          [words('hold.filled'), filledIn(speech, facts)],
        ]}
      />
      {state === 'pending' && <p className="notice">{words('hold.notYours')}</p>}
      {facts.inConflict && <p className="notice warning">{words('hold.conflict')}</p>}
      {live(facts) && (
        <>
          <h2>{words('desk.coming')}</h2>
          <Coming steps={next} zone={zone} />
        </>
      )}
      <Whys whys={whys.map(({ question, ...why }) => [words(`hold.question.${question}`), why])} zone={zone} />
      {possible.confirm && (
        <>
          <h2>{words('hold.decide')}</h2>
          <DecideForm possible={possible.confirm} hold={facts} />
          <DecideForm possible={possible.deny} hold={facts} reason />
        </>
      )}
      {live(facts) && rooms.length > 0 && (
        <>
          <h2 id="change">{words('hold.change')}</h2>
          <ChangeForm hold={facts} rooms={rooms} />
        </>
      )}
      {possible.delete && (
        <>
          <h2 id="delete">{words('hold.delete')}</h2>
          <p>{words('hold.deleteText')}</p>
          <DecideForm possible={possible.delete} hold={facts} reason />
        </>
      )}
    </Page>
  );
}
