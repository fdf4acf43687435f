import { z } from 'zod';

import { Interval } from '../../domain/interval.ts';
import type { Touched as Row } from '../../ledger/opening-hours.ts';
import { Instant } from './plugin.ts';

const mostShown = 500;

const Item = z.object({
  subject: z.object({ kind: z.enum(['block', 'hold', 'case']), id: z.uuid() }),
  room: z.string(),
  group: z.string().nullable(),
  startsAt: Instant,
  endsAt: Instant,
  closes: z.array(Interval).describe('The part of it that lies in time that closes.'),
});

/** What a change of opening hours touches. Nothing of it is moved: somebody has to look. */
export const Touched = {
  touched: z.int().describe('How many blocks, holds and cases lie in time that closes. None of them is moved by itself.'),
  touches: z.array(Item).describe(`The first ${mostShown} of them, by start.`),
};

export const presentTouched = (rows: Row[]) => ({ touched: rows.length, touches: rows.slice(0, mostShown) });

export const HoursPreviewQuery = z.object({
  preview: z.stringbool().default(false).describe('Only list what it touches, and do nothing.'),
});
