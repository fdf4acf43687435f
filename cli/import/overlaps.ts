import { zoneDate, zoneTime } from '../../domain/civil.ts';
import type { ScheduledCase } from './check.ts';
import type { Finding } from './finding.ts';

/** C-07: cases that overlap in their room all stand. Counts every pair and lists the first `most` of them. */
export function overlappingPairs(cases: ScheduledCase[], zone: string, file: string, most: number): { pairs: number; warnings: Finding[] } {
  const standing = cases.filter(({ cancelledAt }) => !cancelledAt).sort(byRoomAndStart);
  const warnings: Finding[] = [];
  let pairs = 0;
  for (let from = 0, to = 0; from < standing.length; from = to) {
    const { room } = standing[from]!;
    while (to < standing.length && standing[to]!.room === room) to++;
    const inRoom = standing.slice(from, to);
    pairs += pairsIn(inRoom);
    warnings.push(
      ...listed(inRoom, most - warnings.length).map(([other, one]) => ({ file, line: one.line, message: sentence(other, one, zone) })),
    );
  }
  return { pairs, warnings: warnings.sort((a, b) => a.line! - b.line!) };
}

/** Every case pairs with all earlier ones but those that were over: no matter how many overlap, this takes one pass. */
function pairsIn(inRoom: ScheduledCase[]): number {
  const ends = inRoom.map(({ endsAt }) => endsAt).sort();
  let [pairs, over] = [0, 0];
  inRoom.forEach(({ startsAt }, earlier) => {
    while (over < ends.length && ends[over]! <= startsAt) over++;
    pairs += earlier - over;
  });
  return pairs;
}

function listed(inRoom: ScheduledCase[], most: number): [ScheduledCase, ScheduledCase][] {
  const pairs: [ScheduledCase, ScheduledCase][] = [];
  let running: ScheduledCase[] = [];
  for (const one of inRoom) {
    if (pairs.length >= most) break;
    running = running.filter(({ endsAt }) => endsAt > one.startsAt);
    for (const other of running.slice(0, most - pairs.length)) pairs.push([other, one]);
    running.push(one);
  }
  return pairs;
}

function byRoomAndStart(a: ScheduledCase, b: ScheduledCase): number {
  if (a.room !== b.room) return a.room < b.room ? -1 : 1;
  if (a.startsAt !== b.startsAt) return a.startsAt < b.startsAt ? -1 : 1;
  return a.line - b.line;
}

function sentence(other: ScheduledCase, one: ScheduledCase, zone: string): string {
  const from = `${zoneDate(one.startsAt, zone)} ${zoneTime(one.startsAt, zone)}`;
  return `case ${one.number} overlaps case ${other.number} (line ${other.line}) in room ${one.room} from ${from}; both stand (C-07).`;
}
