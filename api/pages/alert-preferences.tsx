/** The preferences about availability alerts (C-41 to C-44), and why the last openings were, or were not, told (U-07). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { Availability, alertPreferences, MinCaseMinutes } from '../../domain/availability.ts';
import { DomainError } from '../../domain/errors.ts';
import { policyOf } from '../../ledger/facility.ts';
import { changePreferences, changeProvider } from '../../ledger/preferences.ts';
import { type ToldOpening, tellingsOf } from '../../ledger/telling.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Person, Provider } from '../../prisma/generated/client.ts';
import { actorOfVisitor, type Visitor, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { useSpeech } from './reader.ts';

const Version = z.coerce.number().int();
const AlertForm = z.object({
  availabilityAlerts: z.enum(alertPreferences),
  dailyHour: z.coerce.number().int().min(0).max(23),
  vacations: z.enum(['rule', 'on', 'off']).default('rule'),
  version: Version,
});
const vacationReminders = { rule: null, on: true, off: false };
const emptyIsNull = z.literal('').transform(() => null);
const ProviderForm = z
  .object({
    minCaseMinutes: z.union([emptyIsNull, z.coerce.number().pipe(MinCaseMinutes)]),
    always: z.string().optional(),
    version: Version,
  })
  .catchall(z.string());

const weekdays = [1, 2, 3, 4, 5, 6, 7];
const hours = Array.from({ length: 24 }, (_, hour) => hour);
const latest = 10;

export type AlertSettings = { person: Person; providers: Provider[]; minimum: number; tellings: ToldOpening[] };

/** What the section shows: the person, the surgeons of the groups they schedule for, and the last openings. */
export async function readAlertSettings({ reader }: Deps, visitor: Visitor): Promise<AlertSettings> {
  const { personId, facilityId, groupIds, zone } = visitor;
  const [person, providers, policy, openings] = await Promise.all([
    reader.person.findUniqueOrThrow({ where: { id: personId } }),
    reader.provider.findMany({ where: { facilityId, groupId: { in: groupIds } }, orderBy: { name: 'asc' }, take: 100 }),
    policyOf(reader, facilityId),
    reader.opening.findMany({
      where: { facilityId },
      include: { room: { select: { name: true } } },
      orderBy: [{ openedAt: 'desc' }, { id: 'desc' }],
      take: latest,
    }),
  ]);
  const tellings = await tellingsOf(reader, person, zone, openings);
  return { person, providers, minimum: policy.availability.minRunMinutes, tellings };
}

export function registerAlertPreferences(app: FastifyInstance, deps: Deps): void {
  app.post('/preferences/alerts', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const { version, vacations, ...alerts } = AlertForm.parse(request.body);
    const change = { ...alerts, vacationReminders: vacationReminders[vacations] };
    const by = { version, actor: actorOfVisitor(visitor), at: deps.now() };
    const row = await inTransaction(deps.db, (tx) => changePreferences(tx, visitor.personId, change, by));
    if (!row) throw new DomainError('VERSION_MISMATCH');
    return reply.redirect('/preferences', 303);
  });

  app.post<{ Params: { id: string } }>('/preferences/providers/:id', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const { facilityId, groupIds } = visitor;
    const id = z.uuid().safeParse(request.params.id).data;
    const { version, minCaseMinutes, always, ...fields } = ProviderForm.parse(request.body);
    const availability = always ? null : Availability.parse(daysIn(fields));
    const by = { version, actor: actorOfVisitor(visitor), at: deps.now() };
    await inTransaction(deps.db, async (tx) => {
      const provider = id && (await tx.provider.findFirst({ where: { id, facilityId, groupId: { in: groupIds } } }));
      if (!provider) throw new DomainError('NOT_FOUND', { provider: request.params.id });
      if (!(await changeProvider(tx, provider, { availability, minCaseMinutes }, by))) throw new DomainError('VERSION_MISMATCH');
    });
    return reply.redirect('/preferences', 303);
  });
}

/** from1, to1 … from7, to7; a day without either is a day off. */
const daysIn = (fields: Record<string, string | undefined>) =>
  weekdays.flatMap((weekday) => {
    const [from, to] = [fields[`from${weekday}`], fields[`to${weekday}`]];
    return from || to ? [{ weekday, from, to }] : [];
  });

export function AlertSection({ settings: { person, providers, minimum, tellings }, zone }: { settings: AlertSettings; zone: string }) {
  const { words } = useSpeech();
  return (
    <>
      <h2>{words('preferences.alert.title')}</h2>
      <p>{words('preferences.alert.text')}</p>
      <form method="post" action="/preferences/alerts" className="card">
        <input type="hidden" name="version" value={person.version} />
        {alertPreferences.map((one) => (
          <label key={one}>
            <input type="radio" name="availabilityAlerts" value={one} defaultChecked={one === person.availabilityAlerts} />{' '}
            {words(`preferences.alert.${one}`)}
          </label>
        ))}
        <label>
          {words('preferences.alert.hour')}{' '}
          <select name="dailyHour" defaultValue={person.dailyHour}>
            {hours.map((hour) => (
              <option key={hour} value={hour}>
                {String(hour).padStart(2, '0')}:00
              </option>
            ))}
          </select>
        </label>
        <label>
          {words('preferences.alert.vacations')}{' '}
          <select name="vacations" defaultValue={person.vacationReminders === null ? 'rule' : person.vacationReminders ? 'on' : 'off'}>
            <option value="rule">{words('preferences.alert.rule')}</option>
            <option value="on">{words('preferences.alert.always')}</option>
            <option value="off">{words('preferences.alert.never')}</option>
          </select>
        </label>
        <button type="submit">{words('preferences.alert.save')}</button>
      </form>
      {providers.map((provider) => (
        <ProviderCard key={provider.id} provider={provider} minimum={minimum} />
      ))}
      {tellings.length > 0 && <Tellings tellings={tellings} zone={zone} />}
    </>
  );
}

function ProviderCard({ provider, minimum }: { provider: Provider; minimum: number }) {
  const { id, name, version, minCaseMinutes } = provider;
  const availability = provider.availability as Availability | null;
  const { words, weekday: nameOf } = useSpeech();
  return (
    <details className="card">
      <summary>{words('preferences.surgeon.summary', { name })}</summary>
      <form method="post" action={`/preferences/providers/${id}`}>
        <input type="hidden" name="version" value={version} />
        <label>
          <input type="checkbox" name="always" defaultChecked={availability === null} /> {words('preferences.surgeon.always')}
        </label>
        <fieldset>
          <legend>{words('preferences.surgeon.otherwise')}</legend>
          {weekdays.map((weekday) => {
            const own = availability?.find((one) => one.weekday === weekday);
            const day = nameOf(weekday);
            return (
              <div key={weekday} className="row">
                <label>
                  {words('preferences.surgeon.from', { day })} <input type="time" name={`from${weekday}`} defaultValue={own?.from} />
                </label>
                <label>
                  {words('preferences.surgeon.to', { day })} <input type="time" name={`to${weekday}`} defaultValue={own?.to} />
                </label>
              </div>
            );
          })}
        </fieldset>
        <label>
          {words('preferences.surgeon.shortest', { minimum })}{' '}
          <input type="number" name="minCaseMinutes" min={1} max={1440} defaultValue={minCaseMinutes ?? undefined} />
        </label>
        <button type="submit">{words('preferences.surgeon.save', { name })}</button>
      </form>
    </details>
  );
}

function Tellings({ tellings, zone }: { tellings: ToldOpening[]; zone: string }) {
  const { words, phrase, day, range } = useSpeech();
  return (
    <>
      <h3>{words('preferences.told.title')}</h3>
      <ul>
        {tellings.map(({ openingId, room, intervals, takenBackAt, telling }) => (
          <li key={openingId}>
            {room}, {day(intervals[0]!.startsAt, zone)}, {intervals.map((one) => range(one, zone)).join(', ')}
            {takenBackAt && ` ${words('preferences.told.takenBack')}`}:{' '}
            {words(telling.told ? 'preferences.told.yes' : 'preferences.told.no')} {phrase(telling.because)}{' '}
            <span className="muted">{telling.rule}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
