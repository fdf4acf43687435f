import { beforeAll, describe, expect, test } from 'vitest';

import { createPatient } from '../care-manager/practice.ts';
import { signInStaff } from '../pages/visitor.ts';
import { routesOf, testApi } from './api.ts';
import { callPlanted, operationsOf, type Planted, plantEverything } from './every-route.ts';

const api = testApi();
let planted: Planted;
/** What only a patient's own data says. */
let marks: { patientId: string; words: string[] }[];

/** Things of patients: whoever is shown one of them is on record, whatever of it the answer says. */
const matters = [
  'appointments',
  'tasks',
  'waitlist-entries',
  'patients',
  'opportunities',
  'courses-of-treatment',
  'tickets',
  'clearances',
  'conversations',
  'offer-ladders',
];

beforeAll(async () => {
  const { db, now, world } = api;
  planted = await plantEverything(api);
  const { ids } = planted;
  const patientId = ids.patients!;
  const { startsAt, endsAt } = await db.offerLadder.findUniqueOrThrow({ where: { id: ids['offer-ladders'] } });
  const offer = { ladderId: ids['offer-ladders']!, entryId: ids['waitlist-entries']!, patientId, channel: 'sms', startsAt, endsAt };
  await db.offer.create({ data: { ...offer, offeredAt: now, expiresAt: endsAt } });
  const mail = { facilityId: world.facilityId, patientId, subjectKind: 'patient', subjectId: patientId, content: {}, sendAfter: now };
  const message = await db.message.create({
    data: { ...mail, key: 'to-a-patient', kind: 'from template', address: '+49151', state: 'sent' },
  });
  ids.messages = message.id;
  ids['audit-events'] = (await db.auditEvent.findFirstOrThrow({ where: { subjectKind: 'task', subjectId: ids.tasks } })).id;
  await createPatient(db, world.facilityId, 'Another', 'One');
  const rows = await db.patient.findMany({ orderBy: { id: 'asc' } });
  marks = rows.map(({ id }, n) => ({ patientId: id, words: [id, `Marked${n}x`, `marked${n}x@patients.example`, `+4915199000${n}0`] }));
  for (const { patientId: id, words } of marks) {
    const [, familyName = '', email, phone] = words;
    await db.patient.update({ where: { id }, data: { familyName, searchName: ` ${familyName.toLowerCase()}`, email, phone } });
  }
});

/** `address`: what it says of a patient, the asker knew. */
type Answer = { address: string; status: number; text: string };
type Walk = { shown: string[]; unrecorded: string[]; answered: string[]; before: Map<string, number> };

/** How often each patient was looked at. */
async function looks(): Promise<Map<string, number>> {
  const rows = await api.db.accessEvent.groupBy({ by: ['patientId'], _count: true });
  return new Map(rows.map(({ patientId, _count }) => [patientId, _count]));
}

/** Asks one address, and notes which patients it showed, and whose look was not written down. */
async function ask(walk: Walk, name: string, noun: string | undefined, answer: () => Promise<Answer>): Promise<void> {
  const { before } = walk;
  const { address, status, text } = await answer();
  const after = await looks();
  walk.before = after;
  const looked = (id: string) => (after.get(id) ?? 0) > (before.get(id) ?? 0);
  const seen = marks
    .filter(({ words }) => words.some((word) => !address.includes(word) && text.includes(word)))
    .map(({ patientId }) => patientId);
  if (status < 300) walk.answered.push(name);
  if (seen.length > 0) walk.shown.push(name);
  const ofMatter = status < 300 && noun !== undefined && matters.includes(noun) && !marks.some(({ patientId }) => looked(patientId));
  if (ofMatter || seen.some((id) => !looked(id))) walk.unrecorded.push(name);
}

const fresh = async (): Promise<Walk> => ({ shown: [], unrecorded: [], answered: [], before: await looks() });

describe('F-25: whoever is shown a patient’s data leaves an access event', () => {
  test('F-25: every route of the API that reads, and every preview of one that writes', { timeout: 120_000 }, async () => {
    const walk = await fresh();
    const { paths = {} } = api.app.swagger() as { paths?: Record<string, Record<string, { parameters?: { name: string }[] }>> };
    const previews = (path: string, method: string) =>
      paths[`/v1${path}`]?.[method.toLowerCase()]?.parameters?.some(({ name }) => name === 'preview');
    for (const operation of operationsOf(api)) {
      const { method, path } = operation;
      const preview = method !== 'GET';
      if (preview && !previews(path, method)) continue; // what is written is in the audit trail, with who wrote it
      const noun = path.includes('{id}') ? path.split('/')[1] : undefined;
      await ask(walk, `${method} ${path}`, noun, async () => {
        const { status, body } = await callPlanted(api, planted, operation, api.keys.administrator, preview ? 'preview=true' : '');
        return { address: '', status, text: JSON.stringify(body ?? '') };
      });
    }
    expect(walk.unrecorded).toEqual([]);
    for (const noun of matters) expect(walk.answered).toContain(`GET /${noun}/{id}`);
    const lists = ['/patients', '/appointments', '/tasks', '/waitlist-entries', '/active-tasks', '/offer-ladders'];
    const more = ['/opportunities', '/courses-of-treatment', '/tickets', '/clearances', '/conversations', '/messages', '/audit-events'];
    const one = ['/messages/{id}', '/audit-events/{id}', '/tasks/{id}/history', '/patients/{id}/account', '/patients/{id}/audit-events'];
    expect(walk.shown).toEqual(expect.arrayContaining([...lists, ...more, ...one].map((path) => `GET ${path}`)));
    expect(walk.shown).toEqual(expect.arrayContaining(['POST /tasks', 'POST /waitlist-entries', 'POST /appointments', 'POST /tickets']));
  });

  test('F-25: every resource of the FHIR façade', async () => {
    const walk = await fresh();
    const { ids } = planted;
    const addresses = [
      `Patient`,
      `Patient/${ids.patients}`,
      `Appointment`,
      `Appointment?status=waitlist`,
      `Appointment/${ids.appointments}`,
      `Appointment/waitlist-${ids['waitlist-entries']}`,
      `Task`,
      `Task/${ids.tasks}`,
      `Schedule`,
      `Slot?schedule=practitioner-${ids.practitioners}`,
    ];
    for (const address of addresses) {
      await ask(walk, address, undefined, async () => {
        const authorization = `Bearer ${api.keys.administrator}`;
        const { statusCode, body } = await api.app.inject({ url: `/fhir/R4/${address}`, headers: { authorization } });
        return { address: '', status: statusCode, text: body };
      });
    }
    expect(walk.unrecorded).toEqual([]);
    expect(walk.shown).toEqual(addresses.slice(0, 8));
  });

  test('F-25: every page of the desk, for whoever may see it, the patient at hand among them', { timeout: 120_000 }, async () => {
    const walk = await fresh();
    const { db, world } = api;
    const { ids, staff } = planted;
    const rights = ['manage appointments', 'contact patients'];
    const person = (role: string) =>
      db.person.create({
        data: { facilityId: world.facilityId, name: `A ${role}`, role, rights, email: `${role.replace(' ', '')}@walk.example` },
      });
    const people = [await person('manager'), await person('care team agent'), await person('facility scheduler'), staff];
    const another = marks.at(-1)!.patientId;
    for (const visitor of people) {
      const browser = await signInStaff(api, visitor);
      if (visitor !== staff) expect((await browser.post('/remembered', { patientId: another })).status).toBe(303);
      for (const path of pages()) {
        const noun = nounOf(path);
        const id = ids[noun ?? ''] ?? '01890000-0000-7000-8000-0000000000aa';
        const address = path.replace(/:id\b/, id).replace(/:\w+/g, '01890000-0000-7000-8000-0000000000aa');
        for (const query of ['', ...(asked(ids)[path] ?? [])]) {
          await ask(walk, path + query, path.includes(':id') ? noun : undefined, async () => {
            const { status, html } = await browser.get(address + query);
            return { address: address + query, status, text: html };
          });
        }
      }
    }
    expect([...new Set(walk.unrecorded)]).toEqual([]);
    const shown = [...new Set(walk.shown.map((name) => name.split('?')[0]))];
    expect(shown).toEqual(
      expect.arrayContaining([
        ...['/day-book', '/book', '/patients', '/patients/:id', '/appointments/:id', '/appointments/:id/cancel'],
        ...['/active-tasks', '/tasks/:id', '/tasks/new', '/waitlist', '/waitlist/:id', '/waitlist/new', '/offers'],
        ...['/care-manager', '/care-manager/:id', '/accounts', '/accounts/:id', '/tickets/:id', '/tickets/new'],
        ...['/conversations', '/conversations/:id', '/clearances', '/clearances/:id'],
      ]),
    );
  });

  test('F-25: managers read on the card who looked, page by page; the desk does not', async () => {
    const { world, db } = api;
    const add = (role: string) =>
      db.person.create({ data: { facilityId: world.facilityId, name: `Log ${role}`, role, email: `${role}@log.example` } });
    const path = `/patients/${planted.ids.patients}`;
    const manager = await signInStaff(api, await add('manager'));
    const card = await manager.get(`${path}?tab=card`);
    expect(card.html).toContain(`href="${path}?tab=access"`);
    const log = await manager.get(`${path}?tab=access`);
    expect(log.text).toContain('Log manager (manager): patient card');
    let { text } = log;
    for (let page = log; ; text += page.text) {
      const [, earlier] = /href="([^"]+cursor=[^"]+)"/.exec(page.html) ?? [];
      if (!earlier) break;
      page = await manager.get(earlier.replaceAll('&amp;', '&'));
    }
    expect(text).toContain('(administrator, through the API): task');
    expect(text.match(/Log manager/g)).toHaveLength(1);
    expect((await manager.get(`${path}?tab=access&language=ru`)).status).toBe(303);
    expect((await manager.get(`${path}?tab=access`)).text).toContain('карточка пациента');
    const desk = await signInStaff(api, await add('receptionist'));
    expect((await desk.get(`${path}?tab=card`)).html).not.toContain('tab=access');
    expect((await desk.get(`${path}?tab=access`)).status).toBe(403);
  });
});

/** Pages behind a sign-in. Those behind a link are the reader's own; the mailbox of a trial stands for people's own mail clients. */
function pages(): string[] {
  const own = /^\/(v1|fhir|assets|docs|openapi|healthz|readyz|codec|calendar|a|p|join|unsubscribe|mailbox)\b/;
  return routesOf(api.app)
    .filter(({ methods, path }) => methods.includes('GET') && path.startsWith('/') && !own.test(path))
    .map(({ path }) => path);
}

const nouns: Record<string, string> = {
  waitlist: 'waitlist-entries',
  'care-manager': 'opportunities',
  accounts: 'patients',
  coverage: 'absences',
};
const nounOf = (path: string) => nouns[path.split('/')[1]!] ?? path.split('/')[1];

/** The queries with which a page shows more. */
const asked = (ids: Record<string, string>): Record<string, string[]> => ({
  '/day-book': ['?date=2027-02-03'],
  '/book': [`?practitionerId=${ids.practitioners}&date=2027-02-04&from=10:00&patientId=${ids.patients}&q=marked`],
  '/patients': ['?q=marked'],
  '/patients/:id': ['?tab=card', '?tab=access', '?tab=audit'],
  '/tasks/new': [`?patientId=${ids.patients}&q=marked`],
  '/waitlist/new': [`?patientId=${ids.patients}`],
  '/waitlist': [`?practitionerId=${ids.practitioners}&date=2027-02-03&from=10:00&to=11:00`],
  '/active-tasks': ['?item=waitlist-entry'],
  '/care-manager': ['?status=any'],
  '/accounts': ['?q=marked'],
  '/accounts/:id': ['?tab=card', '?tab=plans', '?tab=orders', '?tab=subscription', '?tab=credit'],
  '/tickets/new': [`?type=support&patient=${ids.patients}`],
  '/conversations': ['?folder=open', '?folder=unread', '?folder=done'],
});
