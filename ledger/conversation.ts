import {
  type ConversationChannel,
  type ConversationFacts,
  type ConversationStep,
  openMatters,
  planConversation,
} from '../domain/conversation.ts';

import { DomainError } from '../domain/errors.ts';
import { type CategoryList, sourceCategories } from '../domain/reply-category.ts';
import type { Tx } from '../prisma/client.ts';
import { Prisma } from '../prisma/generated/client.ts';
import {
  auditLife,
  type LifeAbout,
  type LifeChange,
  type LifeRow,
  type Loaded,
  lifeColumns,
  lifeJoins,
  lockRow,
  policyOfRow,
  type RowLock,
} from './life.ts';
import { leadOf, whoIsResponsible } from './responsible.ts';
import { iso } from './transaction.ts';

export type LoadedConversation = Loaded<ConversationFacts, ConversationStep> & {
  patientId: string | null;
  address: string;
  flagReason: string | null;
  /** For people who may see them: never in mails, audit events or Temporal. */
  names: { facility: string; patient: string | null; provider: string | null; assignee: string | null };
};

type Instants = 'waitingSince' | 'handedOverAt' | 'flaggedAt' | 'doneAt' | 'returnedAt';
type Row = LifeRow & {
  conversation: Pick<
    ConversationFacts,
    'id' | 'version' | 'state' | 'practitionerId' | 'taggedIds' | 'assigneeId' | 'matters' | 'reminders'
  > &
    Record<Instants, string | null> & { lastSaidAt: string; clockFrom: string; next: ConversationStep; facilityId: string } & {
      patientId: string | null;
      address: string;
      flagReason: string | null;
    };
  patient: string | null;
  provider: string | null;
  assignee: string | null;
  providerIds: string[];
  draft: ConversationFacts['draft'];
  list: CategoryList | null;
  lastAnswer: { by: string; at: string } | null;
};

/** The list of categories in force at a facility: the latest that somebody signed off. */
const listInForce = Prisma.sql`(SELECT jsonb_build_object('version', c.version, 'categories', c.categories) FROM "ReplyCategories" c
  WHERE c."facilityId" = f.id AND c."signedOffAt" IS NOT NULL ORDER BY c.version DESC LIMIT 1)`;

/** Loads conversations with all facts in one statement, but who would take them over now. */
export async function loadConversations(tx: Tx, ids: string[], lock: RowLock = 'none'): Promise<LoadedConversation[]> {
  if (ids.length === 0) return [];
  const rows = await tx.$queryRaw<Row[]>`
    SELECT to_jsonb(s) AS conversation, ${lifeColumns}, ${listInForce} AS list,
      a."givenName" || ' ' || a."familyName" AS patient, v.name AS provider, q.name AS assignee,
      (SELECT coalesce(jsonb_agg(DISTINCT t."personId"), '[]') FROM "Practitioner" t
        WHERE t."personId" IS NOT NULL AND (t.id = s."practitionerId" OR t.id = ANY (s."taggedIds"))) AS "providerIds",
      (SELECT jsonb_build_object('id', m.id, 'byId', m.by->>'personId', 'by', m.by->>'name', 'categories', m.categories, 'at', m.at, 'why', m.why)
        FROM "ConversationMessage" m WHERE m.id = s."draftId") AS draft,
      (SELECT jsonb_build_object('by', m.by->>'name', 'at', m.at) FROM "ConversationMessage" m
        WHERE m."conversationId" = s.id AND m.direction = 'outbound' AND m.state NOT IN ('draft', 'review', 'automatic') ORDER BY m.at DESC LIMIT 1) AS "lastAnswer"
    FROM "Conversation" s ${lifeJoins}
    LEFT JOIN "Patient" a ON a.id = s."patientId"
    LEFT JOIN "Practitioner" v ON v.id = s."practitionerId"
    LEFT JOIN "Person" q ON q.id = s."assigneeId"
    WHERE s.id = ANY (${ids}::uuid[]) ORDER BY s.id ${lockRow[lock]}`;
  return rows.map(loaded);
}

/** With who would take it over at `at`. Throws CONVERSATION_NOT_FOUND. */
export async function loadConversation(tx: Tx, id: string, at: string, lock: RowLock = 'none'): Promise<LoadedConversation> {
  const [conversation] = await loadConversations(tx, [id], lock);
  if (!conversation) throw new DomainError('CONVERSATION_NOT_FOUND', { id });
  const { facilityId, facts } = conversation;
  const somebody = (one: { id: string; name: string } | undefined) => (one ? { id: one.id, name: one.name } : null);
  const responsible = somebody(await whoIsResponsible(tx, { facilityId, practitionerId: facts.practitionerId, at }));
  const lead = somebody(await leadOf(tx, facilityId, facts.assigneeId));
  return { ...conversation, facts: { ...facts, responsible, lead } };
}

const isoOrNull = (instant: string | null) => (instant === null ? null : iso(instant));

function loaded(row: Row): LoadedConversation {
  const { conversation, draft, list, lastAnswer, providerIds } = row;
  const { id, version, state, practitionerId, taggedIds, assigneeId, matters, reminders } = conversation;
  return {
    facts: {
      id,
      version,
      state,
      practitionerId,
      taggedIds,
      assigneeId,
      matters,
      reminders,
      providerIds,
      zone: row.zone,
      paused: row.paused,
      shadow: row.shadow,
      waitingSince: isoOrNull(conversation.waitingSince),
      handedOverAt: isoOrNull(conversation.handedOverAt),
      flaggedAt: isoOrNull(conversation.flaggedAt),
      doneAt: isoOrNull(conversation.doneAt),
      returnedAt: isoOrNull(conversation.returnedAt),
      lastSaidAt: iso(conversation.lastSaidAt),
      clockFrom: iso(conversation.clockFrom),
      draft: draft && { ...draft, at: iso(draft.at) },
      list: list ?? sourceCategories,
      lastAnswer: lastAnswer && { ...lastAnswer, at: iso(lastAnswer.at) },
      responsible: null,
      lead: null,
    },
    policy: policyOfRow(row),
    version,
    next: conversation.next,
    facilityId: conversation.facilityId,
    patientId: conversation.patientId,
    address: conversation.address,
    flagReason: conversation.flagReason,
    names: { facility: row.facility, patient: row.patient, provider: row.provider, assignee: row.assignee },
  };
}

/** Writes what a step, a decision or a message changed: the row with version + 1 and one audit event, without anybody's words. */
export async function saveConversation(
  tx: Tx,
  conversation: LoadedConversation,
  after: ConversationFacts,
  next: ConversationStep,
  change: LifeChange,
  more: Prisma.ConversationUncheckedUpdateInput = {},
): Promise<void> {
  const fields = columnsOf(after);
  const version = conversation.version + 1;
  await tx.conversation.update({
    where: { id: after.id },
    data: { ...fields, ...more, next: next as Prisma.InputJsonObject, nextAt: next.at, version },
    select: { id: true },
  });
  const { patientId } = more; // set where somebody said whose it is
  const whose = patientId === undefined ? undefined : { before: { patientId: conversation.patientId }, after: { patientId } };
  const before = { ...columnsOf(conversation.facts), ...whose?.before };
  await auditLife(tx, 'conversation', conversation, change, before, { ...fields, ...whose?.after, version });
}

function columnsOf(facts: ConversationFacts) {
  const { state, practitionerId, taggedIds, assigneeId, waitingSince, handedOverAt, flaggedAt, matters } = facts;
  const { lastSaidAt, doneAt, clockFrom, reminders, returnedAt, draft } = facts;
  return {
    state,
    practitionerId,
    taggedIds,
    assigneeId,
    waitingSince,
    handedOverAt,
    flaggedAt,
    matters,
    lastSaidAt,
    doneAt,
    clockFrom,
    reminders,
    returnedAt,
    draftId: draft?.id ?? null,
    queues: [...new Set(openMatters(facts).map(({ queue }) => queue))],
  };
}

export type NewConversation = { facilityId: string; address: string; patientId: string | null; practitionerId: string | null };

/** A conversation in which nothing has been said yet. The caller saves what opens it, and begins its life. */
export async function insertConversation(tx: Tx, data: NewConversation, at: string): Promise<LoadedConversation> {
  const row = await tx.conversation.create({
    data: { ...data, matters: [], lastSaidAt: at, clockFrom: at, next: {}, nextAt: at },
    select: { id: true },
  });
  return loadConversation(tx, row.id, at);
}

/** Its start is told by when it is due, and by nothing that says who the patient is. */
export const conversationLife = ({ names }: LoadedConversation, next: ConversationStep): LifeAbout => ({
  summary: `Conversation for ${names.provider ?? names.facility}`,
  reference: names.provider ?? names.facility,
  dueAt: next.at,
});

export const planNow = ({ policy }: LoadedConversation, after: ConversationFacts, at: string) => planConversation(after, policy, at);

type Words = {
  conversationId: string;
  facilityId: string;
  decisionId: string;
  channel: ConversationChannel;
  text: string;
  by: object;
  at: string;
};

/**
 * Keeps the words of a reply under its decision's id, before the decision is put to the life: what people write to
 * patients does not travel through Temporal. Kept twice, the first stands.
 */
export async function keepWords(tx: Tx, { by, ...words }: Words): Promise<void> {
  const data = { ...words, direction: 'outbound', categories: [], by: by as Prisma.InputJsonObject, state: 'draft' };
  await tx.conversationMessage.createMany({ data: [data], skipDuplicates: true });
}
