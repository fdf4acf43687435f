import type { ReactNode } from 'react';

import { formatRange } from '../../domain/civil.ts';
import type { Receipt } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { filledInWords } from '../../domain/hold.ts';
import { decideHold, type HoldChoice, holdDigest } from '../../domain/hold-decision.ts';
import type { LinkPurpose } from '../../domain/mail-button.ts';
import { buttonLabels, dateTime, list, longDay } from '../../emails/wording.ts';
import { latestReceipt, toldOfDecision } from '../../ledger/decision.ts';
import { type LoadedHold, loadHold } from '../../ledger/hold.ts';
import { actorOf, type Link } from '../auth/links.ts';
import type { Deps } from '../deps.ts';
import type { Problem } from '../problems.ts';
import { HoldDifference } from './hold-forms.tsx';
import type { Form, Look } from './link.tsx';
import { Doors, LinkForm, Refused, Said, tabDoors } from './link-parts.tsx';
import { Facts, Page, yearAndTime } from './page.tsx';

type JSX = ReturnType<typeof Page>;

const choices: Partial<Record<LinkPurpose, { choice: HoldChoice; title: string; yes: string; effect: string; reason: boolean }>> = {
  'confirm hold': {
    choice: { action: 'confirm' },
    title: 'Confirm this request?',
    yes: 'Yes, confirm',
    effect: 'The requester is told at once, may promise the time to a patient, and has to fill it before it expires.',
    reason: false,
  },
  'deny hold': {
    choice: { action: 'deny' },
    title: 'Deny this request?',
    yes: 'Yes, deny',
    effect: 'The requester is told with your reason, and the time is open to everybody again.',
    reason: true,
  },
  'delete hold': {
    choice: { action: 'delete' },
    title: 'Delete this hold?',
    yes: 'Yes, delete',
    effect: 'You and the facility scheduler are told, and what is not filled is open to others again.',
    reason: true,
  },
};

/** What the form says, checked: the tick is needed for each. Throws CHOICE_MISSING, REASON_MISSING. */
export function choiceAboutHold({ purpose }: Link, form: Form): HoldChoice {
  const { choice, reason } = choices[purpose]!;
  if (form.yes === undefined) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
  if (reason && !form.reason?.trim()) throw new DomainError('REASON_MISSING', { field: 'reason' });
  return choice;
}

/** The landing page with its preview. Throws the refusal when the button is moot by now. */
export async function holdLanding(deps: Deps, link: Link, { attempt, refused }: Look): Promise<JSX> {
  const hold = await loadHold(deps.reader, link.subjectId);
  const { choice, title, yes, effect, reason } = choices[link.purpose]!;
  const foreseen = decideHold(hold.facts, hold.policy, choice, actorOf(link), deps.now(), { reason: 'asked on this page' });
  return (
    <Frame hold={hold} link={link} refused={refused} title={title}>
      <p>{effect}</p>
      <HoldDifference effect={foreseen} zone={hold.facts.zone} />
      <LinkForm {...{ link, attempt, reason }} seen={holdDigest(choice.action, foreseen)} label={buttonLabels[link.purpose]}>
        <label>
          <input type="checkbox" name="yes" required /> {yes} {formatRange(hold.facts, hold.facts.zone)} in {hold.names.room}
        </label>
      </LinkForm>
    </Frame>
  );
}

/** What was done by this button or, where it is moot, what the hold is now (U-04). */
export async function holdOutcome(deps: Deps, link: Link, receipt?: Receipt): Promise<JSX> {
  const hold = await loadHold(deps.reader, link.subjectId);
  const { facts } = hold;
  const last = receipt ?? (await latestReceipt(deps.reader, 'hold', link.subjectId));
  const now = (
    <p>
      {!receipt && `${whichOf(hold.names.room, facts)} (${facts.zone}): `}The hold is now <strong>{facts.state}</strong>.
    </p>
  );
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
      {...{ hold, link, refused: undefined }}
      title={receipt.summary}
      done={[
        ['Decided', `${yearAndTime(receipt.decidedAt, facts.zone)}, by ${receipt.by}`],
        ['Told by mail', told.length > 0 ? list(told) : 'nobody'],
      ]}
    >
      {facts.state !== receipt.state && now}
      <Doors link={link} to={holdDoors(link)} />
    </Frame>
  );
}

export const holdDoors = ({ subjectId }: Link): [string, string][] => [['The page of this hold', `/holds/${subjectId}`], ...tabDoors];

const whichOf = (room: string, { startsAt, endsAt, zone }: LoadedHold['facts']) =>
  `${room}, ${longDay(startsAt, zone)}, ${formatRange({ startsAt, endsAt }, zone)}`;

function Frame({
  hold: { facts, names },
  link,
  refused,
  title,
  done,
  children,
}: {
  hold: LoadedHold;
  link: Link;
  refused: Problem | undefined;
  title: string;
  /** Of a receipt: who decided when, and who was told. */
  done?: [string, string][];
  children: ReactNode;
}) {
  return (
    <Page title={title}>
      <Refused refused={refused} />
      <Facts
        facts={[
          ...(done ? [] : [['Decision of', link.person.name] as [string, string]]),
          ['Hold', whichOf(names.room, facts)],
          ['For', `${names.provider}, ${names.group}; requested by ${names.requester}`],
          ['Hold expiration date', dateTime(facts.expiresAt, facts.zone)],
          ['Filled', filledInWords(facts)],
          ['Facility', `${names.facility} (times in ${facts.zone})`],
          ...(done ?? []),
        ]}
      />
      {children}
    </Page>
  );
}
