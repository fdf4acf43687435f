/** The landing pages of a block's buttons: what would change, for whom, and the choice that the server checks (C-14). */
import type { ReactNode } from 'react';

import { askedAgainAt, booked, mandatoryInstant } from '../../domain/block.ts';
import { type BlockChoice, type BlockEffect, decideBlock, digest, suggestedRelease } from '../../domain/block-decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { Interval, subtract } from '../../domain/interval.ts';
import type { LinkPurpose } from '../../domain/mail-button.ts';
import { type LoadedBlock, loadBlock } from '../../ledger/block.ts';
import { mustDecideFor } from '../../ledger/decider.ts';
import type { WordKey } from '../../words/index.ts';
import type { Speech } from '../../words/speech.ts';
import { actorOf, type Link } from '../auth/links.ts';
import type { Deps } from '../deps.ts';
import { PartRows, pickedIn, type Told, takeBackInWords, toldInWords, toldOf, wantedBack } from './block-parts.tsx';
import { Agree, Form as FormOf, Tick } from './form-fields.tsx';
import type { Form, Look } from './link.tsx';
import { Cancel, LinkForm } from './link-parts.tsx';
import { Facts, Page } from './page.tsx';
import { useSpeech } from './reader.ts';

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
export async function blockLanding(deps: Deps, link: Link, { attempt, speech }: Look): Promise<JSX> {
  const { words, times } = speech;
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
      <Frame block={block} link={link} title={words('block.landing.part')}>
        <PartForm link={link} block={block} proposal={proposalOf(link)} now={now} told={told} attempt={attempt} />
        <Cancel link={link} />
      </Frame>
    );
  }
  const asked = { times: times(effect.released, facts.zone) };
  const label = words(`button.${purpose}`, asked);
  const title = titles[purpose];
  return (
    <Frame block={block} link={link} title={title ? words(title, asked) : label}>
      {suggested && <NoLongerFree asked={subtract(proposalOf(link), effect.released)} zone={facts.zone} />}
      <Preview block={block} effect={effect} told={told} now={now} />
      <LinkForm {...{ link, attempt, label }} seen={digest(choice.action, effect)}>
        {purpose === 'keep' ? (
          askedAgainAt(facts, policy, now) && <Tick name="stopAlerts" label={words('block.silence')} />
        ) : (
          <Agree label={yes(purpose, effect, facts.zone, speech)} />
        )}
      </LinkForm>
    </Frame>
  );
}

const titles: Partial<Record<LinkPurpose, WordKey>> = {
  'release suggested': 'block.landing.suggested',
  keep: 'block.landing.keep',
  'release all': 'block.landing.all',
  'undo release': 'block.landing.undo',
};

const yes = (purpose: LinkPurpose, effect: BlockEffect, zone: string, speech: Speech) =>
  purpose === 'undo release'
    ? speech.words('block.yesTakeBack', { times: takeBackInWords(effect, zone, speech) })
    : speech.words('block.yesRelease', { times: speech.ranges(effect.released, zone) });

export const whichOf = ({ names, facts }: LoadedBlock, { longDay, range }: Speech) =>
  `${names.room}, ${longDay(facts.startsAt, facts.zone)}, ${range(facts, facts.zone)}`;

type Framed = {
  block: LoadedBlock;
  link: Link;
  title: string;
  /** Of a receipt: who decided when, and who was told. */
  done?: [string, string][];
  children: ReactNode;
};

/** Whose decision about which block. */
export function Frame({ block, link, title, done, children }: Framed) {
  const { facts, names } = block;
  const speech = useSpeech();
  const { words } = speech;
  return (
    <Page title={title}>
      <Facts
        facts={[
          ...(done ? [] : [[words('link.decisionOf'), link.person.name] as [string, string]]),
          [words('block.block'), whichOf(block, speech)],
          [words('transfer.form.heldBy'), names.provider ?? names.group],
          [words('block.facility'), words('block.timesIn', { facility: names.facility, zone: facts.zone })],
          ...(done ?? []),
        ]}
      />
      {children}
    </Page>
  );
}

/** C-09: what the mail asked for and cannot be released any more. */
function NoLongerFree({ asked, zone }: { asked: Interval[]; zone: string }) {
  const { words, ranges } = useSpeech();
  return asked.length > 0 && <p className="notice">{words('block.landing.noLonger', { times: ranges(asked, zone) })}</p>;
}

function Preview({ block: { facts, policy }, effect, told, now }: { block: LoadedBlock; effect: BlockEffect; told: Told; now: string }) {
  const { zone } = facts;
  const speech = useSpeech();
  const { words, day, dateTime, time, ranges } = speech;
  const names = toldInWords(told, speech);
  if (effect.kept) {
    const again = askedAgainAt(facts, policy, now);
    return (
      <p>
        {again ? words('block.landing.kept', { day: day(again, zone) }) : words('block.landing.keptLast')}
        {!facts.mandatoryOff && ` ${words('block.landing.mandatory', { at: dateTime(mandatoryInstant(facts), zone) })}`}
        {names && ` ${words('block.landing.told', { told: names })}`}
      </p>
    );
  }
  const undo = effect.visibleAt && words('block.preview.until', { until: time(effect.visibleAt, zone) });
  return (
    <Facts
      facts={[
        effect.release
          ? [words('block.preview.willRelease'), ranges(effect.released, zone)]
          : [words('block.preview.willReturn'), ranges(effect.returned, zone)],
        ...wantedBack(effect, zone, speech),
        [words('block.preview.stay'), ranges(effect.booked, zone)],
        [words('block.preview.told'), names],
        ...(undo ? ([[words('block.preview.undoable'), undo]] as [string, ReactNode][]) : []),
      ]}
    />
  );
}

type PartFormProps = Parameters<typeof PartRows>[0] & { link: Link; told: Told; attempt: number };

/** One row for each unbooked stretch, prefilled with what the alert asked for; ticking a row is the choice. */
function PartForm({ link, block, proposal, now, told, attempt }: PartFormProps) {
  const speech = useSpeech();
  const { words, ranges } = speech;
  const { facts, policy } = block;
  const { zone } = facts;
  return (
    <FormOf action={`/a/${link.token}`}>
      <input type="hidden" name="attempt" value={attempt} />
      <p>
        {words('block.landing.casesStay', { times: ranges(booked(facts), zone) })}{' '}
        {words('block.landing.told', { told: toldInWords(told, speech) })}
        {policy.release.undoMinutes > 0 && ` ${words('block.landing.undoable', { count: policy.release.undoMinutes })}`}
      </p>
      <PartRows block={block} proposal={proposal} now={now} />
      <button type="submit">{words('block.landing.releaseTicked')}</button>
    </FormOf>
  );
}

function proposalOf({ content }: Link): Interval[] {
  const parsed = Interval.array().safeParse(content.proposal);
  return parsed.success ? parsed.data : [];
}
