import { weekday } from '../../domain/civil.ts';
import type { Policy } from '../../domain/policy.ts';
import { createFacility, policyOf, setRoomHours } from '../../ledger/facility.ts';
import type { Tx } from '../../prisma/client.ts';
import type { BlockDay, BlockHours } from './block-days.ts';
import type { ScheduledCase } from './check.ts';
import { type Finding, Refused } from './finding.ts';

export type ImportFacility = { id: string; name: string; zone: string; policy: Policy; isNew: boolean };

/** The facility of that name, made if there is none. Imports into one facility wait for each other. Throws Refused for another zone. */
export async function findFacility(tx: Tx, name: string, zone: string): Promise<ImportFacility> {
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`import:${name}`}, 0))::text`;
  const known = await tx.facility.findUnique({ where: { name }, select: { id: true, zone: true } });
  if (known && known.zone !== zone) {
    throw new Refused([
      { file: '--zone', message: `${name} is in ${known.zone}, not in ${zone}. Give --zone ${known.zone}, or another --facility.` },
    ]);
  }
  const id = known?.id ?? (await createFacility(tx, { name, zone, by: 'import' }));
  return { id, name, zone, policy: await policyOf(tx, id), isNew: !known };
}

/** Rooms, groups and providers by name, as they are in the facility. */
export type Places = {
  rooms: Map<string, { id: string; isNew: boolean }>;
  groups: Map<string, { id: string; isNew: boolean }>;
  providers: Map<string, { id: string; isNew: boolean; groupId: string | null }>;
};

/** Creates what the schedule names and the facility lacks. A new room gets the block hours as its opening hours. */
export async function findPlaces(tx: Tx, facilityId: string, cases: ScheduledCase[], days: BlockDay[], hours: BlockHours): Promise<Places> {
  const names = (of: (one: ScheduledCase) => string | null) => [...new Set(cases.map(of))].filter((name) => name !== null);
  const rooms = await named(
    tx.room,
    facilityId,
    names(({ room }) => room).map((name) => ({ name })),
  );
  for (const [name, room] of rooms)
    if (room.isNew) await setRoomHours(tx, room.id, weekdaysOf(days.filter(({ room: other }) => other === name)), hours.from, hours.to);
  const groups = await named(
    tx.group,
    facilityId,
    names(({ group }) => group).map((name) => ({ name })),
  );
  const usual = usualGroups(cases);
  const wanted = names(({ provider }) => provider).map((name) => ({ name, groupId: groups.get(usual.get(name)?.[0] ?? '')?.id ?? null }));
  const providers = await named(tx.provider, facilityId, wanted);
  const groupIds = await tx.provider.findMany({ where: { facilityId }, select: { name: true, groupId: true } });
  const groupOf = new Map(groupIds.map(({ name, groupId }) => [name, groupId]));
  return { rooms, groups, providers: new Map([...providers].map(([name, one]) => [name, { ...one, groupId: groupOf.get(name) ?? null }])) };
}

type Row = { id: string; name: string };
type Named<Data> = {
  findMany(args: { where: { facilityId: string }; select: { id: true; name: true } }): PromiseLike<Row[]>;
  createManyAndReturn(args: { data: (Data & { facilityId: string })[]; select: { id: true; name: true } }): PromiseLike<Row[]>;
};

async function named<Data extends { name: string }>(table: Named<Data>, facilityId: string, wanted: Data[]) {
  const select = { id: true, name: true } as const;
  const known = new Map((await table.findMany({ where: { facilityId }, select })).map(({ id, name }) => [name, { id, isNew: false }]));
  const missing = wanted.filter(({ name }) => !known.has(name));
  const made =
    missing.length === 0 ? [] : await table.createManyAndReturn({ data: missing.map((one) => ({ ...one, facilityId })), select });
  for (const { id, name } of made) known.set(name, { id, isNew: true });
  return new Map(wanted.map(({ name }) => [name, known.get(name)!]));
}

/** Monday to Friday, and what else the room has blocks on. */
function weekdaysOf(days: BlockDay[]): number[] {
  return [...new Set([1, 2, 3, 4, 5, ...days.map(({ date }) => weekday(date))])].sort();
}

/** The groups each provider has cases with, the most frequent first. */
function usualGroups(cases: ScheduledCase[]): Map<string, string[]> {
  const times = new Map<string, Map<string, number>>();
  for (const { provider, group } of cases) {
    if (!provider || !group) continue;
    const groups = times.get(provider) ?? new Map<string, number>();
    times.set(provider, groups.set(group, (groups.get(group) ?? 0) + 1));
  }
  return new Map(
    [...times].map(([provider, groups]) => [
      provider,
      [...groups].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name),
    ]),
  );
}

export function sharedProviders(cases: ScheduledCase[], file: string): Finding[] {
  return [...usualGroups(cases)]
    .filter(([, groups]) => groups.length > 1)
    .map(([provider, groups]) => ({
      file,
      message: `provider ${provider} has cases with ${groups.join(', ')}: a new provider joins the first.`,
    }));
}
