/** The preferences about availability alerts, and why the last openings were, or were not, told (U-07). */
import { type Availability, alertPreferences } from '../../domain/availability.ts';
import { policyOf } from '../../ledger/facility.ts';
import { type ToldOpening, tellingsOf } from '../../ledger/telling.ts';
import type { Person, Provider } from '../../prisma/generated/client.ts';
import type { Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { Field, FoldedForm, Form, Pick, Tick } from './form-fields.tsx';
import { useSpeech } from './reader.ts';

const weekdays = [1, 2, 3, 4, 5, 6, 7];
const hours = Array.from({ length: 24 }, (_, hour) => hour);
const idOf = { rule: 'rule', always: 'on', never: 'off' } as const;
const latest = 10;

export type AlertSettings = { person: Person; providers: Provider[]; minimum: number; tellings: ToldOpening[] };

/** What the section shows: the person, the surgeons of the groups they schedule for, and the last openings. */
export async function readAlertSettings({ reader, now }: Deps, visitor: Visitor): Promise<AlertSettings> {
  const { personId, facilityId, groupIds, zone } = visitor;
  const [person, providers, policy, openings] = await Promise.all([
    reader.person.findUniqueOrThrow({ where: { id: personId } }),
    reader.provider.findMany({ where: { facilityId, groupId: { in: groupIds } }, orderBy: { name: 'asc' }, take: 100 }),
    policyOf(reader, facilityId),
    reader.opening.findMany({
      where: { facilityId, openedAt: { lte: now() } }, // F-21: nobody else hears of it before
      include: { room: { select: { name: true } } },
      orderBy: [{ openedAt: 'desc' }, { id: 'desc' }],
      take: latest,
    }),
  ]);
  const tellings = await tellingsOf(reader, person, zone, openings);
  return { person, providers, minimum: policy.availability.minRunMinutes, tellings };
}

export function AlertSection({ settings: { person, providers, minimum, tellings }, zone }: { settings: AlertSettings; zone: string }) {
  const { words } = useSpeech();
  return (
    <>
      <h2>{words('preferences.alert.title')}</h2>
      <p>{words('preferences.alert.text')}</p>
      <Form name="alerts" action="/preferences/alerts" className="card">
        <input type="hidden" name="version" value={person.version} />
        {alertPreferences.map((one) => (
          <Tick
            key={one}
            type="radio"
            name="availabilityAlerts"
            value={one}
            ticked={one === person.availabilityAlerts}
            label={words(`preferences.alert.${one}`)}
          />
        ))}
        <Pick
          name="dailyHour"
          label={words('preferences.alert.hour')}
          options={hours.map((hour) => ({ id: String(hour), name: `${String(hour).padStart(2, '0')}:00` }))}
          chosen={String(person.dailyHour)}
        />
        <Pick
          name="vacations"
          label={words('preferences.alert.vacations')}
          options={(['rule', 'always', 'never'] as const).map((one) => ({ id: idOf[one], name: words(`preferences.alert.${one}`) }))}
          chosen={person.vacationReminders === null ? 'rule' : person.vacationReminders ? 'on' : 'off'}
        />
        <button type="submit">{words('preferences.alert.save')}</button>
      </Form>
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
    <FoldedForm name={id} className="card" summary={words('preferences.surgeon.summary', { name })}>
      <Form name={id} action={`/preferences/providers/${id}`}>
        <input type="hidden" name="version" value={version} />
        <Tick name="always" ticked={availability === null} label={words('preferences.surgeon.always')} />
        <fieldset>
          <legend>{words('preferences.surgeon.otherwise')}</legend>
          {weekdays.map((weekday) => {
            const own = availability?.find((one) => one.weekday === weekday);
            const day = nameOf(weekday);
            return (
              <div key={weekday} className="row">
                <Field type="time" name={`from${weekday}`} label={words('preferences.surgeon.from', { day })} value={own?.from} />
                <Field type="time" name={`to${weekday}`} label={words('preferences.surgeon.to', { day })} value={own?.to} />
              </div>
            );
          })}
        </fieldset>
        <Field
          type="number"
          name="minCaseMinutes"
          label={words('preferences.surgeon.shortest', { minimum })}
          min={1}
          max={1440}
          value={minCaseMinutes ?? undefined}
        />
        <button type="submit">{words('preferences.surgeon.save', { name })}</button>
      </Form>
    </FoldedForm>
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
