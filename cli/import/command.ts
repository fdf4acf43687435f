import { Command } from 'commander';

import { isZone, weekday } from '../../domain/civil.ts';
import type { Database } from '../../prisma/client.ts';
import { withDatabase } from '../connect.ts';
import { dataDirOption, jsonOption, type Place } from '../options.ts';
import { blockHours } from './block-days.ts';
import { readSchedule } from './check.ts';
import { readContacts } from './contacts.ts';
import { dateFormat } from './date-format.ts';
import { type Finding, Refused } from './finding.ts';
import { overlappingPairs } from './overlaps.ts';
import { progressBar } from './progress.ts';
import { listedAtMost, printReport, type Report } from './report.ts';
import { shiftCases } from './shift.ts';
import { importSchedule, type OnProgress } from './write.ts';

type Options = Place & {
  facility: string;
  zone: string;
  map: string[];
  dateFormat?: string;
  shiftTo?: string;
  contacts?: string;
  blockHours: string;
  skipBad: boolean;
  json: boolean;
};

/** Lends a database to `run` and closes it afterwards. Called only once the files are read and good. */
export type InDatabase = <T>(run: (db: Database) => Promise<T>) => Promise<T>;

/** `holdfast import schedule`: see docs/import.md. */
export function importCommand(inDatabase?: InDatabase): Command {
  const command = new Command('import');
  command
    .command('schedule')
    .description('Import an OR schedule from a CSV file: rooms, groups, blocks, cases and their people')
    .argument('<file>', 'CSV in UTF-8 with a header; separator comma, semicolon or tab')
    .requiredOption('--facility <name>', 'the facility, created if there is none of that name')
    .requiredOption('--zone <area/city>', 'its time zone, such as Europe/Berlin')
    .option('--map <column=field...>', 'which column gives which field', (pair: string, pairs: string[]) => [...pairs, pair], [])
    .option('--date-format <format>', 'how dates are written where the file leaves it open, such as D/M/YYYY')
    .option('--shift-to <date>', 'move all by whole weeks so that the first day falls into the week of YYYY-MM-DD')
    .option('--contacts <file>', 'CSV of group, name, email; the group “facility” names facility schedulers')
    .option('--block-hours <from-to>', 'hours of each block, and of new rooms', '07:00-16:00')
    .option('--skip-bad', 'import the good rows although some are bad', false)
    .addOption(dataDirOption())
    .addOption(jsonOption('one report'))
    .action(async (file: string, options: Options) => {
      const bar = progressBar(process.stderr);
      const onProgress = options.json ? undefined : bar.onProgress;
      const database: InDatabase = inDatabase ?? ((run) => withDatabase(options, run));
      const report = await runImport(file, options, database, new Date(), onProgress).finally(bar.done);
      printReport(report, options.json);
      if (!report.imported) process.exitCode = 1;
    });
  return command;
}

/** Reads, checks and writes. Whatever is wrong with the input is in the report; other errors are thrown. */
export async function runImport(
  path: string,
  options: Options,
  inDatabase: InDatabase,
  now: Date,
  onProgress: OnProgress = () => {},
): Promise<Report> {
  const startedAt = performance.now();
  const seconds = () => Math.round((performance.now() - startedAt) / 10) / 100;
  const known: { bad: Finding[]; warnings: Finding[]; overlapping: number } = { bad: [], warnings: [], overlapping: 0 };
  try {
    const { zone, skipBad } = options;
    const { hours, format } = checkOptions(options);
    const schedule = await readSchedule(path, { zone, maps: options.map, format });
    const contacts = options.contacts === undefined ? undefined : await readContacts(options.contacts);
    known.bad.push(...schedule.bad, ...(contacts?.bad ?? []));
    if (known.bad.length > 0 && (!skipBad || schedule.cases.length === 0)) {
      return { imported: false, canSkip: !skipBad && schedule.cases.length > 0, ...known, seconds: seconds() };
    }
    onProgress('rows read', schedule.cases.length, schedule.cases.length);
    const { cases, days } = options.shiftTo ? shiftCases(schedule.cases, zone, options.shiftTo) : { cases: schedule.cases, days: 0 };
    const { pairs, warnings } = overlappingPairs(cases, zone, schedule.file, listedAtMost);
    known.overlapping = pairs;
    known.warnings.push(...schedule.warnings, ...warnings);
    const { file, tellsCancelled } = schedule;
    const input = {
      facility: options.facility.trim(),
      zone,
      file,
      cases,
      tellsCancelled,
      hours,
      contacts,
      skipBad,
      now: now.toISOString(),
    };
    const written = await inDatabase((db) => importSchedule(db, input, onProgress));
    return {
      imported: true,
      ...written,
      shiftedDays: days,
      overlapping: pairs,
      bad: [...known.bad, ...written.bad],
      warnings: [...known.warnings, ...written.warnings],
      seconds: seconds(),
    };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { imported: false, canSkip: error.canSkip, ...known, bad: [...known.bad, ...error.findings], seconds: seconds() };
  }
}

/** Throws Refused with all that is wrong with the options. */
function checkOptions({ facility, zone, shiftTo, blockHours: hours, dateFormat: format }: Options) {
  const wrong: Finding[] = [];
  if (!facility.trim() || facility.length > 200) wrong.push({ file: '--facility', message: 'the name needs 1 to 200 characters.' });
  if (!isZone(zone)) wrong.push({ file: '--zone', message: `“${zone}” is no time zone: give an IANA name such as Europe/Berlin.` });
  if (shiftTo !== undefined && !isDate(shiftTo))
    wrong.push({ file: '--shift-to', message: `“${shiftTo}” is no date of the form YYYY-MM-DD.` });
  if (wrong.length > 0) throw new Refused(wrong);
  return { hours: blockHours(hours), format: format === undefined ? undefined : dateFormat(format) };
}

function isDate(text: string): boolean {
  try {
    return weekday(text) > 0;
  } catch {
    return false;
  }
}
