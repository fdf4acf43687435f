/** A practice's templates (D-08 to D-10): list, write, change, each with a preview, and checked when they are saved. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { languages } from '../../domain/language.ts';
import { Channel } from '../../domain/patient-message.ts';
import { checkTemplate, mustFitText, Wordings } from '../../domain/template.ts';
import { policyOf } from '../../ledger/facility.ts';
import { changeTemplate, createTemplate } from '../../ledger/template.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { MessageTemplate } from '../../prisma/generated/client.ts';
import { textLength } from '../../words/patient-message.ts';
import { actorOfVisitor, staffOf, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { templateRoles } from '../routes/templates.ts';
import { oncePosted } from './form-once.ts';
import { orAgain } from './or-again.tsx';
import { renderPage } from './page.tsx';
import { type Draft, exampleOf, type Preview, TemplatePage, TemplatesPage } from './templates-views.tsx';

const words = z.string().trim().max(5000).default('');
const Form = z.object({
  form: z.string().min(8).max(80),
  do: z.enum(['preview', 'save']),
  name: z.string().trim().min(1).max(200),
  channel: Channel,
  active: z.string().optional(),
  version: z.coerce.number().int().optional(),
  ...Object.fromEntries(languages.flatMap((one) => [`subject-${one}`, `text-${one}`].map((field) => [field, words]))),
});

const newDraft: Draft = { name: '', channel: 'sms', wordings: {}, active: true };

export function registerTemplates(app: FastifyInstance, deps: Deps): void {
  app.get('/templates', { schema: { hide: true } }, async (request, reply) => {
    const { facilityId } = await writerOf(deps, request);
    const templates = await deps.reader.messageTemplate.findMany({
      where: { facilityId },
      orderBy: [{ active: 'desc' }, { name: 'asc' }, { id: 'asc' }],
      take: 500,
    });
    return renderPage(reply, <TemplatesPage templates={templates} saved={'saved' in (request.query as object)} />);
  });

  app.get('/templates/new', { schema: { hide: true } }, async (request, reply) => {
    await writerOf(deps, request);
    return renderPage(reply, <TemplatePage draft={newDraft} />);
  });

  app.get<{ Params: { id: string } }>('/templates/:id', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await writerOf(deps, request);
    return renderPage(reply, <TemplatePage draft={draftOf(await find(deps, visitor, request.params.id))} />);
  });

  app.post('/templates/new', { schema: { hide: true } }, (request, reply) =>
    write(deps, request, reply, undefined, (visitor, { form, active: _active, ...wish }) =>
      oncePosted(deps, visitor, { form, wish }, async (tx) => {
        const by = { actor: actorOfVisitor(visitor), at: deps.now() };
        return (await createTemplate(tx, visitor.facilityId, { ...wish, wordings: wordingsOf(wish) }, by)).id;
      }),
    ),
  );

  app.post<{ Params: { id: string } }>('/templates/:id', { schema: { hide: true } }, async (request, reply) => {
    const before = await find(deps, await writerOf(deps, request), request.params.id);
    return write(deps, request, reply, before, async (visitor, said) => {
      const { name, active, version = before.version } = said;
      const by = { version, actor: actorOfVisitor(visitor), at: deps.now() };
      const change = { name, wordings: wordingsOf(said), active };
      if (!(await inTransaction(deps.db, (tx) => changeTemplate(tx, before, change, by)))) throw new DomainError('VERSION_MISMATCH');
      return before.id;
    });
  });
}

type Said = Draft & { form: string };

/** Shows what was written as a patient would read it, or saves it; what is refused comes back in the form. */
async function write(
  deps: Deps,
  request: FastifyRequest,
  reply: FastifyReply,
  before: MessageTemplate | undefined,
  save: (visitor: Visitor, said: Said) => Promise<string>,
) {
  const visitor = await writerOf(deps, request);
  const act = async () => {
    const { do: what, ...form } = Form.parse(request.body ?? {});
    const said: Said = { ...saidIn(form), ...(before && { id: before.id, channel: before.channel as Channel }) };
    if (what === 'save') {
      await save(visitor, said);
      return reply.redirect('/templates?saved=1', 303);
    }
    const { booking } = await policyOf(deps.reader, visitor.facilityId);
    checkTemplate({ ...said, wordings: wordingsOf(said) }, { onlineBooking: booking.online });
    const previews = previewsOf(said, visitor);
    if (said.channel === 'sms') for (const { language, content } of previews) mustFitText(textLength(content, language), language);
    return renderPage(reply, <TemplatePage draft={said} previews={previews} />);
  };
  return orAgain(reply, naming, act, async () => <TemplatePage draft={before ? draftOf(before) : newDraft} />);
}

const Said = z.object({ wordings: Wordings });
const wordingsOf = (said: object): Wordings => Said.parse(said).wordings;

/** `wordings.en.text` is the field `text-en`. */
const naming = {
  codes: { ALREADY_EXISTS: 'name' },
  nameOf: ([first, language = languages[0], part = 'text']: readonly PropertyKey[]) =>
    first === 'wordings' ? `${String(part)}-${String(language)}` : undefined,
};

function saidIn({ form, name, channel, active, version, ...texts }: Omit<z.infer<typeof Form>, 'do'>): Said {
  const fields = texts as Record<string, string>;
  const wordings = Object.fromEntries(
    languages
      .filter((one) => fields[`text-${one}`] || fields[`subject-${one}`])
      .map((one) => [one, { text: fields[`text-${one}`]!, ...(fields[`subject-${one}`] && { subject: fields[`subject-${one}`] }) }]),
  );
  return { form, name, channel, version, active: active !== undefined, wordings };
}

const previewsOf = ({ wordings }: Draft, { facility, zone }: Visitor): Preview[] =>
  languages.flatMap((language) => {
    const template = wordings[language];
    return template ? [{ language, content: exampleOf({ language, facility, zone, template }) }] : [];
  });

function draftOf({ id, name, channel, wordings, active, version }: MessageTemplate): Draft {
  return { id, name, channel: channel as Channel, wordings: Wordings.parse(wordings), active, version };
}

async function writerOf(deps: Deps, request: FastifyRequest): Promise<Visitor> {
  const visitor = await staffOf(deps, request);
  if (!templateRoles.includes(visitor.role)) throw new DomainError('NOT_ALLOWED', { role: visitor.role, needs: templateRoles });
  return visitor;
}

async function find({ reader }: Deps, { facilityId }: Visitor, text: string): Promise<MessageTemplate> {
  const id = z.uuid().safeParse(text).data;
  const row = id && (await reader.messageTemplate.findFirst({ where: { id, facilityId } }));
  if (!row) throw new DomainError('NOT_FOUND', { templateId: text });
  return row;
}
