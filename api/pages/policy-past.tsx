/** What a policy would have done over the last weeks, beside the one that was in force (U-05). */
import type { Outcome } from '../../domain/simulation.ts';
import type { Simulation } from '../../ledger/simulation.ts';
import { Carry, Form } from './form-fields.tsx';
import { Page } from './page.tsx';
import { useSpeech } from './reader.ts';
import type { Posted } from './refused.tsx';

type Props = { from: string; until: string; simulation: Simulation; carried: Posted };

export function PolicyPastPage({ from, until, simulation, carried }: Props) {
  const { words, civilDay } = useSpeech();
  const { blocks, lived, reproduced, leftOut } = simulation;
  return (
    <Page title={words('policy.past.title')} tab="Desk">
      <p>{words('policy.past.text', { from: civilDay(from), until: civilDay(until) })}</p>
      {blocks.length === 0 ? <p>{words('policy.past.none')}</p> : <Comparison {...simulation} />}
      {lived > 0 && <p>{words('policy.past.reproduced', { count: lived, reproduced })}</p>}
      {blocks.length > lived && <p className="muted">{words('policy.past.imported', { count: blocks.length - lived })}</p>}
      {leftOut > 0 && <p className="muted">{words('policy.past.leftOut', { count: leftOut })}</p>}
      <Form action="/policy/preview">
        <Carry posted={carried} />
        <button type="submit">{words('policy.past.back')}</button>
      </Form>
      <p>
        <a href="/policy">{words('policy.back')}</a>
      </p>
    </Page>
  );
}

const rows = {
  number: ['lostHolds', 'mootDecisions', 'blocksAsked', 'alerts'],
  duration: ['releasedByItselfMinutes', 'releasedByPeopleMinutes', 'unusedMinutes', 'lateMinutes'],
} as const satisfies Record<string, (keyof Outcome)[]>;

function Comparison({ blocks, inForce, changed, people }: Simulation) {
  const { words, number, duration } = useSpeech();
  const ahead = ({ minuteDays, releasedByItselfMinutes: alone, releasedByPeopleMinutes: byPeople }: Outcome) =>
    number(Math.round((10 * minuteDays) / Math.max(1, alone + byPeople)) / 10);
  const asked = people.filter((one) => one.inForce + one.changed > 0);
  const figures = [
    ...rows.duration.map((name) => [words(`policy.past.${name}`), duration(inForce[name]), duration(changed[name])]),
    [words('policy.past.daysAhead'), ahead(inForce), ahead(changed)],
    ...rows.number.map((name) => [words(`policy.past.${name}`), number(inForce[name]), number(changed[name])]),
    ...asked.map((one) => [words('policy.past.asked', { name: one.name }), number(one.inForce), number(one.changed)]),
  ];
  return (
    <table className="figures compared">
      <caption>{words('policy.past.blocks', { count: blocks.length })}</caption>
      <thead>
        <tr>
          <td />
          <th scope="col">{words('policy.past.inForce')}</th>
          <th scope="col">{words('policy.past.changed')}</th>
        </tr>
      </thead>
      <tbody>
        {figures.map(([what, one, other]) => (
          <tr key={what}>
            <th scope="row">{what}</th>
            <td>{one}</td>
            <td>{other}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
