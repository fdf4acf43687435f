/** Where the buttons of mails about transfers lead (F-07). */
import { DomainError } from '../../domain/errors.ts';
import type { LinkPurpose } from '../../domain/mail-button.ts';
import { decideTransfer, type TransferAction, type TransferChoice, transferDigest } from '../../domain/transfer-decision.ts';
import { latestReceipt } from '../../ledger/decision.ts';
import { loadTransfer } from '../../ledger/transfer.ts';
import { actorOf, type Link } from '../auth/links.ts';
import type { Deps } from '../deps.ts';
import { Agree } from './form-fields.tsx';
import type { Form, Look, Outcome } from './link.tsx';
import { Doors, type DoorsTo, LinkForm, Said, tabDoors } from './link-parts.tsx';
import { Facts, Page } from './page.tsx';
import { needsReason, TransferFacts } from './transfer-forms.tsx';

type JSX = ReturnType<typeof Page>;

const actions: Partial<Record<LinkPurpose, TransferAction>> = {
  'accept transfer': 'accept',
  'decline transfer': 'decline',
  'approve transfer': 'approve',
  'deny transfer': 'deny',
};

/** What the form says, checked. Throws CHOICE_MISSING, REASON_MISSING. */
export function choiceAboutTransfer({ purpose }: Link, form: Form): TransferChoice {
  const action = actions[purpose]!;
  if (form.yes === undefined) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
  if (needsReason(action) && !form.reason?.trim()) throw new DomainError('REASON_MISSING', { field: 'reason', rule: 'F-07' });
  return { action };
}

/** The preview with its form. Throws the refusal when the button is moot by now. */
export async function transferLanding(deps: Deps, link: Link, { attempt, speech: { words } }: Look): Promise<JSX> {
  const transfer = await loadTransfer(deps.reader, link.subjectId);
  const action = actions[link.purpose]!;
  const effect = decideTransfer(transfer.facts, transfer.policy, { action }, actorOf(link), deps.now(), { reason: 'asked on this page' });
  return (
    <Page title={words(`transfer.asked.${action}.title`)}>
      <Facts facts={[[words('link.decisionOf'), link.person.name]]} />
      <TransferFacts transfer={transfer} />
      <p>{words(`transfer.asked.${action}.effect`)}</p>
      <LinkForm
        {...{ link, attempt }}
        reason={needsReason(action)}
        label={words(`transfer.asked.${action}.label`)}
        seen={transferDigest(transfer.facts, action, effect)}
      >
        <Agree label={words(`transfer.asked.${action}.yes`)} />
      </LinkForm>
    </Page>
  );
}

/** What was done by this button or, where it is moot, where the proposal stands now (U-04). */
export async function transferOutcome(deps: Deps, link: Link, { receipt, speech }: Outcome): Promise<JSX> {
  const transfer = await loadTransfer(deps.reader, link.subjectId);
  const { facts } = transfer;
  const last = receipt ?? (await latestReceipt(deps.reader, 'transfer', link.subjectId));
  const state = (
    <>
      {last && <Said receipt={last} zone={facts.zone} />}
      <TransferFacts transfer={transfer} />
    </>
  );
  if (!receipt) return state;
  return (
    <Page title={speech.words('link.done')}>
      {state}
      <Doors link={link} to={transferDoors(link)} />
    </Page>
  );
}

export const transferDoors = ({ subjectId }: Link): DoorsTo => [['transfer.page', `/transfers/${subjectId}`], ...tabDoors];
