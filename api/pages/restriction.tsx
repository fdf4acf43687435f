import { limitsInWords, type Standing } from '../../domain/hold-utilization.ts';

/** C-28: to a restricted requester, what is limited and why; nothing to anybody else. */
export function RestrictionNotice({ standing: { because, limits } }: { standing: Standing }) {
  if (!limits) return null;
  return (
    <div className="notice warning">
      <p>{because}</p>
      {limitsInWords(limits).map((limit) => (
        <p key={limit}>{limit}</p>
      ))}
    </div>
  );
}
