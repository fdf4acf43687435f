import type { Role } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import type { LinkPurpose } from '../../domain/message.ts';
import type { Database } from '../../prisma/client.ts';
import { hashOf } from './principal.ts';

/** A button of a mail, found by its secret: whose it is and what it is for. Content: the facts of the mail it was in. */
export type Link = {
  id: string;
  purpose: LinkPurpose;
  subjectKind: string;
  subjectId: string;
  createdAt: string;
  content: Record<string, unknown>;
  person: { id: string; name: string; email: string; role: Role; facilityId: string; active: boolean };
};

/** Throws LINK_UNKNOWN for a forged, altered or foreign one (C-38). Reads only. */
export async function linkOf(db: Database, token: string): Promise<Link> {
  const row = await db.actionLink.findUnique({
    where: { tokenHash: hashOf(token) },
    include: { person: true, message: { select: { content: true } } },
  });
  if (!row?.person.active) throw new DomainError('LINK_UNKNOWN');
  return {
    id: row.id,
    purpose: row.purpose as LinkPurpose,
    subjectKind: row.subjectKind ?? '',
    subjectId: row.subjectId ?? '',
    createdAt: row.createdAt.toISOString(),
    content: (row.message?.content ?? {}) as Record<string, unknown>,
    person: { ...row.person, role: row.person.role as Role },
  };
}
