/** Company holidays (P-18): the dates on which every coordinator is off and providers watch their own lines. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { zoneDate } from '../../domain/civil.ts';
import { addHoliday, civil, type Holiday, removeHoliday } from '../../ledger/special-hours.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { actorOfVisitor, staffOf, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { CivilDate, Line } from '../routes/plugin.ts';
import { Form } from './form-fields.tsx';
import { HolidayFields, HolidayList } from './holiday-list.tsx';
import { orAgain } from './or-again.tsx';
import { Page, renderPage } from './page.tsx';
import { useSpeech } from './reader.ts';
import { arrangerOf } from './substitutes.tsx';

const Entered = z.object({ date: CivilDate, name: Line });
const Removed = z.object({ date: CivilDate });
const most = 200;

export function registerHolidays(app: FastifyInstance, deps: Deps): void {
  app.get('/holidays', { schema: { hide: true } }, async (request, reply) => {
    const { role } = await staffOf(deps, request);
    if (role === 'facility scheduler') return reply.redirect('/rooms#holidays', 303); // theirs show what they touch first
    return renderPage(reply, await shown(deps, await arrangerOf(deps, request)));
  });

  app.post('/holidays', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await arrangerOf(deps, request);
    const by = { actor: actorOfVisitor(visitor), now: deps.now() };
    const add = async () => {
      const holiday = Entered.parse(request.body);
      await inTransaction(deps.db, (tx) => addHoliday(tx, visitor.facilityId, holiday, by));
      return reply.redirect('/holidays', 303);
    };
    return orAgain(reply, { codes: { ALREADY_EXISTS: 'date' } }, add, () => shown(deps, visitor));
  });

  app.post('/holidays/remove', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await arrangerOf(deps, request);
    const { date } = Removed.parse(request.body);
    const by = { actor: actorOfVisitor(visitor), now: deps.now() };
    await inTransaction(deps.db, (tx) => removeHoliday(tx, visitor.facilityId, date, by));
    return reply.redirect('/holidays', 303);
  });
}

async function shown({ reader, now }: Deps, { facilityId, zone }: Visitor) {
  const from = new Date(zoneDate(now(), zone));
  const where = { facilityId, date: { gte: from } };
  const rows = await reader.holiday.findMany({ where, orderBy: { date: 'asc' }, take: most });
  return <HolidaysPage holidays={rows.map(({ date, name }) => ({ date: civil(date), name }))} />;
}

function HolidaysPage({ holidays }: { holidays: Holiday[] }) {
  const { words } = useSpeech();
  return (
    <Page title={words('coverage.holidays.title')} tab="Desk">
      <p>{words('coverage.holidays.text')}</p>
      <HolidayList holidays={holidays} to="/holidays/remove" />
      <h2>{words('room.addHoliday')}</h2>
      <Form action="/holidays">
        <HolidayFields />
        <button type="submit">{words('coverage.holidays.button')}</button>
      </Form>
    </Page>
  );
}
