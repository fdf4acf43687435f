/** U-02 on pages: what was looked at is what is done. Where it would be another by now, nothing is done and it is shown anew. */
import { z } from 'zod';

import type { DomainErrorCode } from '../../domain/errors.ts';
import { problemOf } from '../problems.ts';
import { useSpeech } from './reader.ts';

/** Runs `save`; where things have changed since the look, gives what `show` makes of the refusal's status. `tooLate`: refusals that say so too. */
export async function orShownAnew<Reply>(
  save: () => Promise<Reply>,
  show: (status: number) => Promise<Reply>,
  tooLate: DomainErrorCode[] = [],
): Promise<Reply> {
  try {
    return await save();
  } catch (error) {
    const { code, status } = problemOf(error);
    if (!['PREVIEW_STALE', 'VERSION_MISMATCH', ...tooLate].includes(code)) throw error;
    return show(status);
  }
}

/** Nothing, where nobody has come too late. */
export function StaleNotice({ stale }: { stale: boolean }) {
  const { words } = useSpeech();
  return (
    stale && (
      <p className="notice warning" role="alert">
        {words('hold.changedSince')}
      </p>
    )
  );
}

/** What a preview carries in its form, to be done as it was seen. A text that is no JSON is malformed (400). */
export const Carried = z
  .string()
  .max(50_000)
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'not JSON' });
      return z.NEVER;
    }
  });
