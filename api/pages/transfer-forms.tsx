/** The forms that decide about a transfer (F-07): on its own page, in the queue, and what each would change. */
import { DomainError } from '../../domain/errors.ts';
import {
  decideTransfer,
  type TransferAction,
  type TransferEffect,
  transferActions,
  transferDigest,
} from '../../domain/transfer-decision.ts';
import { aboutTransfer, type LoadedTransfer } from '../../ledger/transfer.ts';
import type { Speech } from '../../words/speech.ts';
import { actorOfVisitor, type Visitor } from '../auth/sessions.ts';
import { Facts } from './page.tsx';
import { useSpeech } from './reader.ts';

type Possibles = Partial<Record<TransferAction, TransferEffect>>;

/** What this visitor can decide now, by the rules themselves. */
export function possibleNow(visitor: Visitor, { facts, policy }: LoadedTransfer, now: string): Possibles {
  const possible = transferActions.flatMap((action) => {
    try {
      return [[action, decideTransfer(facts, policy, { action }, actorOfVisitor(visitor), now, { reason: 'asked on this page' })] as const];
    } catch (error) {
      if (error instanceof DomainError) return [];
      throw error;
    }
  });
  return Object.fromEntries(possible);
}

/** Which block goes from whom to whom. */
export function movesOf(transfer: LoadedTransfer, { words, day, range }: Speech): [string, string][] {
  const { blocks, zone } = aboutTransfer(transfer);
  const swap = blocks.length > 1;
  return blocks.map(({ room, block, from, to }, index) => [
    words(index > 0 ? 'transfer.inReturn' : swap ? 'transfer.given' : 'block.block'),
    words('transferMail.fromTo', { room, when: day(block.startsAt, zone), range: range(block, zone), from, to }),
  ]);
}

export function TransferFacts({ transfer }: { transfer: LoadedTransfer }) {
  const { proposer, note, decideBy, zone, facility } = aboutTransfer(transfer);
  const { state, endedBecause } = transfer.facts;
  const speech = useSpeech();
  const { words, phrase, dateTime } = speech;
  const is = words(`transfer.states.${state}`);
  return (
    <Facts
      facts={[
        ...movesOf(transfer, speech),
        [words('transferMail.proposer'), words('transfer.proposedBy', { proposer, group: transfer.names.from })],
        ...(note ? ([[words('transferMail.note'), note]] as [string, string][]) : []),
        [words('transfer.state'), endedBecause ? words('transfer.ended', { state: is, because: phrase(endedBecause) }) : is],
        ...(state === 'proposed' || state === 'accepted'
          ? ([[words('transferMail.decideBy'), dateTime(decideBy, zone)]] as [string, string][])
          : []),
        [words('block.facility'), words('block.timesIn', { facility, zone })],
      ]}
    />
  );
}

/** Whether a decision needs a reason. */
export const needsReason = (action: TransferAction) => action === 'deny';

type Props = { transfer: LoadedTransfer; possible: Possibles; back?: 'transfers' | undefined };

/** A form for each thing that the rules would let this visitor decide now. */
export function DecideForms({ transfer: { facts }, possible, back }: Props) {
  const { words } = useSpeech();
  return transferActions.flatMap((action) => {
    const effect = possible[action];
    if (!effect) return [];
    return [
      <form key={action} method="post" action={`/transfers/${facts.id}/${action}`} className="card">
        <input type="hidden" name="form" value={crypto.randomUUID()} />
        <input type="hidden" name="seen" value={transferDigest(facts, action, effect)} />
        {back && <input type="hidden" name="back" value={back} />}
        <p>{words(`transfer.asked.${action}.effect`)}</p>
        {needsReason(action) && (
          <label>
            {words('hold.reason.deny')}
            <input name="reason" required maxLength={2000} />
          </label>
        )}
        <label>
          <input type="checkbox" name="yes" required /> {words(`transfer.asked.${action}.yes`)}
        </label>
        <button type="submit">{words(`transfer.asked.${action}.label`)}</button>
      </form>,
    ];
  });
}
