import { Command, InvalidArgumentError } from 'commander';

import { createProgress } from '../stack/progress.ts';
import type { Running } from '../stack/start.ts';
import { dataDirOption, jsonOption, type Place, settingsAt } from './options.ts';

/** So long the parts that are just starting may take to end. */
const patienceMs = 15_000;

export function startCommand(): Command {
  return new Command('start')
    .addOption(dataDirOption())
    .option('--port <number>', 'port of pages and API (PORT)', port)
    .option('--reset', 'throw all kept data away first', false)
    .option('--no-sample', 'without the sample facility')
    .addOption(jsonOption('the addresses'))
    .action(async (options: Place & { port?: number; reset: boolean; sample: boolean; json: boolean }) => {
      console.error('Holdfast starts.');
      const given = settingsAt(options);
      const quiet = process.env.LOG_LEVEL ? {} : { LOG_LEVEL: 'warn' as const }; // the table below is what a newcomer reads
      const config = { ...given, ...quiet, PORT: options.port ?? given.PORT };
      const cancel = new AbortController();
      let running: Running | undefined;
      let askedAtMs: number | undefined;
      const stop = async (code: number) => {
        if (askedAtMs !== undefined) {
          // a second Ctrl-C, and not the same one handed on by npm: the next start clears up what this one leaves
          if (Date.now() - askedAtMs > 1000) process.exit(1);
          return;
        }
        askedAtMs = Date.now();
        console.error('Stopping …');
        cancel.abort(new Error('Stopped before everything was up.'));
        if (!running) return void setTimeout(() => process.exit(1), patienceMs); // start() takes down what it has brought up so far
        await running.stop();
        process.exit(code);
      };
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
      stopWithParent(() => void stop(0));
      const { start } = await import('../stack/start.ts'); // after the first line
      running = await start({ config, reset: options.reset, sample: options.sample, progress: createProgress(), cancelled: cancel.signal });
      running.failed.catch((error: Error) => {
        console.error(error.message);
        return stop(1);
      });
      if (options.json) console.log(JSON.stringify(Object.fromEntries(running.addresses)));
      else printTable(running.addresses, performance.now() / 1000);
    });
}

/** npm and its shell do not always hand on the signal that ends them: who started us is gone, so nobody can press Ctrl-C any more. */
function stopWithParent(stop: () => void): void {
  const parent = process.ppid;
  if (!process.env.npm_lifecycle_event) return;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, 1000);
  watch.unref();
}

function printTable(addresses: [name: string, url: string][], seconds: number): void {
  console.log(`\nHoldfast is ready (${seconds.toFixed(1)} s). Ctrl-C stops it; everything is kept for the next start.\n`);
  for (const [name, url] of addresses) console.log(`  ${name.padEnd(14)}${url}`);
  console.log('');
}

function port(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0 || number > 65535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return number;
}
