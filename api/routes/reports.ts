/** F-18: reports about held and released time, per facility, group and month, as JSON or CSV. */
import { z } from 'zod';

import { addDays, daysBetween, zoneDate } from '../../domain/civil.ts';
import { cuts } from '../../domain/report.ts';
import { allow } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { problems } from '../problems.ts';
import { csvOf, readReport, reportNames, reportShape } from '../reports.ts';
import { type Api, CivilDate, reach, yours } from './plugin.ts';

export const mostDays = 1100;

const Query = z
  .strictObject({
    facilityId: z.uuid().meta({ example: '01890000-0000-7000-8000-000000000001' }),
    groupId: z.uuid().optional(),
    from: CivilDate.optional().describe('The first day of the time itself; the first of the month eleven months ago if left out.'),
    to: CivilDate.optional().describe('Inclusive; today if left out.'),
    by: z.enum(cuts).default('group-month').describe('Into which parts the items are cut.'),
    format: z.enum(['json', 'csv']).optional().describe('By default what Accept prefers.'),
  })
  .refine(({ from, to }) => !from || !to || (from <= to && daysBetween(from, to) <= mostDays), {
    path: ['to'],
    error: `to must not be before from, and at most ${mostDays} days after it`,
  });

const titles = {
  'hold-utilization': 'How much of the held time was used',
  'release-lead-time': 'How long before its start time was released',
  'release-fill-rate': 'Which share of the released time was used again',
  'recaptured-minutes': 'Released minutes on their way to cases of others, counted from the ledgers',
};

/** The first of the month eleven months before `to`. */
export const yearBefore = (to: string): string => `${addDays(`${to.slice(0, 7)}-15`, -334).slice(0, 7)}-01`;

export function reportRoutes(app: Api, deps: Deps): void {
  for (const name of reportNames) {
    const report = reportShape(name);
    const schema = {
      tags: ['reports'],
      summary: `${titles[name]} (F-18)`,
      querystring: Query,
      response: { 200: { description: titles[name], content: formatsOf(report) }, ...problems(400, 401, 403, 404) },
    };
    app.get(`/reports/${name}`, { schema }, async ({ query, principal, headers }, reply) => {
      allow(principal, 'facility scheduler', 'support');
      const { facilityId, groupId, by, format = preferred(headers.accept) } = query;
      reach(principal, facilityId);
      const { zone } = yours(principal, await facilityOf(deps, facilityId));
      const now = deps.now();
      const to = query.to ?? zoneDate(now, zone);
      const period = { facilityId, zone, groupId, now, to, from: query.from ?? yearBefore(to) };
      const { items, total } = await readReport(deps.reader, name, period, by);
      reply.header('vary', 'accept');
      if (format === 'csv') {
        const file = `${name}-${period.from}-${to}.csv`;
        reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="${file}"`);
        return reply.send(csvOf(name, { items, total }) as never);
      }
      const flat = items.map(({ figures, ...place }) => ({ ...place, ...figures }));
      return reply.type('application/json').send({ facilityId, from: period.from, to, rule: 'F-18', items: flat, total } as never);
    });
  }
}

const formatsOf = <Shape extends z.ZodType>(report: Shape) => ({
  'application/json': { schema: report },
  'text/csv': { schema: z.string().describe('A line for each item, with the names of the JSON.') },
});

async function facilityOf({ reader }: Deps, id: string) {
  const facility = await reader.facility.findUnique({ where: { id }, select: { id: true, zone: true } });
  return facility && { facilityId: facility.id, zone: facility.zone };
}

/** CSV only for who asks for it before JSON. */
function preferred(accept = ''): 'csv' | 'json' {
  const at = (type: string) => accept.indexOf(type);
  return at('text/csv') >= 0 && (at('json') < 0 || at('text/csv') < at('json')) ? 'csv' : 'json';
}
