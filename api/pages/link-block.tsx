/** The landing pages of a block's buttons: what would change, for whom, and the choice that the server checks (C-14). */
import type { ReactNode } from 'react';

import { askedAgainAt, booked, mandatoryInstant } from '../../domain/block.ts';
import { type BlockChoice, type BlockEffect, decideBlock, digest, suggestedRelease } from '../../domain/block-decision.ts';
import { formatInstant, formatRange } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { Interval, subtract } from '../../domain/interval.ts';
import type { LinkPurpose } from '../../domain/mail-button.ts';
import { buttonLabels, dateTime, day, longDay, ranges, times } from '../../emails/wording.ts';
import { type LoadedBlock, loadBlock } from '../../ledger/block.ts';
import { mustDecideFor } from '../../ledger/decider.ts';
import { actorOf, type Link } from '../auth/links.ts';
import type { Deps } from '../deps.ts';
import type { Problem } from '../problems.ts';
import { PartRows, pickedIn, takeBackInWords, toldOf, wantedBack } from './block-parts.tsx';
import type { Form, Look } from './link.tsx';
import { Cancel, LinkForm, Refused } from './link-parts.tsx';
import { Facts, Page } from './page.tsx';

type JSX = ReturnType<typeof Page>;

const plain: Partial<Record<LinkPurpose, BlockChoice>> = {
  keep: { action: 'keep', stopAlerts: false },
  'release all': { action: 'release all' },
  'undo release': { action: 'undo', acceptPart: true },
};

/** What the form says, checked: every form but Keep needs its tick (C-14). Throws CHOICE_MISSING, NOTHING_TO_RELEASE. */
export async function choiceAboutBlock(deps: Deps, link: Link, form: Form): Promise<BlockChoice> {
  const load = () => loadBlock(deps.reader, link.subjectId, deps.now());
  if (link.purpose === 'keep') return { action: 'keep', stopAlerts: form.stopAlerts !== undefined };
  if (link.purpose === 'release part') return { action: 'release part', intervals: pickedIn(await load(), form) };
  if (form.yes === undefined) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
  if (link.purpose !== 'release suggested') return plain[link.purpose]!;
  const { facts, policy } = await load();
  const choice = suggestedRelease(facts, proposalOf(link), deps.now());
  decideBlock(facts, policy, choice, actorOf(link), deps.now()); // none of it may be left
  return choice;
}

/** The landing page with its preview. Throws the refusal when the button is moot by now. */
export async function blockLanding(deps: Deps, link: Link, { attempt, refused }: Look): Promise<JSX> {
  const now = deps.now();
  const block = await loadBlock(deps.reader, link.subjectId, now);
  await mustDecideFor(deps.reader, block.groupId, actorOf(link));
  const { facts, policy } = block;
  const { purpose } = link;
  const suggested = purpose === 'release suggested' && suggestedRelease(facts, proposalOf(link), now);
  const choice = suggested || plain[purpose] || { action: 'release all' as const };
  const told = await toldOf(deps.reader, block, link.person.id, choice);
  const effect = decideBlock(facts, policy, choice, actorOf(link), now); // for a part: moot when nothing is left
  if (purpose === 'release part') {
    return (
      <Frame block={block} link={link} refused={refused} title="Which part do you release?">
        <PartForm block={block} proposal={proposalOf(link)} now={now} told={told} attempt={attempt} />
        <Cancel link={link} />
      </Frame>
    );
  }
  const title = suggested ? `Release ${times(effect.released, facts.zone)}?` : titles[purpose];
  const label = suggested ? `Release ${times(effect.released, facts.zone)}` : buttonLabels[purpose];
  return (
    <Frame block={block} link={link} refused={refused} title={title ?? buttonLabels[purpose]}>
      {suggested && <NoLongerFree asked={subtract(proposalOf(link), effect.released)} zone={facts.zone} />}
      <Preview block={block} effect={effect} told={told} now={now} />
      <LinkForm {...{ link, attempt, label }} seen={digest(choice.action, effect)}>
        {purpose === 'keep' ? (
          <label>
            <input type="checkbox" name="stopAlerts" /> Don’t alert me about this block again
          </label>
        ) : (
          <label>
            <input type="checkbox" name="yes" required /> {yes(purpose, effect, facts.zone)}
          </label>
        )}
      </LinkForm>
    </Frame>
  );
}

const titles: Partial<Record<LinkPurpose, string>> = {
  keep: 'Keep this block time?',
  'release all': 'Release all unbooked time?',
  'undo release': 'Undo this release?',
};

const yes = (purpose: LinkPurpose, effect: BlockEffect, zone: string) =>
  purpose === 'undo release' ? `Yes, take back ${takeBackInWords(effect, zone)}` : `Yes, release ${ranges(effect.released, zone)}`;

export const whichOf = ({ names, facts }: LoadedBlock) =>
  `${names.room}, ${longDay(facts.startsAt, facts.zone)}, ${formatRange(facts, facts.zone)}`;

type Framed = {
  block: LoadedBlock;
  link: Link;
  refused: Problem | undefined;
  title: string;
  /** Of a receipt: who decided when, and who was told. */
  done?: [string, string][];
  children: ReactNode;
};

/** Whose decision about which block. */
export function Frame({ block, link, refused, title, done, children }: Framed) {
  const { facts, names } = block;
  return (
    <Page title={title}>
      <Refused refused={refused} />
      <Facts
        facts={[
          ...(done ? [] : [['Decision of', link.person.name] as [string, string]]),
          ['Block', whichOf(block)],
          ['Held by', names.provider ?? names.group],
          ['Facility', `${names.facility} (times in ${facts.zone})`],
          ...(done ?? []),
        ]}
      />
      {children}
    </Page>
  );
}

/** C-09: what the mail asked for and cannot be released any more. */
const NoLongerFree = ({ asked, zone }: { asked: Interval[]; zone: string }) =>
  asked.length > 0 && (
    <p className="notice">The mail suggested {ranges(asked, zone)} as well: that is booked, released or past by now, and stays as it is.</p>
  );

function Preview({ block: { facts, policy }, effect, told, now }: { block: LoadedBlock; effect: BlockEffect; told: string; now: string }) {
  const { zone } = facts;
  if (effect.kept) {
    const again = askedAgainAt(facts, policy, now);
    return (
      <p>
        Nothing is released.{' '}
        {again ? `The next question about this block comes on ${day(again, zone)} at the earliest.` : 'You are not asked about it again.'}
        {!facts.mandatoryOff &&
          ` What is still unbooked on ${dateTime(mandatoryInstant(facts), zone)} is released then, by the facility’s policy.`}
        {told && ` ${told} will be told.`}
      </p>
    );
  }
  const undo = effect.visibleAt && `until ${formatInstant(effect.visibleAt, zone, 'time')}; nobody else sees the time before`;
  return (
    <Facts
      facts={[
        effect.release ? ['Will be released', ranges(effect.released, zone)] : ['Will come back', ranges(effect.returned, zone)],
        ...wantedBack(effect, zone),
        ['Cases that stay', ranges(effect.booked, zone)],
        ['Will be told', told],
        ...(undo ? ([['Can then be undone', undo]] as [string, ReactNode][]) : []),
      ]}
    />
  );
}

/** One row for each unbooked stretch, prefilled with what the alert asked for; ticking a row is the choice. */
function PartForm({ block, proposal, now, told, attempt }: Parameters<typeof PartRows>[0] & { told: string; attempt: number }) {
  const { facts, policy } = block;
  const { zone } = facts;
  return (
    <form method="post">
      <input type="hidden" name="attempt" value={attempt} />
      <p>
        Your cases stay: {ranges(booked(facts), zone)}. Tick what you release; the times can be narrowed. {told} will be told.
        {policy.release.undoMinutes > 0 && ` It can then be undone for ${policy.release.undoMinutes} minutes.`}
      </p>
      <PartRows block={block} proposal={proposal} now={now} />
      <button type="submit">Release what is ticked</button>
    </form>
  );
}

function proposalOf({ content }: Link): Interval[] {
  const parsed = Interval.array().safeParse(content.proposal);
  return parsed.success ? parsed.data : [];
}
