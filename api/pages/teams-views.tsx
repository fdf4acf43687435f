import type { Availability } from '../../domain/availability.ts';
import type { Role } from '../../domain/decision.ts';
import { Field, Form, Pick, Ticks } from './form-fields.tsx';
import { hoursInWords } from './hours-touched.tsx';
import { Page } from './page.tsx';
import { useSpeech } from './reader.ts';
import { useRefusal } from './refused.tsx';
import { WeekdayHours, weekOf } from './weekday-hours.tsx';

type Person = { id: string; name: string; role: string };
type Team = { id: string; name: string; zone: string; hours: Availability; leadId: string | null; memberIds: string[]; version: number };

/** What a new team begins with, until somebody says otherwise. */
const officeHours: Availability = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: '09:00', to: '17:00' }));

export function TeamsPage({ teams, people, zone, adds }: { teams: Team[]; people: Person[]; zone: string; adds: boolean }) {
  const { words } = useSpeech();
  const refused = useRefusal('new') !== undefined;
  return (
    <Page title={words('team.title')} tab="Desk">
      <p>{words('team.text')}</p>
      {teams.length === 0 && <p>{words('team.none')}</p>}
      <ul className="plain">
        {teams.map((one) => (
          <TeamCard key={one.id} team={one} people={people} />
        ))}
      </ul>
      {adds && (
        <details className="card" open={refused}>
          <summary>{words('team.add')}</summary>
          <Form name="new" action="/teams">
            <Terms team={{ name: '', zone, hours: officeHours, leadId: null, memberIds: [] }} people={people} />
            <button type="submit">{words('team.addButton')}</button>
          </Form>
        </details>
      )}
    </Page>
  );
}

function TeamCard({ team, people }: { team: Team; people: Person[] }) {
  const speech = useSpeech();
  const { words, list } = speech;
  const { id, name, zone, hours, leadId, memberIds, version } = team;
  const nameOf = (personId: string | null) => people.find((one) => one.id === personId)?.name;
  const members = memberIds.flatMap((one) => nameOf(one) ?? []).sort();
  return (
    <li className="card">
      <strong>{name}</strong>
      <p className="muted">
        {nameOf(leadId) ? words('team.leadIs', { name: nameOf(leadId)! }) : words('team.noLead')} ·{' '}
        {members.length > 0 ? list(members) : words('team.noMember')}
        <br />
        {zone} · {hours.length > 0 ? hoursInWords(weekOf(hours), speech) : words('team.noHours')}
      </p>
      <details open={useRefusal(id) !== undefined}>
        <summary>{words('team.change', { name })}</summary>
        <Form name={id} action={`/teams/${id}`}>
          <input type="hidden" name="version" value={version} />
          <Terms team={team} people={people} />
          <button type="submit">{words('team.save')}</button>
        </Form>
      </details>
    </li>
  );
}

/** Whoever has left the house is in no list, and leaves the team with the next change. */
function Terms({ team: { name, zone, hours, leadId, memberIds }, people }: { team: Omit<Team, 'id' | 'version'>; people: Person[] }) {
  const { words } = useSpeech();
  const called = people.map(({ id, name: who, role }) => ({ id, name: `${who}, ${words(`role.${role as Role}`)}` }));
  return (
    <>
      <Field name="name" label={words('team.name')} value={name} required maxLength={200} />
      <Pick name="leadId" label={words('team.lead')} options={called} chosen={leadId ?? undefined} none={words('team.nobody')} />
      <Ticks legend={words('team.members')} name="memberIds" options={called.map((one) => [one.id, one.name])} ticked={memberIds} />
      <Field name="zone" label={words('team.zone')} value={zone} required maxLength={100} />
      <WeekdayHours hours={weekOf(hours)} opens={words('team.from')} closes={words('team.until')} />
      <p className="muted">{words('team.withoutTimes')}</p>
    </>
  );
}
