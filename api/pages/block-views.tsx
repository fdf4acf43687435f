import type { ReactNode } from 'react';

import { advanceBlock, askedAgainAt, booked, planBlock, settled, unbooked } from '../../domain/block.ts';
import { type BlockChoice, type BlockEffect, digest } from '../../domain/block-decision.ts';
import type { Why } from '../../domain/block-why.ts';
import { zoneDate } from '../../domain/civil.ts';
import { foretell } from '../../domain/timeline.ts';
import type { LoadedBlock } from '../../ledger/block.ts';
import type { Confidence } from '../../prisma/generated/client.ts';
import { en } from '../../words/en/index.ts';
import { PartRows, type Told, takeBackInWords, toldInWords, wantedBack } from './block-parts.tsx';
import { BlockBar } from './block-schedule.tsx';
import { Coming } from './coming.tsx';
import { Agree, Field, Form, Tick } from './form-fields.tsx';
import { Facts, Page } from './page.tsx';
import { PredictorsSaid } from './predictors-said.tsx';
import { useSpeech } from './reader.ts';
import { Whys } from './why.tsx';

type PastEvent = { id: string; at: string; action: string; by: string; reason: string | null };
type BlockView = {
  block: LoadedBlock;
  now: string;
  why: { date: string; asked: boolean; alert: Why; mandatoryRelease: Why };
  undo: BlockEffect | undefined;
  support: boolean;
  history: PastEvent[];
  said: Confidence[];
  /** The proposal about it that waits for an answer (F-07), and whether the visitor can make one. */
  transfer: { id: string } | undefined;
  mayTransfer: boolean;
  /** What the visitor has just done. */
  done?: BlockChoice['action'] | undefined;
};

/** One block: what it holds, its decisions, what comes next and why (U-01), why nobody is asked today (U-07), and its past. */
export function BlockPage({ block, now, why, undo, support, history, said, transfer, mayTransfer, done }: BlockView) {
  const { facts, names } = block;
  const { zone } = facts;
  const speech = useSpeech();
  const { words, day, dateTime, range, ranges, civilDay } = speech;
  const free = unbooked(facts, now);
  const open = facts.state === 'active' && free.length > 0;
  return (
    <Page title={`${names.room}, ${day(facts.startsAt, zone)}`} tab="Block Schedule">
      {done && (
        <p className="notice" role="status">
          {words(`block.done.${done}`)} {undo && done !== 'undo' && <a href="#undo">{words('block.done.until')}</a>}
        </p>
      )}
      <Facts
        facts={[
          [words('block.block'), `${range(facts, zone)}, ${names.provider ?? names.group}`],
          [words('block.facility'), words('block.timesIn', { facility: names.facility, zone })],
          [words('block.booked'), ranges(booked(facts), zone)],
          [words('block.released'), ranges(facts.releases, zone)],
          [words('block.unbooked'), ranges(free, zone)],
          ...(open && facts.silenced ? [[words('block.alerts'), words('block.silenced')] as [string, string]] : []),
        ]}
      />
      <BlockBar block={block} now={now} />
      {open && <ReleaseForm block={block} now={now} />}
      {open && !settled(facts, now) && (
        <DecisionForm block={block} choice={{ action: 'keep', stopAlerts: false }} label={words('button.keep')}>
          {askedAgainAt(facts, block.policy, now) && <Tick name="stopAlerts" label={words('block.silence')} />}
        </DecisionForm>
      )}
      {undo && <h2 id="undo">{words('block.undoLast')}</h2>}
      {undo && (
        <DecisionForm
          block={block}
          choice={{ action: 'undo', acceptPart: undo.wantedBack.length > 0 }}
          effect={undo}
          label={words('block.undoLast')}
        >
          {support && <Reason />}
          <Agree label={words('block.yesTakeBack', { times: takeBackInWords(undo, zone, speech) })} />
        </DecisionForm>
      )}
      {transfer && (
        <p className="notice">
          {words('block.changesHands')} <a href={`/transfers/${transfer.id}`}>{words('block.proposal')}</a> {words('block.waits')}
        </p>
      )}
      {mayTransfer && !transfer && (
        <p>
          <a href={`/blocks/${facts.id}/transfer`}>{words('block.give')}</a>
        </p>
      )}
      <WhatComesNext block={block} now={now} alert={why.alert} today={why.date === zoneDate(now, zone)} />
      <Whys
        whys={[
          [words('block.asked', { date: civilDay(why.date) }), why.alert],
          [words('block.releasedBySelf'), why.mandatoryRelease],
        ]}
        zone={zone}
        open={why.asked}
      />
      <form method="get" action={`/blocks/${facts.id}#why`} className="row">
        <label>
          {words('block.otherDay')} <input type="date" name="why" required defaultValue={why.date} />
        </label>
        <button type="submit">{words('block.sayWhy')}</button>
      </form>
      <PredictorsSaid said={said} believed={block.policy.release.predictor !== 'own'} zone={zone} />
      <h2>{words('block.happened')}</h2>
      <ul>
        {history.map(({ id, at, action, by, reason }) => (
          <li key={id}>
            {dateTime(at, zone)}:{' '}
            {words(`block.past.${action in en.block.past ? (action as keyof typeof en.block.past) : 'other'}`, { action })}, {by}
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
  const { words, phrase } = useSpeech();
  const coming = foretell(facts, now, { plan: (then, at) => planBlock(then, policy, at), advance: advanceBlock });
  if (coming.length === 0)
    return (
      <>
        <h2>{words('desk.coming')}</h2>
        <p>{words('block.over')}</p>
      </>
    );
  return (
    <>
      <h2>{words('desk.coming')}</h2>
      <Coming steps={coming} zone={zone} />
      {today && !alert.happened && <p className="muted">{words('block.notToday', { because: phrase(alert.because), rule: alert.rule })}</p>}
    </>
  );
}

function ReleaseForm({ block, now }: { block: LoadedBlock; now: string }) {
  const { words } = useSpeech();
  return (
    <Form name="release" action={`/blocks/${block.facts.id}/preview`} className="card">
      <h2>{words('block.releaseTime')}</h2>
      <fieldset>
        <legend>{words('block.howMuch')}</legend>
        <Tick type="radio" name="what" value="all" ticked label={words('block.all')} />
        <Tick type="radio" name="what" value="part" label={words('block.ticked')} />
      </fieldset>
      <PartRows block={block} proposal={[]} now={now} />
      <button type="submit">{words('block.lookFirst')}</button>
    </Form>
  );
}

/** The support team says why it takes something back (C-25). */
function Reason() {
  return <Field name="reason" label={useSpeech().words('block.reason')} required maxLength={2000} />;
}

type Deciding = { block: LoadedBlock; choice: BlockChoice; effect?: BlockEffect; label: string; children: ReactNode };

/** `effect`: what the person sees and agrees to; anything else by then is refused and shown anew. */
function DecisionForm({ block, choice, effect, label, children }: Deciding) {
  return (
    <Form name={choice.action} action={`/blocks/${block.facts.id}/decisions`} className="card">
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      <input type="hidden" name="choice" value={JSON.stringify(choice)} />
      <input type="hidden" name="seen" value={effect ? digest(choice.action, effect) : ''} />
      {children}
      <button type="submit">{label}</button>
    </Form>
  );
}

type Previewed = { block: LoadedBlock; choice: BlockChoice; effect: BlockEffect; told: Told; support: boolean };

/** Exactly what would change, and the tick that agrees to it (U-02). */
export function PreviewPage({ block, choice, effect, told, support }: Previewed) {
  const { facts, names } = block;
  const { zone } = facts;
  const speech = useSpeech();
  const { words, day, dateTime, range, ranges } = speech;
  const undo = choice.action === 'undo';
  const moved = ranges(undo ? effect.returned : effect.released, zone);
  const until = effect.visibleAt
    ? words('block.preview.until', { until: dateTime(effect.visibleAt, zone) })
    : words('block.preview.support');
  return (
    <Page title={words('block.preview.title')} tab="Block Schedule">
      <Facts
        facts={[
          [words('block.block'), `${names.room}, ${day(facts.startsAt, zone)}, ${range(facts, zone)} (${zone})`],
          [words(undo ? 'block.preview.willReturn' : 'block.preview.willRelease'), moved],
          ...wantedBack(effect, zone, speech),
          [words('block.preview.stay'), ranges(effect.booked, zone)],
          [words('block.preview.told'), toldInWords(told, speech)],
          ...(undo ? [] : [[words('block.preview.undoable'), until] as [string, string]]),
        ]}
      />
      <DecisionForm block={block} choice={choice} effect={effect} label={words(undo ? 'block.preview.undo' : 'block.preview.release')}>
        {undo && support && <Reason />}
        <Agree
          label={
            undo
              ? words('block.yesTakeBack', { times: takeBackInWords(effect, zone, speech) })
              : words('block.yesRelease', { times: moved })
          }
        />
      </DecisionForm>
      <p>
        <a href={`/blocks/${facts.id}`}>{words('block.preview.back')}</a>
      </p>
    </Page>
  );
}
