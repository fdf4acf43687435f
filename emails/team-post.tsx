import type { Speech } from '../words/speech.ts';
import { Buttons, type Content, Fact, Layout, Line, type MailProps } from './layout.tsx';

type Post = Content<'team post'>;

/** P-07. Nobody's words are in it: they stand in the channel, behind a sign-in. */
export function TeamPostMail({ content, links, speech }: MailProps<Post>) {
  const { team, by, at, zone } = content;
  const { words, dateTime } = speech;
  return (
    <Layout preview={words('lineMail.post.text')} title={teamPostTitle(content, speech)} {...{ links, zone, speech }}>
      <Line>{words('lineMail.post.text')}</Line>
      <Fact name={words('lineMail.post.by')}>{by}</Fact>
      <Fact name={words('lineMail.post.at')}>{dateTime(at, zone)}</Fact>
      <Fact name={words('lineMail.post.team')}>{team}</Fact>
      <Buttons purposes={['team channel']} links={links} speech={speech} />
    </Layout>
  );
}

export const teamPostTitle = ({ team }: Post, { words }: Speech) => words('lineMail.post.title', { team });
