/** What somebody typed into a form that was refused: it goes back into its form, or stands by itself where the form is gone. */
import { useSpeech } from './reader.ts';

type Props = { words: (string | undefined)[]; title?: string };

export function Typed({ words: typed, title }: Props) {
  const { words } = useSpeech();
  const left = typed.filter((one) => one?.trim());
  if (left.length === 0) return null;
  return (
    <section className="card">
      <h2>{title ?? words('frame.typed')}</h2>
      {left.map((one) => (
        <blockquote key={one} className="said">
          {one}
        </blockquote>
      ))}
    </section>
  );
}
