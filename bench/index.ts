/** `npm run bench -- NAME`: measurements for docs/performance.md. Each prints its figures and leaves nothing behind. */
const benches: Record<string, () => Promise<{ run(): void | Promise<void> }>> = {
  lives: () => import('./lives.ts'),
  lists: () => import('./lists.ts'),
  matching: () => import('./matching.ts'),
  'open-time': () => import('./open-time.ts'),
  prediction: () => import('./prediction.ts'),
  reports: () => import('./reports.ts'),
  telling: () => import('./telling.ts'),
};

const name = process.argv[2] ?? '';
const bench = benches[name];
if (bench) await (await bench()).run();
else {
  process.stderr.write(`npm run bench -- ${Object.keys(benches).join(' | ')}\n`);
  process.exitCode = 1;
}
