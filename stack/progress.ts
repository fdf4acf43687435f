import { clearLine, cursorTo } from 'node:readline';

/** Reports what a step is doing at the moment, in a few words. */
export type Say = (what: string) => void;
export type Progress = { step<T>(name: string, run: (say: Say) => Promise<T>): Promise<T> };

const seconds = (sinceMs: number) => `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;

/**
 * One line a step. On a terminal the running steps share one line that is rewritten with the elapsed time; elsewhere
 * each step is a plain line when it ends, and again whenever it says something new.
 */
export function createProgress(out: NodeJS.WriteStream = process.stderr): Progress {
  const running = new Map<string, { sinceMs: number; what: string }>();
  let timer: NodeJS.Timeout | undefined;

  const draw = () => {
    clearLine(out, 0);
    cursorTo(out, 0);
    const parts = [...running].map(([name, { sinceMs, what }]) => `${name} ${seconds(sinceMs)}${what && ` (${what})`}`);
    out.write(parts.join('  ·  ').slice(0, (out.columns ?? 80) - 1));
  };
  const line = (text: string) => {
    if (out.isTTY) {
      clearLine(out, 0);
      cursorTo(out, 0);
    }
    out.write(`${text}\n`);
  };

  return {
    async step(name, run) {
      const sinceMs = Date.now();
      const state = { sinceMs, what: '' };
      running.set(name, state);
      if (out.isTTY) timer ??= setInterval(draw, 100);
      const say: Say = (what) => {
        if (!out.isTTY && what !== state.what) line(`… ${name}: ${what}`);
        state.what = what;
      };
      try {
        const result = await run(say);
        running.delete(name);
        line(`✔ ${name} ${seconds(sinceMs)}`);
        return result;
      } catch (error) {
        running.delete(name);
        line(`✘ ${name} ${seconds(sinceMs)}`);
        throw error;
      } finally {
        if (running.size === 0) {
          clearInterval(timer);
          timer = undefined;
        }
      }
    },
  };
}
