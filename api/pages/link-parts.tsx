/** What the pages behind a mail's buttons have in common. */
import type { ReactNode } from 'react';

import type { Receipt } from '../../domain/decision.ts';
import type { Link } from '../auth/links.ts';
import type { Problem } from '../problems.ts';
import { Page, yearAndTime } from './page.tsx';
import { useReader } from './reader.ts';

/**
 * The pages to go on to from a mail's button (C-39): links for whoever has come in as its reader, else a press that lets them in
 * there, as the foot of the mail would.
 */
export function Doors({ link: { person, token }, to }: { link: Link; to: [name: string, path: string][] }) {
  const { visitor } = useReader();
  if (visitor?.personId === person.id)
    return (
      <p>
        Go on to:{' '}
        {to.map(([name, path], index) => (
          <span key={path}>
            {index > 0 && ' · '}
            <a href={path}>{name}</a>
          </span>
        ))}
      </p>
    );
  return (
    <form method="post" action={`/a/${token}/open`} className="doors">
      <p>Go on, as {person.name} (this browser then stays signed in for 30 days):</p>
      {to.map(([name, path]) => (
        <button key={path} type="submit" name="to" value={path}>
          {name}
        </button>
      ))}
    </form>
  );
}

export const tabDoors: [string, string][] = [
  ['Find Open Time', '/open-time'],
  ['Block Schedule', '/block-schedule'],
];

/** The refusal that a page answers. */
export function Refused({ refused }: { refused: Problem | undefined }) {
  return (
    refused && (
      <div className="notice warning" role="alert">
        <strong>{refused.title}</strong> Nothing was done.
      </div>
    )
  );
}

/** The way out of a question, beside the button that answers it. */
export const Cancel = ({ link }: { link: Link }) => (
  <p>
    <a href={`/a/${link.token}/unchanged`}>Cancel: change nothing</a>
  </p>
);

type Asked = { link: Link; attempt: number; seen?: string; reason?: boolean; label: string; children: ReactNode };

/** The form that carries out what the page shows, with its tick as a child, and the way out. `seen`: the digest of what is agreed to. */
export const LinkForm = ({ link, attempt, seen, reason = false, label, children }: Asked) => (
  <>
    <form method="post">
      {seen !== undefined && <input type="hidden" name="seen" value={seen} />}
      <input type="hidden" name="attempt" value={attempt} />
      {reason && (
        <label>
          Reason
          <textarea name="reason" required maxLength={2000} rows={2} />
        </label>
      )}
      {children}
      <button type="submit">{label}</button>
    </form>
    <Cancel link={link} />
  </>
);

/** "Part of the block is released. Dana Reyes, Monday, 3 May 2027, 10:04." */
export const Said = ({ receipt, zone }: { receipt: Receipt; zone: string }) => (
  <p className="notice">
    {receipt.summary} {receipt.by}, {yearAndTime(receipt.decidedAt, zone)}.
  </p>
);

export function UnchangedPage({ link, doors }: { link: Link; doors: [string, string][] }) {
  return (
    <Page title="Nothing was changed">
      <p>
        Everything is as it was. The buttons of the mail go on working: you can <a href={`/a/${link.token}`}>go back to this one</a>, press
        another, or close this page.
      </p>
      <Doors link={link} to={doors} />
    </Page>
  );
}
