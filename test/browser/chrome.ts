import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
type Axe = { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };

/** The present page has no axe violation, one heading, its owner's title, and nothing wider than the window. */
export async function expectSound(page: Page, where = page.url(), owner = 'Holdfast'): Promise<void> {
  await page.waitForLoadState('load'); // with its style sheets: without them it is wider
  await page.evaluate(axe);
  const violations = await page.evaluate(async () =>
    (await (globalThis as unknown as Axe).axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
  );
  expect(violations, where).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth), where).toBeLessThanOrEqual(page.viewportSize()!.width);
  expect(await page.locator('h1').count(), where).toBe(1);
  expect(await page.title(), where).toMatch(new RegExp(` · ${owner}$`));
}

const sizes = { phone: { width: 320, height: 640 }, desk: { width: 1280, height: 800 } };
/** Where to leave a picture of every page, for people to look at. */
const pictures = process.env.PICTURES;

/** The same on a phone and on a desk, where it is left. */
export async function expectSoundAtBothSizes(page: Page, name: string, owner?: string): Promise<void> {
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    await expectSound(page, `${name} on a ${size}`, owner);
    if (pictures) await page.screenshot({ path: join(pictures, `${name.replaceAll(' ', '-')}-${size}.png`), fullPage: true });
  }
}
