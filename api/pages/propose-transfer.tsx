/** From a block's page: give the block to another group, or swap it for one of theirs (F-07). */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { type LoadedBlock, loadBlock, loadBlocks } from '../../ledger/block.ts';
import { proposeTransfer } from '../../ledger/new-transfer.ts';
import type { Speech } from '../../words/speech.ts';
import { actorOfVisitor, type Visitor, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { blocksOf } from './block-schedule.tsx';
import { OptionalId } from './dates.ts';
import { oncePosted } from './form-once.ts';
import { Facts, Options, Page, renderPage } from './page.tsx';
import { speechFor, useSpeech } from './reader.ts';

const Params = z.object({ id: z.uuid() });
const Query = z.object({ to: OptionalId });
const Form = z.object({
  to: z.uuid(),
  /** Empty: nothing in return. */
  return: OptionalId,
  provider: OptionalId,
  note: z.string().trim().max(2000).optional(),
  form: z.string().min(8).max(80),
  yes: z.string().optional(),
});
const mostBlocks = 40;

export function registerProposeTransfer(app: FastifyInstance, deps: Deps): void {
  app.get('/blocks/:id/transfer', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, block } = await reach(deps, request);
    if (!block.policy.transfer.enabled) throw new DomainError('TRANSFERS_OFF', { setting: 'transfer.enabled' });
    return renderPage(reply, await proposePage(deps, visitor, block, Query.parse(request.query).to, speechFor(request)));
  });

  app.post('/blocks/:id/transfer', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, block } = await reach(deps, request);
    const { yes, form, to, return: returnBlockId, provider, note } = Form.parse(request.body);
    if (!yes) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
    const { facilityId, personId: proposerId } = visitor;
    const wanted = { facilityId, blockId: block.facts.id, toGroupId: to, returnBlockId, proposerId };
    const holder = returnBlockId ? {} : { toProviderId: provider };
    const id = await oncePosted(deps, visitor, [form, wanted, holder, note], async (tx) => {
      const proposal = { ...wanted, ...holder, note: note || undefined };
      return (await proposeTransfer(tx, proposal, actorOfVisitor(visitor), deps.now())).facts.id;
    });
    return reply.redirect(`/transfers/${id}`, 303);
  });
}

async function reach(deps: Deps, request: FastifyRequest) {
  const visitor = await visitorOf(deps, request);
  const { id } = Params.parse(request.params);
  const found = await deps.reader.block.findFirst({ where: { id, ...blocksOf(visitor) }, select: { id: true } });
  if (!found) throw new DomainError('BLOCK_NOT_FOUND', { id });
  return { visitor, block: await loadBlock(deps.reader, id, deps.now()) };
}

async function proposePage(deps: Deps, visitor: Visitor, block: LoadedBlock, to: string | undefined, { words, day, range }: Speech) {
  const { facilityId } = visitor;
  const groups = await deps.reader.group.findMany({
    where: { facilityId, id: { not: block.groupId }, mainContact: { active: true } },
    orderBy: { name: 'asc' },
    select: { id: true, name: true, providers: { select: { id: true, name: true }, orderBy: { name: 'asc' } } },
  });
  const chosen = groups.find(({ id }) => id === to);
  const { facts, names } = block;
  return (
    <Page title={words('transfer.form.title')} tab="Block Schedule">
      <Facts
        facts={[
          [words('block.block'), `${names.room}, ${day(facts.startsAt, facts.zone)}, ${range(facts, facts.zone)} (${facts.zone})`],
          [words('transfer.form.heldBy'), names.provider ?? names.group],
        ]}
      />
      <p>{words('transfer.form.text')}</p>
      {groups.length === 0 && <p className="notice">{words('transfer.form.nobody')}</p>}
      <form method="get" className="row">
        <label>
          {words('transfer.form.to')}
          <select name="to" required defaultValue={to ?? ''}>
            <option value="" disabled>
              {words('transfer.form.choose')}
            </option>
            <Options of={groups} />
          </select>
        </label>
        <button type="submit">{words(chosen ? 'transfer.form.another' : 'transfer.form.goOn')}</button>
      </form>
      {chosen && <ProposeForm block={block} group={chosen} theirs={await whole(deps, chosen.id, deps.now())} />}
    </Page>
  );
}

/** Their next blocks that nothing has happened to: the ones that could come in return. */
async function whole({ reader }: Deps, groupId: string, now: string): Promise<LoadedBlock[]> {
  const where = { groupId, state: 'active', startsAt: { gt: now } };
  const rows = await reader.block.findMany({ where, orderBy: { startsAt: 'asc' }, take: mostBlocks, select: { id: true } });
  const blocks = await loadBlocks(
    reader,
    rows.map(({ id }) => id),
    'none',
  );
  const touched = ({ facts }: LoadedBlock) => facts.cases.length + facts.releases.length + facts.claims.length > 0;
  return blocks.filter((block) => !touched(block)).sort((a, b) => (a.facts.startsAt < b.facts.startsAt ? -1 : 1));
}

type Group = { id: string; name: string; providers: { id: string; name: string }[] };

function ProposeForm({ block: { facts }, group, theirs }: { block: LoadedBlock; group: Group; theirs: LoadedBlock[] }) {
  const { words, day, range } = useSpeech();
  return (
    <form method="post" action={`/blocks/${facts.id}/transfer`} className="card">
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      <input type="hidden" name="to" value={group.id} />
      <label>
        {words('transfer.inReturn')}
        <select name="return" defaultValue="">
          <option value="">{words('transfer.form.nothing')}</option>
          {theirs.map(({ facts: { id, startsAt, endsAt, zone }, names }) => (
            <option key={id} value={id}>
              {names.room}, {day(startsAt, zone)}, {range({ startsAt, endsAt }, zone)}
              {names.provider && `, ${names.provider}`}
            </option>
          ))}
        </select>
      </label>
      <label>
        {words('transfer.form.for')}
        <select name="provider" defaultValue="">
          <option value="">{words('transfer.form.whole')}</option>
          <Options of={group.providers} />
        </select>
      </label>
      <label>
        {words('transfer.form.note')}
        <input name="note" maxLength={2000} />
      </label>
      <label>
        <input type="checkbox" name="yes" required /> {words('transfer.form.yes', { group: group.name })}
      </label>
      <button type="submit">{words('transfer.form.button')}</button>
    </form>
  );
}
