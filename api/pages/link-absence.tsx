import type { ReactElement } from 'react';

import { coverageOfLines, type Line } from '../../domain/absence.ts';
import { type AbsenceChoice, decideAbsence } from '../../domain/absence-decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { type LoadedAbsence, loadAbsence } from '../../ledger/absence.ts';
import { candidateFor } from '../../ledger/cover.ts';
import { latestReceipt } from '../../ledger/decision.ts';
import { actorOf, type Link } from '../auth/links.ts';
import type { Deps } from '../deps.ts';
import { LineDays } from './coverage-days.tsx';
import { Agree } from './form-fields.tsx';
import type { Form, Look, Outcome } from './link.tsx';
import { LinkForm, Said } from './link-parts.tsx';
import { Facts, Page } from './page.tsx';
import { useSpeech } from './reader.ts';

type OfLine = Extract<AbsenceChoice, { action: 'acknowledge' | 'cover yourself' | 'leave unmonitored' | 'approve message' }>['action'];

const choices = {
  'opt in': 'opt in',
  'acknowledge cover': 'acknowledge',
  'cover yourself': 'cover yourself',
  'leave unmonitored': 'leave unmonitored',
  'approve away message': 'approve message',
} as const satisfies Record<string, OfLine | 'opt in'>;
type AbsencePurpose = keyof typeof choices;

/** Throws LINK_UNKNOWN for the button of another noun. */
function purposeOf({ purpose }: Link): AbsencePurpose {
  if (!(purpose in choices)) throw new DomainError('LINK_UNKNOWN');
  return purpose as AbsencePurpose;
}

/** The provider's own line, or undefined for a coordinator. */
const lineOf = ({ facts }: LoadedAbsence, { person }: Link): Line | undefined =>
  facts.lines.find(({ providerPersonId }) => providerPersonId === person.id);

function choiceOf(absence: LoadedAbsence, link: Link): AbsenceChoice {
  const action = choices[purposeOf(link)];
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
export async function absenceLanding(deps: Deps, link: Link, { attempt, speech: { words } }: Look): Promise<ReactElement> {
  const absence = await loadAbsence(deps.reader, link.subjectId);
  const purpose = purposeOf(link);
  const { person } = link;
  const actor = actorOf(link);
  const choice = choiceOf(absence, link);
  const candidate = await candidateFor(deps.reader, absence, choice, actor);
  const foreseen = decideAbsence(absence.facts, choice, actor, deps.now(), candidate);
  const line = lineOf(absence, link);
  return (
    <Page title={words(`link.absence.${purpose}.title`)}>
      <Dates absence={absence} decisionOf={person.name} />
      <p>{words(`link.absence.${purpose}.effect`)}</p>
      {choice.action === 'approve message' && line?.message && <blockquote>{line.message.text}</blockquote>}
      <LineDays
        lines={coverageOfLines(foreseen.after, deps.now()).filter((one) => foreseen.lines.includes(one.line.practitionerId))}
        zone={absence.facts.zone}
      />
      <LinkForm {...{ link, attempt }} label={words(`button.${purpose}`)}>
        <Agree label={words(`link.absence.${purpose}.yes`)} />
      </LinkForm>
    </Page>
  );
}

/** What was done by this button or, where it is moot, how the line stands now (U-04). */
export async function absenceOutcome(deps: Deps, link: Link, { receipt, speech: { words } }: Outcome): Promise<ReactElement> {
  const absence = await loadAbsence(deps.reader, link.subjectId);
  const { zone, state } = absence.facts;
  const last = receipt ?? (await latestReceipt(deps.reader, 'absence', link.subjectId));
  const own = lineOf(absence, link);
  const lines = coverageOfLines(absence.facts, deps.now()).filter(({ line }) => !own || line.practitionerId === own.practitionerId);
  const now = (
    <>
      {last && <Said receipt={last} zone={zone} />}
      <p>{words('link.absence.isNow', { name: absence.facts.name, state: words(`coverage.state.${state}`) })}</p>
      <LineDays lines={lines} zone={zone} />
    </>
  );
  if (!receipt) return now;
  return (
    <Page title={words('link.done')}>
      <Dates absence={absence} decisionOf={link.person.name} />
      {now}
    </Page>
  );
}

function Dates({ absence: { facts, facility }, decisionOf }: { absence: LoadedAbsence; decisionOf: string }) {
  const { zone, week, startsAt, endsAt, name } = facts;
  const { words, dateTime } = useSpeech();
  const there = `${dateTime(startsAt, week.zone)} – ${dateTime(endsAt, week.zone)} (${week.zone})`;
  return (
    <Facts
      facts={[
        [words('link.decisionOf'), decisionOf],
        [words('link.absence.away'), name],
        [words('link.absence.span'), `${dateTime(startsAt, zone)} – ${dateTime(endsAt, zone)} (${zone})`],
        ...(week.zone === zone ? [] : [[words('link.absence.there'), there] as [string, string]]),
        [words('block.facility'), facility],
      ]}
    />
  );
}
