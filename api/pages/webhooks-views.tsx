import type { Webhook, WebhookEvent } from '../../prisma/generated/client.ts';
import { Field, Form } from './form-fields.tsx';
import { Facts, Page } from './page.tsx';
import { useSpeech } from './reader.ts';

type State = 'waiting' | 'delivered' | 'failed';
const states: State[] = ['waiting', 'delivered', 'failed'];

export function WebhooksPage({ webhooks }: { webhooks: (Webhook & { waiting: number; failed: number })[] }) {
  const { words } = useSpeech();
  return (
    <Page title={words('webhook.title')} tab="Desk">
      <p>{words('webhook.text')}</p>
      {webhooks.length === 0 && <p>{words('webhook.none')}</p>}
      <ul className="plain">
        {webhooks.map(({ id, url, description, waiting, failed, ...one }) => (
          <li key={id} className="card">
            <a href={`/webhooks/${id}`}>
              <strong>{url}</strong>
            </a>
            {description && `, ${description}`}
            <br />
            <span className="muted">
              {words(`webhook.is.${stateOf(one)}`)} · {words('webhook.waits', { count: waiting })} ·{' '}
              {words('webhook.failed', { count: failed })}
            </span>
          </li>
        ))}
      </ul>
      <h2>{words('webhook.add')}</h2>
      <Form action="/webhooks" className="card">
        <input type="hidden" name="form" value={crypto.randomUUID()} />
        <Field name="url" type="url" label={words('webhook.url')} required maxLength={2000} />
        <Field name="description" label={words('webhook.description')} maxLength={200} />
        <Field name="types" label={words('webhook.types')} hint={words('webhook.typesHint')} maxLength={2000} />
        <button type="submit">{words('webhook.addButton')}</button>
      </Form>
    </Page>
  );
}

const stateOf = ({ active, goneAt }: Pick<Webhook, 'active' | 'goneAt'>) => (active ? 'on' : goneAt ? 'gone' : 'off');

type Props = {
  webhook: Webhook;
  events: { items: WebhookEvent[]; nextCursor: string | null };
  state: State | undefined;
  /** Fresh: shown now, and never again. */
  secret: string | undefined;
  zone: string;
};

export function WebhookPage({ webhook, events, state, secret, zone }: Props) {
  const { words, list, longTime } = useSpeech();
  const { id, url, description, types, active, version, previousUntil } = webhook;
  const more = new URLSearchParams({ ...(state && { state }), cursor: events.nextCursor ?? '' });
  return (
    <Page title={words('webhook.one')} tab="Desk">
      <p>
        <a href="/webhooks">{words('webhook.all')}</a>
      </p>
      {secret && (
        <div className="notice">
          <p>{words('webhook.secret')}</p>
          <p>
            <code>{secret}</code>
          </p>
        </div>
      )}
      <Facts
        facts={[
          [words('webhook.url'), url],
          ...(description ? [[words('webhook.description'), description] as [string, string]] : []),
          [words('webhook.types'), types.length > 0 ? list(types) : words('webhook.everything')],
          [words('webhook.state'), words(`webhook.is.${stateOf(webhook)}`)],
        ]}
      />
      {previousUntil && <p className="muted">{words('webhook.bothSign', { until: longTime(previousUntil.toISOString(), zone) })}</p>}
      <div className="row">
        <form method="post" action={`/webhooks/${id}/switch`}>
          <input type="hidden" name="version" value={version} />
          <input type="hidden" name="active" value={active ? 'off' : 'on'} />
          <button type="submit" className="quiet">
            {words(active ? 'webhook.switchOff' : 'webhook.switchOn')}
          </button>
        </form>
        <form method="post" action={`/webhooks/${id}/rotate-secret`}>
          <button type="submit" className="quiet">
            {words('webhook.rotate')}
          </button>
        </form>
      </div>
      <h2>{words('webhook.events')}</h2>
      <nav aria-label={words('webhook.which')}>
        <ul>
          {[undefined, ...states].map((one) => (
            <li key={one ?? 'all'}>
              <a href={`/webhooks/${id}${one ? `?state=${one}` : ''}`} aria-current={one === state ? 'page' : undefined}>
                {one ? words(`webhook.eventsIn.${one}`) : words('webhook.eventsAll')}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {events.items.length === 0 && <p>{words('webhook.noEvent')}</p>}
      <ul className="plain">
        {events.items.map((event) => (
          <Event key={event.id} event={event} zone={zone} />
        ))}
      </ul>
      {events.nextCursor && (
        <p>
          <a href={`/webhooks/${id}?${more}`}>{words('account.earlier')}</a>
        </p>
      )}
    </Page>
  );
}

function Event({ event, zone }: { event: WebhookEvent; zone: string }) {
  const { words, longTime } = useSpeech();
  const { id, webhookId, type, createdAt, attempts, status, error, nextAt } = event;
  const state = event.state as State;
  const said = status ? words('webhook.answered', { status: String(status) }) : error && words('webhook.noAnswer');
  return (
    <li className="card">
      <code>{type}</code>: {words(`webhook.eventIs.${state}`)}
      {said && `, ${said}`}
      <br />
      <span className="muted">
        {longTime(createdAt.toISOString(), zone)}, {attempts > 0 ? words('webhook.tries', { count: attempts }) : words('webhook.untried')}
        {state === 'waiting' && attempts > 0 && `, ${words('webhook.next', { at: longTime(nextAt.toISOString(), zone) })}`}
      </span>
      {state !== 'waiting' && (
        <form method="post" action={`/webhooks/${webhookId}/events/${id}/redeliver`}>
          <button type="submit" className="quiet">
            {words('webhook.again')}
          </button>
        </form>
      )}
    </li>
  );
}
