/** The forms that decide about a transfer (F-07): on its own page, in the queue, and what each would change. */

import { formatRange } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import {
  decideTransfer,
  type TransferAction,
  type TransferEffect,
  transferActions,
  transferDigest,
} from '../../domain/transfer-decision.ts';
import { dateTime, day } from '../../emails/wording.ts';
import { aboutTransfer, type LoadedTransfer } from '../../ledger/transfer.ts';
import { actorOfVisitor, type Visitor } from '../auth/sessions.ts';
import { Facts } from './page.tsx';

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
export function movesOf(transfer: LoadedTransfer): [string, string][] {
  const { blocks, zone } = aboutTransfer(transfer);
  const swap = blocks.length > 1;
  return blocks.map(({ room, block, from, to }, index) => [
    index > 0 ? 'In return' : swap ? 'Given' : 'Block',
    `${room}, ${day(block.startsAt, zone)}, ${formatRange(block, zone)}: from ${from} to ${to}`,
  ]);
}

export function TransferFacts({ transfer }: { transfer: LoadedTransfer }) {
  const { proposer, note, decideBy, zone, facility } = aboutTransfer(transfer);
  const { state, endedBecause } = transfer.facts;
  return (
    <Facts
      facts={[
        ...movesOf(transfer),
        ['Proposed by', `${proposer}, ${transfer.names.from}`],
        ...(note ? ([['Note', note]] as [string, string][]) : []),
        ['State', endedBecause ? `${state}: ${endedBecause}` : state],
        ...(state === 'proposed' || state === 'accepted' ? ([['Lapses', dateTime(decideBy, zone)]] as [string, string][]) : []),
        ['Facility', `${facility} (times in ${zone})`],
      ]}
    />
  );
}

export const asked: Record<TransferAction, { title: string; label: string; yes: string; effect: string; reason: boolean }> = {
  accept: {
    title: 'Accept this block?',
    label: 'Accept',
    yes: 'Yes, accept',
    effect: 'The facility is asked then; nothing changes before it approves.',
    reason: false,
  },
  decline: { title: 'Decline?', label: 'Decline', yes: 'Yes, decline', effect: 'Whoever proposed it is told.', reason: false },
  approve: {
    title: 'Approve that the block changes hands?',
    label: 'Approve',
    yes: 'Yes, approve',
    effect: 'It has its new holder at once: alerts, the release date and utilization follow. Both groups are told.',
    reason: false,
  },
  deny: { title: 'Deny?', label: 'Deny', yes: 'Yes, deny', effect: 'Both groups are told, with your reason.', reason: true },
  withdraw: { title: 'Take the proposal back?', label: 'Withdraw', yes: 'Yes, withdraw', effect: 'The other side is told.', reason: false },
};

type Props = { transfer: LoadedTransfer; possible: Possibles; back?: 'transfers' | undefined };

/** A form for each thing that the rules would let this visitor decide now. */
export function DecideForms({ transfer: { facts }, possible, back }: Props) {
  return transferActions.flatMap((action) => {
    const effect = possible[action];
    if (!effect) return [];
    const { label, yes, effect: words, reason } = asked[action];
    return [
      <form key={action} method="post" action={`/transfers/${facts.id}/${action}`} className="card">
        <input type="hidden" name="form" value={crypto.randomUUID()} />
        <input type="hidden" name="seen" value={transferDigest(facts, action, effect)} />
        {back && <input type="hidden" name="back" value={back} />}
        <p>{words}</p>
        {reason && (
          <label>
            Reason to {action}
            <input name="reason" required maxLength={2000} />
          </label>
        )}
        <label>
          <input type="checkbox" name="yes" required /> {yes}
        </label>
        <button type="submit">{label}</button>
      </form>,
    ];
  });
}
