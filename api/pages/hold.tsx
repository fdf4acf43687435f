/** One hold: where it stands, what comes next, and what its requester or the facility can do about it. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { type HoldChoice, mustGiveReason } from '../../domain/hold-decision.ts';
import { lastAccepted } from '../../ledger/decision.ts';
import { loadHold } from '../../ledger/hold.ts';
import { whyHoldNow } from '../../ledger/why.ts';
import { actorOfVisitor, isStaff, type Visitor, visitorOf } from '../auth/sessions.ts';
import { decide } from '../decide.ts';
import type { Deps } from '../deps.ts';
import { intervalOn, PageTime } from './dates.ts';
import { formOf, possibleNow, roomsOf } from './hold-forms.tsx';
import { HoldPage } from './hold-views.tsx';
import { RecordedPage } from './link-open.tsx';
import { orAgain } from './or-again.tsx';
import { renderPage } from './page.tsx';
import { requestsPage } from './requests.tsx';

const Params = z.object({ id: z.uuid() });
const Form = z.object({
  form: z.string().min(8).max(80),
  seen: z.string().max(5000).optional(),
  reason: z.string().trim().max(2000).optional(),
  yes: z.string().optional(),
});
const Change = PageTime.extend({ roomId: z.uuid(), version: z.coerce.number().int().optional() });

export function registerHoldPage(app: FastifyInstance, deps: Deps): void {
  app.get('/holds/:id', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, id } = await reach(deps, request);
    return renderPage(reply, await holdPage(deps, visitor, id));
  });

  app.post('/holds/:id/:action', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, id: subjectId } = await reach(deps, request);
    const { action } = request.params as { action: string };
    const { back } = (request.body ?? {}) as { back?: string };
    const save = async () => {
      const choice = choiceIn(request, visitor.zone);
      const { form, seen, reason, yes } = Form.parse(request.body);
      if (!yes) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
      mustGiveReason(choice.action, reason);
      const envelope = { id: `page/${visitor.personId}/${form}`, actor: actorOfVisitor(visitor), decidedAt: deps.now(), reason, seen };
      const answer = await decide(deps, 'hold', subjectId, { ...choice, ...envelope });
      if ('receipt' in answer) return reply.redirect(back === 'requests' ? `/requests?done=${subjectId}` : `/holds/${subjectId}`, 303);
      return renderPage(reply, <RecordedPage />, 202);
    };
    return orAgain(reply, { form: formOf(subjectId, action), codes: fieldOf }, save, ({ code }) =>
      back === 'requests' && !overtaken.includes(code)
        ? requestsPage(deps, visitor, { also: subjectId })
        : holdPage(deps, visitor, subjectId),
    );
  });
}

/** Which field of its form a refusal is about. */
const fieldOf = {
  CHOICE_MISSING: 'yes',
  REASON_MISSING: 'reason',
  TIME_NOT_OPEN: 'from',
  OUTSIDE_HOURS: 'from',
  TIME_PAST: 'date',
  TIME_TOO_LONG: 'to',
};
/** Somebody decided, or something happened, since the visitor looked: the hold is shown as it is now (U-02, U-14). */
const overtaken = ['HOLD_SETTLED', 'HOLD_NOT_PENDING', 'PREVIEW_STALE', 'VERSION_MISMATCH'];

async function holdPage(deps: Deps, visitor: Visitor, id: string) {
  const hold = await loadHold(deps.reader, id);
  const rooms = isStaff(visitor) ? await roomsOf(deps, hold.facilityId) : [];
  const now = deps.now();
  const whys = await whyHoldNow(deps.reader, hold, now);
  const last = await lastAccepted(deps.reader, 'hold', id);
  return <HoldPage {...{ hold, now, whys, rooms, last }} possible={possibleNow(visitor, hold, now)} />;
}

/** Which decision the form was for. Throws NOT_FOUND for one there is none of. */
function choiceIn(request: FastifyRequest, zone: string): HoldChoice {
  const { action } = request.params as { action: string };
  if (action === 'confirm' || action === 'deny' || action === 'delete') return { action };
  if (action !== 'change') throw new DomainError('NOT_FOUND', {});
  const { roomId, version, ...when } = Change.parse(request.body);
  return { action, roomId, interval: intervalOn(when, zone), version };
}

/** The requester, colleagues of the group, and the facility see a hold; for anybody else it is not there. */
async function reach(deps: Deps, request: FastifyRequest) {
  const visitor = await visitorOf(deps, request);
  const { id } = Params.parse(request.params);
  const row = await deps.reader.hold.findFirst({ where: { id, facilityId: visitor.facilityId } });
  if (!row || !(isStaff(visitor) || row.requesterId === visitor.personId || visitor.groupIds.includes(row.groupId)))
    throw new DomainError('HOLD_NOT_FOUND', { id });
  return { visitor, id };
}
