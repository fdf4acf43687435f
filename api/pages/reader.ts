/**
 * In which language a page speaks (F-28): the one chosen at its foot in this browser, else the reader's own, else what the browser
 * asks for. The choice is a cookie of the browser: a look changes nothing here.
 */
import { negotiate } from '@fastify/accept-negotiator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createContext, useContext } from 'react';

import { Language, languages } from '../../domain/language.ts';
import { type Speech, speechIn } from '../../words/speech.ts';
import { visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';

const cookieName = 'holdfast_language';
const asked = [...languages, 'en-GB', 'en-US', 'ru-RU'];
const noted = new WeakMap<FastifyRequest, Language>();

/** Who reads, and the address of what they read. */
export type Reader = { language: Language; url: string };
export const ReaderContext = createContext<Reader>({ language: 'en', url: '/' });

/** The words and dates of the page's language, inside its components. */
export const useSpeech = (): Speech => speechIn(useContext(ReaderContext).language);

/** Before a page is made: takes a choice out of its address, and asks who visits. */
export async function noteReader(deps: Deps, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { language, ...query } = request.query as Record<string, string>;
  const [path = '/'] = request.url.split('?');
  const chosen = Language.safeParse(language).data;
  if (chosen && request.method === 'GET' && !path.startsWith('/p/')) {
    reply.setCookie(cookieName, chosen, { httpOnly: true, sameSite: 'lax', path: '/', maxAge: 365 * 86_400 });
    const rest = new URLSearchParams(query).toString();
    return reply.redirect(rest ? `${path}?${rest}` : path, 303);
  }
  const visitor = await visitorOf(deps, request).catch(() => undefined);
  if (visitor) speakTo(request, visitor.language);
}

/** Whoever the page is for, when no session says so; null: they never said. */
export function speakTo(request: FastifyRequest, language: Language | null): void {
  if (language) noted.set(request, language);
}

/** A fresh preference holds for this browser too. */
export const forgetChoice = (reply: FastifyReply) => reply.clearCookie(cookieName, { path: '/' });

/** The words and dates of the page's language, before its components are made. */
export const speechFor = (request: FastifyRequest): Speech => speechIn(languageFor(request));

export function languageFor(request: FastifyRequest): Language {
  const chosen = Language.safeParse(request.cookies?.[cookieName]).data;
  const wanted = negotiate(request.headers['accept-language'] ?? '', asked)?.slice(0, 2);
  return chosen ?? noted.get(request) ?? Language.safeParse(wanted).data ?? 'en';
}
