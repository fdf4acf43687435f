/** F-18: what became of held and released time, for the facility: plots, a table beside each, and the same as CSV. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { daysBetween, zoneDate } from '../../domain/civil.ts';
import { cannotBe, DomainError } from '../../domain/errors.ts';
import type { Speech } from '../../words/speech.ts';
import { isStaff, type Visitor, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { csvOf, type ReportName, readReport, readReports, reportNames } from '../reports.ts';
import { mostDays, yearBefore } from '../routes/reports.ts';
import { OptionalId, OptionalPageDate } from './dates.ts';
import { Field, Form, Pick } from './form-fields.tsx';
import { orAgain } from './or-again.tsx';
import { Page, renderPage } from './page.tsx';
import { barsOf } from './plot.tsx';
import { speechFor } from './reader.ts';
import { plotsOf, ReportSection } from './report-views.tsx';

const Query = z.object({ from: OptionalPageDate, to: OptionalPageDate, group: OptionalId });
const File = z.object({ file: z.string().regex(/^[a-z-]+\.csv$/) });
const ways = ['month', 'group'] as const;

export function registerReports(app: FastifyInstance, deps: Deps): void {
  app.get('/reports', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await readerOf(deps, request);
    const show = async () => renderPage(reply, await page(deps, visitor, periodIn(deps, visitor, request.query), speechFor(request)));
    return orAgain(reply, {}, show, () => page(deps, visitor, undefined, speechFor(request)));
  });

  app.get('/reports/:file', { schema: { hide: true } }, async (request, reply) => {
    const period = periodIn(deps, await readerOf(deps, request), request.query);
    const file = File.safeParse(request.params).data?.file;
    const name = reportNames.find((one) => `${one}.csv` === file);
    if (!name) throw new DomainError('NOT_FOUND', { file });
    const report = await readReport(deps.reader, name satisfies ReportName, period, 'group-month');
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${name}-${period.from}-${period.to}.csv"`)
      .header('cache-control', 'no-store')
      .send(csvOf(name, report));
  });
}

/** `period`: undefined where nobody knows which is meant: the form alone. */
async function page(deps: Deps, visitor: Visitor, period: Period | undefined, speech: Speech) {
  const { words } = speech;
  const { facility, facilityId } = visitor;
  const [groups, reports] = await Promise.all([
    deps.reader.group.findMany({ where: { facilityId }, orderBy: { name: 'asc' }, select: { id: true, name: true } }),
    period && readReports(deps.reader, period, ways),
  ]);
  const empty = reports && reportNames.every((name) => reports[name].month.items.length === 0);
  const shown = reports && !empty ? reportNames : [];
  const plots = await Promise.all(shown.map((name) => barsOf(plotsOf[name](reports![name].month, speech))));
  const { from, to, groupId } = period ?? {};
  const query = new URLSearchParams({ ...(from && { from }), ...(to && { to }), ...(groupId && { group: groupId }) });
  return (
    <Page title={words('report.title')} tab="Desk" wide>
      <p>{words('report.text', { facility })}</p>
      <Form method="get" action="/reports" className="row">
        <Field type="date" name="from" label={words('openTime.from')} value={from} />
        <Field type="date" name="to" label={words('openTime.to')} value={to} />
        <Pick name="group" label={words('report.group')} options={groups} chosen={groupId ?? ''} none={words('frame.any')} />
        <button type="submit">{words('openTime.show')}</button>
      </Form>
      {empty && <p className="notice">{words('report.nothing')}</p>}
      {shown.map((name, index) => (
        <ReportSection key={name} name={name} report={reports![name]} svg={plots[index]!} csv={`/reports/${name}.csv?${query}`} />
      ))}
    </Page>
  );
}

/** Throws NOT_ALLOWED. */
async function readerOf(deps: Deps, request: FastifyRequest): Promise<Visitor> {
  const visitor = await visitorOf(deps, request);
  if (!isStaff(visitor)) throw new DomainError('NOT_ALLOWED', { role: visitor.role, needs: ['facility scheduler', 'support'] });
  return visitor;
}

type Period = ReturnType<typeof periodIn>;

/** For which days a report is asked; a year up to today by itself. Throws INVALID_REQUEST. */
function periodIn(deps: Deps, { facilityId, zone }: Visitor, query: unknown) {
  const now = deps.now();
  const { from: wanted, to = zoneDate(now, zone), group: groupId } = Query.parse(query);
  const from = wanted ?? yearBefore(to);
  if (from > to) throw cannotBe('to', 'The last day is before the first.', { from, to });
  if (daysBetween(from, to) > mostDays)
    throw cannotBe('from', 'A report is about so many days at most: choose a later first day.', { mostDays });
  return { facilityId, zone, from, to, now, groupId };
}
