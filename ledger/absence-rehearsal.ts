/**
 * U-15: what would land elsewhere while somebody is away, before it is saved: the hours of each line, block alerts,
 * requests, tasks, tickets. Made by the very functions that will plan and address these things when the time comes.
 */
import { coverageOfLines } from '../domain/absence.ts';
import { advanceBlock, planBlock } from '../domain/block.ts';
import { laterOf } from '../domain/civil.ts';
import type { CoverageDay } from '../domain/coverage.ts';
import { advanceHold, planHold } from '../domain/hold.ts';
import { advanceTicket, dueOf, planTicket } from '../domain/ticket.ts';
import { foretell, type Step } from '../domain/timeline.ts';
import type { Tx } from '../prisma/client.ts';
import type { LoadedAbsence } from './absence.ts';
import { bareLinesBy } from './bare-lines.ts';
import { loadBlocks, withHistory } from './block.ts';
import { loadHolds } from './hold.ts';
import { blockAlertRecipients, facilitySchedulers, type Recipient } from './message.ts';
import { standIns } from './substitute.ts';
import { loadTickets } from './ticket.ts';

/** Something that would have come to the absent person. `goesTo`: names; empty: it waits for them. */
export type Landing = {
  kind: 'block alert' | 'request' | 'task' | 'ticket';
  id: string;
  at: string;
  what: string;
  goesTo: string[];
  rule: string;
};
type RehearsedLine = { practitionerId: string; provider: string; days: CoverageDay[] };
/** `turnBare`: lines that they cover for somebody else, with the days on which nobody does any more. */
export type Rehearsal = {
  lines: RehearsedLine[];
  turnBare: (RehearsedLine & { absenceId: string; absent: string })[];
  landings: Landing[];
};

const most = 500;

/** Reads only. The absence must be written already: call it inside a rehearsed transaction. */
export async function rehearseAbsence(tx: Tx, absence: LoadedAbsence, now: string): Promise<Rehearsal> {
  const { facts } = absence;
  const lines = coverageOfLines(facts, now).map(({ line, days }) => ({
    practitionerId: line.practitionerId,
    provider: line.provider,
    days,
  }));
  const turnBare = (await bareLinesBy(tx, absence.facilityId, facts, now)).map(({ of, line: { practitionerId, provider }, days }) => ({
    absenceId: of.facts.id,
    absent: of.facts.name,
    practitionerId,
    provider,
    days,
  }));
  const landings = [
    ...(await alerts(tx, absence, now)),
    ...(await requests(tx, absence, now)),
    ...(await tasks(tx, absence, now)),
    ...(await tickets(tx, absence, now)),
  ];
  return { lines, turnBare, landings: landings.sort((a, b) => (a.at < b.at ? -1 : 1)) };
}

const during = ({ facts: { startsAt, endsAt } }: LoadedAbsence, { at }: Pick<Step, 'at'>) => at >= startsAt && at < endsAt;

/** Whom the absent person's share goes to; nobody: their mail waits. */
async function others(tx: Tx, { facts }: LoadedAbsence, people: Recipient[], at: string): Promise<string[]> {
  const got = await standIns(tx, people, at);
  return got.filter(({ id }) => id !== facts.personId && !people.some((one) => one.id === id)).map(({ name }) => name);
}

async function alerts(tx: Tx, absence: LoadedAbsence, now: string): Promise<Landing[]> {
  const { personId, startsAt } = absence.facts;
  const groups = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Group" WHERE "mainContactId" = ${personId}::uuid
    UNION SELECT "groupId" FROM "Membership" WHERE "personId" = ${personId}::uuid AND "blockAlerts"`;
  if (groups.length === 0) return [];
  const where = { groupId: { in: groups.map(({ id }) => id) }, state: 'active', endsAt: { gt: startsAt } };
  const rows = await tx.block.findMany({ where, select: { id: true }, orderBy: { startsAt: 'asc' }, take: most });
  const histories = new Map();
  const landings: Landing[] = [];
  for (const block of await loadBlocks(
    tx,
    rows.map(({ id }) => id),
    'none',
  )) {
    await withHistory(tx, block, now, histories);
    const { facts, policy, names, groupId } = block;
    const steps = foretell(facts, now, { plan: (then, at) => planBlock(then, policy, at), advance: advanceBlock });
    for (const { kind, at } of steps) {
      if (kind !== 'alert' || !during(absence, { at })) continue;
      const goesTo = await others(tx, absence, await blockAlertRecipients(tx, groupId), at);
      landings.push({ kind: 'block alert', id: facts.id, at, what: `Alert about ${names.room} on ${facts.date}`, goesTo, rule: 'C-19' });
    }
  }
  return landings;
}

async function requests(tx: Tx, absence: LoadedAbsence, now: string): Promise<Landing[]> {
  const schedulers = await facilitySchedulers(tx, absence.facilityId);
  if (!schedulers.some(({ id }) => id === absence.facts.personId)) return [];
  const where = { facilityId: absence.facilityId, state: 'pending', expiresAt: { gt: absence.facts.startsAt } };
  const rows = await tx.hold.findMany({ where, select: { id: true }, orderBy: { startsAt: 'asc' }, take: most });
  const landings: Landing[] = [];
  for (const { facts, policy, names } of await loadHolds(
    tx,
    rows.map(({ id }) => id),
    'none',
  )) {
    const steps = foretell(facts, now, { plan: (then, at) => planHold(then, policy, at), advance: advanceHold });
    for (const { kind, at } of steps) {
      if (kind !== 'remind facility' || !during(absence, { at })) continue;
      const goesTo = await others(tx, absence, schedulers, at);
      landings.push({ kind: 'request', id: facts.id, at, what: `Request for ${names.room} by ${names.requester}`, goesTo, rule: 'C-30' });
    }
  }
  return landings;
}

/** Tasks are worked from a list that all see; what is assigned to the absent person is shown as theirs and as nobody's to do. */
async function tasks(tx: Tx, absence: LoadedAbsence, now: string): Promise<Landing[]> {
  const { personId, startsAt, endsAt } = absence.facts;
  const rows = await tx.task.findMany({
    where: { assigneeId: personId, closedAt: null, dueAt: { lt: endsAt } },
    include: { type: { select: { name: true } } },
    orderBy: { dueAt: 'asc' },
    take: most,
  });
  const self = await tx.person.findUniqueOrThrow({ where: { id: personId }, select: { id: true, name: true, email: true } });
  const landings: Landing[] = [];
  for (const { id, dueAt, type } of rows) {
    const at = [dueAt.toISOString(), startsAt, now].reduce(laterOf);
    landings.push({ kind: 'task', id, at, what: `Task: ${type.name}`, goesTo: await others(tx, absence, [self], at), rule: 'F-12' });
  }
  return landings;
}

/** F-10, F-11: their tickets whose clock warns, hands on or runs out in this time. What is only due then waits for them: the lead hears of it. */
async function tickets(tx: Tx, absence: LoadedAbsence, now: string): Promise<Landing[]> {
  const { personId, startsAt, endsAt } = absence.facts;
  const where = { assigneeId: personId, state: 'open' };
  const rows = await tx.ticket.findMany({ where, select: { id: true }, orderBy: { nextAt: 'asc' }, take: most });
  const self = await tx.person.findUniqueOrThrow({ where: { id: personId }, select: { id: true, name: true, email: true } });
  const landings: Landing[] = [];
  for (const { facts, policy } of await loadTickets(
    tx,
    rows.map(({ id }) => id),
    'none',
  )) {
    const land = (at: string, what: string, goesTo: string[], rule: string) =>
      landings.push({ kind: 'ticket', id: facts.id, at, what: `${what}: ${facts.type.name}`, goesTo, rule });
    let then = facts;
    for (const step of foretell(facts, now, { plan: (one, at) => planTicket(one, policy, at), advance: advanceTicket })) {
      if (then.assignee?.id !== personId) break; // it has gone on to somebody else
      then = advanceTicket(then, step);
      if (!during(absence, step)) continue;
      if (step.kind === 'warn') land(step.at, 'Warning about a ticket', await others(tx, absence, [self], step.at), step.rule);
      if (step.kind === 'return') land(step.at, 'Ticket that goes on', then.assignee ? [then.assignee.name] : [facts.team.name], step.rule);
    }
    const due = dueOf(facts);
    if (then.assignee?.id === personId && due && due < endsAt && due >= now) land(laterOf(due, startsAt), 'Ticket that is due', [], 'F-10');
  }
  return landings;
}
