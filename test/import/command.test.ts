import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';

import { importCommand } from '../../cli/import/command.ts';
import { testDatabase } from '../database.ts';
import { fileWith, fixture } from './files.ts';

let data: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2027-03-15T06:00:00Z') });
  data = await testDatabase();
});
afterAll(async () => {
  vi.useRealTimers();
  await data.close();
});
afterEach(() => {
  process.exitCode = undefined;
});

/** Runs the command as a shell would; gives its exit code and what it printed. */
async function holdfastImport(...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((text) => void out.push(text)),
    vi.spyOn(console, 'error').mockImplementation((text) => void err.push(text)),
  ];
  try {
    await importCommand((run) => run(data.db)).parseAsync(['schedule', ...args], { from: 'user' });
    return { out: out.join('\n'), err, exitCode: process.exitCode ?? 0 };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

describe('holdfast import schedule', () => {
  const where = ['--facility', 'Riverside', '--zone', 'Europe/Berlin'];

  test('prints one JSON report, and says when all was imported before', async () => {
    const first = await holdfastImport(fixture('schedule.csv'), ...where, '--json');
    expect(first).toMatchObject({ exitCode: 0, err: [] });
    expect(JSON.parse(first.out)).toMatchObject({ imported: true, cases: { new: 9 }, badCount: 0, warningCount: 4 });
    const second = await holdfastImport(fixture('schedule.csv'), ...where);
    expect(second.out).toContain('Nothing new for Riverside: all of it was imported before.');
  });

  test('exits with 1 and prints the first 50 bad rows and their number', async () => {
    const rows = Array.from({ length: 60 }, (_, index) => `${index},OR 1,A,never,60`);
    const path = await fileWith(['case,room,group,start,minutes', ...rows, '99,OR 1,A,2027-01-04 07:00,60'].join('\n'));
    const { exitCode, err, out } = await holdfastImport(path, ...where);
    expect(exitCode).toBe(1);
    expect(err).toHaveLength(51);
    expect(err[0]).toBe('Bad: schedule.csv, line 2: start: “never” is no date and time that we know.');
    expect(err[50]).toBe('Bad: and 10 more, 60 in all.');
    expect(out).toBe('Nothing was imported: 60 problems. Mend the rows, or leave them out with --skip-bad.');
  });
});

const realFile = new URL('../../../shared/data/or-utilization-2022q1.csv', import.meta.url).pathname;
const there = existsSync(realFile);
if (!there) console.warn('Skipped: the import of the real schedule, because ../shared/data/or-utilization-2022q1.csv is not there.');

describe.skipIf(!there)('the real schedule, with the mapping of docs/import.md', { timeout: 120_000 }, () => {
  const maps = [
    'Encounter ID=case',
    'OR Suite=room',
    'Service=group',
    'OR Schedule=start',
    'Booked Time (min)=minutes',
    'CPT Description=description',
  ];
  const args = [realFile, '--facility', 'Lakeside', '--zone', 'America/New_York', ...maps.flatMap((map) => ['--map', map]), '--json'];

  test('C-07: 8 rooms, 10 groups, 496 block days, 2,172 cases, of which 26 pairs overlap', async () => {
    const { out, exitCode } = await holdfastImport(...args);
    const report = JSON.parse(out);
    expect(exitCode).toBe(0);
    expect(report).toMatchObject({
      rooms: { total: 8 },
      groups: { total: 10 },
      blocks: { history: 496, live: 0 },
      cases: { new: 2172 },
      overlapping: 26,
      bad: [],
    });
    expect(report.warnings).toHaveLength(26);
    const odd = await data.db.$queryRaw`
      SELECT 1 FROM "Block" b JOIN "Facility" f ON f.id = b."facilityId" WHERE f.name = 'Lakeside'
      AND (("startsAt" AT TIME ZONE f.zone)::time <> '07:00' OR ("endsAt" AT TIME ZONE f.zone)::time <> '16:00' OR b.date <> ("startsAt" AT TIME ZONE f.zone)::date)`;
    expect(odd).toEqual([]);
    expect(JSON.parse((await holdfastImport(...args)).out)).toMatchObject({
      cases: { new: 0, unchanged: 2172 },
      blocks: { unchanged: 496 },
    });
  });

  test('moved so that half lies ahead, that half begins its lives', async () => {
    const groups = ['ENT', 'General', 'OBGYN', 'Ophthalmology', 'Orthopedics', 'Plastic', 'Podiatry', 'Urology', 'Vascular'];
    const contacts = await fileWith(
      ['group,name,email', 'facility,Fay,fay@example.org', ...groups.map((name) => `${name},Pat,pat@example.org`)].join('\n'),
      'contacts.csv',
    );
    const ahead = args.map((arg) => (arg === 'Lakeside' ? 'Lakeside ahead' : arg));
    const report = JSON.parse((await holdfastImport(...ahead, '--shift-to', '2027-02-01', '--contacts', contacts)).out);
    expect(report.blocks).toMatchObject({ history: 232, unchanged: 0 });
    expect(report.blocks.live + report.blocks.inactive).toBe(264);
    expect(report.groups.withoutContact).toEqual(['Pediatrics']);
    expect(report.blocks.live).toBeGreaterThan(200);
    const ids = (await data.db.block.findMany({ where: { facility: { name: 'Lakeside ahead' }, state: { not: 'closed' } } })).map(
      ({ id }) => `block/${id}`,
    );
    expect(await data.db.wakeUp.count({ where: { kind: 'start', workflowId: { in: ids } } })).toBe(264);
  });
});
