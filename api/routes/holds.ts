/**
 * Holds: requests for open time. The time is the requester's claim at once and hidden from everyone else (C-29);
 * whoever comes second gets the same 409 as if it never was open. Decisions are in hold-decisions.ts.
 */
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { advanceHold, holdStates, planHold } from '../../domain/hold.ts';
import { foretell } from '../../domain/timeline.ts';
import { loadHold, requestHold } from '../../ledger/hold.ts';
import { lockRoomDays } from '../../ledger/transaction.ts';
import type { Tx } from '../../prisma/client.ts';
import { actorOf, allow, type Principal, reachesRow, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { etag, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { rehearse } from '../rehearsal.ts';
import { PreviewQuery } from './decision-route.ts';
import { History, historyOf } from './history.ts';
import { Hold, presentHolds, Warning, warningsAbout } from './hold-shape.ts';
import { type Api, IdParam, Instant, inOrder, notInOrder, reach, reachable } from './plugin.ts';
import { Timeline } from './timeline.ts';
