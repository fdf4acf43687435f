import { minutesOf } from '../domain/interval.ts';
import type { Speech } from '../words/speech.ts';
import { Buttons, type Content, Fact, FootLink, Layout, Line, type MailProps } from './layout.tsx';

type Alert = Content<'availability alert' | 'availability digest'>;

/** Names the place where there is one, and counts them where there are more. */
export function availabilityTitle({ kind, slots, zone, facility }: Alert, { words, day, range }: Speech): string {
  if (kind === 'availability digest') return words('timeMail.today', { count: slots.length, facility });
  const [first] = slots;
  const about = { room: first!.room, when: day(first!.startsAt, zone), range: range(first!, zone) };
  return slots.length > 1 ? words('timeMail.subjectMore', { ...about, count: slots.length - 1 }) : words('timeMail.subject', about);
}

/** C-46: which room, when, how long, and for whom it fits. */
export function AvailabilityAlert({ content, links, speech }: MailProps<Alert>) {
  const { slots, zone, facility, kind } = content;
  const { words, longDay, range, duration } = speech;
  const digest = kind === 'availability digest';
  return (
    <Layout
      preview={words('timeMail.preview', { facility })}
      title={words(digest ? 'timeMail.digest' : 'timeMail.title')}
      {...{ links, zone, speech }}
    >
      {slots.map((slot) => (
        <Fact key={`${slot.roomId} ${slot.startsAt}`} name={slot.room}>
          {words('timeMail.slot', {
            day: longDay(slot.startsAt, zone),
            range: range(slot, zone),
            duration: duration(minutesOf(slot)),
            facility,
            providers: slot.providers.join(', '),
          })}
        </Fact>
      ))}
      <Line>{words('timeMail.first')}</Line>
      <Buttons purposes={['find open time']} links={links} speech={speech} />
      <Line>
        {words(digest ? 'timeMail.daily' : 'timeMail.atOnce')} <FootLink href={links.unsubscribe}>{words('button.unsubscribe')}</FootLink>:{' '}
        {words('timeMail.decisions')}
      </Line>
    </Layout>
  );
}

/** U-10: whoever was told of open time learns that it is open no more. */
export function OpenTimeTakenBack({ content, links, speech }: MailProps<Content<'open time taken back'>>) {
  const { room, returned, by, zone, facility } = content;
  const { words, longDay, ranges } = speech;
  return (
    <Layout preview={words('timeMail.back.preview', { room })} title={words('timeMail.back.title')} {...{ links, zone, speech }}>
      <Fact name={room}>
        {longDay(returned[0]!.startsAt, zone)}, {ranges(returned, zone)}, {facility}
      </Fact>
      <Line>{words('timeMail.back.text', { by })}</Line>
    </Layout>
  );
}
