import type { FastifyInstance } from 'fastify';
import { worksWithPatients } from '../../domain/every-day.ts';
import type { en } from '../../words/en/index.ts';
import type { Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { AskForm } from './ask-form.tsx';
import { homeOf } from './doors.ts';
import { hasMailbox } from './mailbox-door.ts';
import { Page, renderPage } from './page.tsx';
import { readerOf, speechFor, useReader, useSpeech } from './reader.ts';
import { SamplePeople, samplePeople } from './sample-people.tsx';

type Name = { [Key in keyof typeof en.door.start]: (typeof en.door.start)[Key] extends string ? never : Key }[keyof typeof en.door.start];
type Door = [name: Name, href: string];

/** The start page: what this is, how to get in, and where the other doors of this installation are. */
export function registerStart(app: FastifyInstance, deps: Deps): void {
  const { config } = deps;
  const doors: Door[] = [
    ...(hasMailbox(config) ? [['mailbox', '/mailbox'] as Door] : []),
    ['openTime', '/open-time'],
    ['schedule', '/block-schedule'],
    ['desk', '/desk'],
    ['docs', '/docs'],
    ['health', '/readyz'],
    ...(config.TEMPORAL_UI_URL ? [['temporal', config.TEMPORAL_UI_URL] as Door] : []),
  ];
  /** Whoever has tabs of their own is led to no page of operating-room time. */
  const doorsFor = (visitor: Visitor | undefined) =>
    visitor && worksWithPatients(visitor.role) ? doors.filter(([name]) => name !== 'openTime' && name !== 'schedule') : doors;
  app.get('/', { schema: { hide: true } }, async (request, reply) => {
    const people = await samplePeople(deps, request);
    const { words } = speechFor(request);
    return renderPage(
      reply,
      <Page title={words('door.start.title')}>
        <p>{words('door.start.text')}</p>
        <h2>{words('door.start.doors')}</h2>
        <ul>
          {doorsFor(readerOf(request).visitor).map(([name, href]) => (
            <li key={name}>
              <a href={href}>{words(`door.start.${name}.name`)}</a>: {words(`door.start.${name}.what`)}
            </li>
          ))}
        </ul>
        <ComeIn />
        <SamplePeople people={people} />
      </Page>,
    );
  });
}

/** Whoever is in already reads as whom, and goes on to where their role begins. */
function ComeIn() {
  const { visitor } = useReader();
  const { words } = useSpeech();
  if (!visitor)
    return (
      <>
        <h2>{words('door.start.comeIn')}</h2>
        <p>{words('door.start.noPassword')}</p>
        <AskForm />
      </>
    );
  const { name, role, facility } = visitor;
  return (
    <p>
      {words('desk.signedIn', { name, role: words(`role.${role}`), facility })} <a href={homeOf(role)}>{words('door.start.goOn')}</a>
    </p>
  );
}
