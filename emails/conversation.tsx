import type { MessageContent } from '../domain/message.ts';
import { Buttons, Fact, Layout, Line, type Links } from './layout.tsx';
import { dateTime } from './wording.ts';

type Content = Extract<MessageContent, { kind: 'conversation notice' }>;

const words: Record<Content['what'], { title: string; line: string }> = {
  waits: { title: 'A conversation waits on you', line: 'A patient waits, and you are the one to answer.' },
  'handed over': { title: 'A conversation was handed to you', line: 'It was marked as unread: please take it over.' },
  returned: { title: 'A conversation came back to you', line: 'Nobody answered it in time, so it is yours now.' },
  tagged: { title: 'You were tagged in a conversation', line: 'It is about something medical: only you may answer that.' },
  clinical: { title: 'A medical matter waits on you', line: 'A patient wrote about something medical: only a provider may answer that.' },
  unsure: { title: 'Somebody is unsure and asks you', line: 'It is not clear who may answer a patient: please look.' },
  flagged: { title: 'A conversation was flagged for you', line: 'The patient is upset: replies wait until you have looked at them.' },
  review: { title: 'A reply waits for your review', line: 'It goes out when you approve it; you can edit it first.' },
};

/** P-04 to P-06, R-16, R-17. Says nothing of the patient: that is behind a fresh sign-in. */
export function ConversationNotice({ content, links }: { content: Content; links: Links }) {
  const { what, provider, since, zone } = content;
  return (
    <Layout preview={words[what].line} title={words[what].title} links={links} zone={zone}>
      <Line>{words[what].line}</Line>
      {provider && <Fact name="Provider">{provider}</Fact>}
      <Fact name="Waiting since">{dateTime(since, zone)}</Fact>
      <Buttons purposes={['conversations']} links={links} />
    </Layout>
  );
}

export const conversationTitle = ({ what, provider }: Content) => `${words[what].title}${provider ? `: ${provider}` : ''}`;
