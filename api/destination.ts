import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

/** A path of ours, never another site. */
export const LocalPath = z
  .string()
  .max(500)
  .regex(/^\/(?![/\\])[^\s]*$/);

/** A page of ours to go on to. */
export const Destination = LocalPath.catch('/');

/** The page that somebody is on: the one they ask for, or whose form they sent, as far as their browser says so; else the start page. */
export function pageOf({ method, url, headers }: FastifyRequest): string {
  if (method === 'GET') return Destination.parse(url);
  const from = URL.parse(headers.referer ?? '');
  return from?.host === headers.host ? Destination.parse(`${from?.pathname}${from?.search}`) : '/';
}
