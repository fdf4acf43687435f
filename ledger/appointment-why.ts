import { type AppointmentWhy, type Followed, whyAppointment } from '../domain/appointment-why.ts';
import type { LadderState } from '../domain/offer-ladder.ts';
import type { Tx } from '../prisma/client.ts';
import type { LoadedAppointment } from './appointment.ts';
import { iso } from './transaction.ts';

/** U-07: why a task did, or did not, follow by itself, and why the time of the visit was, or was not, offered to who waits. */
export async function whyAppointmentNow(tx: Tx, { facts, policy }: LoadedAppointment, now: string): Promise<AppointmentWhy[]> {
  return whyAppointment(facts, policy, now, await followedFrom(tx, facts));
}

async function followedFrom(tx: Tx, { id, practitionerId, startsAt, endsAt, cancelledAt }: LoadedAppointment['facts']): Promise<Followed> {
  const offered = cancelledAt && {
    where: { practitionerId, createdAt: { gte: cancelledAt }, startsAt: { lt: endsAt }, endsAt: { gt: startsAt } },
    orderBy: { createdAt: 'asc' as const },
    select: { state: true, createdAt: true, _count: { select: { offers: true } } },
  };
  const [task, ladder] = await Promise.all([
    tx.task.findFirst({ where: { appointmentId: id, origin: 'no-show' }, select: { createdAt: true } }),
    offered ? tx.offerLadder.findFirst(offered) : null,
  ]);
  return {
    taskAt: task && iso(task.createdAt),
    ladder: ladder && { state: ladder.state as LadderState, startedAt: iso(ladder.createdAt), asked: ladder._count.offers },
  };
}
