import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { addDays, atLocal, zoneDate } from '../../domain/civil.ts';
import { type MailService, startMailService } from '../mail/mail-service.ts';
import { hiddenOf } from '../pages/visitor.ts';
import { eventually, type System, startSystem } from '../system.ts';
import { createHistory, createWorld, type World } from '../world.ts';

const key = Buffer.from('what the service signs its reports with');
let service: MailService;
let system: System;
let world: World;

beforeAll(async () => {
  service = await startMailService();
  const mail = { RESEND_API_KEY: 're_test', RESEND_BASE_URL: service.url, RESEND_WEBHOOK_SECRET: `whsec_${key.toString('base64')}` };
  system = await startSystem({ env: mail });
  world = await createWorld(system.db, { settings: { mail: { fromLocalTime: '00:00', untilLocalTime: '23:59', spreadSeconds: 0 } } });
});
afterAll(async () => {
  await system?.close();
  await service?.close();
});

type Mail = { to: string; subject: string; html: string };
/** The mails that the service took for an address, as it got them. */
const mailsTo = (address: string): Mail[] =>
  service.calls
    .filter(({ status }) => status === 200)
    .flatMap(({ body }) => [JSON.parse(body)].flat() as Mail[])
    .filter(({ to }) => to === address);
const mailTo = (address: string, subject: RegExp) => eventually(async () => mailsTo(address).find((mail) => subject.test(mail.subject)));

/** What the service reports days later, signed as it signs. */
function report(emailId: string): Promise<Response> {
  const bounce = { message: '550 5.1.1 mailbox unavailable', type: 'Permanent', subType: 'General' };
  const body = JSON.stringify({ type: 'email.bounced', created_at: new Date().toISOString(), data: { email_id: emailId, bounce } });
  const [id, timestamp] = [`msg_${crypto.randomUUID()}`, String(Math.floor(Date.now() / 1000))];
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  const headers = { 'svix-id': id, 'svix-timestamp': timestamp, 'svix-signature': `v1,${signature}`, 'content-type': 'application/json' };
  return fetch(`${system.url}/webhooks/resend`, { method: 'POST', headers, body });
}

test('C-11, C-21: the service reports a hard bounce of an alert: others of the group are asked by mail, support and the facility are told, and the answer counts', async () => {
  const { db, facilityId, group, contact, support, scheduler, room, zone } = world;
  const colleague = await db.person.create({
    data: {
      facilityId,
      name: 'Sam Ito',
      email: 'sam.ito@testcenter.example',
      role: 'block contact',
      memberships: { create: { groupId: group.id } },
    },
  });
  const today = zoneDate(new Date().toISOString(), zone);
  await createHistory(world, today);
  const [startsAt, endsAt] = ['07:00', '15:00'].map((wall) => atLocal(addDays(today, 11), wall, zone));
  const { body: block } = await system.call('POST', '/v1/blocks', { facilityId, roomId: room.id, groupId: group.id, startsAt, endsAt });

  await mailTo(contact.email, /Release/);
  const alert = await eventually(() =>
    db.message.findFirst({ where: { subjectId: block.id, kind: 'block alert', personId: contact.id, state: 'sent' } }),
  );
  expect(mailsTo(colleague.email)).toEqual([]);
  expect((await report(alert.transportId!)).status).toBe(204);
  expect((await report(alert.transportId!)).status).toBe(204); // reports come twice

  const asked = await mailTo(colleague.email, /Release/);
  for (const { email } of [support, scheduler]) {
    const told = await mailTo(email, /mail/i);
    expect(told.html).toContain('550 5.1.1 mailbox unavailable');
    expect(told.html).toContain(colleague.name);
  }
  const button = [...asked.html.matchAll(/<a[^>]*href="([^"]+)"[^>]*>(.*?)<\/a>/gs)].find(([, , text]) =>
    text!.includes('Full Release'),
  )![1]!;
  const page = await (await fetch(button)).text();
  const body = new URLSearchParams({ ...hiddenOf(page), yes: 'on' });
  expect((await fetch(button, { method: 'POST', body })).status).toBe(200);
  const release = await eventually(() => db.release.findFirst({ where: { blockId: block.id } }));
  expect(release.releasedBy).toBe(colleague.name);
  expect(mailsTo(colleague.email).filter(({ subject }) => /Release.*\?/.test(subject)).length).toBeLessThanOrEqual(1);
  expect(await db.message.count({ where: { kind: 'mail unreached' } })).toBe(2);
});
