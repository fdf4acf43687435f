/**
 * A read-only FHIR R4 façade (F-17): Patient, Appointment, Schedule, Slot and Task with the fields that Holdfast keeps, behind
 * the same keys as the REST API and within their facilities. Every patient that is shown is on record (F-25).
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FhirResource } from 'fhir/r4.js';

import { DomainError } from '../../domain/errors.ts';
import { mustSeePatients } from '../../domain/right.ts';
import { livingPatients } from '../../ledger/patient-merge.ts';
import { recordLook } from '../access-log.ts';
import { type Deps, publicUrl } from '../deps.ts';
import { keyset, pageOf, positionOf } from '../listing.ts';
import { problemOf } from '../problems.ts';
import { requireKey } from '../routes/plugin.ts';
import { capabilityStatement, type ResourceType, searchable } from './capability.ts';
import {
  appointmentResource,
  bundleOf,
  outcomeOf,
  patientResource,
  type ScheduleActor,
  scheduleResource,
  slotResource,
  taskResource,
  waitingResource,
} from './resources.ts';
import { idsIn, type Search, searchOf } from './search.ts';
import { placeOf, rangeOf, slotsOf, whereabouts } from './slots.ts';

const path = '/fhir/R4';
const contentType = 'application/fhir+json; charset=utf-8';

/** One page: what was found, whose data it is, and where the next page begins. */
type Found = { resources: FhirResource[]; patients: { facilityId: string; patientId: string }[]; nextCursor: string | null };
type Ask = {
  search: Search;
  ids: string[] | undefined;
  scope: { facilityId?: { in: string[] } };
  facilityIds: string[] | undefined;
  now: string;
};

export async function registerFhir(app: FastifyInstance, deps: Deps, version: string): Promise<void> {
  const base = `${publicUrl(deps.config)}${path}`;
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error);
    if (problem.status >= 500) request.log.error({ err: error }, 'unhandled error');
    return reply
      .code(problem.status)
      .type(contentType)
      .send(JSON.stringify(outcomeOf(problem)));
  });
  app.setNotFoundHandler((request) => {
    throw new DomainError('NOT_FOUND', { method: request.method, path: request.url.split('?')[0] });
  });
  app.get('/metadata', { schema: { hide: true } }, (_request, reply) => send(reply, capabilityStatement(version, base)));
  await app.register(async (keyed) => {
    requireKey(keyed, deps);
    for (const type of Object.keys(searchable) as ResourceType[]) {
      keyed.get(`/${type}`, { schema: { hide: true } }, async (request, reply) => {
        const ask = await askOf(deps, request, type);
        const { resources, nextCursor, patients } = await finders[type](deps, ask);
        await recordLook(deps, request.principal, patients, `FHIR ${type}`);
        const self = `${base}${request.url.slice(path.length)}`;
        return send(reply, bundleOf(base, self, resources, nextCursor ? nextPage(self, nextCursor) : undefined));
      });
      keyed.get(`/${type}/:id`, { schema: { hide: true } }, async (request, reply) => {
        const { id } = request.params as { id: string };
        const ask = await askOf(deps, request, type, id);
        const { resources, patients } = await finders[type](deps, ask);
        const found = resources.find((one) => one.id === id);
        if (!found) throw new DomainError('NOT_FOUND', { type, id });
        await recordLook(deps, request.principal, patients, `FHIR ${type}`);
        return send(reply, found);
      });
    }
  });
}

const send = (reply: FastifyReply, resource: object) => reply.type(contentType).send(JSON.stringify(resource));

async function askOf(deps: Deps, request: FastifyRequest, type: ResourceType, id?: string): Promise<Ask> {
  const { principal, query } = request;
  if (type !== 'Schedule' && type !== 'Slot') mustSeePatients(principal);
  const facilityIds = principal.facilityIds === 'all' ? undefined : principal.facilityIds;
  const only = facilityIds?.length === 1 ? await deps.reader.facility.findUnique({ where: { id: facilityIds[0]! } }) : undefined;
  const search = searchOf(query, Object.keys(searchable[type]), only?.zone ?? 'UTC');
  const scope = facilityIds ? { facilityId: { in: facilityIds } } : {};
  return { search, ids: id === undefined ? search.get('_id') : [id], scope, facilityIds, now: deps.now() };
}

function nextPage(self: string, cursor: string): string {
  const url = new URL(self);
  url.searchParams.set('_cursor', cursor);
  return url.toString();
}

const uuids = (ids: string[] | undefined) => idsIn(ids, '-');
/** F-20: a card that became part of another is asked for by either. */
async function patientsOf(reader: Deps['reader'], references: string[] | undefined): Promise<string[] | undefined> {
  const ids = idsIn(references, 'Patient');
  const living = await livingPatients(reader, ids ?? []);
  return ids?.map((id) => living.get(id) ?? id);
}

const among = (values: string[] | undefined) => (values ? { in: values } : undefined);

const finders: Record<ResourceType, (deps: Deps, ask: Ask) => Promise<Found>> = {
  async Patient({ reader }, { search, ids, scope }) {
    const { where, orderBy } = keyset('familyName', search.cursor, 'text');
    const family = search.get('family')?.map((name) => ({ familyName: { startsWith: name, mode: 'insensitive' as const } }));
    const { gte, lt } = search.dates('birthdate');
    const day = { gte: gte && new Date(gte.slice(0, 10)), lt: lt && new Date(lt.slice(0, 10)) };
    const wanted = {
      id: among(uuids(ids)),
      number: among(search.get('identifier')),
      phone: among(search.get('phone')),
      ...(family && { OR: family }),
    };
    const rows = await reader.patient.findMany({
      where: { AND: [scope, wanted, gte || lt ? { birthDate: day } : {}, where] },
      orderBy,
      take: search.count + 1,
    });
    const { items, nextCursor } = pageOf(
      rows,
      search.count,
      ({ familyName, id }) => [familyName, id],
      (row) => row,
    );
    const patients = items.map(({ facilityId, id: patientId }) => ({ facilityId, patientId }));
    return { resources: items.map(patientResource), patients, nextCursor };
  },

  async Appointment({ reader }, { search, ids, scope }) {
    const status = search.get('status');
    const waiting = status?.includes('waitlist') || ids?.some((id) => id.startsWith('waitlist-'));
    if (waiting && status && status.length > 1)
      throw new DomainError('INVALID_REQUEST', { status, takes: 'waitlist alone, or any of the others' });
    const who = {
      patientId: among(await patientsOf(reader, search.get('patient'))),
      practitionerId: among(idsIn(search.get('practitioner'), 'Practitioner')),
    };
    if (waiting) {
      const { where, orderBy } = keyset('createdAt', search.cursor, 'instant');
      const id = among(uuids(ids?.map((one) => one.replace('waitlist-', ''))));
      const active = status ? { state: 'active' } : {};
      const rows = await reader.waitlistEntry.findMany({
        where: { AND: [scope, { id, ...who, ...active }, where] },
        orderBy,
        take: search.count + 1,
      });
      const { items, nextCursor } = pageOf(
        rows,
        search.count,
        ({ createdAt, id }) => [createdAt.toISOString(), id],
        (row) => row,
      );
      return { resources: items.map(waitingResource), patients: items, nextCursor };
    }
    const { where, orderBy } = keyset('startsAt', search.cursor, 'instant');
    const startsAt = search.dates('date');
    const rows = await reader.appointment.findMany({
      where: { AND: [scope, { id: among(uuids(ids)), status: among(status), startsAt, ...who }, where] },
      orderBy,
      take: search.count + 1,
      include: { practitioner: { select: { name: true } } },
    });
    const { items, nextCursor } = pageOf(
      rows,
      search.count,
      ({ startsAt, id }) => [startsAt.toISOString(), id],
      (row) => row,
    );
    return { resources: items.map(appointmentResource), patients: items, nextCursor };
  },

  async Schedule({ reader }, { search, ids, scope, facilityIds }) {
    if (ids) {
      const places = await Promise.all(ids.map((id) => placeOf(reader, id, facilityIds)));
      return { resources: places.flatMap((place) => (place ? [scheduleResource(place)] : [])), patients: [], nextCursor: null };
    }
    const actor = search.get('actor');
    const [rooms, practitioners] = await Promise.all([
      reader.room.findMany({ where: { AND: [scope, { id: among(idsIn(actor, 'Location')) }] } }),
      reader.practitioner.findMany({ where: { AND: [scope, { id: among(idsIn(actor, 'Practitioner')) }] } }),
    ]);
    const all: ScheduleActor[] = [
      ...rooms.map(({ id, name }) => ({ kind: 'room' as const, id, name, active: true })),
      ...practitioners.map(({ id, name, active }) => ({ kind: 'practitioner' as const, id, name, active })),
    ];
    const active = search.get('active')?.[0];
    const wanted = all
      .filter((one) => active === undefined || String(one.active) === active)
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    return { ...pageInMemory(wanted, search, (one) => [keyOf(one), one.id], scheduleResource), patients: [] };
  },

  async Slot({ reader }, { search, ids, facilityIds, now }) {
    const none = { resources: [], patients: [], nextCursor: null };
    const at = ids && (await whereabouts(reader, ids[0]!));
    if (ids && !at) return none;
    const [schedule, ...more] = at ? [at.schedule] : (search.get('schedule') ?? []).map((one) => one.replace('Schedule/', ''));
    if (!schedule || more.length > 0) throw new DomainError('INVALID_REQUEST', { needs: 'schedule: one of them' });
    const place = await placeOf(reader, schedule, facilityIds);
    if (!place) return none;
    const day = at && { gte: at.date, lt: new Date(Date.parse(at.date) + 1).toISOString() };
    const slots = await slotsOf(reader, place, day ?? rangeOf(search.dates('start'), now), now);
    const status = search.get('status');
    const wanted = slots.filter((slot) => (ids ? ids.includes(slot.id) : !status || status.includes(slot.status)));
    return { ...pageInMemory(wanted, search, ({ startsAt, id }) => [`${startsAt} ${id}`, place.id], slotResource), patients: [] };
  },

  async Task({ reader }, { search, ids, scope }) {
    const { where, orderBy } = keyset('createdAt', search.cursor, 'instant');
    const states = search.get('status')?.flatMap((status) => ({ requested: 'waiting', ready: 'due', completed: 'closed' })[status] ?? []);
    const { gte, lt } = search.dates('period');
    const actualFrom = { gte: gte && new Date(gte.slice(0, 10)), lt: lt && new Date(lt.slice(0, 10)) };
    const wanted = { id: among(uuids(ids)), state: among(states), patientId: among(await patientsOf(reader, search.get('patient'))) };
    const rows = await reader.task.findMany({
      where: { AND: [scope, wanted, gte || lt ? { actualFrom } : {}, where] },
      orderBy,
      take: search.count + 1,
      include: { type: { select: { name: true } } },
    });
    const { items, nextCursor } = pageOf(
      rows,
      search.count,
      ({ createdAt, id }) => [createdAt.toISOString(), id],
      (row) => row,
    );
    return { resources: items.map(taskResource), patients: items, nextCursor };
  },
};

const keyOf = ({ kind, name, id }: ScheduleActor) => `${kind} ${name} ${id}`;

/** For what is made, not read page by page: the sort value carries the whole order. */
function pageInMemory<Row>(
  rows: Row[],
  { cursor, count }: Search,
  position: (row: Row) => [string, string],
  resource: (row: Row) => FhirResource,
) {
  const after = positionOf(cursor, 'text')?.[0];
  const rest = after === undefined ? rows : rows.filter((row) => position(row)[0] > after);
  const { items: resources, nextCursor } = pageOf(rest.slice(0, count + 1), count, position, resource);
  return { resources, nextCursor };
}
