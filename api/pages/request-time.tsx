/** The form that requests open time: says beforehand what the requester should know, and makes one request of one form. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { zoneDate, zoneTime } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { expiryOf } from '../../domain/hold.ts';
import { policyOf } from '../../ledger/facility.ts';
import { readStanding } from '../../ledger/hold-utilization.ts';
import { requestHold } from '../../ledger/new-hold.ts';
import { mustBeOpen, openness } from '../../ledger/open-time.ts';
import { type OwnTime, ownUnbooked } from '../../ledger/own-time.ts';
import type { Speech } from '../../words/speech.ts';
import { actorOfVisitor, type Visitor, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { intervalOn, OptionalId, PageInterval, PageTime } from './dates.ts';
import { EndDay } from './end-day.tsx';
import { Agree, Field, Form, Pick } from './form-fields.tsx';
import { oncePosted } from './form-once.ts';
import { orAgain } from './or-again.tsx';
import { Facts, Page, renderPage } from './page.tsx';
import { speechFor, useSpeech } from './reader.ts';
import { RestrictionNotice } from './restriction.tsx';
import { surgeonsOf } from './surgeons.ts';

const Slot = PageInterval.and(z.object({ roomId: z.uuid(), provider: OptionalId }));
type Slot = z.infer<typeof Slot>;
const Request = PageTime.extend({
  roomId: z.uuid(),
  providerId: z.uuid(),
  form: z.string().min(8).max(80),
  yes: z.string().optional(),
});
type Request = z.infer<typeof Request>;

export function registerRequestTime(app: FastifyInstance, deps: Deps): void {
  app.get('/open-time/request', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    return renderPage(reply, await requestPage(deps, visitor, Slot.parse(request.query), speechFor(request)));
  });

  app.post('/open-time/requests', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const { slotStartsAt: startsAt, slotEndsAt: endsAt, roomId } = (request.body ?? {}) as Record<string, string>;
    const slot = Slot.safeParse({ roomId, startsAt, endsAt }).data;
    const make = async () => {
      const form = Request.parse(request.body);
      if (!form.yes) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
      return reply.redirect(`/holds/${await requestOnce(deps, visitor, form)}`, 303);
    };
    if (!slot) return make();
    return orAgain(reply, { codes: fieldOf }, make, () => requestPage(deps, visitor, slot, speechFor(request)));
  });
}

/** Which field a refusal is about. */
const fieldOf = { CHOICE_MISSING: 'yes', TIME_NOT_OPEN: 'from', OUTSIDE_HOURS: 'from', TIME_PAST: 'from', TIME_TOO_LONG: 'to' };

/** The whole slot is allowed (C-26). Throws TIME_NOT_OPEN when it has gone meanwhile, OUTSIDE_HOURS when the room closes. */
async function requestPage(deps: Deps, visitor: Visitor, slot: Slot, speech: Speech) {
  const { facilityId, zone } = visitor;
  const now = deps.now();
  const [room, providers, policy] = await Promise.all([
    deps.reader.room.findFirst({ where: { id: slot.roomId, facilityId } }),
    deps.reader.provider.findMany({ where: surgeonsOf(visitor), orderBy: { name: 'asc' } }),
    policyOf(deps.reader, facilityId),
  ]);
  if (!room) throw new DomainError('NOT_FOUND', { roomId: slot.roomId });
  const place = { policy, zone, now };
  const [standing, own] = await Promise.all([
    readStanding(deps.reader, { id: visitor.personId, role: visitor.role }, place),
    ownUnbooked(deps.reader, visitor, slot.startsAt, place),
  ]);
  mustBeOpen(await openness(deps.reader, { ...slot, zone, now }), slot);
  if (slot.startsAt < now) throw new DomainError('TIME_NOT_OPEN', slot);
  const { words, day, range, dateTime } = speech;
  return (
    <Page title={words('openTime.form.title', { room: room.name })} tab="Find Open Time">
      <Facts
        facts={[
          [words('openTime.form.open'), `${day(slot.startsAt, zone)}, ${range(slot, zone)} (${zone})`],
          [words('hold.expires'), dateTime(expiryOf(slot.startsAt, now, zone, policy), zone)],
        ]}
      />
      <RestrictionNotice standing={standing} />
      {own.length > 0 && (
        <p className="notice">{words('openTime.form.own', { times: own.map((one) => inWords(one, zone, speech)).join('; ') })}</p>
      )}
      <p>{words('openTime.form.hidden')}</p>
      {providers.length === 0 ? (
        <p className="notice warning">{words('openTime.form.noProvider')}</p>
      ) : (
        <RequestForm slot={slot} zone={zone} providers={providers} />
      )}
    </Page>
  );
}

const inWords = ({ room, unbooked }: OwnTime, zone: string, { day, ranges }: Speech) =>
  `${room}, ${day(unbooked[0]!.startsAt, zone)}, ${ranges(unbooked, zone)}`;

function RequestForm({ slot, zone, providers }: { slot: Slot; zone: string; providers: { id: string; name: string }[] }) {
  const { words } = useSpeech();
  return (
    <Form action="/open-time/requests">
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      <input type="hidden" name="roomId" value={slot.roomId} />
      <input type="hidden" name="date" value={zoneDate(slot.startsAt, zone)} />
      <input type="hidden" name="slotStartsAt" value={slot.startsAt} />
      <input type="hidden" name="slotEndsAt" value={slot.endsAt} />
      <Pick name="providerId" label={words('openTime.form.for')} options={providers} chosen={slot.provider} />
      <div className="row">
        <Field type="time" name="from" label={words('hold.from')} required value={zoneTime(slot.startsAt, zone)} />
        <Field type="time" name="to" label={words('hold.to')} required value={zoneTime(slot.endsAt, zone)} />
      </div>
      <EndDay interval={slot} zone={zone} />
      <Agree label={words('openTime.form.yes')} />
      <button type="submit">{words('openTime.form.button')}</button>
    </Form>
  );
}

function requestOnce(deps: Deps, visitor: Visitor, { form, roomId, providerId, ...when }: Request): Promise<string> {
  const { facilityId, zone, personId } = visitor;
  const wanted = { roomId, providerId, ...intervalOn(when, zone) };
  return oncePosted(deps, visitor, [form, wanted], async (tx) => {
    const provider = await tx.provider.findFirst({ where: { id: providerId, ...surgeonsOf(visitor) }, select: { id: true } });
    if (!provider) throw new DomainError('NOT_FOUND', { providerId });
    const hold = await requestHold(tx, { ...wanted, facilityId, requesterId: personId }, actorOfVisitor(visitor), deps.now());
    return hold.facts.id;
  });
}
