import type { Speech } from '../words/speech.ts';
import { Buttons, type Content, Fact, Layout, Line, type MailProps } from './layout.tsx';

type Notice = Content<'clearance notice'>;

/** P-02, P-03. Says nothing of the patient: that is behind a fresh sign-in. */
export function ClearanceNotice({ content, links, speech }: MailProps<Notice>) {
  const { what, provider, visitAt, zone } = content;
  const { words, dateTime } = speech;
  const text = words(`lineMail.clearance.${what}.text`);
  return (
    <Layout preview={text} title={words(`lineMail.clearance.${what}.title`)} {...{ links, zone, speech }}>
      <Line>{text}</Line>
      <Fact name={words('lineMail.clearance.provider')}>{provider}</Fact>
      <Fact name={words('lineMail.clearance.visit')}>{dateTime(visitAt, zone)}</Fact>
      <Buttons purposes={['clearances']} links={links} speech={speech} />
    </Layout>
  );
}

export const clearanceTitle = ({ what, provider }: Notice, { words }: Speech) =>
  `${words(`lineMail.clearance.${what}.title`)}: ${provider}`;
