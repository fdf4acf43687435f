import { afterAll, beforeAll, expect, test } from 'vitest';

import { addMinutes } from '../../domain/civil.ts';
import { askedIn, createOffers } from '../offer/offers.ts';
import { eventually, type Program, type System, startSystem } from '../system.ts';

const practices = 3;
const waiting = 3;
const anyHour = { fromLocalTime: '00:00', untilLocalTime: '23:59' };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let system: System;
let worker: Program;
let api: Program;

beforeAll(async () => {
  system = await startSystem({ manual: true });
  [worker, api] = await Promise.all([system.startWorker(), system.startApi()]);
});
afterAll(() => system.close());

const textsSent = () => system.db.message.findMany({ where: { kind: 'visit offered', state: 'sent' }, select: { id: true } });

/** Declines by the link of a text, as a patient would: again, until there is an answer. */
async function decline(messageId: string): Promise<void> {
  const { text } = await system.db.mailboxEntry.findUniqueOrThrow({ where: { messageId } });
  const address = /http\S+/.exec(text)![0];
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  for (;;) {
    try {
      const answer = await fetch(address, {
        method: 'POST',
        redirect: 'manual',
        headers,
        body: 'answer=decline',
        signal: AbortSignal.timeout(5000),
      });
      if (answer.status === 303) return;
    } catch {
      // the API is down
    }
    await pause(100);
  }
}

/** Kill -9, and a new one in its place. */
async function replaceWorker(): Promise<void> {
  await worker.kill('SIGKILL');
  worker = await system.startWorker();
}

test('U-12, F-01, F-02: worker and API killed in the middle of ladders: everybody is asked once, in their turn, and nobody is left out', {
  timeout: 120_000,
}, async () => {
  const now = new Date().toISOString();
  const startsAt = addMinutes(now, 600);
  const ladders: string[] = [];
  for (let nth = 0; nth < practices; nth++) {
    const practice = await createOffers(system.db, now, { name: `Ladder ${nth}`, waiting, settings: { offers: anyHour } });
    ladders.push((await practice.start(startsAt, 'sequential')).facts.id);
    if (nth === practices - 2) await worker.kill('SIGKILL'); // some have asked already, the last begin while nobody works
  }
  worker = await system.startWorker();

  const pressed = new Set<string>();
  let kills = 0;
  const presses: Promise<void>[] = [];
  await eventually(async () => {
    for (const { id } of await textsSent()) {
      if (pressed.has(id)) continue;
      pressed.add(id);
      presses.push(decline(id));
    }
    if (kills < 2 && pressed.size >= (kills + 1) * practices) {
      kills++;
      await replaceWorker();
      if (kills === 2) {
        await api.kill('SIGKILL');
        api = await system.startApi();
      }
    }
    return pressed.size === practices * waiting;
  }, 90_000);
  await Promise.all(presses);

  expect(kills).toBe(2);
  for (const id of ladders)
    expect((await askedIn(system.db, id)).map((one) => one.replace(/ \d.*/, ''))).toEqual(['A declined', 'B declined', 'C declined']);
  const texts = await system.db.message.findMany({ where: { kind: 'visit offered' } });
  expect([texts.length, new Set(texts.map(({ address, subjectId }) => `${subjectId} ${address}`)).size]).toEqual([
    practices * waiting,
    practices * waiting,
  ]);
  expect(await system.db.mailboxEntry.count({ where: { messageId: { in: texts.map(({ id }) => id) } } })).toBe(practices * waiting);
  await eventually(
    async () => (await system.db.offerLadder.count({ where: { id: { in: ladders }, state: 'exhausted' } })) === practices,
    30_000,
  );
});
