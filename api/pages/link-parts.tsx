/** What the pages behind a mail's buttons have in common. */
import type { Link } from '../auth/links.ts';
import type { Problem } from '../problems.ts';
import { Page } from './page.tsx';
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
