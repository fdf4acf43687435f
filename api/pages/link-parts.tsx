/** What the pages behind a mail's buttons have in common. */
import type { ReactNode } from 'react';

import type { Receipt } from '../../domain/decision.ts';
import type { WordKey } from '../../words/index.ts';
import type { Link } from '../auth/links.ts';
import { Area, Form } from './form-fields.tsx';
import { Page } from './page.tsx';
import { useReader, useSpeech } from './reader.ts';

/** Pages to go on to: what they are called in words/, and where they are. */
export type DoorsTo = [name: WordKey, path: string][];

/**
 * The pages to go on to from a mail's button (C-39): links for whoever has come in as its reader, else a press that lets them in
 * there, as the foot of the mail would.
 */
export function Doors({ link: { person, token }, to }: { link: Link; to: DoorsTo }) {
  const { visitor } = useReader();
  const { words } = useSpeech();
  if (visitor?.personId === person.id)
    return (
      <p>
        {words('link.goOn')}{' '}
        {to.map(([name, path], index) => (
          <span key={path}>
            {index > 0 && ' · '}
            <a href={path}>{words(name)}</a>
          </span>
        ))}
      </p>
    );
  return (
    <form method="post" action={`/a/${token}/open`} className="doors">
      <p>{words('link.goOnAs', { name: person.name })}</p>
      {to.map(([name, path]) => (
        <button key={path} type="submit" name="to" value={path}>
          {words(name)}
        </button>
      ))}
    </form>
  );
}

export const tabDoors: DoorsTo = [
  ['frame.tab.Find Open Time', '/open-time'],
  ['frame.tab.Block Schedule', '/block-schedule'],
];

/** The way out of a question, beside the button that answers it. */
export const Cancel = ({ link }: { link: Link }) => (
  <p>
    <a href={`/a/${link.token}/unchanged`}>{useSpeech().words('link.cancel')}</a>
  </p>
);

type Asked = { link: Link; attempt: number; seen?: string; reason?: boolean; label: string; children: ReactNode };

/** The form that carries out what the page shows, with its tick as a child, and the way out. `seen`: the digest of what is agreed to. */
export function LinkForm({ link, attempt, seen, reason = false, label, children }: Asked) {
  const { words } = useSpeech();
  return (
    <>
      <Form action={`/a/${link.token}`}>
        {seen !== undefined && <input type="hidden" name="seen" value={seen} />}
        <input type="hidden" name="attempt" value={attempt} />
        {reason && <Area name="reason" label={words('link.reason')} required rows={2} />}
        {children}
        <button type="submit">{label}</button>
      </Form>
      <Cancel link={link} />
    </>
  );
}

/** "Part of the block is released. Dana Reyes, Monday, 3 May 2027, 10:04." */
export function Said({ receipt, zone }: { receipt: Receipt; zone: string }) {
  const { phrase, longTime } = useSpeech();
  return (
    <p className="notice">
      {phrase(receipt.summary)} {receipt.by}, {longTime(receipt.decidedAt, zone)}.
    </p>
  );
}

export function UnchangedPage({ link, doors }: { link: Link; doors: DoorsTo }) {
  const { words } = useSpeech();
  return (
    <Page title={words('link.unchanged.title')}>
      <p>
        {words('link.unchanged.text')} <a href={`/a/${link.token}`}>{words('link.unchanged.back')}</a>.
      </p>
      <Doors link={link} to={doors} />
    </Page>
  );
}
