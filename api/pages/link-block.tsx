import type { ReactNode } from 'react';

import { booked, mandatoryInstant, unbooked } from '../../domain/block.ts';
import { type BlockChoice, type BlockEffect, decideBlock, digest } from '../../domain/block-decision.ts';
import { formatInstant, formatRange } from '../../domain/civil.ts';
import type { Receipt } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { Interval } from '../../domain/interval.ts';
import type { LinkPurpose } from '../../domain/message.ts';
import { buttonLabels, dateTime, longDay, ranges } from '../../emails/wording.ts';
import { type LoadedBlock, loadBlock } from '../../ledger/block.ts';
import { mustDecideFor } from '../../ledger/decider.ts';
import { latestReceipt } from '../../ledger/decision.ts';
import type { Link } from '../auth/links.ts';
import type { Deps } from '../deps.ts';
import type { Problem } from '../problems.ts';
import { PartRows, pickedIn, takeBackInWords, toldOf, wantedBack } from './block-parts.tsx';
import type { Form, Look } from './link.tsx';
import { Facts, Page, yearAndTime } from './page.tsx';

const plain: Partial<Record<LinkPurpose, BlockChoice>> = {
  keep: { action: 'keep', stopAlerts: false },
  'release all': { action: 'release all' },
  'undo release': { action: 'undo', acceptPart: true },
};

/** What the form says, checked: every form but Keep needs its tick (C-14). Throws CHOICE_MISSING. */
export async function choiceAboutBlock(deps: Deps, link: Link, form: Form): Promise<BlockChoice> {
  if (link.purpose === 'keep') return { action: 'keep', stopAlerts: form.stopAlerts !== undefined };
  if (link.purpose === 'release part')
    return { action: 'release part', intervals: pickedIn(await loadBlock(deps.reader, link.subjectId, deps.now()), form) };
  if (form.yes === undefined) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
  return plain[link.purpose]!;
}

/** The landing page with its preview. Throws the refusal when the button is moot by now. */
export async function blockLanding(deps: Deps, link: Link, { attempt, refused }: Look): Promise<JSX> {
  const now = deps.now();
  const block = await loadBlock(deps.reader, link.subjectId, now);
  const actor = { personId: link.person.id, name: link.person.name, role: link.person.role, channel: 'mail' as const };
  await mustDecideFor(deps.reader, block.groupId, actor);
  const choice = plain[link.purpose] ?? { action: 'release all' as const };
  const told = await toldOf(deps.reader, block, link.person.id, choice);
  if (link.purpose === 'release part') {
    decideBlock(block.facts, block.policy, choice, actor, now); // moot when nothing is left
    return (
      <Frame block={block} link={link} refused={refused} title="Which part do you release?">
        <PartForm block={block} proposal={proposalOf(link)} now={now} told={told} attempt={attempt} />
      </Frame>
    );
  }
  const effect = decideBlock(block.facts, block.policy, choice, actor, now);
  return (
    <Frame block={block} link={link} refused={refused} title={titles[link.purpose] ?? buttonLabels[link.purpose]}>
      <Preview block={block} effect={effect} told={told} />
      <form method="post">
        <input type="hidden" name="seen" value={digest(choice.action, effect)} />
        <input type="hidden" name="attempt" value={attempt} />
        {link.purpose === 'keep' ? (
          <label>
            <input type="checkbox" name="stopAlerts" /> Don’t alert me about this block again
          </label>
        ) : (
          <label>
            <input type="checkbox" name="yes" required /> {yes(link.purpose, effect, block.facts.zone)}
          </label>
        )}
        <button type="submit">{buttonLabels[link.purpose]}</button>
      </form>
    </Frame>
  );
}

type JSX = ReturnType<typeof Page>;
const titles: Partial<Record<LinkPurpose, string>> = {
  keep: 'Keep this block time?',
  'release all': 'Release all unbooked time?',
  'undo release': 'Undo this release?',
};

const yes = (purpose: LinkPurpose, effect: BlockEffect, zone: string) =>
  purpose === 'undo release' ? `Yes, take back ${takeBackInWords(effect, zone)}` : `Yes, release ${ranges(effect.released, zone)}`;

const whichOf = ({ names, facts }: LoadedBlock) =>
  `${names.room}, ${longDay(facts.startsAt, facts.zone)}, ${formatRange(facts, facts.zone)}`;

function Frame({
  block,
  link,
  refused,
  title,
  children,
}: {
  block: LoadedBlock;
  link: Link;
  refused: Problem | undefined;
  title: string;
  children: ReactNode;
}) {
  const { facts, names } = block;
  return (
    <Page title={title}>
      {refused && (
        <div className="notice warning" role="alert">
          <strong>{refused.title}</strong> Nothing was done.
        </div>
      )}
      <Facts
        facts={[
          ['Decision of', link.person.name],
          ['Block', whichOf(block)],
          ['Held by', names.provider ?? names.group],
          ['Facility', `${names.facility} (times in ${facts.zone})`],
        ]}
      />
      {children}
    </Page>
  );
}

function Preview({ block: { facts }, effect, told }: { block: LoadedBlock; effect: BlockEffect; told: string[] }) {
  const { zone } = facts;
  if (effect.kept) {
    return (
      <p>
        Nothing is released. The next question about this block comes tomorrow at the earliest.
        {!facts.mandatoryOff &&
          ` What is still unbooked on ${dateTime(mandatoryInstant(facts), zone)} is released then, by the facility’s policy.`}
        {told.length > 0 && ` ${told.join(', ')} will be told.`}
      </p>
    );
  }
  const undo = effect.visibleAt && `until ${formatInstant(effect.visibleAt, zone, 'time')}; nobody else sees the time before`;
  return (
    <Facts
      facts={[
        effect.release ? ['Released', ranges(effect.released, zone)] : ['Comes back', ranges(effect.returned, zone)],
        ...wantedBack(effect, zone),
        ['Cases that stay', ranges(effect.booked, zone)],
        ['Told', told.join(', ')],
        ...(undo ? ([['Can be undone', undo]] as [string, ReactNode][]) : []),
      ]}
    />
  );
}

/** One row for each unbooked stretch, prefilled with what the alert asked for; ticking a row is the choice. */
function PartForm({ block, proposal, now, told, attempt }: Parameters<typeof PartRows>[0] & { told: string[]; attempt: number }) {
  const { facts, policy } = block;
  const { zone } = facts;
  return (
    <form method="post">
      <input type="hidden" name="attempt" value={attempt} />
      <p>
        Your cases stay: {ranges(booked(facts), zone)}. Tick what you release; the times can be narrowed. Told: {told.join(', ')}.
        {policy.release.undoMinutes > 0 && ` It can be undone for ${policy.release.undoMinutes} minutes.`}
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

/** What was done by this button or, where it is moot, what the block is now (U-04). */
export async function blockOutcome(deps: Deps, link: Link, receipt?: Receipt): Promise<JSX> {
  const block = await loadBlock(deps.reader, link.subjectId, deps.now());
  const { facts } = block;
  const effect = receipt?.effect as BlockEffect | undefined;
  const last = receipt ?? (await latestReceipt(deps.reader, 'block', link.subjectId));
  const undoUntil = (last?.effect as BlockEffect | undefined)?.visibleAt;
  const canUndo = undoUntil !== undefined && undoUntil > deps.now() && facts.releases.some(({ visibleAt }) => visibleAt === undoUntil);
  const state = (
    <>
      {last && (
        <p className="notice">
          {last.summary} {last.by}, {yearAndTime(last.decidedAt, facts.zone)}.
        </p>
      )}
      <Facts
        facts={[
          ...(receipt ? [] : ([['Block', `${whichOf(block)} (${facts.zone})`]] as [string, string][])),
          ...(effect?.released.length ? ([['Released', ranges(effect.released, facts.zone)]] as [string, string][]) : []),
          ...(effect?.returned.length ? ([['Came back', ranges(effect.returned, facts.zone)]] as [string, string][]) : []),
          ['Booked now', ranges(booked(facts), facts.zone)],
          ['Released now', ranges(facts.releases, facts.zone)],
          ['Still unbooked', ranges(unbooked(facts, deps.now()), facts.zone)],
        ]}
      />
      {canUndo && (
        <p>
          This release can be undone until {formatInstant(undoUntil, facts.zone, 'time')}: by the button in the Release Notification that
          was mailed, or on the page of this block.
        </p>
      )}
      <p>
        More can be done on the <a href={`/blocks/${facts.id}`}>page of this block</a>, the <a href="/block-schedule">Block Schedule</a> or{' '}
        <a href="/open-time">Find Open Time</a>.
      </p>
    </>
  );
  if (!receipt) return state;
  return (
    <Frame block={block} link={link} refused={undefined} title="Done">
      {state}
    </Frame>
  );
}
