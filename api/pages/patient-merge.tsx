/** F-20: two cards of one patient, side by side; what would move, or why it cannot; and one press that merges them. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { needRight } from '../../domain/right.ts';
import { patientOf } from '../../ledger/patient.ts';
import { likelyTheSame, type Merge, mergePatients } from '../../ledger/patient-merge.ts';
import { civil } from '../../ledger/special-hours.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Tx } from '../../prisma/client.ts';
import { hashOf } from '../auth/principal.ts';
import { actorOfVisitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { type Problem, problemOf } from '../problems.ts';
import { rehearse } from '../rehearsal.ts';
import { deskOf, showPatients } from './front-desk.ts';
import { renderPage } from './page.tsx';
import { MergePage, MergePreview } from './patient-merge-views.tsx';
import { findPatients } from './patient-search.tsx';

const Params = z.object({ id: z.uuid() });
const Search = z.object({ q: z.string().max(100).optional() });
const Form = z.object({ duplicateId: z.uuid(), seen: z.string().max(100).optional(), yes: z.string().optional() });

export function registerPatientMerge(app: FastifyInstance, deps: Deps): void {
  app.get('/patients/:id/merge', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, patient } = await reach(deps, request);
    const { q } = Search.parse(request.query);
    const { facilityId } = visitor;
    const { id: notId, searchName, birthDate, phone } = patient;
    const like = { facilityId, searchName, birthDate: birthDate && civil(birthDate), phone, notId };
    const found = q?.trim() ? await findPatients(deps, visitor, q) : await likelyTheSame(deps.reader, like);
    const others = found.filter(({ id }) => id !== patient.id);
    const shown = [patient, ...others].map(({ id }) => id);
    await showPatients(deps, visitor, 'merge of two cards', shown);
    return renderPage(reply, <MergePage patient={patient} others={others} q={q} />);
  });

  app.post('/patients/:id/merge', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, patient } = await reach(deps, request);
    const { duplicateId, seen, yes } = Form.parse(request.body);
    const duplicate = await patientOf(deps.reader, visitor.facilityId, duplicateId);
    await showPatients(deps, visitor, 'merge of two cards', [patient.id, duplicateId]);
    const wish = { facilityId: visitor.facilityId, keptId: patient.id, duplicateId };
    const write = (tx: Tx) => mergePatients(tx, wish, { actor: actorOfVisitor(visitor), at: deps.now() });
    try {
      if (seen !== undefined) {
        if (yes === undefined) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
        await inTransaction(deps.db, async (tx) => {
          if (seenOf(await write(tx)) !== seen) throw new DomainError('PREVIEW_STALE', {});
        });
        return reply.redirect(`/patients/${patient.id}?tab=card`, 303);
      }
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status >= 500) throw error;
      return preview(problem);
    }
    return preview();

    /** As it stands now, under whatever was refused. */
    async function preview(problem?: Problem) {
      const outcome = await rehearse(deps.db, write).then(
        (merge) => ({ merge, seen: seenOf(merge) }),
        (error) => ({ refused: refusalIn(error) }),
      );
      const status = problem?.status ?? ('refused' in outcome ? outcome.refused.status : 200);
      return renderPage(reply, <MergePreview kept={patient} duplicate={duplicate} outcome={outcome} problem={problem} />, status);
    }
  });
}

function refusalIn(error: unknown): Problem {
  const refusal = problemOf(error);
  if (refusal.status >= 500) throw error;
  return refusal;
}

const seenOf = ({ kept, duplicate, filled, moved }: Merge) => hashOf(JSON.stringify([kept.version, duplicate.version, filled, moved]));

async function reach(deps: Deps, request: FastifyRequest) {
  const visitor = await deskOf(deps, request);
  needRight(visitor, 'manage appointments');
  return { visitor, patient: await patientOf(deps.reader, visitor.facilityId, Params.parse(request.params).id) };
}
