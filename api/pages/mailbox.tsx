import type { FastifyInstance } from 'fastify';
import type { CSSProperties } from 'react';

import { DomainError } from '../../domain/errors.ts';
import type { Database } from '../../prisma/client.ts';
import { pageOf, positionOf } from '../listing.ts';
import { isLocal } from './mailbox-door.ts';
import { Page, renderPage } from './page.tsx';
import { useSpeech } from './reader.ts';

const pageSize = 50;

type Entry = {
  id: string;
  messageId: string;
  channel: string;
  to: string;
  from: string;
  subject: string;
  html: string;
  text: string;
  headers: unknown;
  sentAt: Date;
};

/** The built-in mailbox: every mail of this installation as a person would see it. Loopback only, and not there for anybody else. */
export function registerMailbox(app: FastifyInstance, { reader }: { reader: Database }): void {
  app.register(async (mailbox) => {
    mailbox.addHook('onRequest', async (request) => {
      if (!isLocal(request)) throw new DomainError('NOT_FOUND', { path: '/mailbox' });
    });

    mailbox.get<{ Querystring: { to?: string; cursor?: string } }>('/mailbox', { schema: { hide: true } }, async ({ query }, reply) => {
      const after = positionOf(query.cursor);
      const rows = await reader.mailboxEntry.findMany({
        where: {
          ...(query.to && { to: query.to }),
          ...(after && { OR: [{ sentAt: { lt: after[0] } }, { sentAt: after[0], id: { lt: after[1] } }] }),
        },
        orderBy: [{ sentAt: 'desc' }, { id: 'desc' }],
        take: pageSize + 1,
        select: { id: true, messageId: true, channel: true, to: true, subject: true, text: true, sentAt: true },
      });
      const facilities = await facilitiesOf(
        reader,
        rows.map(({ messageId }) => messageId),
      );
      const people = await reader.mailboxEntry.groupBy({ by: ['to'], orderBy: { to: 'asc' }, take: 200 });
      const { items, nextCursor } = pageOf(
        rows,
        pageSize,
        ({ sentAt, id }) => [sentAt.toISOString(), id],
        (row) => ({ ...row, facility: facilities.get(row.messageId) ?? '' }),
      );
      return renderPage(reply, <Mailbox entries={items} older={nextCursor} to={query.to} people={people.map(({ to }) => to)} />);
    });

    mailbox.get<{ Params: { id: string } }>('/mailbox/:id', { schema: { hide: true } }, async ({ params }, reply) => {
      const isId = /^[0-9a-f-]{36}$/i.test(params.id);
      const entry = isId ? await reader.mailboxEntry.findUnique({ where: { id: params.id } }) : null;
      if (!entry) throw new DomainError('NOT_FOUND', { mail: params.id });
      return renderPage(reply, <OneMail entry={entry} />);
    });
  });
}

function Mailbox({
  entries,
  older,
  to,
  people,
}: {
  entries: (Pick<Entry, 'id' | 'channel' | 'to' | 'subject' | 'text' | 'sentAt'> & { facility: string })[];
  older: string | null;
  to: string | undefined;
  people: string[];
}) {
  const { words } = useSpeech();
  return (
    <Page title={words('mailbox.title')}>
      <p>
        {words('mailbox.text')} <a href={`/mailbox${to ? `?${new URLSearchParams({ to })}` : ''}`}>{words('mailbox.refresh')}</a>
      </p>
      <form method="get" action="/mailbox" className="row">
        <label>
          {words('mailbox.to')}
          <select name="to" defaultValue={to ?? ''}>
            <option value="">{words('mailbox.everybody')}</option>
            {people.map((address) => (
              <option key={address}>{address}</option>
            ))}
          </select>
        </label>
        <button type="submit">{words('mailbox.show')}</button>
      </form>
      {entries.length === 0 && <p>{words('mailbox.none')}</p>}
      <ul className="mails">
        {entries.map(({ id, channel, to: address, subject, text, sentAt, facility }) => (
          <li key={id}>
            <a href={`/mailbox/${id}`}>{channel === 'sms' ? firstLine(text) : subject}</a>
            <br />
            <small>
              {facility && `${facility}, `}
              {words(channel === 'sms' ? 'mailbox.textTo' : 'mailbox.mailTo', { address })}, <SentAt at={sentAt} />
            </small>
          </li>
        ))}
      </ul>
      {older && <a href={`/mailbox?${new URLSearchParams({ ...(to && { to }), cursor: older })}`}>{words('mailbox.older')}</a>}
    </Page>
  );
}

/** The mailbox answers on this machine alone, so its zone is the reader's. */
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const SentAt = ({ at }: { at: Date }) => <time dateTime={at.toISOString()}>{useSpeech().dateTime(at.toISOString(), zone)}</time>;

/** Which facility each message is of: an installation may have several. */
async function facilitiesOf(reader: Database, messageIds: string[]): Promise<Map<string, string>> {
  const rows = await reader.$queryRaw<{ id: string; name: string }[]>`
    SELECT m.id, f.name FROM "Message" m JOIN "Facility" f ON f.id = m."facilityId" WHERE m.id = ANY(${messageIds}::uuid[])`;
  return new Map(rows.map(({ id, name }) => [id, name]));
}

const frameHeights = { foot: 90, line: 25, gap: 8, button: 20 };

/**
 * A frame without scripts cannot grow with its mail: about the height, in pixels, that its words need at 66 letters a line, and on a
 * phone at 28. What stands before an address may be a button.
 */
function frameHeight(text: string): CSSProperties {
  const paragraphs = text.split('\n').filter((line) => line.trim());
  const { foot, line, gap, button } = frameHeights;
  const height = (letters: number) =>
    paragraphs.reduce((sum, paragraph) => {
      const words = paragraph.replace(/https?:\S+/g, '');
      return sum + gap + line * Math.ceil(words.length / letters) + (words === paragraph ? 0 : button);
    }, foot);
  return { '--height': `${height(66)}px`, '--narrow-height': `${height(28)}px` } as CSSProperties;
}

const firstLine = (text: string) => text.split('\n')[0]!.slice(0, 80);

/** A text as a phone shows it: its addresses can be followed. */
function OneText({ entry }: { entry: Entry }) {
  const { words: say } = useSpeech();
  const words = entry.text.split(/(https?:\/\/\S+)/);
  return (
    <Page title={say('mailbox.oneText')}>
      <p>
        <a href="/mailbox">{say('mailbox.all')}</a>
      </p>
      <p>
        {say('mailbox.toOne', { address: entry.to })}
        <br />
        <SentAt at={entry.sentAt} />
      </p>
      <p className="card text">
        {words.map((part) =>
          part.startsWith('http') ? (
            <a key={part} href={part}>
              {part}
            </a>
          ) : (
            part
          ),
        )}
      </p>
    </Page>
  );
}

/**
 * The mail's own HTML sits in a frame that can do nothing but follow a link that somebody clicks. The link takes the
 * whole window: a window that such a frame opens would inherit its limits, and no form in it could be posted.
 */
function OneMail({ entry }: { entry: Entry }) {
  const { words } = useSpeech();
  if (entry.channel === 'sms') return <OneText entry={entry} />;
  const html = entry.html.replaceAll(' target="_blank"', ' target="_top"');
  return (
    <Page title={entry.subject}>
      <p>
        <a href="/mailbox">{words('mailbox.all')}</a>
      </p>
      <p>
        {words('mailbox.from', { address: entry.from })}
        <br />
        {words('mailbox.toOne', { address: entry.to })}
        <br />
        <SentAt at={entry.sentAt} />
      </p>
      <iframe
        className="mail"
        style={frameHeight(entry.text)}
        title={words('mailbox.frame')}
        sandbox="allow-top-navigation-by-user-activation"
        srcDoc={html}
      />
      <details>
        <summary>{words('mailbox.plain')}</summary>
        <pre>{entry.text}</pre>
      </details>
      <details>
        <summary>{words('mailbox.headers')}</summary>
        <pre>
          {Object.entries({ 'Message-Id': entry.messageId, ...(entry.headers as object) })
            .map(([name, value]) => `${name}: ${value}`)
            .join('\n')}
        </pre>
      </details>
    </Page>
  );
}
