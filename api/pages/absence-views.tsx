import type { ReactNode } from 'react';

import { type AbsenceFacts, advanceAbsence, coverageOfLines, ended, type Line, planAbsence } from '../../domain/absence.ts';
import { foretell } from '../../domain/timeline.ts';
import type { LoadedAbsence } from '../../ledger/absence.ts';
import type { Visitor } from '../auth/sessions.ts';
import type { Problem } from '../problems.ts';
import { readsCatchUp } from './catch-up.tsx';
import { Coming } from './coming.tsx';
import { awayInWords, LineDays } from './coverage-days.tsx';
import { DecisionForm } from './decision-form.tsx';
import { Facts, Options, Page } from './page.tsx';
import { useSpeech } from './reader.ts';

type OfferedOfLine = Record<'acknowledge' | 'yourself' | 'alone' | 'approve' | 'write', boolean> & { practitionerId: string };

/** What the visitor may decide now. `covers`: whom they may have cover. */
export type Offered = {
  lines: OfferedOfLine[];
  optIn: boolean;
  covers: { id: string; name: string }[];
  tell: boolean;
  end: 'cancel' | 'come-back' | undefined;
};

type Props = { absence: LoadedAbsence; visitor: Visitor; refused: Problem | undefined; offered: Offered; now: string };

export function AbsencePage({ absence: { facts, policy }, visitor, refused, offered, now }: Props) {
  const speech = useSpeech();
  const { words, phrase, dateTime } = speech;
  const { zone } = visitor;
  const told = ({ acknowledgedAt, toldAt }: Line) => {
    if (acknowledgedAt) return words('coverage.absence.knows');
    return toldAt ? words('coverage.absence.toldAt', { at: dateTime(toldAt, zone) }) : words('coverage.absence.untold');
  };
  const there: [string, string][] =
    facts.week.zone === zone
      ? []
      : [[words('coverage.absence.there'), `${awayInWords(facts, facts.week.zone, speech)} (${facts.week.zone})`]];
  const plan = (then: AbsenceFacts, at: string) => planAbsence(then, policy, at);
  return (
    <Page title={words(ended(facts) ? 'coverage.absence.ended' : 'coverage.absence.title', { name: facts.name })} tab="Desk">
      <p>
        <a href="/coverage">{words('coverage.absence.all')}</a>
        {(facts.state === 'running' || facts.state === 'over') && readsCatchUp(visitor, facts.personId) && (
          <>
            {' '}
            · <a href={`/coverage/${facts.id}/catch-up`}>{words('coverage.catchUp.link')}</a>
          </>
        )}
      </p>
      {refused && (
        <p className="notice warning" role="alert">
          {phrase(refused.title)} {words('coverage.absence.refused')}{' '}
          <span className="muted">{words('ticket.refused.rule', { rule: refused.rule })}</span>
        </p>
      )}
      <Facts
        facts={[
          [words('coverage.absence.when'), `${awayInWords(facts, zone, speech)} (${zone})`],
          ...there,
          [words('coverage.absence.state'), words(`coverage.state.${facts.state}`)],
          ...facts.lines.map((line) => [line.provider, told(line)] as [string, string]),
        ]}
      />
      {!ended(facts) && <Decisions facts={facts} offered={offered} visitor={visitor} />}
      {facts.lines.length === 0 && <p>{words('coverage.noLines')}</p>}
      {!ended(facts) && (
        <>
          {facts.lines.length > 0 && <h2>{words('coverage.absence.lines')}</h2>}
          <LineDays lines={coverageOfLines(facts, now)} zone={zone} />
          <h2>{words('coverage.absence.ahead')}</h2>
          <Coming steps={foretell(facts, now, { plan, advance: advanceAbsence })} zone={zone} />
        </>
      )}
    </Page>
  );
}

function Decisions({ facts, offered, visitor }: { facts: AbsenceFacts; offered: Offered; visitor: Visitor }) {
  const { words } = useSpeech();
  const { id } = facts;
  const several = facts.lines.length > 1;
  const lines = facts.lines.filter((line) => {
    const { practitionerId: _id, ...may } = ofLine(offered, line);
    return Object.values(may).some(Boolean) || line.message;
  });
  const nothing = !offered.optIn && !offered.tell && !offered.end && offered.covers.length === 0 && lines.length === 0;
  return (
    <section>
      <h2>{words('coverage.absence.can')}</h2>
      {nothing && <p>{words('coverage.absence.nothing')}</p>}
      {offered.optIn && (
        <Decide id={id} action="opt-in" button={words('coverage.absence.optIn.button')}>
          <p>{words('coverage.absence.optIn.text')}</p>
        </Decide>
      )}
      {offered.tell && (
        <Decide id={id} action="tell-providers" button={words('coverage.absence.tell.button')}>
          <p>{words('coverage.absence.tell.text')}</p>
        </Decide>
      )}
      {lines.map((line) => (
        <OfLine key={line.practitionerId} {...{ id, line, may: ofLine(offered, line), several, visitor }} />
      ))}
      {offered.covers.length > 0 && (
        <details>
          <summary>{words('coverage.absence.assign.title')}</summary>
          <Decide id={id} action="assign-cover" button={words('coverage.absence.assign.button')} quiet>
            <label>
              {words('coverage.absence.assign.who')}
              <select name="coverId" required defaultValue="">
                <option value="">{words('ticket.choose')}</option>
                <Options of={offered.covers} />
              </select>
            </label>
          </Decide>
        </details>
      )}
      {offered.end && (
        <Ticked
          id={id}
          action={offered.end}
          yes={words(`coverage.absence.${offered.end === 'cancel' ? 'cancel' : 'back'}.yes`)}
          button={words(`coverage.absence.${offered.end === 'cancel' ? 'cancel' : 'back'}.button`)}
        />
      )}
    </section>
  );
}

const nothingOf = { acknowledge: false, yourself: false, alone: false, approve: false, write: false };
const ofLine = ({ lines }: Offered, { practitionerId }: Line): OfferedOfLine =>
  lines.find((one) => one.practitionerId === practitionerId) ?? { practitionerId, ...nothingOf };

type OfLineProps = { id: string; line: Line; may: OfferedOfLine; several: boolean; visitor: Visitor };

/** F-13: whoever decides for the provider reads of the provider, who reads of themselves. */
function useOwnWords({ providerPersonId, provider }: Line, several: boolean, { personId }: Visitor) {
  const { words } = useSpeech();
  const named = (button: string) => (several ? words('coverage.absence.forLine', { button, provider }) : button);
  if (providerPersonId !== personId)
    return {
      acknowledge: words('coverage.absence.forThem.acknowledge', { provider }),
      yourself: {
        yes: words('coverage.absence.forThem.yourself.yes', { provider }),
        button: words('coverage.absence.forThem.yourself.button', { provider }),
      },
      alone: { yes: words('coverage.absence.forThem.alone.yes'), button: words('coverage.absence.forThem.alone.button', { provider }) },
      approve: words('coverage.absence.forThem.approve', { provider }),
    };
  return {
    acknowledge: named(words('coverage.absence.acknowledge')),
    yourself: { yes: words('coverage.absence.yourself.yes'), button: named(words('coverage.absence.yourself.button')) },
    alone: { yes: words('coverage.absence.alone.yes'), button: named(words('coverage.absence.alone.button')) },
    approve: words('coverage.absence.message.approve'),
  };
}

/** P-15 to P-17, P-24, P-31: the provider's own choices, and the words on the line. */
function OfLine({ id, line, may, several, visitor }: OfLineProps) {
  const { words, dateTime } = useSpeech();
  const { zone } = visitor;
  const { practitionerId, provider, message } = line;
  const say = useOwnWords(line, several, visitor);
  const named = (button: string) => (several ? words('coverage.absence.forLine', { button, provider }) : button);
  const own = { id, practitionerId };
  return (
    <>
      {may.acknowledge && <Decide {...own} action="acknowledge" button={say.acknowledge} />}
      {may.yourself && <Ticked {...own} action="cover-yourself" {...say.yourself} />}
      {may.alone && <Ticked {...own} action="leave-unmonitored" {...say.alone} />}
      {message && (
        <div className="card">
          <p>{words('coverage.absence.message.of', { provider })}</p>
          <blockquote>{message.text}</blockquote>
          <p className="muted">
            {message.approvedAt
              ? words('coverage.absence.message.approved', { at: dateTime(message.approvedAt, zone) })
              : words('coverage.absence.message.waiting')}
          </p>
          {may.approve && <Decide {...own} action="approve-message" button={say.approve} />}
        </div>
      )}
      {may.write && (
        <details>
          <summary>{named(words('coverage.absence.message.title'))}</summary>
          <Decide {...own} action="write-message" button={words('coverage.absence.message.button')} quiet>
            <label>
              {words('coverage.absence.message.write')}
              <textarea name="text" rows={3} required maxLength={500} defaultValue={message?.text} />
            </label>
          </Decide>
        </details>
      )}
    </>
  );
}

type DecideProps = { id: string; action: string; button: string; practitionerId?: string; quiet?: boolean; children?: ReactNode };

const Decide = ({ id, action, practitionerId, ...form }: DecideProps) => (
  <DecisionForm to={`/coverage/${id}/${action}`} hidden={{ practitionerId }} {...form} />
);

/** One that takes something away asks to be meant. */
const Ticked = ({ yes, ...decide }: Omit<DecideProps, 'children'> & { yes: string }) => (
  <Decide {...decide} quiet>
    <label>
      <input type="checkbox" name="yes" required /> {yes}
    </label>
  </Decide>
);
