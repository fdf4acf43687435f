import { buttonsOf } from '../domain/mail-button.ts';
import { Buttons, type Content, Layout, Line, type MailProps } from './layout.tsx';

/** C-40 */
export function FreshLinks({ content, links, speech }: MailProps<Content<'fresh links'>>) {
  const { words } = speech;
  const { facility, zone } = content;
  return (
    <Layout preview={words('workMail.links.preview')} title={words('workMail.links.title', { facility })} {...{ links, zone, speech }}>
      <Line>{words('workMail.links.text')}</Line>
      <Buttons purposes={[...buttonsOf(content), ...links.everyDay]} links={links} speech={speech} />
      <Line>{words('workMail.links.notYou')}</Line>
    </Layout>
  );
}

/** Step-up: the link behind the button lives 10 minutes and works once. */
export function SignIn({ content: { facility, zone }, links, speech }: MailProps<Content<'sign in'>>) {
  const { words } = speech;
  return (
    <Layout preview={words('workMail.signIn.preview')} title={words('workMail.signIn.title', { facility })} {...{ links, zone, speech }}>
      <Line>{words('workMail.signIn.text')}</Line>
      <Buttons purposes={['sign in']} links={links} speech={speech} />
      <Line>{words('workMail.links.notYou')}</Line>
    </Layout>
  );
}

/** The receipt of a click that was recorded first and could then not be done. */
export function DecisionRefused({ content: { what, why, zone }, links, speech }: MailProps<Content<'decision refused'>>) {
  const { words } = speech;
  return (
    <Layout preview={why} title={words('workMail.refused.title')} {...{ links, zone, speech }}>
      <Line>{words('workMail.refused.what', { what })}</Line>
      <Line>
        {why} {words('workMail.refused.unchanged')}
      </Line>
    </Layout>
  );
}

/** A mail can never arrive: to support and the facility. */
export function MailUnreached({
  content: { person, address, what, why, others, zone },
  links,
  speech,
}: MailProps<Content<'mail unreached'>>) {
  const { words } = speech;
  const title = words('workMail.unreached.title', { person });
  return (
    <Layout preview={address} {...{ title, links, zone, speech }}>
      <Line>{words('workMail.unreached.text', { person, address, what })}</Line>
      {why && <Line>{words('workMail.unreached.why', { why })}</Line>}
      <Line>
        {others.length > 0
          ? words('workMail.unreached.others', { others: others.join(', ') })
          : words('workMail.unreached.nobody', { person })}
      </Line>
      <Line>{words('workMail.unreached.next')}</Line>
    </Layout>
  );
}

/** C-28 */
export function HoldUseRestricted({ content: { because, limits, zone }, links, speech }: MailProps<Content<'hold use restricted'>>) {
  const { words } = speech;
  return (
    <Layout preview={because} title={words('holdMail.restricted.title')} {...{ links, zone, speech }}>
      <Line>{because}</Line>
      {limits.map((limit) => (
        <Line key={limit}>{limit}</Line>
      ))}
      <Line>{words('holdMail.restricted.ends')}</Line>
    </Layout>
  );
}
