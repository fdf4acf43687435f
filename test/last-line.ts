import type { Reporter, TestModule, TestRunEndReason } from 'vitest/node';

/** The last line of a run, for people and for CI: `N passed, N failed, N skipped`. */
export default class LastLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[], _reason: TestRunEndReason): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      for (const test of tests) counts[test.result().state] += 1;
      const known = tests.some((test) => test.result().state === 'failed');
      if (module.state() === 'failed' && !known) counts.failed += 1; // it could not even begin
    }
    const skipped = counts.skipped + counts.pending;
    process.on('exit', () => console.log(`${counts.passed} passed, ${counts.failed} failed${skipped ? `, ${skipped} skipped` : ''}`));
  }
}
