import { buttonsOf } from '../domain/mail-button.ts';
import type { MessageContent } from '../domain/message.ts';
import type { Speech } from '../words/speech.ts';
import { Buttons, Fact, Layout, Line, type MailProps } from './layout.tsx';

export type TransferContent = Extract<MessageContent, { decideBy: string; proposer: string }>;

export function transferTitle(content: TransferContent, { words, day }: Speech): string {
  const { proposer, blocks, zone } = content;
  const about = { proposer, when: day(blocks[0]!.block.startsAt, zone) };
  switch (content.kind) {
    case 'transfer proposed':
      if (content.reminder) return words('transferMail.proposed.reminder', about);
      return words(blocks.length > 1 ? 'transferMail.proposed.swap' : 'transferMail.proposed.title', about);
    case 'transfer to approve':
      return words(content.reminder ? 'transferMail.toApprove.reminder' : 'transferMail.toApprove.title', about);
    case 'transfer answered':
      return words(`transferMail.answered.${content.outcome}`, about);
  }
}

/** F-07: a block goes to another group, or two are swapped. */
export function TransferMail({ content, links, speech }: MailProps<TransferContent>) {
  const { words, day, longDay, range, dateTime } = speech;
  const { blocks, zone, proposer, note, decideBy } = content;
  const buttons = buttonsOf(content);
  const [{ room, block }] = blocks as [TransferContent['blocks'][number]];
  const answered = content.kind === 'transfer answered' ? content : undefined;
  return (
    <Layout
      preview={`${room}, ${day(block.startsAt, zone)}, ${range(block, zone)}`}
      title={transferTitle(content, speech)}
      {...{ links, zone, speech }}
    >
      {blocks.map((one) => (
        <Fact key={one.block.startsAt + one.room} name={words('transferMail.given')}>
          {words('transferMail.fromTo', {
            room: one.room,
            from: one.from,
            to: one.to,
            when: longDay(one.block.startsAt, zone),
            range: range(one.block, zone),
          })}
        </Fact>
      ))}
      <Fact name={words('transferMail.proposer')}>{proposer}</Fact>
      {note && <Fact name={words('transferMail.note')}>{note}</Fact>}
      {answered?.by && <Fact name={words('transferMail.by')}>{answered.by}</Fact>}
      {answered?.reason && <Fact name={words('transferMail.why')}>{answered.reason}</Fact>}
      {buttons.length > 0 && (
        <>
          <Fact name={words('transferMail.decideBy')}>{dateTime(decideBy, zone)}</Fact>
          <Line>{words(content.kind === 'transfer proposed' ? 'transferMail.proposed.text' : 'transferMail.toApprove.text')}</Line>
          <Buttons purposes={buttons} links={links} speech={speech} />
        </>
      )}
    </Layout>
  );
}
