/** What people decide about an absence: telling, opting in, the provider's own choices, coming back. */
import { z } from 'zod';

import { type AbsenceChoice, decideAbsence } from '../../domain/absence-decision.ts';
import type { LoadedAbsence } from '../../ledger/absence.ts';
import { candidateFor } from '../../ledger/cover.ts';
import type { Deps } from '../deps.ts';
import { absenceRoles, findAbsence } from './absences.ts';
import { Deciding, decisionRoute } from './decision-route.ts';
import { type Api, Prose } from './plugin.ts';

const someone = '01890000-0000-7000-8000-000000000006';
const provider = '01890000-0000-7000-8000-000000000007';
const Plain = Deciding.meta({ example: { onBehalfOf: someone } });
const OptIn = Deciding.extend({ practitionerId: z.uuid().optional().describe('Left out: all lines that nobody covers.') }).meta({
  example: { onBehalfOf: someone },
});
const Assign = OptIn.extend({ coverId: z.uuid() }).meta({ example: { coverId: someone } });
const OfLine = Deciding.extend({ practitionerId: z.uuid() }).meta({ example: { practitionerId: provider, onBehalfOf: someone } });
const Message = OfLine.extend({ text: Prose.min(1).max(500) }).meta({
  example: { practitionerId: provider, text: 'I am away until Monday. Please call the practice.' },
});

export function absenceDecisionRoutes(app: Api, deps: Deps): void {
  const decision = <Body extends Deciding>(path: string, action: AbsenceChoice['action'], summary: string, body: z.ZodType<Body>): void =>
    decisionRoute<LoadedAbsence, Body, AbsenceChoice>(app, deps, {
      kind: 'absence',
      roles: [...absenceRoles, 'administrator'],
      path,
      summary,
      body,
      find: async (id, principal) => findAbsence(deps.reader, id, principal),
      choose: ({ onBehalfOf: _who, reason: _why, seen: _seen, ...said }) => ({ action, ...said }) as unknown as AbsenceChoice,
      foresee: async (absence, choice, actor, now) => {
        const candidate = await candidateFor(deps.reader, absence, choice, actor);
        const { lines, summary } = decideAbsence(absence.facts, choice, actor, now, candidate);
        return { effect: { lines, summary } };
      },
    });

  decision('/tell-providers', 'tell providers', 'Tell the providers the dates and who covers (P-19)', Plain);
  decision('/opt-in', 'opt in', 'Cover for the absent coordinator (P-21)', OptIn);
  decision('/assign-cover', 'assign cover', 'A manager has somebody cover (F-13)', Assign);
  decision('/search-again', 'search again', 'Always refused: cover is looked for once (P-22)', Plain);
  decision('/cover-yourself', 'cover yourself', 'The provider covers the own line (P-24)', OfLine);
  decision('/leave-unmonitored', 'leave unmonitored', 'The line of a designated coordinator is left alone (P-16)', OfLine);
  decision('/acknowledge', 'acknowledge', 'The provider knows (P-31)', OfLine);
  decision('/write-message', 'write message', 'Words for callers and texters; they wait for the provider’s approval (P-17)', Message);
  decision('/approve-message', 'approve message', 'The provider approves the words (P-17)', OfLine);
  decision('/send-message', 'send message', 'Send the words on the line; refused before they are approved (P-17)', OfLine);
  decision('/come-back', 'come back', 'Back earlier than planned: all is handed back at once (P-23)', Plain);
  decision('/cancel', 'cancel', 'The absence does not take place', Plain);
}
