import type { OnProgress } from './write.ts';

const width = 24;

/** A bar that redraws itself on a terminal; elsewhere one plain line when a part begins and when it is done. */
export function progressBar(out: NodeJS.WriteStream): { onProgress: OnProgress; done(): void } {
  let [part, startedAt, open, finished] = ['', 0, false, false];
  const onProgress: OnProgress = (name, done, total) => {
    if (name !== part) [part, startedAt, finished] = [name, Date.now(), false];
    const line = `${name}: ${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')}`;
    const seconds = `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
    if (!out.isTTY) {
      if (done >= total && !finished) out.write(`${line} (${seconds})\n`);
      finished ||= done >= total;
      return;
    }
    const filled = total === 0 ? width : Math.round((done / total) * width);
    out.write(`\r\u001b[2K${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${line}, ${seconds}`);
    open = true;
  };
  return { onProgress, done: () => void (open && out.write('\r\u001b[2K')) };
}
