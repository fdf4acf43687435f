import type { Link } from '../../api/auth/links.ts';
import { hashOf, newSecret } from '../../api/auth/principal.ts';
import type { LinkPurpose } from '../../domain/mail-button.ts';
import type { Database } from '../../prisma/client.ts';
import type { TestApi } from '../api/api.ts';

type Fields = Record<string, string>;
type Person = { id: string; facilityId: string; email: string };
export type PageAnswer = { status: number; html: string; text: string; headers: Record<string, unknown>; location: string };

/** A button of a mail to that person, as the delivery life would mint it. Returns the path its address has. */
export async function mintLink(
  db: Database,
  person: Person,
  purpose: LinkPurpose,
  about: { kind: Link['subjectKind']; id: string; createdAt: string; content?: object },
): Promise<string> {
  const { facilityId, id: personId, email: address } = person;
  const { kind: subjectKind, id: subjectId, createdAt, content = {} } = about;
  const mail = { facilityId, personId, address, subjectKind, subjectId, content, key: newSecret(), kind: 'test', state: 'sent' };
  const { id: messageId } = await db.message.create({ data: { ...mail, sendAfter: createdAt } });
  const token = newSecret();
  await db.actionLink.create({
    data: { tokenHash: hashOf(token), facilityId, personId, purpose, subjectKind, subjectId, messageId, createdAt },
  });
  return `/${purpose === 'unsubscribe' ? 'unsubscribe' : 'a'}/${token}`;
}

/** Signs in to a whole system's pages, freshly. Returns the cookie. */
export async function enter({ url, db }: { url: string; db: Database }, person: Person): Promise<string> {
  const about = { kind: 'person' as const, id: person.id, createdAt: new Date().toISOString(), content: { to: '/' } };
  const answer = await fetch(`${url}${await mintLink(db, person, 'sign in', about)}`, { method: 'POST', redirect: 'manual' });
  return answer.headers.get('set-cookie')!.split(';')[0]!;
}

/** A browser without scripts: follows no redirect, keeps its cookie, posts forms. */
export class Browser {
  cookie = '';
  constructor(private readonly api: TestApi) {}

  get(path: string, headers: Fields = {}): Promise<PageAnswer> {
    return this.ask('GET', path, headers);
  }

  post(path: string, form: Fields = {}, headers: Fields = {}): Promise<PageAnswer> {
    const content = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
    return this.ask('POST', path, content, new URLSearchParams(form).toString());
  }

  /** Posts the first form of a page to where it leads, with its hidden fields as they are. */
  submit(page: PageAnswer, path: string, form: Fields = {}): Promise<PageAnswer> {
    return this.post(path, { ...hiddenOf(page.html), ...form });
  }

  private keep(name: string, value: string): void {
    const others = this.cookie.split('; ').filter((one) => one && !one.startsWith(`${name}=`));
    this.cookie = [...others, ...(value ? [`${name}=${value}`] : [])].join('; ');
  }

  private async ask(method: 'GET' | 'POST', url: string, headers: Fields, payload?: string): Promise<PageAnswer> {
    const answer = await this.api.app.inject({ method, url, headers: { cookie: this.cookie, ...headers }, ...(payload && { payload }) });
    for (const { name, value } of answer.cookies) this.keep(name, value);
    const { statusCode: status, body: html } = answer;
    return { status, html, text: visible(html), headers: answer.headers, location: String(answer.headers.location ?? '') };
  }
}

/** Comes in the way people do: by the button that a link of any mail shows (C-39). */
export async function signIn(api: TestApi, person: Person): Promise<Browser> {
  const browser = new Browser(api);
  const link = await mintLink(api.db, person, 'block schedule', { kind: 'person', id: person.id, createdAt: api.now });
  await browser.post(link);
  return browser;
}

/** Signs in afresh, for the pages of staff: by the link of a sign-in mail. */
export async function signInStaff(api: TestApi, person: Person): Promise<Browser> {
  const browser = new Browser(api);
  await browser.post(
    await mintLink(api.db, person, 'sign in', { kind: 'person', id: person.id, createdAt: api.now, content: { to: '/' } }),
  );
  return browser;
}

/** The words of a page, as somebody reads them. */
export function visible(html: string): string {
  const words = html.replace(/^[\s\S]*?<main[^>]*>/, '').replace(/<[^>]+>/g, ' ');
  return words
    .replace(/&#x27;/g, '’')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();
}

/** F-28: what a page for a Russian reader says in Latin letters, beside what people gave: names, codes, addresses. */
export function untranslated({ html, text }: PageAnswer, given: string[]): string[] {
  if (!html.includes('<html lang="ru"') || /<main[^>]*lang="en"/.test(html)) return ['the page itself'];
  const ours = given.reduce((rest, one) => rest.replaceAll(one, ''), text);
  return [...new Set(ours.match(/[A-Za-z]{3,}/g) ?? [])];
}

/** The hidden fields of the first form of the page. */
export const hiddenOf = (html: string): Fields => fieldsIn(inputsOf(html, 0).filter((tag) => tag.includes('type="hidden"')));

/** What the n-th form of the page would post as it stands: its inputs, but no box that is not ticked. */
export const formOf = ({ html }: PageAnswer, n = 0): Fields =>
  fieldsIn(inputsOf(html, n).filter((tag) => !/type="(checkbox|radio)"/.test(tag) || tag.includes(' checked')));

function inputsOf(html: string, n: number): string[] {
  const form = [...html.matchAll(/<form[^>]*method="post"[\s\S]*?<\/form>/g)][n]?.[0] ?? '';
  return [...form.matchAll(/<input [^>]*>/g)].map(([tag]) => tag);
}

function fieldsIn(tags: string[]): Fields {
  const attribute = (tag: string, name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
  return Object.fromEntries(tags.map((tag) => [attribute(tag, 'name')!, unescaped(attribute(tag, 'value') ?? '')]));
}

const unescaped = (text: string) =>
  text
    .replace(/&quot;/g, '"')
    .replace(/&#x27;/g, "'")
    .replace(/&amp;/g, '&');

/** All rows of all tables, counted: what a look at a page must leave as it was. */
export async function footprint(db: Database): Promise<Record<string, number>> {
  const tables = await db.$queryRaw<{ name: string }[]>`
    SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`;
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await db.$queryRawUnsafe<{ rows: bigint }[]>(`SELECT count(*) AS rows FROM "${name}"`);
    counts[name] = Number(row!.rows);
  }
  return counts;
}
