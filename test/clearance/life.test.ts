import type { WorkflowHandle, WorkflowUpdateFailedError } from '@temporalio/client';
import { expect, test } from 'vitest';

import { addDays, addMinutes, atLocal, zoneDate } from '../../domain/civil.ts';
import type { ClearanceChoice } from '../../domain/clearance-decision.ts';
import type { Actor, Receipt, Role } from '../../domain/decision.ts';
import { bookAppointment, cancelAppointment, moveAppointment } from '../../ledger/appointment.ts';
import { openClearance } from '../../ledger/clearance.ts';
import { enterAbsence } from '../../ledger/new-absence.ts';
import { changeTicket } from '../../ledger/ticket-decision.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { prepareLives } from '../lives.ts';
import { type ClearingClinic, createClearingClinic } from './clinic.ts';

const lives = prepareLives();
const day = 24 * 60;

/** A visit that begins so many minutes from now; the dentist works round the clock for it. */
async function bookIn(clinic: ClearingClinic, minutes: number) {
  const now = await lives.now();
  await lives.db.practitionerException.create({
    data: {
      practitionerId: clinic.dentist.id,
      kind: 'added',
      startsAt: now,
      endsAt: addMinutes(now, 30 * day),
    },
  });
  const startsAt = addMinutes(now, minutes);
  const wish = { facilityId: clinic.facilityId, patientId: clinic.patient.id, practitionerId: clinic.dentist.id };
  const { facts } = await inTransaction(lives.db, (tx) =>
    bookAppointment(tx, { ...wish, startsAt, endsAt: addMinutes(startsAt, 20) }, clinic.desk, now),
  );
  return { visitId: facts.id, startsAt, now };
}

async function visitIn(clinic: ClearingClinic, minutes: number) {
  const visit = await bookIn(clinic, minutes);
  const { id } = await lives.db.clearance.findFirstOrThrow({ where: { appointmentId: visit.visitId } });
  return { ...visit, id };
}

const row = (id: string) => lives.db.clearance.findUniqueOrThrow({ where: { id } });
const told = async (id: string) =>
  (
    await lives.db.message.findMany({
      where: { subjectId: id, personId: { not: null } },
      include: { person: true },
      orderBy: { id: 'asc' },
    })
  ).map(({ kind, content, person }) => `${(content as { what?: string }).what ?? kind}: ${person!.name}`);
const by = ({ id, name, role }: { id: string; name: string; role: string }): Actor => ({
  personId: id,
  name,
  role: role as Role,
  channel: 'page',
});

async function decide(handle: WorkflowHandle, actor: Actor, choice: ClearanceChoice) {
  const decision = { id: crypto.randomUUID(), actor, decidedAt: await lives.now(), ...choice };
  try {
    return await handle.executeUpdate<Receipt, [object]>('decideClearance', { args: [decision], updateId: decision.id });
  } catch (error) {
    return ((error as WorkflowUpdateFailedError).cause as { type?: string }).type;
  }
}

test('P-02: added in time, the coordinator is told; then reminded, urgent a day before, escalated in time to act, and lapsed', async () => {
  const clinic = await createClearingClinic(lives.db, 'Clearance in time');
  const { id } = await visitIn(clinic, 3 * day + 60);
  expect(await told(id)).toEqual(['added: Kim Vale']);
  const handle = await lives.begin(`clearance/${id}`);
  await lives.env.sleep(`${2 * day + 61} minutes`);
  const { ticketId, urgedAt } = await row(id);
  expect(urgedAt).not.toBeNull();
  expect(await lives.db.ticket.findUniqueOrThrow({ where: { id: ticketId! } })).toMatchObject({ assigneeId: clinic.kim.id, state: 'open' });
  expect(await told(ticketId!)).toEqual(['ticket assigned: Kim Vale']);
  await lives.env.sleep('20 hours');
  expect((await told(id)).slice(-2).sort()).toEqual(['escalated: Anna Lopez', 'escalated: Lou Head']);
  await handle.result();
  expect(await row(id)).toMatchObject({ state: 'lapsed' });
});

test('P-02: less than 24 h before the visit the urgent ticket is raised in the booking’s own transaction; clearing closes it', async () => {
  const clinic = await createClearingClinic(lives.db, 'Clearance in a hurry');
  const { id, now, visitId } = await visitIn(clinic, 5 * 60);
  const { ticketId } = await row(id);
  const ticket = () => lives.db.ticket.findUniqueOrThrow({ where: { id: ticketId! }, include: { type: true } });
  expect(await ticket()).toMatchObject({
    openedAt: new Date(now),
    assigneeId: clinic.kim.id,
    type: { key: 'clearance' },
    origin: 'automated',
  });
  const close = (tx: Parameters<Parameters<typeof inTransaction>[1]>[0]) =>
    changeTicket(tx, ticketId!, { action: 'close', outcome: {} }, { actor: by(clinic.kim), now, decisionId: crypto.randomUUID() });
  await expect(inTransaction(lives.db, close)).rejects.toMatchObject({ type: 'CLEARANCE_OPEN' });
  const handle = await lives.begin(`clearance/${id}`);
  expect(await decide(handle, clinic.desk, { action: 'clear' })).toBe('NOT_ALLOWED');
  expect(await decide(handle, by(clinic.kim), { action: 'clear' })).toMatchObject({ state: 'cleared', by: 'Kim Vale' });
  expect(await ticket()).toMatchObject({ state: 'closed' });
  await handle.result();
  const again = await inTransaction(lives.db, async (tx) => openClearance(tx, visitId, clinic.desk, now));
  expect(again.facts.id).not.toBe(id); // asked for anew after it was settled: another one
});

test('P-02, P-05: while the coordinator is away the urgent ticket goes to whoever covers the line', async () => {
  const clinic = await createClearingClinic(lives.db, 'Clearance covered');
  const now = await lives.now();
  const away = { personId: clinic.kim.id, startsAt: now, endsAt: atLocal(addDays(zoneDate(now, clinic.zone), 3), '00:00', clinic.zone) };
  const absence = await inTransaction(lives.db, (tx) => enterAbsence(tx, away, by(clinic.kim), now));
  await lives.db.coverLine.updateMany({ where: { absenceId: absence.facts.id }, data: { coverId: clinic.lee.id } });
  await lives.env.sleep('1 minute');
  const { id } = await visitIn(clinic, 10 * 60);
  const { ticketId } = await row(id);
  expect((await lives.db.ticket.findUniqueOrThrow({ where: { id: ticketId! } })).assigneeId).toBe(clinic.lee.id);
});

test('P-02: a moved visit has a clearance at its new time, with a new ticket; a cancelled one needs none', async () => {
  const clinic = await createClearingClinic(lives.db, 'Clearance moved');
  const { id, visitId } = await visitIn(clinic, 5 * 60);
  const { ticketId } = await row(id);
  const handle = await lives.begin(`clearance/${id}`);
  const move = async (minutes: number) => {
    const [now, startsAt] = [await lives.now(), addMinutes(await lives.now(), minutes)];
    await inTransaction(lives.db, (tx) =>
      moveAppointment(tx, visitId, { startsAt, endsAt: addMinutes(startsAt, 20) }, clinic.desk, now, 'asked for'),
    );
  };
  await move(5 * day);
  expect(await row(id)).toMatchObject({ state: 'open', ticketId: null, urgedAt: null });
  expect((await lives.db.ticket.findUniqueOrThrow({ where: { id: ticketId! } })).state).toBe('closed');
  await move(8 * 60);
  expect(await lives.db.wakeUp.count({ where: { workflowId: `clearance/${id}`, kind: 'update' } })).toBe(1); // earlier: it is woken
  await handle.executeUpdate('replanClearance');
  const second = (await row(id)).ticketId;
  expect(second).not.toBe(ticketId);
  await inTransaction(lives.db, async (tx) => cancelAppointment(tx, visitId, 'Patient is ill', clinic.desk, await lives.now()));
  await handle.executeUpdate('replanClearance');
  await handle.result();
  expect(await row(id)).toMatchObject({ state: 'withdrawn' });
  expect((await lives.db.ticket.findUniqueOrThrow({ where: { id: second! } })).state).toBe('closed');
});

test('P-03: the link is mailed in the patient’s language for a known reason; the patient’s answer tells the coordinator, once', async () => {
  const clinic = await createClearingClinic(lives.db, 'Clearance link');
  await lives.db.patient.update({ where: { id: clinic.patient.id }, data: { language: 'ru' } });
  const { id } = await visitIn(clinic, 30 * 60);
  const handle = await lives.begin(`clearance/${id}`);
  const doctor = by({ ...clinic.dentistPerson });
  expect(await decide(handle, doctor, { action: 'send link', linkReason: 'a gift' })).toBe('LINK_REASON_UNKNOWN');
  await decide(handle, doctor, { action: 'send link', linkReason: 'new patient' });
  const sent = await lives.db.message.findMany({ where: { subjectId: id, patientId: clinic.patient.id } });
  expect(sent).toMatchObject([{ kind: 'registration', channel: 'mail', address: 'pat@patients.example' }]);
  await lives.deliver();
  await lives.env.sleep('1 minute');
  const mail = await lives.db.mailboxEntry.findFirstOrThrow({ where: { messageId: sent[0]!.id } });
  expect(mail.text).toContain('пожалуйста, заполните медицинскую регистрацию');
  expect(mail.text).toMatch(/https:\/\/h\.example\/p\//);
  const patient: Actor = { name: 'Patient', role: 'patient', channel: 'mail' };
  await decide(handle, patient, { action: 'register' });
  await decide(handle, patient, { action: 'register' });
  expect((await told(id)).filter((one) => one.startsWith('registered'))).toEqual(['registered: Kim Vale']);
  await decide(handle, doctor, { action: 'clear' });
  await handle.result();
});

test('P-02: a visit with a provider without a coordinator has none by itself; asked for it begins, but not for a past visit', async () => {
  const clinic = await createClearingClinic(lives.db, 'No coordinator');
  await lives.db.coordinatorAssignment.updateMany({ where: { practitionerId: clinic.dentist.id }, data: { endedAt: new Date() } });
  const { visitId, startsAt } = await bookIn(clinic, 2 * day);
  expect(await lives.db.clearance.count({ where: { appointmentId: visitId } })).toBe(0);
  const open = (at: string) => inTransaction(lives.db, (tx) => openClearance(tx, visitId, clinic.desk, at));
  await expect(open(startsAt)).rejects.toMatchObject({ type: 'APPOINTMENT_PAST' });
  const now = await lives.now();
  const { facts } = await open(now);
  expect((await open(now)).facts.id).toBe(facts.id); // the open one stands
  expect(await told(facts.id)).toEqual(['added: Lou Head']);
});
