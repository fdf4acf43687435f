import { beforeAll, describe, expect, test } from 'vitest';

import { addMinutes } from '../../domain/civil.ts';
import { PolicySettings } from '../../domain/policy.ts';
import { verifyAudit } from '../../ledger/audit-verify.ts';
import { receiveMessage } from '../../ledger/inbound.ts';
import { createTicket } from '../../ledger/new-ticket.ts';
import { holdings } from '../../ledger/patient-data.ts';
import { retain } from '../../ledger/retention.ts';
import { changeTicket } from '../../ledger/ticket-decision.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { testApi } from '../api/api.ts';
import { actorFor, type CareTeam, createCareTeam } from '../ticket/care-team.ts';

const api = testApi();
let care: CareTeam;
let manager: string;
const secret = 'Xylophonia Quirk';

beforeAll(async () => {
  care = await createCareTeam(api.world);
  manager = await api.keyFor('manager', [api.world.facilityId]);
});

/** A patient with a name that stands nowhere else, and a closed ticket that speaks of them in every text it has. */
async function patientWithMatters() {
  const { facilityId } = api.world;
  const body = { facilityId, givenName: secret, familyName: secret, phone: '+12025550177', email: 'xylophonia@example.org' };
  const card = await api.call('POST', '/patients', { as: api.keys.administrator, body });
  const patientId = card.body.id as string;
  const opened = await api.call('POST', '/tickets', {
    as: manager,
    body: { facilityId, type: 'other-non-clinical', subject: `About ${secret}`, patientId },
  });
  const id = opened.body.id as string;
  const decide = (choice: Parameters<typeof changeTicket>[2], reason?: string) =>
    inTransaction(api.db, (tx) =>
      changeTicket(tx, id, choice, { actor: actorFor(care.agent), now: api.now, reason, decisionId: crypto.randomUUID() }),
    );
  await decide({ action: 'note' }, `${secret} called`);
  await decide({ action: 'pause' }, `waits for ${secret}`);
  return {
    patientId,
    id,
    close: () => decide({ action: 'close', outcome: { resolution: `${secret} is content` } }, `talked to ${secret}`),
  };
}

/** The tables in which a text stands anywhere. */
async function tablesWith(text: string): Promise<string[]> {
  const tables = await api.db.$queryRaw<{ name: string }[]>`
    SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`;
  const found: string[] = [];
  for (const { name } of tables) {
    const [row] = await api.db.$queryRawUnsafe<{ rows: number }[]>(
      `SELECT count(*)::int AS rows FROM "${name}" t WHERE to_jsonb(t)::text LIKE $1`,
      `%${text}%`,
    );
    if (row!.rows > 0) found.push(name);
  }
  return found;
}

describe('F-27: erasure', () => {
  test('a patient’s name stands in no row of any table afterwards, and the audit chain is whole', async () => {
    const { patientId, id, close } = await patientWithMatters();
    const early = await api.call('POST', `/patients/${patientId}/erase`, { as: manager, body: { reason: 'asked for' } });
    expect([early.status, early.body.code, early.body.facts.open]).toEqual([409, 'PATIENT_HAS_OPEN_MATTERS', { Ticket: 1 }]);
    await close();
    expect(await tablesWith(secret)).toEqual(expect.arrayContaining(['Decision', 'Patient', 'Ticket', 'TicketNote', 'TicketPause']));
    const before = await verifyAudit(api.db);
    const chain = await api.db.auditEvent.findMany({ where: { subjectId: id }, orderBy: { seq: 'asc' } });

    const { status, body } = await api.call('POST', `/patients/${patientId}/erase`, {
      as: manager,
      body: { reason: 'asked for in writing' },
    });
    expect([status, body.erased.Patient, body.erased.TicketNote]).toEqual([200, 1, 3]);
    expect(await tablesWith(secret)).toEqual([]);
    expect(await tablesWith('+12025550177')).toEqual([]);
    expect(await tablesWith('xylophonia@example.org')).toEqual([]);

    const after = await verifyAudit(api.db);
    expect([after.broken, after.events]).toEqual([[], before.events + 1]);
    const kept = await api.db.auditEvent.findMany({ where: { subjectId: id }, orderBy: { seq: 'asc' } });
    expect(kept.map(({ action, actor, hash }) => [action, actor, hash])).toEqual(
      chain.map(({ action, actor, hash }) => [action, actor, hash]),
    );
    const again = await api.call('POST', `/patients/${patientId}/erase`, { as: manager, body: { reason: 'again' } });
    expect([again.status, again.body.erased.AuditEvent]).toEqual([200, 1]); // the erasure's own event
  });

  test('what an event said cannot be changed under the cover of an erasure, nor an erased event be given other words', async () => {
    const event = await api.db.auditEvent.findFirstOrThrow({ where: { erasedAt: null, contentHash: { not: null } } });
    const erasedAt = new Date();
    await expect(api.db.auditEvent.update({ where: { id: event.id }, data: { after: { state: 'other' } } })).rejects.toThrow('append-only');
    await expect(api.db.auditEvent.update({ where: { id: event.id }, data: { erasedAt, salt: null, action: 'other' } })).rejects.toThrow(
      'append-only',
    );
    await expect(
      api.db.auditEvent.update({ where: { id: event.id }, data: { erasedAt, salt: null, after: { state: 'other' } } }),
    ).rejects.toThrow('append-only');
    await expect(api.db.decision.updateMany({ data: { action: 'other' } })).rejects.toThrow('append-only');
    await api.db.$transaction(async (tx) => {
      await tx.$executeRaw`SET LOCAL session_replication_role = replica`; // as somebody who rules the database
      await tx.auditEvent.updateMany({ where: { erasedAt: { not: null } }, data: { after: { state: 'other' } } });
    });
    expect((await verifyAudit(api.db)).broken.length).toBeGreaterThan(0);
    await api.db.$transaction(async (tx) => {
      await tx.$executeRaw`SET LOCAL session_replication_role = replica`;
      await tx.auditEvent.updateMany({ where: { erasedAt: { not: null } }, data: { after: {} } });
    });
    expect((await verifyAudit(api.db)).broken).toEqual([]);
  });

  test('every table that names a patient says what of it goes', async () => {
    const rows = await api.db.$queryRaw<{ name: string }[]>`
      SELECT DISTINCT table_name AS name FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name IN ('patientId', 'ticketId', 'opportunityId', 'courseId', 'conversationId')`;
    const known = holdings.map(({ table }) => table);
    expect(rows.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([]);
  });

  test('only a manager erases, with a reason, and only in the own facility', async () => {
    const path = `/patients/${care.patient.id}/erase`;
    const lead = await api.keyFor('team lead', [api.world.facilityId]);
    expect((await api.call('POST', path, { as: lead, body: { reason: 'x' } })).status).toBe(403);
    expect((await api.call('POST', path, { as: manager, body: {} })).status).toBe(400);
    const elsewhere = await api.keyFor('manager', [crypto.randomUUID()]);
    expect((await api.call('POST', path, { as: elsewhere, body: { reason: 'x' } })).status).toBe(404);
  });
});

describe('F-16: the audit trail of a patient’s matters', () => {
  test('is read by a manager, who is written down, and by nobody else', async () => {
    const { patientId, id } = await patientWithMatters();
    const { status, body } = await api.call('GET', `/patients/${patientId}/audit-events`, { as: manager });
    expect(status).toBe(200);
    const seen = (body.items as { subjectId: string; action: string }[]).map(
      ({ subjectId, action }) => `${subjectId === id ? 'ticket' : 'card'} ${action}`,
    );
    expect(seen).toEqual(['ticket pause', 'ticket note', 'ticket open', 'card add patient']);
    expect(JSON.stringify(body)).not.toContain(secret);
    expect(await api.db.accessEvent.count({ where: { patientId, what: 'audit trail' } })).toBe(1);
    for (const role of [
      'care coordinator',
      'care team agent',
      'team lead',
      'practitioner',
      'facility scheduler',
      'receptionist',
    ] as const) {
      const key = await api.keyFor(role, [api.world.facilityId]);
      expect([role, (await api.call('GET', `/patients/${patientId}/audit-events`, { as: key })).status]).toEqual([role, 403]);
    }
    const events = await api.call('GET', '/audit-events?subjectKind=ticket');
    expect([events.status, events.body.items]).toEqual([200, []]); // the facility scheduler reads of rooms, not of patients
    expect((await api.call('GET', '/audit-events?subjectKind=ticket', { as: api.keys.support })).body.items.length).toBeGreaterThan(0);
  });
});

async function setRetention(retention: object): Promise<void> {
  const { facilityId } = api.world;
  const version = (await api.db.policy.count({ where: { facilityId } })) + 1;
  await api.db.policy.create({ data: { facilityId, version, settings: PolicySettings.parse({ retention }), recordedBy: 'test' } });
}

describe('F-27: retention', () => {
  test('says first what would go, then lets go of exactly that, by the policy of the facility', async () => {
    const { facilityId, zone } = api.world;
    const ticket = { facilityId, type: 'other-non-clinical', subject: 'An old matter' };
    const { facts } = await inTransaction(api.db, (tx) => createTicket(tx, ticket, actorFor(care.agent), '2026-01-04T12:00:00.000Z'));
    const by = { actor: actorFor(care.agent), now: '2026-01-05T12:00:00.000Z', decisionId: crypto.randomUUID() };
    await inTransaction(api.db, (tx) => changeTicket(tx, facts.id, { action: 'close', outcome: { resolution: 'Done.' } }, by));
    await setRetention({ ticketTextDays: 180 });
    const run = (apply: boolean) => inTransaction(api.db, (tx) => retain(tx, { id: facilityId, name: 'x', zone }, { now: api.now, apply }));
    const texts = (rows: Awaited<ReturnType<typeof run>>) => rows.find(({ kind }) => kind === 'ticket texts');
    expect(texts(await run(false))).toMatchObject({ days: 180, rows: 1 });
    expect((await api.db.ticket.findUniqueOrThrow({ where: { id: facts.id } })).subject).toBe('An old matter');
    expect(texts(await run(true))).toMatchObject({ rows: 1 });
    expect(await api.db.ticket.findUniqueOrThrow({ where: { id: facts.id } })).toMatchObject({
      subject: '(erased)',
      outcome: null,
      state: 'closed',
    });
    expect(texts(await run(true))).toMatchObject({ rows: 0 });
    expect((await run(false)).find(({ kind }) => kind === 'patients')).toMatchObject({ days: null, rows: 0 });
  });

  test('F-20: what somebody wrote to join the waitlist and never confirmed goes, with the mail that asked them', async () => {
    const { facilityId, zone } = api.world;
    const wish = async (createdAt: string, confirmedAt?: string) => {
      const said = { givenName: 'Xylo', familyName: 'Unseen', phone: '+4915100000009', language: 'en', comment: 'evenings' };
      const expiresAt = addMinutes(createdAt, 24 * 60);
      const { id } = await api.db.waitlistRequest.create({
        data: { facilityId, ...said, profession: 'dentist', createdAt, expiresAt, confirmedAt: confirmedAt ?? null },
      });
      const about = { facilityId, subjectKind: 'waitlist-request', subjectId: id, key: `confirm-wish/${id}`, channel: 'sms' };
      const mail = {
        kind: 'wish to confirm',
        content: { givenName: 'Xylo' },
        address: said.phone,
        state: 'sent',
        sendAfter: createdAt,
        createdAt,
      };
      await api.db.message.create({ data: { ...about, ...mail } });
      return id;
    };
    const old = addMinutes(api.now, -5 * 24 * 60);
    const [gone, confirmed, fresh] = [await wish(old), await wish(old, old), await wish(api.now)];
    const run = (apply: boolean) => inTransaction(api.db, (tx) => retain(tx, { id: facilityId, name: 'x', zone }, { now: api.now, apply }));
    const rows = async (apply: boolean) => (await run(apply)).find(({ kind }) => kind === 'wishes');
    expect(await rows(false)).toMatchObject({ days: 1, rows: 1 });
    expect(await rows(true)).toMatchObject({ rows: 1 });
    const left = await api.db.waitlistRequest.findMany({ where: { facilityId }, select: { id: true } });
    expect(left.map(({ id }) => id).sort()).toEqual([confirmed, fresh].sort());
    const mails = await api.db.message.findMany({ where: { kind: 'wish to confirm' }, orderBy: { createdAt: 'asc' } });
    const erased = mails.map(({ subjectId, address }) => [subjectId, address === '(erased)']);
    expect(new Map(erased as [string, boolean][])).toEqual(
      new Map([
        [gone, true],
        [confirmed, false],
        [fresh, false],
      ]),
    );
  });

  test('words of closed conversations and of team channels go by their own settings; that somebody wrote stays', async () => {
    const { facilityId, zone } = api.world;
    const [long, lately] = ['2026-01-04T12:00:00.000Z', '2026-12-30T12:00:00.000Z'];
    const receive = (from: string, at: string) =>
      inTransaction(api.db, (tx) =>
        receiveMessage(tx, { facilityId, channel: 'text', from, externalId: from, text: `Words of ${from}`, categories: [] }, at),
      );
    const [old] = [await receive('+12025550181', long), await receive('+12025550182', lately), await receive('+12025550183', long)];
    await api.db.conversation.updateMany({ where: { address: { in: ['+12025550181', '+12025550182'] } }, data: { state: 'closed' } });
    const reply = { kind: 'reply', givenName: '', facility: 'x', zone, text: 'Our words' };
    await writeOld(old.conversation.facts.id, reply, long);
    const team = await api.db.team.findFirstOrThrow({ where: { facilityId } });
    for (const at of [long, lately])
      await api.db.teamPost.create({ data: { facilityId, teamId: team.id, by: 'Ash', text: 'Who knows?', at } });

    await setRetention({ conversationTextDays: 90, teamPostDays: 30 });
    const run = (apply: boolean) => inTransaction(api.db, (tx) => retain(tx, { id: facilityId, name: 'x', zone }, { now: api.now, apply }));
    const rows = async (apply: boolean) =>
      (await run(apply)).flatMap((one) => (['conversation texts', 'team posts'].includes(one.kind) ? [one.rows] : []));
    expect(await rows(false)).toEqual([1, 1]);
    expect(await rows(true)).toEqual([1, 1]);
    expect(await rows(true)).toEqual([0, 0]);
    const said = await api.db.conversationMessage.findMany({ where: { facilityId }, orderBy: { externalId: 'asc' } });
    expect(said.map(({ text }) => text)).toEqual(['(erased)', 'Words of +12025550182', 'Words of +12025550183']);
    const kept = await api.db.message.findFirstOrThrow({ where: { facilityId, kind: 'reply' } });
    expect([kept.content, kept.state]).toEqual([{ ...reply, text: '(erased)' }, 'sent']);
    expect(await api.db.teamPost.count({ where: { facilityId } })).toBe(1);
  });

  async function writeOld(subjectId: string, content: object, at: string): Promise<void> {
    const { facilityId } = api.world;
    const about = { facilityId, subjectKind: 'conversation', subjectId, key: `reply/${subjectId}`, kind: 'reply' };
    await api.db.message.create({ data: { ...about, channel: 'sms', address: '+12025550181', content, state: 'sent', sendAfter: at } });
  }

  test('a closed conversation is no open matter, one that waits is; whoever wrote lately has been here', async () => {
    const { facilityId, zone } = api.world;
    const card = (givenName: string) =>
      api.db.patient.create({ data: { facilityId, givenName, familyName: 'Long', createdAt: new Date('2020-01-01') } });
    const [closed, waits, wrote] = [await card('Closed'), await card('Waits'), await card('Wrote')];
    const write = async (patientId: string, from: string, at: string, state: string) => {
      const inbound = { facilityId, channel: 'text' as const, from, externalId: `card ${from}`, text: 'Hello', categories: [], patientId };
      const { conversation } = await inTransaction(api.db, (tx) => receiveMessage(tx, inbound, at));
      await api.db.conversation.update({ where: { id: conversation.facts.id }, data: { state } });
    };
    await write(closed.id, '+12025550191', '2022-01-04T12:00:00.000Z', 'closed');
    await write(waits.id, '+12025550192', '2022-01-04T12:00:00.000Z', 'open');
    await write(wrote.id, '+12025550193', '2026-12-30T12:00:00.000Z', 'closed');
    await setRetention({ patientDays: 730 });
    await inTransaction(api.db, (tx) => retain(tx, { id: facilityId, name: 'x', zone }, { now: api.now, apply: true }));
    const names = await api.db.patient.findMany({ where: { id: { in: [closed.id, waits.id, wrote.id] } }, orderBy: { id: 'asc' } });
    expect(names.map(({ givenName }) => givenName)).toEqual(['(erased)', 'Waits', 'Wrote']);
  });

  test('patients who have not been here for so long are erased whole, those with an open matter are not', async () => {
    const { facilityId, zone } = api.world;
    const createdAt = new Date('2020-01-01');
    const [gone, busy] = await Promise.all(
      ['Gone', 'Busy'].map((givenName) => api.db.patient.create({ data: { facilityId, givenName, familyName: 'Long', createdAt } })),
    );
    await inTransaction(api.db, (tx) =>
      createTicket(tx, { facilityId, type: 'support', subject: 'x', patientId: busy!.id }, actorFor(care.agent), api.now),
    );
    await setRetention({ patientDays: 3650 });
    const now = '2031-01-04T12:00:00.000Z';
    await inTransaction(api.db, (tx) => retain(tx, { id: facilityId, name: 'x', zone }, { now, apply: true }));
    const name = async (id: string) => (await api.db.patient.findUniqueOrThrow({ where: { id } })).givenName;
    expect([await name(gone!.id), await name(busy!.id)]).toEqual(['(erased)', 'Busy']);
    expect((await verifyAudit(api.db)).broken).toEqual([]);
  });
});
