import { z } from 'zod';

import { zoneDate } from '../../domain/civil.ts';
import { Interval, minutesOf } from '../../domain/interval.ts';
import type { LinkPurpose } from '../../domain/mail-button.ts';
import type { Link } from '../auth/links.ts';
import { Destination } from './ask-form.tsx';
import { Doors, tabDoors } from './link-parts.tsx';
import { Page } from './page.tsx';

/** Links that open the system instead of deciding something (C-39), and where they lead. */
export const destinations: Partial<Record<LinkPurpose, (link: Link) => string>> = {
  'find open time': ({ content }) => openTimeOf(content),
  'block schedule': () => '/block-schedule',
  'open page': ({ content }) => Destination.parse(content.to),
  preferences: () => '/preferences',
  worklist: () => '/worklist',
  vacations: () => '/vacations',
  'my work': () => '/my-work',
  conversations: () => '/conversations',
  clearances: () => '/clearances',
  'team channel': () => '/team-channel',
  coverage: () => '/coverage',
  'change hold': ({ subjectId }) => `/holds/${subjectId}#change`,
};

const Announced = z.object({ zone: z.string(), slots: z.array(Interval.and(z.object({ roomId: z.uuid() }))).min(1) });

/** C-46: the mail's own slot is looked up; where there are several, from the first day to the last. */
function openTimeOf(content: Record<string, unknown>): string {
  const announced = Announced.safeParse(content).data;
  if (!announced) return '/open-time';
  const { slots, zone } = announced;
  const dates = slots.map(({ startsAt }) => zoneDate(startsAt, zone)).sort();
  const minutes = Math.max(15, Math.min(...slots.map(minutesOf)));
  const filter = new URLSearchParams({ from: dates[0]!, to: dates.at(-1)!, minutes: String(minutes) });
  if (slots.length === 1) filter.set('room', slots[0]!.roomId);
  return `/open-time?${filter}`;
}

export function ContinuePage({ link: { person } }: { link: Link }) {
  return (
    <Page title="Come in">
      <p>This link was mailed to {person.name}. If that is you, go on; this browser then stays signed in for 30 days.</p>
      <form method="post">
        <button type="submit">Continue as {person.name}</button>
      </form>
    </Page>
  );
}

export function OldLinkPage({ link: { person }, to }: { link: Link; to?: string }) {
  return (
    <Page title="This link is too old">
      <p>It was mailed a long time ago, so it no longer opens the system by itself. One press mails a fresh one to the same address.</p>
      <form method="post" action="/links">
        <input type="hidden" name="email" value={person.email} />
        {to && <input type="hidden" name="to" value={to} />}
        <button type="submit">Mail me a fresh link</button>
      </form>
    </Page>
  );
}

/** No worker answered in time: nothing is lost (design: a click is answered at once, and applied when one starts). */
export function RecordedPage({ link }: { link?: Link }) {
  return (
    <Page title="Your decision is recorded">
      <p className="notice">
        It is kept, with the moment you pressed the button, and will be carried out in a little while. A receipt follows by mail; reloading
        this page shows it as well.
      </p>
      <p>There is no need to press again.</p>
      {link ? (
        <Doors link={link} to={tabDoors} />
      ) : (
        <p>
          Go to <a href="/open-time">Find Open Time</a> or to the <a href="/block-schedule">Block Schedule</a>.
        </p>
      )}
    </Page>
  );
}
