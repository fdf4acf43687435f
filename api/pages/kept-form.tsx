import { Carry } from './form-fields.tsx';
import type { Kept } from './kept.ts';
import { useSpeech } from './reader.ts';
import { Typed } from './typed.tsx';

type Props = { kept: Kept | undefined };

/** In the form that asks for a link: what was typed goes along to the next page. */
export const CarryKept = ({ kept }: Props) => kept && <input type="hidden" name="kept" value={JSON.stringify(kept)} />;

/** What was typed, and the button that sends it again once they are in. */
export function KeptForm({ kept }: Props) {
  const { words } = useSpeech();
  if (!kept) return null;
  const typed = Object.values(kept.fields).flat();
  return (
    <section>
      <h2>{words('door.kept.title')}</h2>
      <p>{words('door.kept.text')}</p>
      <Typed title={words('door.kept.typed')} words={typed.filter((one) => /\s/.test(one.trim()))} />
      <form method="post" action={kept.action}>
        <Carry posted={kept.fields} />
        <button type="submit">{words('door.kept.send')}</button>
      </form>
    </section>
  );
}
