import type { Speech } from '../words/speech.ts';
import { Buttons, type Content, Fact, Layout, Line, type MailProps } from './layout.tsx';

type Notice = Content<'conversation notice'>;

/** P-04 to P-06, R-16, R-17. Says nothing of the patient: that is behind a fresh sign-in. */
export function ConversationNotice({ content, links, speech }: MailProps<Notice>) {
  const { what, provider, since, zone } = content;
  const { words, dateTime } = speech;
  const text = words(`lineMail.conversation.${what}.text`);
  return (
    <Layout preview={text} title={words(`lineMail.conversation.${what}.title`)} {...{ links, zone, speech }}>
      <Line>{text}</Line>
      {provider && <Fact name={words('lineMail.conversation.provider')}>{provider}</Fact>}
      <Fact name={words('lineMail.conversation.since')}>{dateTime(since, zone)}</Fact>
      <Buttons purposes={['conversations']} links={links} speech={speech} />
    </Layout>
  );
}

export const conversationTitle = ({ what, provider }: Notice, { words }: Speech) =>
  `${words(`lineMail.conversation.${what}.title`)}${provider ? `: ${provider}` : ''}`;
