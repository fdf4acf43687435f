import type { MessageContent } from '../domain/message.ts';
import { Buttons, Layout, Line, type Links } from './layout.tsx';

type Content = Extract<MessageContent, { kind: 'vacation reminder' }>;

/** C-15: at the beginning of the month. */
export function VacationReminder({ content: { surgeons, zone }, links }: { content: Content; links: Links }) {
  return (
    <Layout preview="Is a surgeon away soon?" title="Is a surgeon away soon?" links={links} zone={zone}>
      <Line>
        Tell us the days on which {surgeons.join(', ')} {surgeons.length === 1 ? 'is' : 'are'} away, and we release the block time
        underneath; cases stay. If nobody is away, there is nothing to do.
      </Line>
      <Buttons purposes={['vacations']} links={links} />
    </Layout>
  );
}
