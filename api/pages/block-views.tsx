import type { ReactNode } from 'react';

import { advanceBlock, booked, planBlock, settled, unbooked } from '../../domain/block.ts';
import { type BlockChoice, type BlockEffect, digest } from '../../domain/block-decision.ts';
import type { Why } from '../../domain/block-why.ts';
import { formatRange, zoneDate } from '../../domain/civil.ts';
import { foretell } from '../../domain/timeline.ts';
import { dateTime, day, ranges } from '../../emails/wording.ts';
import type { LoadedBlock } from '../../ledger/block.ts';
import type { Confidence } from '../../prisma/generated/client.ts';
import { PartRows, takeBackInWords, wantedBack } from './block-parts.tsx';
import { BlockBar } from './block-schedule.tsx';
import { Coming } from './coming.tsx';
import { Facts, Page } from './page.tsx';
import { PredictorsSaid } from './predictors-said.tsx';
import { StaleNotice } from './seen.tsx';
import { Whys } from './why.tsx';

/** The actions of the audit, said as what has happened. */
const past: Record<string, string> = {
  create: 'entered',
  alert: 'the holder was asked',
  keep: 'block time kept',
  'release all': 'all unbooked time released',
  'release part': 'part of the block released',
  undo: 'release undone',
  return: 'time came back, as was wanted',
  'mandatory release': 'unbooked time released by the facility’s policy',
  close: 'ended',
  'change holder': 'the block has another holder',
  'set window': 'the release window was set',
};

type PastEvent = { id: string; at: string; action: string; by: string; reason: string | null };
type BlockView = {
  block: LoadedBlock;
  now: string;
  why: { date: string; alert: Why; mandatoryRelease: Why };
  undo: BlockEffect | undefined;
  support: boolean;
  history: PastEvent[];
  said: Confidence[];
  /** The proposal about it that waits for an answer (F-07), and whether the visitor can make one. */
  transfer: { id: string } | undefined;
  mayTransfer: boolean;
};

/** One block: what it holds, its decisions, what comes next and why (U-01), why nobody is asked today (U-07), and its past. */
export function BlockPage({ block, now, why, undo, support, history, said, transfer, mayTransfer }: BlockView) {
  const { facts, names } = block;
  const { zone } = facts;
  const free = unbooked(facts, now);
  const open = facts.state === 'active' && free.length > 0;
  return (
    <Page title={`${names.room}, ${day(facts.startsAt, zone)}`} tab="Block Schedule">
      <Facts
        facts={[
          ['Block', `${formatRange(facts, zone)}, ${names.provider ?? names.group}`],
          ['Facility', `${names.facility} (times in ${zone})`],
          ['Booked', ranges(booked(facts), zone)],
          ['Released', ranges(facts.releases, zone)],
          ['Unbooked', ranges(free, zone)],
        ]}
      />
      <BlockBar block={block} now={now} />
      {open && <ReleaseForm block={block} now={now} />}
      {open && !settled(facts, now) && (
        <DecisionForm block={block} choice={{ action: 'keep', stopAlerts: false }} label="Keep My Block Time">
          <label>
            <input type="checkbox" name="stopAlerts" /> Don’t alert me about this block again
          </label>
        </DecisionForm>
      )}
      {undo && (
        <DecisionForm
          block={block}
          choice={{ action: 'undo', acceptPart: undo.wantedBack.length > 0 }}
          effect={undo}
          label="Undo the last release"
        >
          {support && <Reason />}
          <label>
            <input type="checkbox" name="yes" required /> Yes, take back {takeBackInWords(undo, zone)}
          </label>
        </DecisionForm>
      )}
      {transfer && (
        <p className="notice">
          It is about to change hands: <a href={`/transfers/${transfer.id}`}>the proposal</a> waits for an answer.
        </p>
      )}
      {mayTransfer && !transfer && (
        <p>
          <a href={`/blocks/${facts.id}/transfer`}>Give this block to another group, or swap it</a>
        </p>
      )}
      <WhatComesNext block={block} now={now} alert={why.alert} today={why.date === zoneDate(now, zone)} />
      <Whys
        whys={[
          [`Was the holder asked on ${why.date}?`, why.alert],
          ['Was what is unbooked released by itself?', why.mandatoryRelease],
        ]}
        zone={zone}
      />
      <form method="get" className="row">
        <label>
          Why, or why not, on another day <input type="date" name="why" required defaultValue={why.date} />
        </label>
        <button type="submit">Say why</button>
      </form>
      <PredictorsSaid said={said} believed={block.policy.release.predictor !== 'own'} zone={zone} />
      <h2>What happened</h2>
      <ul>
        {history.map(({ id, at, action, by, reason }) => (
          <li key={id}>
            {dateTime(at, zone)}: {past[action] ?? action}, {by}
            {reason && `. ${reason}`}
          </li>
        ))}
      </ul>
    </Page>
  );
}

type Next = { block: LoadedBlock; now: string; alert: Why; today: boolean };

function WhatComesNext({ block: { facts, policy }, now, alert, today }: Next) {
  const { zone } = facts;
  const coming = foretell(facts, now, { plan: (then, at) => planBlock(then, policy, at), advance: advanceBlock });
  if (coming.length === 0)
    return (
      <>
        <h2>What comes next</h2>
        <p>Nothing any more: the block is over.</p>
      </>
    );
  return (
    <>
      <h2>What comes next</h2>
      <Coming steps={coming} zone={zone} />
      {today && !alert.happened && (
        <p className="muted">
          No question to the holder today: {alert.because} ({alert.rule})
        </p>
      )}
    </>
  );
}

function ReleaseForm({ block, now }: { block: LoadedBlock; now: string }) {
  return (
    <form method="post" action={`/blocks/${block.facts.id}/preview`} className="card">
      <h2>Release time</h2>
      <fieldset>
        <legend>How much</legend>
        <label>
          <input type="radio" name="what" value="all" defaultChecked /> All unbooked time
        </label>
        <label>
          <input type="radio" name="what" value="part" /> Only what is ticked here
        </label>
      </fieldset>
      <PartRows block={block} proposal={[]} now={now} />
      <button type="submit">Look first</button>
    </form>
  );
}

/** The support team says why it takes something back (C-25). */
function Reason() {
  return (
    <label>
      Reason
      <input name="reason" required maxLength={2000} />
    </label>
  );
}

type Deciding = { block: LoadedBlock; choice: BlockChoice; effect?: BlockEffect; label: string; children: ReactNode };

/** `effect`: what the person sees and agrees to; anything else by then is refused and shown anew. */
function DecisionForm({ block, choice, effect, label, children }: Deciding) {
  return (
    <form method="post" action={`/blocks/${block.facts.id}/decisions`} className="card">
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      <input type="hidden" name="choice" value={JSON.stringify(choice)} />
      <input type="hidden" name="seen" value={effect ? digest(choice.action, effect) : ''} />
      {children}
      <button type="submit">{label}</button>
    </form>
  );
}

type Previewed = { block: LoadedBlock; choice: BlockChoice; effect: BlockEffect; told: string; stale: boolean; support: boolean };

/** Exactly what would change, and the tick that agrees to it (U-02). */
export function PreviewPage({ block, choice, effect, told, stale, support }: Previewed) {
  const { facts, names } = block;
  const { zone } = facts;
  const undo = choice.action === 'undo';
  const moved = ranges(undo ? effect.returned : effect.released, zone);
  const until = effect.visibleAt ? `until ${dateTime(effect.visibleAt, zone)}; nobody else sees the time before` : 'by the support team';
  return (
    <Page title="This is what would happen" tab="Block Schedule">
      <StaleNotice stale={stale} />
      <Facts
        facts={[
          ['Block', `${names.room}, ${day(facts.startsAt, zone)}, ${formatRange(facts, zone)} (${zone})`],
          [undo ? 'Will come back' : 'Will be released', moved],
          ...wantedBack(effect, zone),
          ['Cases that stay', ranges(effect.booked, zone)],
          ['Will be told', told],
          ...(undo ? [] : [['Can then be undone', until] as [string, string]]),
        ]}
      />
      <DecisionForm block={block} choice={choice} effect={effect} label={undo ? 'Undo' : 'Release'}>
        {undo && support && <Reason />}
        <label>
          <input type="checkbox" name="yes" required /> {undo ? `Yes, take back ${takeBackInWords(effect, zone)}` : `Yes, release ${moved}`}
        </label>
      </DecisionForm>
      <p>
        <a href={`/blocks/${facts.id}`}>No, back to the block</a>
      </p>
    </Page>
  );
}
