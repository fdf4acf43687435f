import type { Speech } from '../words/speech.ts';
import { type Content, Fact, Layout, Line, type MailProps } from './layout.tsx';

type Changed = Content<'coordinator changed'>;

/** P-27, P-28: to the provider. */
export function CoordinatorChanged({ content, links, speech }: MailProps<Changed>) {
  const { zone, before, after, because } = content;
  const { words } = speech;
  const title = coordinatorTitle(content, speech);
  return (
    <Layout preview={title} {...{ title, links, zone, speech }}>
      {after && (
        <Line>
          {before
            ? words('lineMail.coordinator.inPlace', { name: after.name, before })
            : words('lineMail.coordinator.now', { name: after.name })}
        </Line>
      )}
      {after && after.zone !== zone && <Line>{words('lineMail.coordinator.zone', { zone: after.zone })}</Line>}
      {!after && <Line>{words('lineMail.coordinator.gone', { before: before ?? '' })}</Line>}
      {because && <Fact name={words('lineMail.coordinator.because')}>{because}</Fact>}
    </Layout>
  );
}

export const coordinatorTitle = ({ after }: Changed, { words }: Speech) =>
  after ? words('lineMail.coordinator.title', { name: after.name }) : words('lineMail.coordinator.none');
