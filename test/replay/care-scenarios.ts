/** Whole lives of the care team, run on skipped time like the others: counted, recorded and replayed. */
import type { WorkflowHandle } from '@temporalio/client';

import { addDays, atLocal, zoneDate } from '../../domain/civil.ts';
import type { Actor } from '../../domain/decision.ts';
import { keepWords } from '../../ledger/conversation.ts';
import { enterAbsence } from '../../ledger/new-absence.ts';
import { createTicket } from '../../ledger/new-ticket.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { actorOf, careTeam, mondayFrom, wholeDays } from '../absence/care-team.ts';
import { as, careTeamIn, text } from '../care-team.ts';
import { createClearingClinic } from '../clearance/clinic.ts';
import { bookVisit } from '../desk-world.ts';
import type { Lives } from '../lives.ts';
import { actorFor, createCareTeam } from '../ticket/care-team.ts';
import { createWorld } from '../world.ts';
import { decide } from './decide.ts';

const fresh = (name: string) => `${name}, ${crypto.randomUUID()}`; // a scenario may be tried again

async function sleepUntil(lives: Lives, instant: string): Promise<void> {
  await lives.env.sleep(Math.max(1, Date.parse(instant) - Date.parse(await lives.now())));
}

/** The next Monday at ten, so that working hours and weekends never matter. */
async function monday(lives: Lives, zone: string): Promise<string> {
  const date = mondayFrom(await lives.now(), zone, 1);
  await sleepUntil(lives, atLocal(date, '10:00', zone));
  return date;
}

export const careScenarios: Record<string, (lives: Lives) => Promise<WorkflowHandle>> = {
  'ticket-warned-escalated-and-closed': async (lives) => {
    const world = await createWorld(lives.db, { name: fresh('Counted ticket') });
    const care = await createCareTeam(world);
    const date = await monday(lives, world.zone);
    const wanted = { facilityId: world.facilityId, type: 'pricing-and-shipping', subject: 'A matter', assigneeId: care.agent.id };
    const now = await lives.now();
    const { facts } = await inTransaction(lives.db, (tx) => createTicket(tx, wanted, actorFor(care.lead), now));
    const handle = await lives.begin(`ticket/${facts.id}`);
    await sleepUntil(lives, atLocal(addDays(date, 1), '11:00', world.zone));
    await decide(handle, 'decideTicket', actorFor(care.agent), { action: 'close', outcome: { resolution: 'Done.' } }, await lives.now());
    await handle.result();
    return handle;
  },
  'conversation-reminded-answered-and-closed': async (lives) => {
    const world = await createWorld(lives.db, { name: fresh('Counted conversation') });
    const team = await careTeamIn(world);
    await monday(lives, world.zone);
    const { conversation } = await text(world, team, 'Where is my order?', await lives.now(), ['order-status']);
    const { id } = conversation.facts;
    const handle = await lives.begin(`conversation/${id}`);
    await lives.env.sleep('150 minutes');
    const [decisionId, at] = [crypto.randomUUID(), await lives.now()];
    const words = { conversationId: id, facilityId: world.facilityId, decisionId, channel: 'text' as const, text: 'It left yesterday.' };
    await keepWords(lives.db, { ...words, by: as(team.agent), at });
    await decide(handle, 'decideConversation', as(team.agent), { action: 'reply', categories: ['order-status'] }, at, decisionId);
    await handle.result();
    return handle;
  },
  'absence-covered-and-handed-back': async (lives) => {
    const world = await createWorld(lives.db, { name: fresh('Counted absence') });
    const team = await careTeam(world);
    const date = await monday(lives, world.zone);
    const now = await lives.now();
    const away = { personId: team.kim.id, ...wholeDays(addDays(date, 7), addDays(date, 7), world.zone) };
    const { facts } = await inTransaction(lives.db, (tx) => enterAbsence(tx, away, actorOf(team.kim), now));
    const handle = await lives.begin(`absence/${facts.id}`);
    await lives.env.sleep('1 hour');
    await decide(handle, 'decideAbsence', actorOf(team.lee), { action: 'opt in' }, await lives.now());
    await lives.env.sleep('1 hour');
    await decide(handle, 'decideAbsence', actorOf(team.kim), { action: 'tell providers' }, await lives.now());
    await handle.result();
    return handle;
  },
  'clearance-urgent-escalated-and-given': async (lives) => {
    const clinic = await createClearingClinic(lives.db, fresh('Counted clearance'));
    await monday(lives, clinic.zone);
    const now = await lives.now();
    const date = addDays(zoneDate(now, clinic.zone), 3);
    const visit = await bookVisit(clinic, { date, now });
    const { id } = await lives.db.clearance.findFirstOrThrow({ where: { appointmentId: visit.facts.id } });
    const handle = await lives.begin(`clearance/${id}`);
    await sleepUntil(lives, atLocal(date, '08:00', clinic.zone));
    const kim: Actor = { personId: clinic.kim.id, name: clinic.kim.name, role: 'care coordinator', channel: 'page' };
    await decide(handle, 'decideClearance', kim, { action: 'clear' }, await lives.now());
    await handle.result();
    return handle;
  },
};
