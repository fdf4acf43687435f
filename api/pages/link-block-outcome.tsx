/** What a block's button did, who was told and until when it can be taken back; or, where it is moot, what is true now (U-04). */
import { booked, unbooked } from '../../domain/block.ts';
import { type BlockChoice, type BlockEffect, decideBlock, digest } from '../../domain/block-decision.ts';
import { formatInstant } from '../../domain/civil.ts';
import type { Receipt } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { list, ranges } from '../../emails/wording.ts';
import { type LoadedBlock, loadBlock } from '../../ledger/block.ts';
import { latestReceipt, toldOfDecision } from '../../ledger/decision.ts';
import { actorOf, type Link } from '../auth/links.ts';
import type { Deps } from '../deps.ts';
import type { Problem } from '../problems.ts';
import { takeBackInWords } from './block-parts.tsx';
import { Frame, whichOf } from './link-block.tsx';
import { Doors, Said, tabDoors } from './link-parts.tsx';
import { Facts, type Page, yearAndTime } from './page.tsx';

type JSX = ReturnType<typeof Page>;
const undoChoice: BlockChoice = { action: 'undo', acceptPart: true };

export const blockDoors = ({ subjectId }: Link): [string, string][] => [['The page of this block', `/blocks/${subjectId}`], ...tabDoors];

/** The receipt of this button, or what was decided last and is so now. */
export async function blockOutcome(deps: Deps, link: Link, receipt?: Receipt, refused?: Problem): Promise<JSX> {
  const [block, last, told] = await Promise.all([
    loadBlock(deps.reader, link.subjectId, deps.now()),
    latestReceipt(deps.reader, 'block', link.subjectId),
    receipt ? toldOfDecision(deps.reader, receipt) : [],
  ]);
  const { facts } = block;
  const { zone } = facts;
  const state: [string, string][] = [
    ['Cases', ranges(booked(facts), zone)],
    ['Released', ranges(facts.releases, zone)],
    ['Still yours and unbooked', ranges(unbooked(facts, deps.now()), zone)],
  ];
  if (!receipt)
    return (
      <>
        {last && <Said receipt={last} zone={zone} />}
        <Facts facts={[['Block', `${whichOf(block)} (${zone})`], ...state]} />
      </>
    );
  return (
    <Frame
      {...{ block, link, refused }}
      title={titleOf(receipt, block)}
      done={[
        ['Decided', `${yearAndTime(receipt.decidedAt, zone)}, by ${receipt.by}`],
        ['Told by mail', told.length > 0 ? list(told) : 'nobody'],
      ]}
    >
      <UndoForm deps={deps} block={block} link={link} receipt={receipt} />
      {last && last.decisionId !== receipt.decisionId && <Said receipt={last} zone={zone} />}
      <h2>How the block stands now</h2>
      <Facts facts={state} />
      <Doors link={link} to={blockDoors(link)} />
    </Frame>
  );
}

/** What was done, said once. */
function titleOf({ effect: done, summary, decidedAt }: Receipt, { facts }: LoadedBlock): string {
  const effect = done as BlockEffect;
  const { zone } = facts;
  if (effect.kept) return effect.silenced ? 'The block time is kept, and no more alerts come about it' : 'The block time is kept';
  if (effect.release) {
    const stands = facts.releases.some(({ releasedAt }) => releasedAt === decidedAt);
    return `You released ${ranges(effect.released, zone)}${stands ? '' : ', and it was taken back'}`;
  }
  return effect.wantedBack.length > 0 || effect.returned.length === 0 ? summary : `${ranges(effect.returned, zone)} is back in the block`;
}

/** F-21: while it is not too late, what the button did is taken back where it is reported. */
function UndoForm({ deps, block, link, receipt }: { deps: Deps; block: LoadedBlock; link: Link; receipt: Receipt }) {
  const effect = undoEffect(deps, block, link, receipt);
  const until = (receipt.effect as BlockEffect).visibleAt;
  if (!effect || !until || until <= deps.now()) return null;
  const { zone } = block.facts;
  return (
    <form method="post" action={`/a/${link.token}/undo`} className="card">
      <p>Was it a mistake? Until {formatInstant(until, zone, 'time')} nobody else sees the time, and you can take it back here.</p>
      <input type="hidden" name="seen" value={digest('undo', effect)} />
      <label>
        <input type="checkbox" name="yes" required /> Yes, take back {takeBackInWords(effect, zone)}
      </label>
      <button type="submit">Undo this release</button>
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

/** Of this button's own release alone. Throws NOTHING_TO_UNDO, or UNDO_TOO_LATE. */
export async function undoOfBlock(deps: Deps, link: Link, receipt: Receipt): Promise<BlockChoice> {
  const block = await loadBlock(deps.reader, link.subjectId, deps.now());
  if (undoEffect(deps, block, link, receipt)) return undoChoice;
  decideBlock(block.facts, block.policy, undoChoice, actorOf(link), deps.now());
  throw new DomainError('NOTHING_TO_UNDO', { releases: [] });
}
