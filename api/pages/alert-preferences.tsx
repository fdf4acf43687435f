/** Saves the preferences about availability alerts (C-41 to C-44). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { Availability, alertPreferences, MinCaseMinutes } from '../../domain/availability.ts';
import { DomainError } from '../../domain/errors.ts';
import { changePreferences, changeProvider } from '../../ledger/preferences.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { actorOfVisitor, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { orAgain } from './or-again.tsx';
import { preferencesPage } from './preferences.tsx';

const Version = z.coerce.number().int();
const AlertForm = z.object({
  availabilityAlerts: z.enum(alertPreferences),
  dailyHour: z.coerce.number().int().min(0).max(23),
  vacations: z.enum(['rule', 'on', 'off']).default('rule'),
  version: Version,
});
const vacationReminders = { rule: null, on: true, off: false };
const emptyIsNull = z.literal('').transform(() => null);
const ProviderForm = z
  .object({
    minCaseMinutes: z.union([emptyIsNull, z.coerce.number().pipe(MinCaseMinutes)]),
    always: z.string().optional(),
    version: Version,
  })
  .catchall(z.string());

const weekdays = [1, 2, 3, 4, 5, 6, 7];

export function registerAlertPreferences(app: FastifyInstance, deps: Deps): void {
  app.post('/preferences/alerts', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const save = async () => {
      const { version, vacations, ...alerts } = AlertForm.parse(request.body);
      const change = { ...alerts, vacationReminders: vacationReminders[vacations] };
      const by = { version, actor: actorOfVisitor(visitor), at: deps.now() };
      const row = await inTransaction(deps.db, (tx) => changePreferences(tx, visitor.personId, change, by));
      if (!row) throw new DomainError('VERSION_MISMATCH');
      return reply.redirect('/preferences?saved', 303);
    };
    return orAgain(reply, { form: 'alerts' }, save, () => preferencesPage(deps, visitor));
  });

  app.post<{ Params: { id: string } }>('/preferences/providers/:id', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const { facilityId, groupIds } = visitor;
    const id = z.uuid().safeParse(request.params.id).data;
    const save = async () => {
      const { version, minCaseMinutes, always, ...fields } = ProviderForm.parse(request.body);
      const availability = always ? null : Availability.parse(daysIn(fields));
      const by = { version, actor: actorOfVisitor(visitor), at: deps.now() };
      await inTransaction(deps.db, async (tx) => {
        const provider = id && (await tx.provider.findFirst({ where: { id, facilityId, groupId: { in: groupIds } } }));
        if (!provider) throw new DomainError('NOT_FOUND', { provider: request.params.id });
        if (!(await changeProvider(tx, provider, { availability, minCaseMinutes }, by))) throw new DomainError('VERSION_MISMATCH');
      });
      return reply.redirect('/preferences?saved', 303);
    };
    const nameOf = ([at, what]: readonly PropertyKey[]) =>
      typeof at === 'number' ? `${what === 'from' ? 'from' : 'to'}${daysIn(request.body as Fields)[at]?.weekday}` : undefined;
    return orAgain(reply, { form: request.params.id, nameOf }, save, () => preferencesPage(deps, visitor));
  });
}

type Fields = Record<string, string | undefined>;

/** from1, to1 … from7, to7; a day without either is a day off. */
const daysIn = (fields: Fields) =>
  weekdays.flatMap((weekday) => {
    const [from, to] = [fields[`from${weekday}`], fields[`to${weekday}`]];
    return from || to ? [{ weekday, from, to }] : [];
  });
