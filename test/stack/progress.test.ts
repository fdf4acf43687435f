import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { createProgress } from '../../stack/progress.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function screen(terminal?: { columns: number }) {
  const out = Object.assign(new PassThrough(), { isTTY: terminal !== undefined, ...terminal });
  let text = '';
  out.on('data', (chunk) => (text += chunk));
  return { progress: createProgress(out as unknown as NodeJS.WriteStream), text: () => text };
}

it('writes plain lines with the elapsed time where there is no terminal, and a reminder every 15 seconds', async () => {
  const { progress, text } = screen();
  let finish = () => {};
  const step = progress.step('Temporal', (say) => {
    say('building');
    return new Promise<void>((resolve) => (finish = resolve));
  });
  await vi.advanceTimersByTimeAsync(30_000);
  finish();
  await step;
  expect(text()).toBe('… Temporal: building\n… Temporal 15.0 s: building\n… Temporal 30.0 s: building\n✔ Temporal 30.0 s\n');
});

it('does not repeat an explanation with every reminder', async () => {
  const { progress, text } = screen();
  const explanation = 'building the server, once: about four minutes, because it cannot be downloaded here';
  const step = progress.step('Temporal', async (say) => {
    say(explanation);
    await vi.advanceTimersByTimeAsync(15_000);
  });
  await step;
  expect(text()).toBe(`… Temporal: ${explanation}\n… Temporal 15.0 s\n✔ Temporal 15.0 s\n`);
});

it('rewrites one line on a terminal, no longer than it is wide, and gives long news a line of its own', async () => {
  const { progress, text } = screen({ columns: 40 });
  const long = 'a long explanation that does not fit into the line';
  await Promise.all([
    progress.step('PostgreSQL', async (say) => {
      say('short');
      await vi.advanceTimersByTimeAsync(250);
    }),
    progress.step('Temporal', async (say) => say(long)),
  ]);
  expect(text()).toContain(`… Temporal: ${long}\n`);
  const frames = text()
    .split('\u001b[2K\u001b[1G')
    .filter((frame) => !frame.includes('\n'));
  expect(frames).toContain('PostgreSQL 0.1 s (short)');
  expect(Math.max(...frames.map((frame) => frame.length))).toBeLessThan(40);
  expect(text().trimEnd().endsWith('✔ PostgreSQL 0.3 s')).toBe(true);
});

it('passes results and errors on, and marks the step that failed', async () => {
  const { progress, text } = screen();
  expect(await progress.step('Good', async () => 7)).toBe(7);
  await expect(progress.step('Bad', async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(text()).toBe('✔ Good 0.0 s\n✘ Bad 0.0 s\n');
});
