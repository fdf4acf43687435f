/** The preferences about availability alerts (C-41 to C-44), and why the last openings were, or were not, told (U-07). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { Availability, alertPreferences, MinCaseMinutes } from '../../domain/availability.ts';
import { formatRange } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { day } from '../../emails/wording.ts';
import { policyOf } from '../../ledger/facility.ts';
import { changePreferences, changeProvider } from '../../ledger/preferences.ts';
import { type ToldOpening, tellingsOf } from '../../ledger/telling.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Person, Provider } from '../../prisma/generated/client.ts';
import { actorOfVisitor, type Visitor, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';

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

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
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
  weekdays.flatMap((_, index) => {
    const [weekday, from, to] = [index + 1, fields[`from${index + 1}`], fields[`to${index + 1}`]];
    return from || to ? [{ weekday, from, to }] : [];
  });

export function AlertSection({ settings: { person, providers, minimum, tellings }, zone }: { settings: AlertSettings; zone: string }) {
  return (
    <>
      <h2>Availability Alerts</h2>
      <p>They tell you of time that has become open and fits one of your surgeons. Block Alerts come whatever you choose here.</p>
      <form method="post" action="/preferences/alerts" className="card">
        <input type="hidden" name="version" value={person.version} />
        {alertPreferences.map((one) => (
          <label key={one}>
            <input type="radio" name="availabilityAlerts" value={one} defaultChecked={one === person.availabilityAlerts} /> {labels[one]}
          </label>
        ))}
        <label>
          Daily at this hour{' '}
          <select name="dailyHour" defaultValue={person.dailyHour}>
            {hours.map((hour) => (
              <option key={hour} value={hour}>
                {String(hour).padStart(2, '0')}:00
              </option>
            ))}
          </select>
        </label>
        <label>
          Vacation Reminders on the first of the month{' '}
          <select name="vacations" defaultValue={person.vacationReminders === null ? 'rule' : person.vacationReminders ? 'on' : 'off'}>
            <option value="rule">for blocks of one surgeon alone</option>
            <option value="on">always; for blocks of a whole group nothing is released by them</option>
            <option value="off">never</option>
          </select>
        </label>
        <button type="submit">Save</button>
      </form>
      {providers.map((provider) => (
        <ProviderCard key={provider.id} provider={provider} minimum={minimum} />
      ))}
      {tellings.length > 0 && <Tellings tellings={tellings} zone={zone} />}
    </>
  );
}

const labels = {
  'real-time': 'Real-time alerts: as soon as time opens',
  daily: 'Daily alerts: max once per day',
  off: 'No Availability Alerts',
};

function ProviderCard({ provider, minimum }: { provider: Provider; minimum: number }) {
  const { id, name, version, minCaseMinutes } = provider;
  const availability = provider.availability as Availability | null;
  return (
    <details className="card">
      <summary>{name}: days, hours and shortest case</summary>
      <form method="post" action={`/preferences/providers/${id}`}>
        <input type="hidden" name="version" value={version} />
        <label>
          <input type="checkbox" name="always" defaultChecked={availability === null} /> At any time the rooms are open
        </label>
        <fieldset>
          <legend>Otherwise on these days</legend>
          {weekdays.map((weekday, index) => {
            const own = availability?.find((one) => one.weekday === index + 1);
            return (
              <div key={weekday} className="row">
                <label>
                  {weekday} from <input type="time" name={`from${index + 1}`} defaultValue={own?.from} />
                </label>
                <label>
                  {weekday} to <input type="time" name={`to${index + 1}`} defaultValue={own?.to} />
                </label>
              </div>
            );
          })}
        </fieldset>
        <label>
          Shortest case in minutes (empty: {minimum}, as the facility has it){' '}
          <input type="number" name="minCaseMinutes" min={1} max={1440} defaultValue={minCaseMinutes ?? undefined} />
        </label>
        <button type="submit">Save for {name}</button>
      </form>
    </details>
  );
}

function Tellings({ tellings, zone }: { tellings: ToldOpening[]; zone: string }) {
  return (
    <>
      <h3>The last openings, and why you were told or not</h3>
      <ul>
        {tellings.map(({ openingId, room, intervals, takenBackAt, telling }) => (
          <li key={openingId}>
            {room}, {day(intervals[0]!.startsAt, zone)}, {intervals.map((one) => formatRange(one, zone)).join(', ')}
            {takenBackAt && ' (taken back)'}: {telling.told ? 'told. ' : 'not told. '}
            {telling.because} <span className="muted">{telling.rule}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
