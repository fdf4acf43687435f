import { Buttons, type Content, Layout, Line, type MailProps } from './layout.tsx';

/** F-22: to the facility, once a day while something is left. */
export function WorklistReminder({ content: { open, oldest, zone }, links, speech }: MailProps<Content<'worklist reminder'>>) {
  const { words, dateTime } = speech;
  return (
    <Layout
      preview={words('workMail.worklist.subject', { count: open })}
      title={words('workMail.worklist.title')}
      {...{ links, zone, speech }}
    >
      <Line>{words('workMail.worklist.text', { count: open, oldest: dateTime(oldest, zone) })}</Line>
      <Buttons purposes={['worklist']} links={links} speech={speech} />
      <Line>{words('workMail.worklist.next')}</Line>
    </Layout>
  );
}
