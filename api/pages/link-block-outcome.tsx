/** What a block's button did, who was told and until when it can be taken back; or, where it is moot, what is true now (U-04). */
import { booked, unbooked } from '../../domain/block.ts';
import { type BlockChoice, type BlockEffect, decideBlock, digest } from '../../domain/block-decision.ts';
import type { Receipt } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { type LoadedBlock, loadBlock } from '../../ledger/block.ts';
import { mustDecideFor } from '../../ledger/decider.ts';
import { latestReceipt, toldOfDecision } from '../../ledger/decision.ts';
import type { Speech } from '../../words/speech.ts';
import { actorOf, type Link } from '../auth/links.ts';
import type { Deps } from '../deps.ts';
import { takeBackInWords } from './block-parts.tsx';
import type { Outcome } from './link.tsx';
import { Frame, whichOf } from './link-block.tsx';
import { Doors, type DoorsTo, Said, tabDoors } from './link-parts.tsx';
import { Facts, type Page } from './page.tsx';
import { useSpeech } from './reader.ts';

type JSX = ReturnType<typeof Page>;
const undoChoice: BlockChoice = { action: 'undo', acceptPart: true };

export const blockDoors = ({ subjectId }: Link): DoorsTo => [['block.outcome.page', `/blocks/${subjectId}`], ...tabDoors];

/** The receipt of this button, or what was decided last and is so now. */
export async function blockOutcome(deps: Deps, link: Link, { receipt, speech }: Outcome): Promise<JSX> {
  const { words, list, ranges, longTime } = speech;
  const [block, last, told] = await Promise.all([
    loadBlock(deps.reader, link.subjectId, deps.now()),
    latestReceipt(deps.reader, 'block', link.subjectId),
    receipt ? toldOfDecision(deps.reader, receipt) : [],
  ]);
  const { facts } = block;
  const { zone } = facts;
  const state: [string, string][] = [
    [words('block.outcome.cases'), ranges(booked(facts), zone)],
    [words('block.released'), ranges(facts.releases, zone)],
    [words('block.outcome.yours'), ranges(unbooked(facts, deps.now()), zone)],
  ];
  if (!receipt)
    return (
      <>
        {last && <Said receipt={last} zone={zone} />}
        {last && (await isDecider(deps, block, link)) && <UndoForm deps={deps} block={block} link={link} receipt={last} />}
        <Facts facts={[[words('block.block'), `${whichOf(block, speech)} (${zone})`], ...state]} />
      </>
    );
  return (
    <Frame
      {...{ block, link }}
      title={titleOf(receipt, block, speech)}
      done={[
        [words('link.decided'), words('link.decidedBy', { at: longTime(receipt.decidedAt, zone), by: receipt.by })],
        [words('link.told'), told.length > 0 ? list(told) : words('link.nobody')],
      ]}
    >
      <UndoForm deps={deps} block={block} link={link} receipt={receipt} />
      {last && last.decisionId !== receipt.decisionId && <Said receipt={last} zone={zone} />}
      <h2>{words('block.outcome.now')}</h2>
      <Facts facts={state} />
      <Doors link={link} to={blockDoors(link)} />
    </Frame>
  );
}

/** What was done, said once. */
function titleOf({ effect: done, summary, decidedAt }: Receipt, { facts }: LoadedBlock, { words, ranges, phrase }: Speech): string {
  const effect = done as BlockEffect;
  const { zone } = facts;
  if (effect.kept) return words(effect.silenced ? 'block.outcome.keptSilent' : 'block.outcome.kept');
  if (effect.release) {
    const stands = facts.releases.some(({ releasedAt }) => releasedAt === decidedAt);
    return words(stands ? 'block.outcome.released' : 'block.outcome.takenBack', { times: ranges(effect.released, zone) });
  }
  if (effect.wantedBack.length > 0 || effect.returned.length === 0) return phrase(summary);
  return words('block.outcome.back', { times: ranges(effect.returned, zone) });
}

/** F-21: while it is not too late, what the button did is taken back where it is reported. */
function UndoForm({ deps, block, link, receipt }: { deps: Deps; block: LoadedBlock; link: Link; receipt: Receipt }) {
  const speech = useSpeech();
  const { words, time } = speech;
  const effect = undoEffect(deps, block, link, receipt);
  const until = (receipt.effect as BlockEffect).visibleAt;
  if (!effect || !until || until <= deps.now()) return null;
  const { zone } = block.facts;
  return (
    <form method="post" action={`/a/${link.token}/undo`} className="card">
      <p>{words('block.outcome.mistake', { until: time(until, zone) })}</p>
      <input type="hidden" name="seen" value={digest('undo', effect)} />
      <label>
        <input type="checkbox" name="yes" required /> {words('block.yesTakeBack', { times: takeBackInWords(effect, zone, speech) })}
      </label>
      <button type="submit">{words('button.undo release')}</button>
    </form>
  );
}

/** What an undo would do, if the last release is the one that this receipt is of, and may still be undone. */
function undoEffect(deps: Deps, { facts, policy }: LoadedBlock, link: Link, receipt: Receipt): BlockEffect | undefined {
  if (!(receipt.effect as BlockEffect).release) return undefined;
  try {
    const effect = decideBlock(facts, policy, undoChoice, actorOf(link), deps.now());
    const undone = facts.releases.filter(({ id }) => effect.undoneReleaseIds.includes(id));
    return undone.every(({ releasedAt }) => releasedAt === receipt.decidedAt) ? effect : undefined;
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

/** A block may be another group's by now (F-07). */
const isDecider = (deps: Deps, { groupId }: LoadedBlock, link: Link): Promise<boolean> =>
  mustDecideFor(deps.reader, groupId, actorOf(link)).then(
    () => true,
    () => false,
  );

/** Of this button's own release alone; of the last one, where the button is moot. Throws NOTHING_TO_UNDO, or UNDO_TOO_LATE. */
export async function undoOfBlock(deps: Deps, link: Link, receipt?: Receipt): Promise<BlockChoice> {
  const block = await loadBlock(deps.reader, link.subjectId, deps.now());
  const done = receipt ?? (await latestReceipt(deps.reader, 'block', link.subjectId));
  if (done && undoEffect(deps, block, link, done)) return undoChoice;
  decideBlock(block.facts, block.policy, undoChoice, actorOf(link), deps.now());
  throw new DomainError('NOTHING_TO_UNDO', { releases: [] });
}
