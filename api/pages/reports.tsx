/** F-18: what became of held and released time, for the facility: plots, a table beside each, and the same as CSV. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { daysBetween, zoneDate } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { isStaff, type Visitor, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { csvOf, type ReportName, readReport, readReports, reportNames } from '../reports.ts';
import { mostDays, yearBefore } from '../routes/reports.ts';
import { OptionalId, OptionalPageDate } from './dates.ts';
import { Choice, Page, renderPage } from './page.tsx';
import { barsOf } from './plot.tsx';
import { speechFor } from './reader.ts';
import { plotsOf, ReportSection } from './report-views.tsx';

const Query = z.object({ from: OptionalPageDate, to: OptionalPageDate, group: OptionalId });
const File = z.object({ file: z.string().regex(/^[a-z-]+\.csv$/) });
const ways = ['month', 'group'] as const;

export function registerReports(app: FastifyInstance, deps: Deps): void {
  app.get('/reports', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, period, query } = await asked(deps, request);
    const [groups, reports] = await Promise.all([
      deps.reader.group.findMany({ where: { facilityId: visitor.facilityId }, orderBy: { name: 'asc' }, select: { id: true, name: true } }),
      readReports(deps.reader, period, ways),
    ]);
    const speech = speechFor(request);
    const { words } = speech;
    const empty = reportNames.every((name) => reports[name].month.items.length === 0);
    const plots = empty ? [] : await Promise.all(reportNames.map((name) => barsOf(plotsOf[name](reports[name].month, speech))));
    return renderPage(
      reply,
      <Page title={words('report.title')} tab="Desk" wide>
        <p>{words('report.text', { facility: visitor.facility })}</p>
        <form method="get" action="/reports" className="row">
          <label>
            {words('openTime.from')} <input type="date" name="from" defaultValue={period.from} />
          </label>
          <label>
            {words('openTime.to')} <input type="date" name="to" defaultValue={period.to} />
          </label>
          <Choice label={words('report.group')} name="group" options={groups} chosen={period.groupId} />
          <button type="submit">{words('openTime.show')}</button>
        </form>
        {empty ? (
          <p className="notice">{words('report.nothing')}</p>
        ) : (
          reportNames.map((name, index) => (
            <ReportSection key={name} name={name} report={reports[name]} svg={plots[index]!} csv={`/reports/${name}.csv?${query}`} />
          ))
        )}
      </Page>,
    );
  });

  app.get('/reports/:file', { schema: { hide: true } }, async (request, reply) => {
    const { period } = await asked(deps, request);
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

/** Who asks, and for which days. Throws NOT_ALLOWED, INVALID_REQUEST. */
async function asked(deps: Deps, request: FastifyRequest) {
  const visitor: Visitor = await visitorOf(deps, request);
  if (!isStaff(visitor)) throw new DomainError('NOT_ALLOWED', { role: visitor.role, needs: ['facility scheduler', 'support'] });
  const { facilityId, zone } = visitor;
  const now = deps.now();
  const { from: wanted, to = zoneDate(now, zone), group: groupId } = Query.parse(request.query);
  const from = wanted ?? yearBefore(to);
  if (from > to || daysBetween(from, to) > mostDays) throw new DomainError('INVALID_REQUEST', { from, to, mostDays });
  const query = new URLSearchParams({ from, to, ...(groupId && { group: groupId }) });
  return { visitor, period: { facilityId, zone, from, to, now, groupId }, query };
}
