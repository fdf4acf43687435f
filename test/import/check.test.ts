import { open } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';

import { readSchedule } from '../../cli/import/check.ts';
import { readContacts } from '../../cli/import/contacts.ts';
import { limits } from '../../cli/import/read.ts';
import { fileWith, fixture } from './files.ts';

const header = 'case,room,group,start,minutes\n';
const good = '1,OR 1,A,2027-01-04 07:00,60\n';
const read = async (content: string | Uint8Array, maps: string[] = []) =>
  readSchedule(await fileWith(content), { zone: 'Europe/Berlin', maps });

describe('a schedule', () => {
  test('gives its cases in UTC, with what the file says about them', async () => {
    const { cases, bad } = await readSchedule(fixture('schedule.csv'), { zone: 'Europe/Berlin', maps: [] });
    expect(bad).toEqual([]);
    expect(cases).toHaveLength(9);
    expect(cases[1]).toEqual({
      line: 3,
      number: 'C-2',
      room: 'OR 1',
      group: 'Lindgren Orthopaedics',
      provider: 'Dr Alva Lindgren',
      startsAt: '2027-03-08T08:15:00.000Z',
      endsAt: '2027-03-08T10:15:00.000Z',
      bookedAt: '2027-02-02T10:00:00.000Z',
      cancelledAt: null,
      description: 'Hip, left',
    });
  });

  test('may come with a byte-order mark, semicolons, other names, and a date in two columns', async () => {
    const content = '\ufeffNo;Saal;Tag;Zeit;Ende\r\n7;OR 1;04.01.2027;07:00;04.01.2027 08:30\r\n';
    const { cases } = await read(content, ['No=case', 'Saal=room', 'Tag=start', 'Zeit=start', 'Ende=end']);
    expect(cases).toMatchObject([{ number: '7', startsAt: '2027-01-04T06:00:00.000Z', endsAt: '2027-01-04T07:30:00.000Z', group: null }]);
  });

  test('reports every bad row by the line it begins on, and its reasons', async () => {
    const { cases, bad } = await read(
      [
        'case,room,group,start,end,minutes',
        '1,OR 1,A,2027-01-04 09:00,2027-01-04 08:00,',
        '2,OR 1,A,soon,,60',
        '',
        '3,,A,2027-01-04 09:00,,0',
        '4,OR 1,"A',
        'B",2027-01-04 10:00,,60',
        '4,OR 1,A,2027-01-04 11:00,,60',
        '5,OR 1',
        '6,OR 1,A,2027-01-04 07:00,2027-01-04 08:00,30',
        '7,OR 1,A,2027-01-04 07:00,2028-01-04 08:00,',
        '8,OR 1,A,2027-01-04 07:00,,',
        '4,OR 1,A B,2027-01-04 10:00,,60',
      ].join('\n'),
    );
    expect(bad.map(({ line, message }) => `${line} ${message}`)).toEqual([
      '2 it ends (2027-01-04 08:00) before it starts (2027-01-04 09:00).',
      '3 start: “soon” is no date and time that we know.',
      '5 “room” is empty. minutes: “0” is not a whole number above 0.',
      '8 case 4 stands on line 6 with other content.',
      '9 the row has 2 cells, the header has 6.',
      '10 “minutes” says 30, start and end say 60.',
      '11 it lasts 8,761 h; at most 48 h are taken.',
      '12 neither “minutes” nor “end” is given.',
    ]);
    expect(cases.map(({ number, line }) => [number, line])).toEqual([['4', 6]]);
  });

  test('a row that repeats an earlier one is a warning', async () => {
    const { cases, bad, warnings } = await read(header + good + good);
    expect({ cases: cases.length, bad, warnings: warnings.map(({ message }) => message) }).toEqual({
      cases: 1,
      bad: [],
      warnings: ['1 row repeats an earlier one and changed nothing.'],
    });
  });
});

describe('a file that is no schedule is refused with the reason', () => {
  test.each<[string, string | Uint8Array, RegExp]>([
    ['empty', '', /schedule\.csv: the file is empty/],
    ['only a header', header, /a header and no rows/],
    ['a zero byte', `${header}${good}2,OR\0 1,A,2027-01-04 07:00,60\n`, /line 3: binary data/],
    ['another encoding', Buffer.from(`${header}1,Säle,A,2027-01-04 07:00,60\n`, 'latin1'), /line 2: bytes that are not UTF-8/],
    ['UTF-16', Buffer.from(`\ufeff${header}`, 'utf16le'), /line 1: binary data/],
    ['an open quote', `${header}${good}2,"OR 1,A\n${good}`, /line 3: a quotation mark is opened here and never closed/],
    ['one endless line', 'x'.repeat(limits.recordKilobytes * 1024 * 2), /longer than 256 kB/],
    ['too many rows', header + good.repeat(limits.rows + 1), /more than 100,000 rows/],
    ['a missing column', 'id,room,start\n1,2,3\n', /no column gives “case”.*the columns are “id”, “room”, “start”\.\n.*“minutes” or “end”/],
  ])('%s', async (_name, content, reason) => {
    await expect(read(content)).rejects.toThrow(reason);
  });

  test('100 MB', async () => {
    const path = await fileWith('');
    const file = await open(path, 'w');
    await file.truncate(100_000_000);
    await file.close();
    await expect(readSchedule(path, { zone: 'Europe/Berlin', maps: [] })).rejects.toThrow(/has 100 MB; at most 50 MB and 100,000 rows/);
  });

  test('missing, or a folder', async () => {
    await expect(readSchedule('/nowhere/s.csv', { zone: 'Europe/Berlin', maps: [] })).rejects.toThrow('there is no file /nowhere/s.csv');
    await expect(readSchedule(fixture('.'), { zone: 'Europe/Berlin', maps: [] })).rejects.toThrow('this is a folder');
  });

  test('a mapping to an unknown field or column, all at once', async () => {
    await expect(read(header + good, ['room=surgeon', 'Suite=room'])).rejects.toThrow(
      /no field “surgeon”.*cancelledAt, description\.\n.*no column “Suite”/,
    );
    await expect(read(header + good, ['room'])).rejects.toThrow('“room” is not of the form column=field');
    await expect(read(header + good, ['room=group', 'group=group'])).rejects.toThrow('two columns are mapped to “group”');
  });
});

describe('contacts', () => {
  test('C-19: the group “facility” names schedulers, emails are in lower case', async () => {
    const { contacts, bad } = await readContacts(fixture('contacts.csv'));
    expect(bad).toEqual([]);
    expect(contacts.map(({ group, email }) => [group, email])).toEqual([
      [null, 'mara.vogt@example.org'],
      ['Lindgren Orthopaedics', 'ida.berg@example.org'],
      ['Lindgren Orthopaedics', 'nils.roth@example.org'],
    ]);
  });

  test('bad rows are reported by line', async () => {
    const rows = [
      'group,name,email',
      'A,Ann,ann@example.org',
      'A,Ann,ANN@example.org',
      'B,Anna,ann@example.org',
      'A,Bo,bo@',
      ',Cy,cy@example.org',
    ];
    const { contacts, bad } = await readContacts(await fileWith(rows.join('\n'), 'contacts.csv'));
    expect(contacts).toHaveLength(1);
    expect(bad.map(({ line, message }) => `${line} ${message}`)).toEqual([
      '3 ann@example.org is in A already (line 2).',
      '4 ann@example.org is Ann on line 2.',
      '5 “bo@” is no email address.',
      '6 “group” is empty.',
    ]);
  });
});
