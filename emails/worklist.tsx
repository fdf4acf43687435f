import type { MessageContent } from '../domain/message.ts';
import { Buttons, Layout, Line, type Links } from './layout.tsx';
import { dateTime } from './wording.ts';

type Content = Extract<MessageContent, { kind: 'worklist reminder' }>;

/** F-22: to the facility, once a day while something is left. */
export function WorklistReminder({ content: { open, oldest, zone }, links }: { content: Content; links: Links }) {
  const things = open === 1 ? 'One change is' : `${open} changes are`;
  return (
    <Layout preview={`${things} not in your own schedule yet.`} title="Your own schedule is behind" links={links} zone={zone}>
      <Line>
        {things} not entered in the facility’s own schedule yet, the oldest since {dateTime(oldest, zone)}. What is not in your schedule can
        be given away twice.
      </Line>
      <Buttons purposes={['worklist']} links={links} />
      <Line>Tick off what you have entered; we remind you once a day while something is left.</Line>
    </Layout>
  );
}
