import type { ReactNode } from 'react';

type Props = {
  to: string;
  button: string;
  /** What travels unseen; undefined: it is left out. */
  hidden?: Record<string, string | undefined>;
  quiet?: boolean;
  children?: ReactNode;
};

/** A form with one button. Posted twice it is one decision. */
export function DecisionForm({ to, button, hidden = {}, quiet = false, children }: Props) {
  return (
    <form method="post" action={to} className={children ? 'card' : undefined}>
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      {Object.entries(hidden).map(([name, value]) => value && <input key={name} type="hidden" name={name} value={value} />)}
      {children}
      <button type="submit" className={quiet ? 'quiet' : undefined}>
        {button}
      </button>
    </form>
  );
}
