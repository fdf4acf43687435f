/** One hold: where it stands, what comes next, and what its requester or the facility can do about it. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { formatRange } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { advanceHold, filledInWords, type HoldChoice, planHold } from '../../domain/hold.ts';
import { foretell } from '../../domain/timeline.ts';
import { dateTime, day } from '../../emails/wording.ts';
import { loadHold } from '../../ledger/hold.ts';
import { actorOfVisitor, isStaff, visitorOf } from '../auth/sessions.ts';
import { decide } from '../decide.ts';
import type { Deps } from '../deps.ts';
import { Coming } from './coming.tsx';
import { intervalOn, PageDate, PageTime } from './dates.ts';
import { ChangeForm, DecideForm, roomsOf } from './hold-forms.tsx';
import { RecordedPage } from './link-open.tsx';
import { Facts, Page, renderPage } from './page.tsx';

const Params = z.object({ id: z.uuid() });
const Form = z.object({
  form: z.string().min(8).max(80),
  reason: z.string().trim().max(2000).optional(),
  yes: z.string().optional(),
  back: z.literal('requests').optional(),
});
const Change = z.object({ roomId: z.uuid(), date: PageDate, from: PageTime, to: PageTime });

export function registerHoldPage(app: FastifyInstance, deps: Deps): void {
  app.get('/holds/:id', { schema: { hide: true } }, async (request, reply) => {
    const { hold, facility, mine } = await reach(deps, request);
    const { facts, names, policy } = hold;
    const { zone, state } = facts;
    const live = state === 'pending' || state === 'confirmed';
    const rooms = facility ? await roomsOf(deps, hold.facilityId) : [];
    const next = foretell(facts, deps.now(), { plan: (now, at) => planHold(now, policy, at), advance: advanceHold });
    return renderPage(
      reply,
      <Page title={`Hold in ${names.room}`} tab="Find Open Time">
        <Facts
          facts={[
            ['When', `${day(facts.startsAt, zone)}, ${formatRange(facts, zone)} (${zone})`],
            ['For', `${names.provider}, ${names.group}; requested by ${names.requester}`],
            ['State', state],
            ['Hold expiration date', dateTime(facts.expiresAt, zone)],
            ['Filled', filledInWords(facts)],
          ]}
        />
        {state === 'pending' && <p className="notice">Not yours yet: wait for the Hold Confirmation before you promise it to a patient.</p>}
        {facts.inConflict && (
          <p className="notice warning">
            A case of somebody else stands on part of this time. Please agree on another time with the facility.
          </p>
        )}
        {live && (
          <>
            <h2>What comes next</h2>
            <Coming steps={next} zone={zone} />
          </>
        )}
        {facility && state === 'pending' && (
          <>
            <h2>Decide</h2>
            <DecideForm action="confirm" label="Confirm" hold={facts} />
            <DecideForm action="deny" label="Deny" hold={facts} reason />
          </>
        )}
        {facility && live && (
          <>
            <h2 id="change">Change time, duration or room</h2>
            <ChangeForm hold={facts} rooms={rooms} />
          </>
        )}
        {live && (mine || facility) && (
          <>
            <h2>Delete this hold</h2>
            <p>
              You and the facility scheduler are told, and what is not filled is open to others again. A hold cannot be edited by its
              requester; request another if you need more time.
            </p>
            <DecideForm action="delete" label="Delete" hold={facts} reason />
          </>
        )}
      </Page>,
    );
  });

  app.post('/holds/:id/:action', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, hold } = await reach(deps, request);
    const choice = choiceIn(request, hold.facts.zone);
    const { form, reason, yes, back } = Form.parse(request.body);
    if (!yes) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
    if ((choice.action === 'deny' || choice.action === 'delete') && !reason)
      throw new DomainError('REASON_MISSING', { action: choice.action });
    const id = `page/${visitor.personId}/${form}`;
    const answer = await decide(deps, 'hold', hold.facts.id, {
      ...choice,
      id,
      actor: actorOfVisitor(visitor),
      decidedAt: deps.now(),
      reason,
    });
    return 'receipt' in answer
      ? reply.redirect(back ? `/${back}` : `/holds/${hold.facts.id}`, 303)
      : renderPage(reply, <RecordedPage />, 202);
  });
}

/** Which decision the form was for. Throws NOT_FOUND for one there is none of. */
function choiceIn(request: FastifyRequest, zone: string): HoldChoice {
  const { action } = request.params as { action: string };
  if (action === 'confirm' || action === 'deny' || action === 'delete') return { action };
  if (action !== 'change') throw new DomainError('NOT_FOUND', {});
  const { roomId, ...when } = Change.parse(request.body);
  return { action, roomId, interval: intervalOn(when, zone) };
}

/** The requester, colleagues of the group, and the facility see a hold; for anybody else it is not there. */
async function reach(deps: Deps, request: FastifyRequest) {
  const visitor = await visitorOf(deps, request);
  const { id } = Params.parse(request.params);
  const row = await deps.reader.hold.findFirst({ where: { id, facilityId: visitor.facilityId } });
  const facility = isStaff(visitor);
  if (!row || !(facility || row.requesterId === visitor.personId || visitor.groupIds.includes(row.groupId)))
    throw new DomainError('HOLD_NOT_FOUND', { id });
  return { visitor, facility, mine: row.requesterId === visitor.personId, hold: await loadHold(deps.reader, id) };
}
