import { reportNames } from '../../api/reports.ts';
import { sourceCategories } from '../../domain/reply-category.ts';
import { plantTicketTypes } from '../../ledger/ticket-type.ts';
import { createPractice, report as reportCourse } from '../care-manager/practice.ts';
import { careTeamIn, text } from '../care-team.ts';
import { coordinatorIn, createBlock, proposeIn } from '../world.ts';
import type { TestApi } from './api.ts';

/** `ids`: one of each noun, by its path. `bodies`: by operation. `staff`: who works at the desk of the practice. */
export type Planted = {
  ids: Record<string, string>;
  bodies: Record<string, object>;
  staff: { id: string; facilityId: string; email: string };
};

/** A row of every noun in the world's facility (the Care Manager's in a practice of its own), and a good body for every write. */
export async function plantEverything(api: TestApi): Promise<Planted> {
  const { db, world, now, call, keys } = api;
  const { facilityId, room, room2, group, provider, contact } = world;
  const time = { startsAt: '2027-02-03T15:00:00Z', endsAt: '2027-02-03T16:00:00Z' };
  const hold = { facilityId, roomId: room2.id, providerId: provider.id, requesterId: contact.id, ...time };
  const report = { facilityId, number: 'A-1', roomId: room.id, ...time };
  const recurrence = { kind: 'weekly', weekdays: [6] };
  const series = { facilityId, roomId: room.id, groupId: group.id, from: '07:00', to: '09:00', recurrence, validFrom: '2027-01-01' };
  const made = {
    series: (await call('POST', '/block-series', { body: { ...series, validUntil: '2027-02-01' } })).body.id,
    block: await createBlock(world, '2027-03-01', now),
    hold: (await call('POST', '/holds', { body: hold })).body.id,
    case: (await call('POST', '/cases', { body: report })).body.caseId,
  };
  const patient = { facilityId, givenName: 'Ana', familyName: 'Silva', phone: '+351912345678' };
  const hours = [{ weekday: 3, from: '08:00', to: '17:00' }];
  const treats = (await call('POST', '/practitioners', { as: api.keys.administrator, body: { facilityId, name: 'Dr. Mine', hours } })).body
    .id;
  const card = (await call('POST', '/patients', { as: api.keys.administrator, body: patient })).body.id;
  const fact = { facilityId, patientId: card, number: 'N-1' };
  const subscription = { ...fact, programme: 'Body', status: 'active', startedAt: now };
  await plantTicketTypes(db, facilityId);
  const team = await db.team.findFirstOrThrow({ where: { facilityId } });
  const booking = { facilityId, patientId: card, practitionerId: treats, ...time };
  const booked = (await call('POST', '/appointments', { as: api.keys.administrator, body: booking })).body.id;
  const worklistItem = {
    facilityId,
    kind: 'reserve',
    subjectKind: 'hold',
    subjectId: made.hold,
    roomId: room.id,
    ...time,
    what: 'Reserve it.',
    since: now,
    by: 'test',
  };
  const coordination = await coordinatorIn(world);
  const practice = await createPractice(db, 'A practice');
  const opportunity = (await reportCourse(practice, now, 10))!;
  const visit = { facilityId, patientId: card, practitionerId: treats, durationMinutes: 30, comment: 'Second filling' };
  const desk = { as: api.keys.administrator };
  const task = (await call('POST', '/tasks', { ...desk, body: visit })).body;
  const freed = { facilityId, practitionerId: treats, ...time, cause: 'cancelled', freedAt: now };
  const care = await careTeamIn(world, 'Second');
  const { conversation } = await text(world, care, 'Where is my order?', now);
  const categories = { version: 1, categories: sourceCategories.categories, proposedBy: 'test', proposedAt: now };
  const away = (
    await call('POST', '/absences', { as: keys.administrator, body: { personId: contact.id, from: '2027-06-01', to: '2027-06-02' } })
  ).body;
  const substitute = (await call('POST', '/substitutes', { body: { personId: contact.id, substituteId: world.other.id } })).body;
  const later = { startsAt: '2027-02-10T15:00:00Z', endsAt: '2027-02-10T16:00:00Z' };
  const ids: Record<string, string> = {
    'task-types': task.typeId,
    tasks: task.id,
    'waitlist-entries': (await call('POST', '/waitlist-entries', { ...desk, body: visit })).body.id,
    'offer-ladders': (await call('POST', '/offer-ladders', { ...desk, body: { practitionerId: treats, ...later, mode: 'all' } })).body.id,
    'free-intervals': (await db.freeInterval.create({ data: freed })).id,
    ...coordination,
    conversations: conversation.facts.id,
    clearances: (await call('POST', '/clearances', { ...desk, body: { appointmentId: booked } })).body.id,
    'reply-categories': (await db.replyCategories.create({ data: { facilityId, ...categories } })).id,
    facilities: facilityId,
    rooms: room.id,
    groups: group.id,
    providers: provider.id,
    people: contact.id,
    policies: (await db.policy.findFirstOrThrow({ where: { facilityId } })).id,
    blocks: made.block,
    'block-series': made.series,
    holds: made.hold,
    cases: made.case,
    'audit-events': (await db.auditEvent.findFirstOrThrow({ where: { facilityId } })).id,
    templates: (await db.messageTemplate.create({ data: { facilityId, name: 'Recall', channel: 'sms', wordings: { en: { text: 'x' } } } }))
      .id,
    messages: (await db.message.findFirstOrThrow({ where: { facilityId } })).id,
    transfers: (await proposeIn(world, { blockId: made.block }, now)).facts.id,
    'worklist-items': (await db.worklistItem.create({ data: worklistItem })).id,
    practitioners: treats,
    patients: card,
    absences: away.id,
    substitutes: substitute.id,
    appointments: booked,
    vacations: (await call('POST', '/vacations', { body: { providerId: provider.id, from: '2027-06-01', to: '2027-06-02' } })).body.id,
    webhooks: (await call('POST', '/webhooks', { body: { facilityId, url: 'https://hooks.example.org/' } })).body.id,
    opportunities: opportunity,
    'courses-of-treatment': (await db.courseOfTreatment.findFirstOrThrow({ where: { facilityId: practice.facilityId } })).id,
    subscriptions: (await call('POST', '/subscriptions', { as: api.keys.administrator, body: subscription })).body.id,
    teams: team.id,
    'ticket-types': (await db.ticketType.findFirstOrThrow({ where: { facilityId } })).id,
    tickets: (await call('POST', '/tickets', { ...desk, body: { facilityId, type: 'support', subject: 'A question', patientId: card } }))
      .body.id,
    keys: (await db.apiKey.findFirstOrThrow({ where: { facilityIds: { has: facilityId } } })).id,
  };
  const reason = { reason: 'none of their business' };
  const bodies: Record<string, object> = {
    'POST /facilities': { name: 'A third one', zone: 'Europe/Berlin' },
    'PATCH /facilities/{id}': { paused: true },
    'POST /facilities/{id}/holidays': { date: '2027-07-05', name: 'Independence Day' },
    'POST /rooms': { facilityId, name: 'OR 9' },
    'PATCH /rooms/{id}': { name: 'OR 9' },
    'PUT /rooms/{id}/hours-exceptions': { items: [{ firstDate: '2027-07-05', closed: true }] },
    'POST /conversations/inbound': { facilityId, channel: 'text', from: '+15550000000', externalId: 'X-1', text: 'Hello' },
    'POST /teams/{id}/posts': { text: 'Hello' },
    'POST /clearances': { appointmentId: booked },
    'POST /clearances/{id}/links': { linkReason: 'update' },
    'POST /clearances/{id}/clear': {},
    'POST /conversations/{id}/categories': { categories: ['billing'] },
    'POST /conversations/{id}/replies': { text: 'Hello', categories: ['billing'] },
    'POST /conversations/{id}/drafts': { text: 'Hello', categories: ['billing'] },
    'POST /conversations/{id}/approve': {},
    'POST /conversations/{id}/tag': { practitionerId: ids.practitioners },
    'POST /conversations/{id}/identify': { patientId: ids.patients },
    'POST /conversations/{id}/hand-over': {},
    'POST /conversations/{id}/take': {},
    'POST /conversations/{id}/flag': reason,
    'POST /conversations/{id}/unflag': {},
    'POST /conversations/{id}/done': {},
    'POST /conversations/{id}/reopen': {},
    'POST /reply-categories': { facilityId, categories: sourceCategories.categories },
    'POST /reply-categories/{id}/sign-off': {},
    'PUT /coordinators/{id}': { kind: 'remote', zone: 'America/Denver', hours: [] },
    'POST /coordinator-assignments': { practitionerId: ids.practitioners, coordinatorId: ids.coordinators },
    'POST /coordinator-assignments/{id}/end': { reason: 'none of their business' },
    'POST /practitioners/{id}/ehr-use': { usesEhr: false },
    'POST /groups': { facilityId, name: 'New' },
    'PATCH /groups/{id}': { name: 'New' },
    'POST /groups/{id}/contacts': { name: 'New', email: 'new@example.org' },
    'POST /providers': { facilityId, name: 'New' },
    'PATCH /providers/{id}': { name: 'New' },
    'POST /people': { facilityId, name: 'New', email: 'new@example.org', role: 'block contact' },
    'PATCH /people/{id}': { name: 'New' },
    'PATCH /people/{id}/preferences': { availabilityAlerts: 'off' },
    'POST /people/{id}/calendar-feeds': {},
    'POST /policies': { facilityId, settings: {} },
    'POST /blocks': { facilityId, roomId: room.id, groupId: group.id, ...time },
    'PATCH /blocks/{id}': { windowDays: 3 },
    'POST /blocks/{id}/confidences': { predictor: 'Theirs', confidence: 0.95 },
    'POST /block-series': series,
    'PATCH /block-series/{id}': { from: '08:00' },
    'POST /block-series/{id}/end': { from: '2027-06-01' },
    'POST /blocks/{id}/keep': {},
    'POST /blocks/{id}/releases': { full: true },
    'POST /blocks/{id}/undo': {},
    'POST /holds': { ...hold, startsAt: '2027-02-03T18:00:00Z', endsAt: '2027-02-03T19:00:00Z' },
    'POST /transfers': { facilityId, blockId: made.block, toGroupId: world.otherGroup.id, onBehalfOf: contact.id },
    'POST /transfers/{id}/accept': {},
    'POST /transfers/{id}/decline': {},
    'POST /transfers/{id}/approve': {},
    'POST /transfers/{id}/deny': reason,
    'POST /transfers/{id}/withdraw': {},
    'PATCH /holds/{id}': { endsAt: '2027-02-03T18:00:00Z' },
    'POST /holds/{id}/confirm': {},
    'POST /holds/{id}/deny': reason,
    'POST /holds/{id}/delete': reason,
    'POST /cases': { ...report, number: 'A-2' },
    'POST /cases/{id}/cancel': {},
    'POST /cases/cancel': { facilityId, number: 'A-1' },
    'POST /practitioners': { facilityId, name: 'Dr. New' },
    'PATCH /practitioners/{id}': { active: false },
    'POST /patients': { ...patient, givenName: 'New' },
    'PATCH /patients/{id}': { givenName: 'New' },
    'POST /courses-of-treatment': {
      facilityId: practice.facilityId,
      number: 'COT-2',
      patientId: practice.patient.id,
      practitionerId: practice.dentist.id,
      payor: 'Private',
      costMinor: 1,
      openedOn: '2026-12-01',
    },
    'POST /opportunities/{id}/notes': { text: 'Seen' },
    'POST /hl7v2': {},
    'POST /opportunities/{id}/messages': { channel: 'sms', templateId: opportunity },
    'POST /opportunities/{id}/calls': { outcome: 'no answer' },
    'POST /opportunities/{id}/snooze': {},
    'POST /opportunities/{id}/reject': { confirm: true },
    'POST /opportunities/{id}/assign': { assigneeId: null },
    'POST /opportunities/{id}/reopen': {},
    'POST /opportunities/bulk': { action: 'reject', confirm: true, ids: [opportunity] },
    'POST /appointments': { ...booking, startsAt: '2027-02-03T17:00:00Z', endsAt: '2027-02-03T18:00:00Z' },
    'PATCH /appointments/{id}': { comment: 'New' },
    'POST /appointments/{id}/arrive': {},
    'POST /appointments/{id}/undo-arrive': {},
    'POST /appointments/{id}/fulfil': {},
    'POST /appointments/{id}/cancel': { reason: 'Patient is ill' },
    'POST /keys': { name: 'New', role: 'support', facilityIds: [facilityId] },
    'POST /keys/{id}/revoke': {},
    'POST /worklist-items/{id}/acknowledge': {},
    'POST /worklist-items/bulk': { ids: [ids['worklist-items']!] },
    'POST /patients/{id}/phone-contacts': { outcome: 'reached', note: 'Called' },
    'POST /patients/{id}/erase': { reason: 'none of their business' },
    'POST /patients/{id}/merge': { duplicateId: ids.tasks! },
    'POST /subscriptions': subscription,
    'POST /subscriptions/{id}/cancel': {},
    'POST /lab-orders': { ...fact, what: 'Panel', status: 'active', orderedAt: now },
    'POST /treatment-requests': { ...fact, condition: 'Weight', status: 'active', requestedAt: now },
    'POST /treatment-plans': { ...fact, request: 'N-1', what: 'Rest.', writtenBy: 'Dr. Mine', writtenAt: now },
    'POST /patients/{id}/credits': { amountMinor: 100, currency: 'USD', reason: 'none of their business' },
    'POST /orders': { ...fact, what: 'Refill', status: 'shipped', orderedAt: now },
    'POST /teams': { facilityId, name: 'New', zone: 'Europe/Berlin' },
    'PATCH /teams/{id}': { name: 'New' },
    'POST /ticket-types': { facilityId, key: 'new-type', name: 'New', area: 'support', teamId: team.id },
    'POST /ticket-types/starting-set': { facilityId },
    'PATCH /ticket-types/{id}': { slaMinutes: 60 },
    'POST /tickets': { facilityId, type: 'support', subject: 'A question', patientId: card },
    'POST /tickets/bulk': { ids: [ids.tickets!], choice: { action: 'assign', personId: null } },
    'POST /tickets/{id}/take': {},
    'POST /tickets/{id}/assign': { personId: null },
    'POST /tickets/{id}/route': { teamId: team.id },
    'POST /tickets/{id}/pause': reason,
    'POST /tickets/{id}/resume': {},
    'POST /tickets/{id}/notes': reason,
    'POST /tickets/{id}/mark-unable': reason,
    'POST /tickets/{id}/take-over': {},
    'POST /tickets/{id}/retype': { type: 'support' },
    'POST /tickets/{id}/prioritise': { medicalEmergency: true },
    'POST /tickets/{id}/close': { outcome: {} },
    'POST /vacations': { providerId: provider.id, from: '2027-07-05', to: '2027-07-09' },
    'POST /vacations/{id}/cancel': {},
    'POST /templates': { facilityId, name: 'New', channel: 'sms', wordings: { en: { text: 'x' } } },
    'PATCH /templates/{id}': { name: 'New' },
    'POST /task-types': { facilityId, name: 'Send papers' },
    'PATCH /task-types/{id}': { priority: 1 },
    'POST /tasks': visit,
    'PATCH /tasks/{id}': { comment: 'mornings' },
    'POST /tasks/{id}/close': {},
    'POST /tasks/{id}/assign': { assigneeId: null },
    'POST /tasks/{id}/snooze': {},
    'POST /tasks/bulk': { ids: [task.id], action: 'close' },
    'POST /waitlist-entries': visit,
    'POST /offer-ladders': {
      practitionerId: ids.practitioners,
      startsAt: '2027-03-03T15:00:00Z',
      endsAt: '2027-03-03T16:00:00Z',
      mode: 'all',
    },
    'POST /offer-ladders/{id}/stop': {},
    'PATCH /waitlist-entries/{id}': { comment: 'mornings' },
    'POST /waitlist-entries/{id}/close': {},
    'POST /waitlist-entries/{id}/extend': {},
    'POST /absences': { personId: contact.id, from: '2027-07-05', to: '2027-07-09' },
    'POST /absences/{id}/assign-cover': { coverId: contact.id },
    'POST /absences/{id}/write-message': { practitionerId: facilityId, text: 'Away.' },
    ...Object.fromEntries(
      ['cover-yourself', 'leave-unmonitored', 'acknowledge', 'approve-message', 'send-message'].map((decision) => [
        `POST /absences/{id}/${decision}`,
        { practitionerId: facilityId },
      ]),
    ),
    ...Object.fromEntries(
      ['tell-providers', 'opt-in', 'search-again', 'come-back', 'cancel'].map((decision) => [`POST /absences/{id}/${decision}`, {}]),
    ),
    'POST /substitutes': { personId: contact.id, substituteId: world.other.id },
    'POST /substitutes/{id}/remove': {},
    'POST /webhooks': { facilityId, url: 'https://hooks.example.org/' },
    'PATCH /webhooks/{id}': { active: false },
    'POST /webhooks/{id}/rotate-secret': {},
    'POST /webhooks/{id}/events/{eventId}/redeliver': {},
  };
  return { ids, bodies, staff: practice.desk };
}

export type Operation = { method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'; path: string };
export const bodiless = ['GET', 'DELETE'];

/** Every operation of the OpenAPI document. */
export function operationsOf(api: TestApi): Operation[] {
  const { paths = {} } = api.app.swagger() as { paths?: Record<string, object> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase() as Operation['method'], path: path.replace(/^\/v1/, '') })),
  );
}

/** What an operation does not do without. */
const queriesOf = ({ ids }: Planted): Record<string, string> => ({
  'GET /active-tasks': `facilityId=${ids.facilities}`,
  'GET /waitlist-candidates': `practitionerId=${ids.practitioners}&startsAt=2027-02-03T15:00:00Z&endsAt=2027-02-03T16:00:00Z`,
  'GET /offer-ladders/{id}/why': `waitlistEntryId=${ids['waitlist-entries']}`,
  'GET /waitlist-entries/{id}/fit': `practitionerId=${ids.practitioners}&startsAt=2027-02-03T15:00:00Z&endsAt=2027-02-03T16:00:00Z`,
  'GET /reply-categories': `facilityId=${ids.facilities}`,
  'GET /rooms/{id}/ledger': 'date=2027-02-01',
  'GET /free-time': `facilityId=${ids.facilities}&from=2027-02-01&to=2027-02-05`,
  'POST /hl7v2': `facilityId=${ids.facilities}&kind=case`,
  'GET /open-time': `facilityId=${ids.facilities}&from=2027-02-01&to=2027-02-05`,
  ...Object.fromEntries(reportNames.map((name) => [`GET /reports/${name}`, `facilityId=${ids.facilities}`])),
  'DELETE /facilities/{id}/holidays': 'date=2027-07-05',
});

/** Asks about what was planted; a write with its good body. `more`: added to the query. */
export function callPlanted(api: TestApi, planted: Planted, { method, path }: Operation, as: string, more = '') {
  const noun = path.split('/')[1]!;
  const query = [queriesOf(planted)[`${method} ${path}`], more].filter(Boolean).join('&');
  const wishes = bodiless.includes(method) ? {} : { body: planted.bodies[`${method} ${path}`] };
  const address = path.replace('{id}', planted.ids[noun] ?? 'no such noun').replace(/\{\w+\}/g, '01890000-0000-7000-8000-0000000000aa');
  return api.call(method, query ? `${address}?${query}` : address, { as, ...(method !== 'GET' && { ifMatch: 1 }), ...wishes });
}
