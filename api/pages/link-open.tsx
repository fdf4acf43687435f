import { z } from 'zod';

import { zoneDate } from '../../domain/civil.ts';
import { Interval, minutesOf } from '../../domain/interval.ts';
import type { LinkPurpose } from '../../domain/mail-button.ts';
import type { Link } from '../auth/links.ts';
import { Destination } from '../destination.ts';
import { Doors, tabDoors } from './link-parts.tsx';
import { Page } from './page.tsx';
import { useSpeech } from './reader.ts';

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
  'day book': () => '/day-book',
  'active tasks': () => '/active-tasks',
  'team board': () => '/team-board',
  'catch up': ({ subjectId }) => `/coverage/${subjectId}/catch-up`,
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
  const { words } = useSpeech();
  const { name } = person;
  return (
    <Page title={words('link.comeIn.title')}>
      <p>{words('link.comeIn.text', { name })}</p>
      <form method="post">
        <button type="submit">{words('link.comeIn.button', { name })}</button>
      </form>
    </Page>
  );
}

export function OldLinkPage({ link: { person }, to }: { link: Link; to?: string }) {
  const { words } = useSpeech();
  return (
    <Page title={words('link.old.title')}>
      <p>{words('link.old.text')}</p>
      <form method="post" action="/links">
        <input type="hidden" name="email" value={person.email} />
        {to && <input type="hidden" name="to" value={to} />}
        <button type="submit">{words('link.old.button')}</button>
      </form>
    </Page>
  );
}

/** No worker answered in time: nothing is lost (design: a click is answered at once, and applied when one starts). */
export function RecordedPage({ link }: { link?: Link }) {
  const { words } = useSpeech();
  return (
    <Page title={words('link.recorded.title')}>
      <p className="notice">{words('link.recorded.text')}</p>
      <p>{words('link.recorded.again')}</p>
      {link ? (
        <Doors link={link} to={tabDoors} />
      ) : (
        <p>
          {words('link.goOn')} <a href="/open-time">{words('frame.tab.Find Open Time')}</a> ·{' '}
          <a href="/block-schedule">{words('frame.tab.Block Schedule')}</a>
        </p>
      )}
    </Page>
  );
}
