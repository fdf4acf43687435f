import type { Actor, Role } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import type { LinkPurpose } from '../../domain/mail-button.ts';
import type { Database } from '../../prisma/client.ts';
import { hashOf } from './principal.ts';

/** A button of a mail, found by its secret: whose it is and what it is for. Content: the facts of the mail it was in. */
export type Link = {
  id: string;
  /** As it stands in the address that the visitor holds. */
  token: string;
  purpose: LinkPurpose;
  subjectKind: string;
  subjectId: string;
  createdAt: string;
  spent: boolean;
  content: Record<string, unknown>;
  person: { id: string; name: string; email: string; role: Role; facilityId: string; active: boolean; language: string | null };
};

/** Throws LINK_UNKNOWN for a forged, altered or foreign one (C-38). Reads only. */
export async function linkOf(db: Database, token: string): Promise<Link> {
  const row = await db.actionLink.findUnique({
    where: { tokenHash: hashOf(token) },
    include: { person: true, message: { select: { content: true } } },
  });
  if (!row?.person?.active) throw new DomainError('LINK_UNKNOWN');
  return {
    id: row.id,
    token,
    purpose: row.purpose as LinkPurpose,
    subjectKind: row.subjectKind ?? '',
    subjectId: row.subjectId ?? '',
    createdAt: row.createdAt.toISOString(),
    spent: row.spentAt !== null,
    content: (row.message?.content ?? {}) as Record<string, unknown>,
    person: { ...row.person, role: row.person.role as Role },
  };
}

/** Who decides by it. */
export const actorOf = ({ person: { id, name, role } }: Link): Actor => ({ personId: id, name, role, channel: 'mail' });

/** Spends a sign-in link: true for the one press that was first and in time. */
export async function spendLink(db: Database, id: string, now: string): Promise<boolean> {
  const { count } = await db.actionLink.updateMany({
    where: { id, spentAt: null, createdAt: { gte: signInFrom(now) } },
    data: { spentAt: now },
  });
  return count === 1;
}

/** Sign-in links live 10 minutes. */
export const signInFrom = (now: string) => new Date(Date.parse(now) - 600_000);
