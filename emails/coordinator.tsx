import type { MessageContent } from '../domain/message.ts';
import { Fact, Layout, Line, type Links } from './layout.tsx';

type Content = Extract<MessageContent, { kind: 'coordinator changed' }>;

/** P-27, P-28: to the provider. */
export function CoordinatorChanged({ content, links }: { content: Content; links: Links }) {
  const { zone, before, after, because } = content;
  return (
    <Layout preview={coordinatorTitle(content)} title={coordinatorTitle(content)} links={links} zone={zone}>
      {after && (
        <Line>
          {after.name} looks after your patients’ messages and registrations from now on{before ? `, in place of ${before}` : ''}.
        </Line>
      )}
      {after && after.zone !== zone && <Line>They work in another time zone: {after.zone}.</Line>}
      {!after && <Line>{before} is no longer your care coordinator, and nobody else is.</Line>}
      {because && <Fact name="Because">{because}</Fact>}
    </Layout>
  );
}

export const coordinatorTitle = ({ after }: Content) =>
  after ? `Your care coordinator is ${after.name}` : 'You have no care coordinator any more';
