/**
 * HL7 v2 scheduling messages (SIU) of a facility's own system, posted to one endpoint and answered with an ACK (F-17). Which
 * feed it is, its address says: the facility, and whether it books visits or cases. docs/hl7.md has the fields.
 */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { needRight } from '../../domain/right.ts';
import { takeFromFeed } from '../../ledger/feed.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { actorOf, allow, type Principal } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { type AckCode, ackOf, ackOfNothing } from '../hl7/ack.ts';
import { askOf, parseSiu, Rejected, type Siu, visitIn } from '../hl7/siu.ts';
import { problems } from '../problems.ts';
import { type Api, reach } from './plugin.ts';

const er7 = 'x-application/hl7-v2+er7';
const Query = z.strictObject({
  facilityId: z.uuid().meta({ example: '01890000-0000-7000-8000-000000000001' }),
  kind: z.enum(['appointment', 'case']).describe('What the messages of this feed book: visits of practitioners, or cases in rooms.'),
});
type Feed = z.infer<typeof Query>;

export function hl7v2Routes(app: Api, deps: Deps): void {
  app.addContentTypeParser(
    [er7, 'application/hl7-v2', 'application/hl7-v2+er7', 'text/plain'],
    { parseAs: 'string' },
    async (_: FastifyRequest, body: string | Buffer) => String(body),
  );

  const schema = {
    tags: ['hl7v2'],
    summary: 'Take one HL7 v2 SIU message (S12, S13, S14, S15, S17, S26), answer with an ACK: AA, AE with the reason, AR',
    description: `The body is the message itself, as ${er7} or text/plain. Repeated and out-of-order messages do no harm.`,
    querystring: Query,
    response: { 200: z.string().describe('The ACK.'), ...problems(400, 401, 403, 404) },
  };
  app.post('/hl7v2', { schema }, async (request, reply) => {
    const { principal, query } = request;
    if (query.kind === 'case') allow(principal, 'facility scheduler');
    else needRight(principal, 'manage appointments');
    reach(principal, query.facilityId);
    if (typeof request.body !== 'string')
      throw new DomainError('INVALID_REQUEST', { contentType: request.headers['content-type'], takes: er7 });
    return reply.type(`${er7}; charset=utf-8`).send(await answer(deps, principal, query, request.body));
  });
}

async function answer(deps: Deps, principal: Principal, feed: Feed, text: string): Promise<string> {
  try {
    const siu = await parseSiu(text);
    const { code, words } = await take(deps, principal, feed, siu);
    return ackOf(siu.message, code, words);
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return error.of ? ackOf(error.of, 'AR', error.message) : ackOfNothing(error.message, deps.now());
  }
}

/** An accepted message is answered as before when it comes again; one that was refused is tried again. */
async function take(deps: Deps, principal: Principal, { facilityId, kind }: Feed, siu: Siu): Promise<{ code: AckCode; words: string }> {
  const { sender, controlId, event } = siu;
  const id = { facilityId, sender, controlId };
  const known = await deps.db.feedMessage.findUnique({ where: { facilityId_sender_controlId: id } });
  if (known?.code === 'AA') return { code: 'AA', words: `${known.text} (taken before)` };
  const at = deps.now();
  const keep = (code: AckCode, words: string) => {
    const answer = { event, code, text: words, at };
    return { where: { facilityId_sender_controlId: id }, create: { ...id, ...answer }, update: answer };
  };
  try {
    const { zone } = await deps.db.facility.findUniqueOrThrow({ where: { id: facilityId }, select: { zone: true } });
    const visit = visitIn(siu, zone);
    const words = await inTransaction(deps.db, async (tx) => {
      const actor = await actorOf(tx, principal, facilityId);
      const done = await takeFromFeed(tx, { facilityId, kind, actor, now: at }, askOf(event), visit);
      await tx.feedMessage.upsert(keep('AA', done));
      return done;
    });
    return { code: 'AA', words };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const words = `${error.message} ${JSON.stringify(error.details?.[0] ?? {})}`;
    await deps.db.feedMessage.upsert(keep('AE', words));
    return { code: 'AE', words };
  }
}
