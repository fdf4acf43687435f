/**
 * Who reads a page, and in which language it speaks (F-28): the one chosen at its foot in this browser, else the reader's own, else
 * what the browser asks for. The choice is a cookie of the browser: a look changes nothing here.
 */
import { negotiate } from '@fastify/accept-negotiator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createContext, useContext } from 'react';

import { zoneDate } from '../../domain/civil.ts';
import { Language, languages } from '../../domain/language.ts';
import { type Speech, speechIn } from '../../words/speech.ts';
import { type Visitor, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { pageOf } from '../destination.ts';
import { type Kept, keptFrom } from './kept.ts';
import { seesMailbox } from './mailbox-door.ts';

const cookieName = 'holdfast_language';
const asked = [...languages, 'en-GB', 'en-US', 'ru-RU'];
type Noted = { now?: string; language?: Language | null; visitor?: Visitor | undefined; mailbox?: boolean };
const noted = new WeakMap<FastifyRequest, Noted>();

/**
 * Who reads, the address of the page they are on, and whether this machine's mailbox is at hand. `visitor` is missing before they have
 * come in; `kept`: the form that they sent just now.
 */
export type Reader = {
  language: Language;
  url: string;
  visitor?: Visitor | undefined;
  kept?: Kept | undefined;
  mailbox: boolean;
  now: string;
};
export const ReaderContext = createContext<Reader>({ language: 'en', url: '/', mailbox: false, now: new Date().toISOString() });
export const useReader = (): Reader => useContext(ReaderContext);

/** The words and dates of the page's language, inside its components. */
export const useSpeech = (): Speech => speechIn(useContext(ReaderContext).language);

/** When something comes: with its year, where that is not the present one. */
export function useWhen(): (instant: string, zone: string) => string {
  const { now } = useReader();
  const { dateTime, longTime } = useSpeech();
  const year = (instant: string, zone: string) => zoneDate(instant, zone).slice(0, 4);
  return (instant, zone) => (year(instant, zone) === year(now, zone) ? dateTime(instant, zone) : longTime(instant, zone));
}

/** Before a page is made: takes a choice out of its address, and asks who visits. */
export async function noteReader(deps: Deps, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { language, ...query } = request.query as Record<string, string>;
  const [path = '/'] = request.url.split('?');
  const chosen = Language.safeParse(language).data;
  if (chosen && request.method === 'GET' && !/^\/(p|as-patient)\b/.test(path)) {
    reply.setCookie(cookieName, chosen, { httpOnly: true, sameSite: 'lax', path: '/', maxAge: 365 * 86_400 });
    const rest = new URLSearchParams(query).toString();
    return reply.redirect(rest ? `${path}?${rest}` : path, 303);
  }
  await noteVisitor(deps, request);
}

export async function noteVisitor(deps: Deps, request: FastifyRequest): Promise<void> {
  const visitor = await visitorOf(deps, request).catch(() => undefined);
  noted.set(request, { now: deps.now(), visitor, language: visitor?.language ?? null, mailbox: seesMailbox(deps.config, request) });
}

export function readerOf(request: FastifyRequest): Reader {
  const { visitor, mailbox = false, now = new Date().toISOString() } = noted.get(request) ?? {};
  return { language: languageFor(request), url: pageOf(request), visitor, kept: keptFrom(request), mailbox, now };
}

/** Whoever the page is for, when no session says so; null: they never said. */
export function speakTo(request: FastifyRequest, language: Language | null): void {
  if (language) noted.set(request, { ...noted.get(request), language });
}

/** A fresh preference holds for this browser too. */
export const forgetChoice = (reply: FastifyReply) => reply.clearCookie(cookieName, { path: '/' });

/** The words and dates of the page's language, before its components are made. */
export const speechFor = (request: FastifyRequest): Speech => speechIn(languageFor(request));

export function languageFor(request: FastifyRequest): Language {
  const chosen = Language.safeParse(request.cookies?.[cookieName]).data;
  const wanted = negotiate(request.headers['accept-language'] ?? '', asked)?.slice(0, 2);
  return chosen ?? noted.get(request)?.language ?? Language.safeParse(wanted).data ?? 'en';
}
