/** F-14, U-18: a person's calendar at a secret address, for programs that look again and again and never sign in. */
import type { FastifyInstance } from 'fastify';
import { ICalCalendar, ICalCalendarMethod, ICalEventStatus, ICalEventTransparency } from 'ical-generator';

import type { Config } from '../config.ts';
import type { CalendarEntry } from '../domain/calendar.ts';
import { DomainError } from '../domain/errors.ts';
import { calendarOf } from '../ledger/calendar.ts';
import { feedOf } from './auth/feeds.ts';
import { hashOf } from './auth/principal.ts';
import { type Deps, publicUrl } from './deps.ts';

type Params = { Params: { file: string } };

export const addressOf = (config: Config, token: string) => `${publicUrl(config)}/calendar/${token}.ics`;

const refreshSeconds = 900;

/** An address is asked by all devices that subscribed to it, each a few times an hour. */
const limited = {
  rateLimit: {
    max: 60,
    timeWindow: '10 minutes',
    allowList: [],
    keyGenerator: ({ params }: { params: unknown }) => hashOf((params as Params['Params']).file),
  },
};

export function registerCalendar(app: FastifyInstance, deps: Deps): void {
  app.get<Params>('/calendar/:file', { schema: { hide: true }, config: limited }, async ({ params, headers }, reply) => {
    const token = /^([\w-]{43})\.ics$/.exec(params.file)?.[1];
    if (!token) throw new DomainError('NOT_FOUND', { calendar: 'unknown or revoked' });
    const { facility, name, ...person } = await feedOf(deps.reader, token);
    const entries = await calendarOf(deps.reader, person, deps.now());
    const calendar = { name: `${facility.name}: ${name}`, zone: facility.zone };
    const tag = `W/"${hashOf(JSON.stringify([calendar, entries])).slice(0, 32)}"`;
    reply.header('cache-control', 'private, no-cache').header('etag', tag);
    if (matches(headers['if-none-match'], tag)) return reply.code(304).send();
    return reply.type('text/calendar; charset=utf-8').send(asText(calendar, entries, deps));
  });
}

function matches(header: string | undefined, tag: string): boolean {
  const bare = (one: string) => one.trim().replace(/^W\//, '');
  return (header ?? '').split(',').some((one) => one.trim() === '*' || bare(one) === bare(tag));
}

/** Instants are written in UTC, which every program shows right in its own zone, on the days the clocks change too. */
function asText({ name, zone }: { name: string; zone: string }, entries: CalendarEntry[], { config, now }: Deps): string {
  const stamp = new Date(now());
  const events = entries.map(({ uid, sequence, startsAt, endsAt, title, description, cancelled, page }) => ({
    id: uid,
    sequence,
    stamp,
    start: new Date(startsAt),
    end: new Date(endsAt),
    summary: title,
    description,
    status: cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    transparency: ICalEventTransparency.TRANSPARENT,
    url: `${publicUrl(config)}${page}`,
  }));
  const prodId = { company: 'Holdfast', product: 'Calendar', language: 'EN' };
  const x = [{ key: 'X-WR-TIMEZONE', value: zone }];
  return new ICalCalendar({ name, prodId, method: ICalCalendarMethod.PUBLISH, ttl: refreshSeconds, events, x }).toString();
}
