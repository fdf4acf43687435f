/** The account of a patient, tab by tab. */
import type { ReactNode } from 'react';

import { AccountOverview } from './account-overview.tsx';
import { type About, Earlier, type Part, Request } from './account-parts.tsx';
import { accountTabs, type TabContent } from './account-tabs.ts';
import { CardForm } from './card-form.tsx';
import { Agree, Field, Form } from './form-fields.tsx';
import { fullName } from './front-desk.ts';
import { Facts, Page } from './page.tsx';
import { useSpeech } from './reader.ts';

export function AccountPage({ content, ...about }: About & { content: TabContent }) {
  const { patient } = about;
  const { words } = useSpeech();
  return (
    <Page title={fullName(patient)} tab="Desk">
      <nav aria-label={words('account.parts')}>
        <ul>
          {accountTabs.map((name) => (
            <li key={name}>
              <a href={`/accounts/${patient.id}?tab=${name}`} aria-current={name === content.tab ? 'page' : undefined}>
                {words(`account.tab.${name}`)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {content.tickets.length > 0 && (
        <p className="notice">
          {words('account.tickets')}{' '}
          {content.tickets.map(({ id, subject }, index) => (
            <span key={id}>
              {index > 0 && ', '}
              <a href={`/tickets/${id}`}>{subject}</a>
            </span>
          ))}
        </p>
      )}
      <Tab content={content} {...about} />
    </Page>
  );
}

function Tab({ content, ...about }: About & { content: TabContent }) {
  switch (content.tab) {
    case 'overview':
      return <AccountOverview content={content} {...about} />;
    case 'card':
      return <CardForm patient={about.patient} action={`/accounts/${about.patient.id}`} editable={about.works} />;
    case 'plans':
      return <Plans content={content} {...about} />;
    case 'orders':
      return <Orders content={content} {...about} />;
    case 'subscription':
      return <Subscriptions content={content} {...about} />;
    case 'credit':
      return <Credit content={content} {...about} />;
  }
}

function Plans({ content: { requests }, visitor: { zone }, now }: Part<'plans'>) {
  const { words } = useSpeech();
  const approved = requests.filter(({ status }) => status === 'approved');
  const others = requests.filter(({ status }) => status !== 'approved');
  return (
    <>
      <h2>{words('account.approved')}</h2>
      {approved.length === 0 && <p>{words('account.noPlan')}</p>}
      {approved.map((request) => (
        <Request key={request.id} request={request} zone={zone} now={now} />
      ))}
      {others.length > 0 && <h2>{words('account.otherRequests')}</h2>}
      {others.map((request) => (
        <Request key={request.id} request={request} zone={zone} now={now} />
      ))}
    </>
  );
}

function Orders({ content: { orders, labOrders }, patient, visitor: { zone } }: Part<'orders'>) {
  const { words, longDay, money } = useSpeech();
  return (
    <>
      <h2>{words('account.orders')}</h2>
      {orders.items.length === 0 && <p>{words('account.noOrders')}</p>}
      <ul className="plain">
        {orders.items.map(({ id, number, what, status, orderedAt, priceMinor, currency }) => (
          <li key={id} className="slot">
            <span>
              <strong>{what}</strong> · {status}
              {priceMinor !== null && currency && ` · ${money(priceMinor, currency)}`}
            </span>
            <span className="muted">{words('account.ordered', { number, date: longDay(orderedAt.toISOString(), zone) })}</span>
          </li>
        ))}
      </ul>
      <Earlier patient={patient} tab="orders" cursor={orders.nextCursor} />
      <h2>{words('account.labOrders')}</h2>
      {labOrders.length === 0 && <p>{words('account.noOrders')}</p>}
      <ul className="plain">
        {labOrders.map(({ id, number, what, status, orderedAt, replaces }) => (
          <li key={id} className="slot">
            <span>
              <strong>{what}</strong> · {words(`account.status.${status as 'active'}`)}
            </span>
            <span className="muted">
              {words('account.ordered', { number, date: longDay(orderedAt.toISOString(), zone) })}
              {replaces && ` · ${words('account.inPlaceOf', { number: replaces.number })}`}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Subscriptions({ content: { subscriptions }, patient, visitor: { zone }, works }: Part<'subscription'>) {
  const { words, longDay, longTime } = useSpeech();
  return (
    <>
      {subscriptions.length === 0 && <p>{words('account.noSubscription')}</p>}
      {subscriptions.map(({ id, programme, number, status, startedAt, cancelledAt, cancelledBy }) => (
        <section key={id} className="card">
          <h2>{programme}</h2>
          <Facts
            facts={[
              [words('account.state'), words(`account.status.${status as 'active'}`)],
              [words('account.number'), number],
              [words('account.started'), longDay(startedAt.toISOString(), zone)],
              ...(cancelledAt
                ? [
                    [words('account.cancelled'), [longTime(cancelledAt.toISOString(), zone), cancelledBy].filter(Boolean).join(', ')] as [
                      string,
                      ReactNode,
                    ],
                  ]
                : []),
            ]}
          />
          {works && status === 'active' && (
            <Form name={id} action={`/accounts/${patient.id}/subscriptions/${id}/cancel`}>
              <Agree label={words('account.cancelYes', { programme })} />
              <button type="submit">{words('account.cancel')}</button>
            </Form>
          )}
        </section>
      ))}
    </>
  );
}

function Credit({ content: { totals, credits, currency }, patient, visitor: { zone }, works }: Part<'credit'>) {
  const { words, longTime, money, list } = useSpeech();
  return (
    <>
      <p>
        {totals.length === 0
          ? words('account.noCredit')
          : words('account.credit', { total: list(totals.map((one) => money(one.amountMinor, one.currency))) })}
      </p>
      <ul className="plain">
        {credits.map(({ id, amountMinor, currency: of, reason, by, at }) => (
          <li key={id} className="slot">
            <span>
              <strong>{money(amountMinor, of)}</strong>: {reason}
            </span>
            <span className="muted">
              {longTime(at.toISOString(), zone)}, {(by as { name: string }).name}
            </span>
          </li>
        ))}
      </ul>
      {works && (
        <Form action={`/accounts/${patient.id}/credits`} className="card">
          <input type="hidden" name="form" value={crypto.randomUUID()} />
          <h2>{words('account.addCredit')}</h2>
          <div className="row">
            <Field name="amount" label={words('account.amount', { currency })} inputMode="decimal" required maxLength={30} />
            <Field name="reason" label={words('desk.field.reason')} required maxLength={2000} />
          </div>
          <button type="submit">{words('account.addCredit')}</button>
        </Form>
      )}
    </>
  );
}
