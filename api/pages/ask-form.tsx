import { z } from 'zod';

import { useSpeech } from './reader.ts';

/** A page of ours to go on to: a path, never another site. */
export const Destination = z
  .string()
  .max(500)
  .regex(/^\/(?![/\\])[^\s]*$/)
  .catch('/');

/** Asks for fresh links (C-40). `to`: the page that the mail's first button opens. */
export function AskForm({ to }: { to?: string | undefined }) {
  const { words } = useSpeech();
  return (
    <form method="post" action="/links">
      {to && <input type="hidden" name="to" value={to} />}
      <label>
        {words('frame.email')}
        <input type="email" name="email" required autoComplete="email" maxLength={200} />
      </label>
      <button type="submit">{words('frame.mailLink')}</button>
    </form>
  );
}
