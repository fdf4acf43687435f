/** What people decide about an appointment, each in one transaction here and now: the day book must not wait for a worker. */
import { z } from 'zod';

import type { AppointmentChoice } from '../../domain/appointment-decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { FollowUp } from '../../domain/follow-up.ts';
import { decideAppointmentDirectly } from '../../ledger/appointment-decision.ts';
import type { Principal } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { ifMatch } from '../listing.ts';
import { findAppointment } from './appointments.ts';
import { Deciding } from './decision-route.ts';
import { directDecisionRoute } from './direct-decision-route.ts';
import { type Api, Instant, Prose } from './plugin.ts';

const Plain = Deciding.meta({ example: {} });
const Cancel = Deciding.extend({
  reason: z.string().trim().max(100).optional().describe('One of the reasons in the policy (I-33).'),
  followUp: FollowUp.optional().describe('What is made in the same step; always of the type Cancelled (I-34 to I-37).'),
}).meta({ example: { reason: 'Patient is ill', followUp: { kind: 'task', comment: 'Call when well again.', inDays: 10 } } });
const Move = Deciding.extend({
  practitionerId: z.uuid().optional(),
  startsAt: Instant.optional(),
  endsAt: Instant.optional(),
  comment: Prose.optional(),
}).meta({ example: { startsAt: '2027-01-11T14:00:00Z', endsAt: '2027-01-11T14:30:00Z' } });

export function appointmentDecisionRoutes(app: Api, deps: Deps): void {
  const shared = {
    kind: 'appointment' as const,
    right: 'manage appointments' as const,
    find: (id: string, principal: Principal) => findAppointment(deps, id, principal),
    decide: decideAppointmentDirectly,
  };
  const plain = (action: 'arrive' | 'undo-arrive' | 'fulfil', summary: string) =>
    directDecisionRoute<Deciding, AppointmentChoice>(app, deps, {
      ...shared,
      path: `/${action}`,
      summary,
      body: Plain,
      choose: () => ({ action }),
    });

  plain('arrive', 'Mark the patient arrived, even after a no-show: its task closes (I-38)');
  plain('undo-arrive', 'Take a mistaken arrival back: the patient is expected still');
  plain('fulfil', 'Say that the visit has taken place');

  directDecisionRoute<z.infer<typeof Cancel>, AppointmentChoice>(app, deps, {
    ...shared,
    path: '/cancel',
    summary: 'Cancel, with a reason, and make the task or waitlist entry that follows in the same step (I-33 to I-37)',
    body: Cancel,
    choose: ({ followUp }) => ({ action: 'cancel', followUp }),
  });

  directDecisionRoute<z.infer<typeof Move>, AppointmentChoice>(app, deps, {
    ...shared,
    method: 'PATCH',
    path: '',
    ifMatch: true,
    summary: 'Move an appointment to another time or practitioner, or change its comment',
    body: Move,
    choose: ({ practitionerId, comment, startsAt, endsAt }, { headers }) => {
      const moved = startsAt !== undefined && endsAt !== undefined;
      if (moved ? startsAt >= endsAt : startsAt !== endsAt) throw new DomainError('INVALID_REQUEST', { startsAt, endsAt });
      const interval = moved ? { startsAt, endsAt } : undefined;
      return { action: 'move', practitionerId, interval, comment, version: ifMatch(headers['if-match']) };
    },
  });
}
