import { access } from 'node:fs/promises';
import { chromium } from 'playwright-core';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const args =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

/** Whether these tests can run. In CI they must; elsewhere they are skipped, and the reason is printed. */
export const found = await access(executablePath).then(
  () => true,
  () => false,
);
if (!found && process.env.CI) throw new Error(`no browser at ${executablePath}: CI installs it`);
if (!found) console.log(`skipped: no browser at ${executablePath} (set CHROMIUM_PATH)`);

export const launchChrome = () => chromium.launch({ executablePath, args: args.split(' ') });
