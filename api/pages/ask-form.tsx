import type { Kept } from './kept.ts';
import { CarryKept } from './kept-form.tsx';
import { useSpeech } from './reader.ts';

/** Asks for fresh links (C-40). `to`: the page that the mail's first button opens. */
export function AskForm({ to, kept }: { to?: string | undefined; kept?: Kept | undefined }) {
  const { words } = useSpeech();
  return (
    <form method="post" action="/links">
      {to && <input type="hidden" name="to" value={to} />}
      <CarryKept kept={kept} />
      <label>
        {words('frame.email')}
        <input type="email" name="email" required autoComplete="email" maxLength={200} />
      </label>
      <button type="submit">{words('frame.mailLink')}</button>
    </form>
  );
}
