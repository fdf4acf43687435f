import { Buttons, type Content, Layout, Line, type MailProps } from './layout.tsx';

/** C-15: at the beginning of the month. */
export function VacationReminder({ content: { surgeons, zone }, links, speech }: MailProps<Content<'vacation reminder'>>) {
  const { words } = speech;
  const title = words('workMail.vacation.title');
  return (
    <Layout preview={title} {...{ title, links, zone, speech }}>
      <Line>{words('workMail.vacation.text', { surgeons: surgeons.join(', '), count: surgeons.length })}</Line>
      <Buttons purposes={['vacations']} links={links} speech={speech} />
    </Layout>
  );
}
