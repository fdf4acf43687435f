import { expect, test } from 'vitest';

import { everyDayOf } from '../../domain/every-day.ts';
import { linksOf } from '../../domain/mail-button.ts';
import { MessageContent } from '../../domain/message.ts';
import { renderMail } from '../../emails/mail.tsx';
import { speechIn } from '../../words/speech.ts';
import { contents, links } from './contents.ts';

const visible = (html: string) =>
  html
    .replace(/<head>.*?<\/head>/s, '')
    .replace(/<!--.*?-->/gs, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#x27;', "'")
    .replace(/\s+/g, ' ');

const kinds = Object.values(contents);

test.each(kinds)('C-14, C-39, C-41: "$kind" carries its buttons and the foot, in HTML and in plain text', async (content) => {
  const { subject, html, text } = await renderMail(MessageContent.parse(content), links);
  const used = new Set([...html.matchAll(/href="([^"]+)"/g)].map(([, href]) => href));
  for (const purpose of linksOf(content, 'block contact')) {
    expect(used).toContain(links[purpose]);
    expect(text).toContain(links[purpose]);
    expect(visible(html)).toContain(purpose === 'release suggested' ? 'Release 11:00–15:30' : speechIn('en').words(`button.${purpose}`));
  }
  for (const href of used) expect(text).toContain(href); // nothing that only HTML readers can reach
  expect(visible(html)).toContain('Change your communication preferences here.');
  expect(html).toContain('<html dir="ltr" lang="en">');
  expect(subject.length).toBeLessThan(90);
  expect(text.split('America/New_York').length - 1).toBe(1); // the zone is named once
});

test('C-39, F-10: the foot offers the pages of its reader’s day', async () => {
  const [ofTicket, everyDay] = [contents['ticket due'], everyDayOf('care team agent')];
  const { html } = await renderMail(ofTicket, { ...links, everyDay });
  expect(everyDay).toEqual(['my work', 'conversations']);
  for (const page of everyDay) expect(html).toContain(`href="${links[page]}"`);
  expect(visible(html)).toContain('Open the conversations');
  expect(html).not.toContain(links['find open time']);
  expect(html).not.toContain(links['block schedule']);
});

test.each(kinds)('F-28: "$kind" in Russian has no English word of ours, and the same links', async (content) => {
  const [russian, english] = await Promise.all([renderMail(content, links, 'ru'), renderMail(content, links)]);
  expect(russian.html).toContain('<html dir="ltr" lang="ru">');
  const hrefs = (html: string) => [...html.matchAll(/href="([^"]+)"/g)].map(([, href]) => href);
  expect(hrefs(russian.html)).toEqual(hrefs(english.html));
  const given = [...JSON.stringify(content).matchAll(/"([^"]*)"/g)].map(([, value]) => value!).sort((a, b) => b.length - a.length);
  const ours = given.reduce((text, value) => text.replaceAll(value, ''), `${russian.subject}\n${russian.text}`.replace(/https:\S+/g, ''));
  expect(ours.match(/[a-z]{3,}/gi) ?? []).toEqual([]);
});

test('F-28: dates, numbers and plurals are those of the language', async () => {
  const { subject } = await renderMail(contents['block alert'], links, 'ru');
  expect(subject).toBe('OR 2, чт, 3 дек.: отдать 11:00–15:30?');
  const reminder = { ...contents['worklist reminder'] };
  const subjects = await Promise.all([1, 3, 5, 21].map((open) => renderMail({ ...reminder, open }, links, 'ru')));
  expect(subjects.map((mail) => mail.subject.split(' ').slice(0, 2).join(' '))).toEqual([
    '1 изменение',
    '3 изменения',
    '5 изменений',
    '21 изменение',
  ]);
});

test('C-14: the buttons say what the source says', async () => {
  const alert = await renderMail(contents['block alert'], links);
  for (const label of ['Keep My Block Time', 'Partial Release', 'Full Release']) expect(alert.text).toContain(label);
  expect((await renderMail(contents['hold requested'], links)).text).toMatch(/^Confirm https.*^Deny https/ms);
  expect((await renderMail(contents['hold confirmed'], links)).text).toContain('Delete this hold');
});

test('C-08, C-01, C-05, C-11: a block alert says which time is asked for, why, what stays, and what comes without an answer', async () => {
  const { subject, text } = await renderMail(contents['block alert'], links);
  expect(subject).toBe('Release Thu 3 Dec 11:00–15:30 in OR 2?');
  expect(text).toContain('Probably not needed: 11:00–15:30 (4 h 30 min)');
  expect(text).toContain('Booked, and yours in any case: 09:00–11:00 (2 h)');
  expect(text).toContain('We are 93 % sure that this time will stay unused. On 41 of the last 44 similar days');
  expect(text).toContain('all unbooked time, 07:00–09:00 and 11:00–15:30 (6 h 30 min)');
  expect(text).toContain('Without an answer we ask again on Wed 25 Nov, if the time is still unfilled.');
  expect(text).toContain('On Thu 26 Nov at 00:00 whatever is still unbooked is released');

  const { mandatoryAt, askedAgainAt, ...never } = contents['block alert'];
  expect((await renderMail(never, links)).text).not.toMatch(/whatever is still unbooked|ask again/);
});

test('C-09, C-14: the first button releases what is suggested; where that is all, it is Full Release', async () => {
  const order = (text: string) => [...text.matchAll(/^(.+) https:\/\/\S+$/gm)].map(([, label]) => label).slice(0, 4);
  const alert = contents['block alert'];
  const { text } = await renderMail(alert, links);
  expect(order(text)).toEqual(['Release 11:00–15:30', 'Full Release', 'Partial Release', 'Keep My Block Time']);
  expect(text).toContain('The first button releases 11:00–15:30 and nothing else.');
  const all = await renderMail({ ...alert, proposal: alert.unbooked }, links);
  expect(order(all.text).slice(0, 3)).toEqual(['Full Release', 'Partial Release', 'Keep My Block Time']);
  expect(all.html).not.toContain(links['release suggested']);
});

test('C-40: a fresh link leads to the page that was asked for, if one was', async () => {
  const { to: _to, ...none } = contents['fresh links'];
  expect((await renderMail(contents['fresh links'], links)).text).toContain(`Open the page you asked for ${links['open page']}`);
  expect((await renderMail(none, links)).html).not.toContain(links['open page']);
});

test('C-01: a confidence just under one is not rounded up to certainty', async () => {
  const { text } = await renderMail({ ...contents['block alert'], confidence: 0.9999 }, links);
  expect(text).toContain('We are 99 % sure');
});

test('P-27: times are those of the facility, on both sides of a change of the clock', async () => {
  const { text } = await renderMail(contents['release notification'], links);
  expect(text).toContain('by Dana Reyes, Fri 30 Oct, 09:00'); // summer time: 13:00Z
  expect(text).toContain('Until 09:10 nobody else sees the time');
  expect(text).toContain('OR 2, Thursday, 3 December 2026, 07:00–15:30'); // winter time: 12:00Z
  const berlin = await renderMail({ ...contents['release notification'], zone: 'Europe/Berlin' }, links);
  expect(berlin.text).toContain('13:00–21:30');
});

test('F-21: a release that nobody can take back by a click carries no undo button', async () => {
  const { undoUntil, ...final } = contents['release notification'];
  const { html, text } = await renderMail({ ...final, release: 'mandatory' }, links);
  expect(html + text).not.toContain(links['undo release']);
  expect(text).toContain('Mandatory release: by Dana Reyes');
});

test('C-24: releaser and facility read the very same mail', async () => {
  const [one, other] = await Promise.all([
    renderMail(contents['release notification'], links),
    renderMail(contents['release notification'], links),
  ]);
  expect(one).toEqual(other);
});

test('C-30, C-33, C-34: hold mails say who waits, what can be promised, why not, and what became open', async () => {
  const textOf = async (kind: keyof typeof contents) => (await renderMail(contents[kind], links)).text;
  expect(await textOf('hold requested')).toContain('Robin Vega waits for your answer');
  expect((await renderMail({ ...contents['hold requested'], reminder: true }, links)).subject).toMatch(/^Still waiting/);
  expect(await textOf('hold confirmed')).toContain('you can promise it to a patient now');
  expect(await textOf('hold confirmed')).toContain('Hold expiration date: Mon 30 Nov, 00:00');
  expect(await textOf('hold denied')).toContain('Reason given by Kim Ito: The room is being repaired.');
  expect(await textOf('hold changed')).toContain('Before the change by Kim Ito: OR 1, Thu 3 Dec, 11:00–15:30');
  expect(await textOf('hold expired')).toContain('Open to others again: 07:00–09:00 (2 h).');
  expect((await renderMail({ ...contents['hold expired'], pending: true }, links)).text).toContain('It was not confirmed in time.');
});

test.each(kinds)('F-19: a patient’s name that slips into "$kind" is never printed', async (content) => {
  const withPatient = {
    ...content,
    patientName: 'Erika Mustermann',
    diagnosis: 'M17.1',
    block: { ...('block' in content && content.block), patientName: 'Erika Mustermann' },
  };
  const parsed = MessageContent.parse('block' in content ? withPatient : { ...withPatient, block: undefined });
  expect(JSON.stringify(parsed)).not.toMatch(/Mustermann|M17/);
  const { subject, html, text } = await renderMail(parsed, links);
  expect(subject + html + text).not.toMatch(/Mustermann|M17/);
});

test('what people wrote is printed, not run', async () => {
  const { html } = await renderMail(
    { ...contents['hold denied'], reason: '<script>alert(1)</script><a href="https://evil.example">here</a>' },
    links,
  );
  expect(html).not.toContain('<script');
  expect(html).not.toContain('href="https://evil.example"');
});

test('the words can be read: 4.5 to 1 at least, wherever a style names a colour', async () => {
  const { html } = await renderMail(contents['block alert'], links);
  const colours = new Set([...html.matchAll(/[";]color:(#[0-9a-f]{6})/g)].map(([, colour]) => colour!));
  expect(colours.size).toBeGreaterThan(2);
  for (const colour of colours) expect(contrast(colour, colour === '#ffffff' ? '#0b5c6b' : '#ffffff')).toBeGreaterThanOrEqual(4.5);
});

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
