import type { MessageContent } from '../domain/message.ts';
import { Buttons, Layout, Line, type Links } from './layout.tsx';

type Content<Kind extends MessageContent['kind']> = Extract<MessageContent, { kind: Kind }>;
type Props<Kind extends MessageContent['kind']> = { content: Content<Kind>; links: Links };

/** C-40 */
export function FreshLinks({ content, links }: Props<'fresh links'>) {
  return (
    <Layout preview="Your links, as you asked." title={`Your links to ${content.facility}`} links={links} zone={content.zone}>
      <Line>Somebody, probably you, asked for fresh links. There is no password: these buttons open the system in your name.</Line>
      <Buttons purposes={['find open time', 'block schedule']} links={links} />
      <Line>If it was not you, nothing has happened and there is nothing to do.</Line>
    </Layout>
  );
}

/** Step-up: the link behind the button lives 10 minutes and works once. */
export function SignIn({ content, links }: Props<'sign in'>) {
  return (
    <Layout preview="Your sign-in link, as you asked." title={`Sign in to ${content.facility}`} links={links} zone={content.zone}>
      <Line>Somebody, probably you, asked to sign in. The button works once, within 10 minutes.</Line>
      <Buttons purposes={['sign in']} links={links} />
      <Line>If it was not you, nothing has happened and there is nothing to do.</Line>
    </Layout>
  );
}

/** The receipt of a click that was recorded first and could then not be done. */
export function DecisionRefused({ content, links }: Props<'decision refused'>) {
  return (
    <Layout preview={content.why} title="Your decision could not be carried out" links={links} zone={content.zone}>
      <Line>You decided: {content.what}.</Line>
      <Line>{content.why} Nothing was changed: the Block Schedule below shows how things stand now.</Line>
    </Layout>
  );
}

/** C-28 */
export function HoldUseRestricted({ content, links }: Props<'hold use restricted'>) {
  return (
    <Layout preview={content.because} title="What you may request is limited for now" links={links} zone={content.zone}>
      <Line>{content.because}</Line>
      {content.limits.map((limit) => (
        <Line key={limit}>{limit}</Line>
      ))}
      <Line>
        It ends by itself when held time is used again, or when the old holds are too long ago to count. Time that you do not need does not
        count against you if you delete its hold before it expires.
      </Line>
    </Layout>
  );
}
