import type { ReactElement } from 'react';

import { coverageOfLines, type Line } from '../../domain/absence.ts';
import { type AbsenceChoice, decideAbsence } from '../../domain/absence-decision.ts';
import { DomainError } from '../../domain/errors.ts';
import type { LinkPurpose } from '../../domain/mail-button.ts';
import { buttonLabels, dateTime } from '../../emails/wording.ts';
import { type LoadedAbsence, loadAbsence } from '../../ledger/absence.ts';
import { candidateFor } from '../../ledger/cover.ts';
import { latestReceipt } from '../../ledger/decision.ts';
import { actorOf, type Link } from '../auth/links.ts';
import type { Deps } from '../deps.ts';
import { LineDays } from './coverage-days.tsx';
import type { Form, Look, Outcome } from './link.tsx';
import { LinkForm, Refused, Said } from './link-parts.tsx';
import { Facts, Page } from './page.tsx';

type OfLine = Extract<AbsenceChoice, { action: 'acknowledge' | 'cover yourself' | 'leave unmonitored' | 'approve message' }>['action'];
type Words = { title: string; yes: string; effect: string; action: OfLine | 'opt in' };

const choices: Partial<Record<LinkPurpose, Words>> = {
  'opt in': {
    action: 'opt in',
    title: 'Cover these lines?',
    yes: 'Yes, I cover',
    effect: 'You are added to the lines and their support channel while it lasts. Your own hours stay as they are; the providers are told.',
  },
  'acknowledge cover': {
    action: 'acknowledge',
    title: 'You know of this absence?',
    yes: 'Yes, I know',
    effect: 'Nothing else changes.',
  },
  'cover yourself': {
    action: 'cover yourself',
    title: 'Cover your line yourself?',
    yes: 'Yes, I cover it',
    effect: 'Nobody else looks after your line then; whoever had taken it is released.',
  },
  'leave unmonitored': {
    action: 'leave unmonitored',
    title: 'Leave your line unmonitored?',
    yes: 'Yes, leave it',
    effect: 'Nobody answers until your coordinator is back and catches up.',
  },
  'approve away message': {
    action: 'approve message',
    title: 'Approve this message?',
    yes: 'Yes, I approve it',
    effect: 'Whoever calls or writes while nobody is there gets it.',
  },
};

const wordsOf = ({ purpose }: Link): Words => {
  const words = choices[purpose];
  if (!words) throw new DomainError('LINK_UNKNOWN');
  return words;
};

/** The provider's own line, or undefined for a coordinator. */
const lineOf = ({ facts }: LoadedAbsence, { person }: Link): Line | undefined =>
  facts.lines.find(({ providerPersonId }) => providerPersonId === person.id);

function choiceOf(absence: LoadedAbsence, link: Link): AbsenceChoice {
  const { action } = wordsOf(link);
  if (action === 'opt in') return { action };
  const line = lineOf(absence, link);
  if (!line) throw new DomainError('NOT_YOUR_LINE', {});
  return { action, practitionerId: line.practitionerId };
}

/** What the form says, checked: the tick is needed. Throws CHOICE_MISSING. */
export async function choiceAboutAbsence(deps: Deps, link: Link, form: Form): Promise<AbsenceChoice> {
  if (form.yes === undefined) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
  return choiceOf(await loadAbsence(deps.reader, link.subjectId), link);
}

/** The landing page with its preview. Throws the refusal when the button is moot by now. */
export async function absenceLanding(deps: Deps, link: Link, { attempt, refused }: Look): Promise<ReactElement> {
  const absence = await loadAbsence(deps.reader, link.subjectId);
  const { title, effect, yes } = wordsOf(link);
  const { person } = link;
  const actor = actorOf(link);
  const choice = choiceOf(absence, link);
  const candidate = await candidateFor(deps.reader, absence, choice, actor);
  const foreseen = decideAbsence(absence.facts, choice, actor, deps.now(), candidate);
  const line = lineOf(absence, link);
  return (
    <Page title={title}>
      <Refused refused={refused} />
      <Dates absence={absence} decisionOf={person.name} />
      <p>{effect}</p>
      {choice.action === 'approve message' && line?.message && <blockquote>{line.message.text}</blockquote>}
      <LineDays
        lines={coverageOfLines(foreseen.after).filter((one) => foreseen.lines.includes(one.line.practitionerId))}
        zone={absence.facts.zone}
      />
      <LinkForm {...{ link, attempt }} label={buttonLabels[link.purpose]}>
        <label>
          <input type="checkbox" name="yes" required /> {yes}
        </label>
      </LinkForm>
    </Page>
  );
}

/** What was done by this button or, where it is moot, how the line stands now (U-04). */
export async function absenceOutcome(deps: Deps, link: Link, { receipt }: Outcome): Promise<ReactElement> {
  const absence = await loadAbsence(deps.reader, link.subjectId);
  const { zone, state } = absence.facts;
  const last = receipt ?? (await latestReceipt(deps.reader, 'absence', link.subjectId));
  const own = lineOf(absence, link);
  const lines = coverageOfLines(absence.facts).filter(({ line }) => !own || line.practitionerId === own.practitionerId);
  const now = (
    <>
      {last && <Said receipt={last} zone={zone} />}
      <p>
        The absence of {absence.facts.name} is now <strong>{state}</strong>.
      </p>
      <LineDays lines={lines} zone={zone} />
    </>
  );
  if (!receipt) return now;
  return (
    <Page title="Done">
      <Dates absence={absence} decisionOf={link.person.name} />
      {now}
    </Page>
  );
}

function Dates({ absence: { facts, facility }, decisionOf }: { absence: LoadedAbsence; decisionOf: string }) {
  const { zone, week, startsAt, endsAt, name } = facts;
  const there = `${dateTime(startsAt, week.zone)} – ${dateTime(endsAt, week.zone)} (${week.zone})`;
  return (
    <Facts
      facts={[
        ['Decision of', decisionOf],
        ['Away', name],
        ['From – until', `${dateTime(startsAt, zone)} – ${dateTime(endsAt, zone)} (${zone})`],
        ...(week.zone === zone ? [] : [['At their place', there] as [string, string]]),
        ['Facility', facility],
      ]}
    />
  );
}
