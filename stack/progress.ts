import { clearLine, cursorTo } from 'node:readline';

/** Reports what a step is doing at the moment, in a few words. */
export type Say = (what: string) => void;
export type Progress = { step<T>(name: string, run: (say: Say) => Promise<T>): Promise<T> };

const seconds = (sinceMs: number) => `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;
const reminderMs = 15_000;
/** Said once is enough of an explanation. */
const longWords = 60;

/**
 * One line a step. On a terminal the running steps share one line that is rewritten with the elapsed time; elsewhere
 * each step is a plain line when it ends, whenever it says something new, and every 15 seconds while it runs. What is
 * too long for the shared line gets one of its own.
 */
export function createProgress(out: NodeJS.WriteStream = process.stderr): Progress {
  const running = new Map<symbol, { name: string; sinceMs: number; what: string }>();
  let timer: NodeJS.Timeout | undefined;

  const wipe = () => {
    if (!out.isTTY) return;
    clearLine(out, 0);
    cursorTo(out, 0);
  };
  const line = (text: string) => {
    wipe();
    out.write(`${text}\n`);
  };
  const draw = () => {
    wipe();
    const parts = [...running.values()].map(({ name, sinceMs, what }) => `${name} ${seconds(sinceMs)}${what && ` (${what})`}`);
    out.write(parts.join('  ·  ').slice(0, (out.columns || 80) - 1));
  };
  const remind = () => {
    for (const { name, sinceMs, what } of running.values()) {
      if (Date.now() - sinceMs >= reminderMs) line(`… ${name} ${seconds(sinceMs)}${what.length > longWords ? '' : what && `: ${what}`}`);
    }
  };

  return {
    async step(name, run) {
      const key = Symbol(name);
      const state = { name, sinceMs: Date.now(), what: '' };
      running.set(key, state);
      timer ??= out.isTTY ? setInterval(draw, 100) : setInterval(remind, reminderMs);
      const say: Say = (what) => {
        if (what === state.what) return;
        const fits = name.length + what.length + 20 < (out.columns || 80);
        if (!out.isTTY || !fits) line(`… ${name}: ${what}`);
        state.what = out.isTTY && !fits ? '' : what;
      };
      const end = (sign: string) => {
        running.delete(key);
        if (running.size === 0) {
          clearInterval(timer);
          timer = undefined;
        }
        line(`${sign} ${name} ${seconds(state.sinceMs)}`);
      };
      try {
        const result = await run(say);
        end('✔');
        return result;
      } catch (error) {
        end('✘');
        throw error;
      }
    },
  };
}
