import type { FastifyReply } from 'fastify';
import { type ReactElement, type ReactNode, useContext } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';

import { type Language, languages } from '../../domain/language.ts';
import type { Problem } from '../problems.ts';
import { AskForm } from './ask-form.tsx';
import { type Tab, tabsOf } from './doors.ts';
import { KeptForm } from './kept-form.tsx';
import { LoginBanner } from './login-banner.tsx';
import { NeedsYou, needsOf } from './needs-you.ts';
import { ReaderContext, readerOf, useReader, useSpeech } from './reader.ts';
import { RefusalNotice, WhyMore } from './refused.tsx';

type PageProps = {
  title: string;
  tab?: Tab | undefined;
  /** For tables with many columns. */
  wide?: boolean;
  children: ReactNode;
};

/** The frame of every page, in the reader's language: skip link, the tabs, one heading. Works without scripts; there are none. */
export function Page({ title, tab, wide = false, children }: PageProps) {
  const { language, words } = useSpeech();
  return (
    <html lang={language} data-theme="light">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · Holdfast`}</title>
        <link rel="icon" href="/assets/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/pico.css" />
        <link rel="stylesheet" href="/assets/holdfast.css" />
      </head>
      <body>
        <header>
          <a className="skip" href="#main">
            {words('frame.skip')}
          </a>
          <nav aria-label={words('frame.main')}>
            <ul>
              <li>
                <a href="/">
                  <strong>Holdfast</strong>
                </a>
              </li>
            </ul>
            <ul>
              <Tabs tab={tab} />
              <LightbulbSign />
            </ul>
          </nav>
        </header>
        <LoginBanner />
        <ModeNotice />
        <main id="main" className={wide ? 'wide' : undefined}>
          <h1>{title}</h1>
          <RefusalNotice />
          {children}
        </main>
        <footer>
          <p>
            <a href="/support">{words('frame.support')}</a>
          </p>
          <LanguageSwitch />
        </footer>
      </body>
    </html>
  );
}

/** The tabs of the visitor's role. A page with a tab of its own is in it, every other in the one that it names. */
function Tabs({ tab }: { tab: Tab | undefined }) {
  const { url, visitor } = useReader();
  const { tickets = 0 } = useContext(NeedsYou);
  const { words } = useSpeech();
  const tabs = tabsOf(visitor);
  const [path = ''] = url.split('?');
  const here = tabs.find(({ href }) => path === href || path.startsWith(`${href}/`))?.name ?? tab;
  return tabs.map(({ name, label, href }) => (
    <li key={name}>
      <a href={href} aria-current={name === here ? 'page' : undefined}>
        {words(label)}
        {name === 'myWork' && tickets > 0 && ` (${tickets})`}
      </a>
    </li>
  ));
}

/** F-23: whoever works at a facility that is paused, or runs in shadow, reads it on every page. */
function ModeNotice() {
  const { visitor } = useReader();
  const { words } = useSpeech();
  const mode = visitor?.paused ? 'paused' : visitor?.shadow ? 'shadow' : undefined;
  if (!visitor || !mode) return null;
  return (
    <aside className="mode-notice" aria-label={words('frame.mode.label')}>
      {words(`frame.mode.${mode}`, { facility: visitor.facility })}
    </aside>
  );
}

/** F-28: each language is called by its own name, whatever the page's. */
export const languageNames: Record<Language, string> = { en: 'English', ru: 'Русский' };

function LanguageSwitch() {
  const { language, url } = useReader();
  const { words } = useSpeech();
  const [path, query = ''] = url.split('?');
  const to = (one: Language) => `${path}?${new URLSearchParams([...new URLSearchParams(query), ['language', one]])}`;
  return (
    <nav aria-label={words('frame.language')}>
      <ul>
        {languages.map((one) => (
          <li key={one}>
            <a href={to(one)} lang={one} aria-current={one === language ? 'true' : undefined}>
              {languageNames[one]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** D-07: red with its number in words when something needs the visitor; the arrow leads to it. */
function LightbulbSign() {
  const { courses: count } = useContext(NeedsYou);
  const { words } = useSpeech();
  if (count === undefined) return null;
  return (
    <li>
      <a href="/care-manager?assignee=me" className={count > 0 ? 'lightbulb red' : 'lightbulb'}>
        <Bulb /> {count > 0 ? words('frame.courses', { count }) : words('frame.noCourses')}
      </a>
    </li>
  );
}

/** D-07: drawn, because not every machine has a font with the sign. */
function Bulb() {
  return (
    <svg aria-hidden="true" width="14" height="18" viewBox="0 0 14 18" fill="none" stroke="currentColor" strokeWidth="1.5">
      <path d="M4.5 12.5c0-2-3-3-3-6.3a5.5 5.5 0 0 1 11 0c0 3.3-3 4.300-3 6.300zM5 15h4M5.500 17h3" />
    </svg>
  );
}

/** Pages are made for one person at one moment: nobody keeps them. */
export function renderPage(reply: FastifyReply, page: ReactElement, status = 200) {
  const { request } = reply;
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(
      `<!doctype html>${renderToStaticMarkup(
        <ReaderContext value={readerOf(request)}>
          <NeedsYou value={needsOf(request)}>{page}</NeedsYou>
        </ReaderContext>,
      )}`,
    );
}

/** What a person can do about a problem, where it is not obvious. */
const waysOut: Partial<Record<Problem['code'], ReactNode>> = {
  SIGN_IN_REQUIRED: <ComeIn back />,
  LINK_UNKNOWN: <ComeIn />,
  LINK_EXPIRED: <ComeIn />,
  TOO_MANY_REQUESTS: <WaitAMinute />,
};

function WaitAMinute() {
  return <p>{useSpeech().words('frame.wait')}</p>;
}

/** The way in (C-38, C-40). `back`: the link leads to the page that was asked for. */
function ComeIn({ back = false }: { back?: boolean }) {
  const { words } = useSpeech();
  const { url, kept } = useReader();
  const sent = back ? kept : undefined;
  return (
    <>
      <p>{words(back ? 'frame.askBack' : 'frame.ask')}</p>
      <AskForm to={back ? url : undefined} kept={sent} />
      <MailboxHint apart={sent !== undefined} />
      <KeptForm kept={sent} />
    </>
  );
}

/** For a newcomer, whose mail goes nowhere but into the mailbox of this machine. `apart`: in a tab of its own. */
export function MailboxHint({ apart = false }: { apart?: boolean }) {
  const { mailbox } = useReader();
  const { words } = useSpeech();
  return (
    mailbox && (
      <p className="notice">
        {words('frame.mailbox')}{' '}
        <a href="/mailbox" target={apart ? '_blank' : undefined}>
          {words('frame.openMailbox')}
        </a>
      </p>
    )
  );
}

/** Where to go on: for whoever has not come in yet, only what opens. */
function GoOn() {
  const { words } = useSpeech();
  const { visitor } = useReader();
  const doors = visitor
    ? tabsOf(visitor).map(({ href, label }) => [href, words(label)] as const)
    : [['/', words('frame.startPage')] as const, ['/links', words('frame.mailLink')] as const];
  return (
    <p>
      {words('frame.unchanged')}{' '}
      {doors.map(([href, name], index) => (
        <span key={href}>
          {index > 0 && ', '}
          <a href={href}>{name}</a>
        </span>
      ))}
      .
    </p>
  );
}

/** What happened and what to do now, for everything that can go wrong on a page. */
export function ProblemPage({ problem, doors, children }: { problem: Problem; doors?: ReactNode; children?: ReactNode }) {
  const { words, phrase } = useSpeech();
  return (
    <Page title={problem.code === 'SIGN_IN_REQUIRED' ? words('frame.comeIn') : phrase(problem.title)}>
      {children}
      <WhyMore problem={problem} />
      {doors ?? waysOut[problem.code] ?? <GoOn />}
      <p className="muted">{words('frame.rule', { rule: problem.rule, code: problem.code })}</p>
    </Page>
  );
}

export function Facts({ facts }: { facts: [name: string, value: ReactNode][] }) {
  return <dl className="facts">{facts.map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name} value`}>{value}</dd>])}</dl>;
}

type Choices = { label: string; name: string; options: { id: string; name: string }[]; chosen: string | undefined };

/** What can be chosen in a select, by name. */
export const Options = ({ of }: { of: { id: string; name: string }[] }) =>
  of.map(({ id, name }) => (
    <option key={id} value={id}>
      {name}
    </option>
  ));

/** One of a list, or any. */
export function Choice({ label, name, options, chosen }: Choices) {
  return (
    <label>
      {label}
      <select name={name} defaultValue={chosen ?? ''}>
        <option value="">{useSpeech().words('frame.any')}</option>
        <Options of={options} />
      </select>
    </label>
  );
}
