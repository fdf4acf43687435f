import type { ReactNode } from 'react';

import { DomainError } from '../../domain/errors.ts';
import { decideHold, type HoldChoice, holdDigest, mustGiveReason } from '../../domain/hold-decision.ts';
import { latestReceipt, toldOfDecision } from '../../ledger/decision.ts';
import { type LoadedHold, loadHold } from '../../ledger/hold.ts';
import type { Speech } from '../../words/speech.ts';
import { actorOf, type Link } from '../auth/links.ts';
import type { Deps } from '../deps.ts';
import { Agree } from './form-fields.tsx';
import { filledIn, HoldDifference } from './hold-forms.tsx';
import type { Form, Look, Outcome } from './link.tsx';
import { Doors, type DoorsTo, LinkForm, Said, tabDoors } from './link-parts.tsx';
import { Facts, Page } from './page.tsx';
import { useSpeech } from './reader.ts';

type JSX = ReturnType<typeof Page>;

const choices = {
  'confirm hold': { choice: { action: 'confirm' }, reason: false },
  'deny hold': { choice: { action: 'deny' }, reason: true },
  'delete hold': { choice: { action: 'delete' }, reason: true },
} as const satisfies Record<string, { choice: HoldChoice; reason: boolean }>;
type HoldPurpose = keyof typeof choices;

/** What the form says, checked: the tick is needed for each. Throws CHOICE_MISSING, REASON_MISSING. */
export function choiceAboutHold({ purpose }: Link, form: Form): HoldChoice {
  const { choice } = choices[purpose as HoldPurpose];
  if (form.yes === undefined) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
  mustGiveReason(choice.action, form.reason);
  return choice;
}

/** The landing page with its preview. Throws the refusal when the button is moot by now. */
export async function holdLanding(deps: Deps, link: Link, { attempt, speech }: Look): Promise<JSX> {
  const { words, range } = speech;
  const purpose = link.purpose as HoldPurpose;
  const hold = await loadHold(deps.reader, link.subjectId);
  const { choice, reason } = choices[purpose];
  const foreseen = decideHold(hold.facts, hold.policy, choice, actorOf(link), deps.now(), { reason: 'asked on this page' });
  return (
    <Frame hold={hold} link={link} title={words(`link.hold.${purpose}.title`)}>
      <p>{words(`link.hold.${purpose}.effect`)}</p>
      <HoldDifference effect={foreseen} zone={hold.facts.zone} />
      <LinkForm {...{ link, attempt, reason }} seen={holdDigest(choice.action, foreseen)} label={words(`button.${purpose}`)}>
        <Agree
          label={words('link.hold.yes', {
            yes: words(`link.hold.${purpose}.yes`),
            range: range(hold.facts, hold.facts.zone),
            room: hold.names.room,
          })}
        />
      </LinkForm>
    </Frame>
  );
}

/** What was done by this button or, where it is moot, what the hold is now (U-04). */
export async function holdOutcome(deps: Deps, link: Link, { receipt, speech }: Outcome): Promise<JSX> {
  const { words, list, phrase, longTime } = speech;
  const hold = await loadHold(deps.reader, link.subjectId);
  const { facts } = hold;
  const last = receipt ?? (await latestReceipt(deps.reader, 'hold', link.subjectId));
  const state = words(`hold.states.${facts.state}`);
  const which = `${whichOf(hold.names.room, facts, speech)} (${facts.zone})`;
  const now = <p>{receipt ? words('link.hold.isNow', { state }) : words('link.hold.whichIsNow', { which, state })}</p>;
  if (!receipt)
    return (
      <>
        {last && <Said receipt={last} zone={facts.zone} />}
        {now}
      </>
    );
  const told = await toldOfDecision(deps.reader, receipt);
  return (
    <Frame
      {...{ hold, link }}
      title={phrase(receipt.summary)}
      done={[
        [words('link.decided'), words('link.decidedBy', { at: longTime(receipt.decidedAt, facts.zone), by: receipt.by })],
        [words('link.told'), told.length > 0 ? list(told) : words('link.nobody')],
      ]}
    >
      {facts.state !== receipt.state && now}
      <Doors link={link} to={holdDoors(link)} />
    </Frame>
  );
}

export const holdDoors = ({ subjectId }: Link): DoorsTo => [['link.hold.page', `/holds/${subjectId}`], ...tabDoors];

const whichOf = (room: string, { startsAt, endsAt, zone }: LoadedHold['facts'], { longDay, range }: Speech) =>
  `${room}, ${longDay(startsAt, zone)}, ${range({ startsAt, endsAt }, zone)}`;

function Frame({
  hold: { facts, names },
  link,
  title,
  done,
  children,
}: {
  hold: LoadedHold;
  link: Link;
  title: string;
  /** Of a receipt: who decided when, and who was told. */
  done?: [string, string][];
  children: ReactNode;
}) {
  const speech = useSpeech();
  const { words, dateTime } = speech;
  return (
    <Page title={title}>
      <Facts
        facts={[
          ...(done ? [] : [[words('link.decisionOf'), link.person.name] as [string, string]]),
          [words('link.hold.hold'), whichOf(names.room, facts, speech)],
          [words('hold.for'), words('hold.forWhom', names)],
          [words('hold.expires'), dateTime(facts.expiresAt, facts.zone)],
          [words('hold.filled'), filledIn(speech, facts)],
          [words('block.facility'), words('block.timesIn', { facility: names.facility, zone: facts.zone })],
          ...(done ?? []),
        ]}
      />
      {children}
    </Page>
  );
}
