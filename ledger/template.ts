/** A practice's templates: checked when they are saved, so that none is found out when it is to be sent. */
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { languageOf } from '../domain/language.ts';
import { checkTemplate, mustFitText, type Template, type Wordings } from '../domain/template.ts';
import type { Tx } from '../prisma/client.ts';
import type { MessageTemplate } from '../prisma/generated/client.ts';
import { textLength } from '../words/patient-message.ts';
import { policyOf, recordChange } from './facility.ts';
import { isClash } from './transaction.ts';

type Change = { name?: string | undefined; wordings?: Wordings | undefined; active?: boolean | undefined };
type By = { actor: Actor; at: string };

/** Throws TEMPLATE_FIELD_UNKNOWN, SUBJECT_MISSING, ONLINE_BOOKING_OFF, TEXT_TOO_LONG, ALREADY_EXISTS. */
export async function createTemplate(tx: Tx, facilityId: string, template: Template, { actor, at }: By): Promise<MessageTemplate> {
  await check(tx, facilityId, template);
  const { name, channel } = template;
  const row = await tx.messageTemplate.create({ data: { facilityId, ...template } }).catch((error: unknown) => {
    throw isClash(error) ? new DomainError('ALREADY_EXISTS', { name, channel }) : error;
  });
  await record(tx, 'add template', row, {}, { actor, at });
  return row;
}

/** Of version `version`; undefined when it has another by now. Throws like createTemplate. */
export async function changeTemplate(
  tx: Tx,
  before: MessageTemplate,
  change: Change,
  { version, actor, at }: By & { version: number },
): Promise<MessageTemplate | undefined> {
  const { name = before.name, wordings = before.wordings as Wordings, active = before.active } = change;
  const { facilityId, channel } = before;
  await check(tx, facilityId, { name, wordings, channel: channel as Template['channel'] });
  const where = { id: before.id, version };
  const data = { name, wordings, active, version: { increment: 1 } };
  const [row] = await tx.messageTemplate.updateManyAndReturn({ where, data }).catch((error: unknown) => {
    throw isClash(error) ? new DomainError('ALREADY_EXISTS', { name, channel }) : error;
  });
  if (row) await record(tx, 'change template', row, audited(before), { actor, at });
  return row;
}

async function check(tx: Tx, facilityId: string, template: Template): Promise<void> {
  const policy = await policyOf(tx, facilityId);
  checkTemplate(template, { onlineBooking: policy.booking.online });
  if (template.channel === 'mail') return;
  const { name: facility, zone } = await tx.facility.findUniqueOrThrow({ where: { id: facilityId } });
  for (const [language, wording] of Object.entries(template.wordings)) {
    const example = { kind: 'from practice' as const, givenName: 'Maximiliane', facility, zone, template: wording };
    mustFitText(textLength(example, languageOf(language)), language);
  }
}

function record(tx: Tx, action: string, row: MessageTemplate, before: object, { actor, at }: By): Promise<void> {
  const { facilityId } = row;
  return recordChange(
    tx,
    { facilityId, kind: 'facility', id: facilityId },
    { action, actor, at, rule: 'D-09', before, after: audited(row) },
  );
}

const audited = ({ id, name, channel, wordings, active, version }: MessageTemplate) => ({
  templateId: id,
  name,
  channel,
  wordings,
  active,
  version,
});
