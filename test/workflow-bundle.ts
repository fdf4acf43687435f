import { access, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { inject } from 'vitest';

const workflowsPath = join(import.meta.dirname, '..', 'workflows', 'index.ts');

/** Where the bundled workflows lie, for workers and replays: whichever file asks first in a run has them bundled for all. */
export async function workflowBundle(): Promise<{ codePath: string }> {
  const codePath = join(inject('scratch'), 'workflows.js');
  if (
    await access(codePath).then(
      () => true,
      () => false,
    )
  )
    return { codePath };
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  const aside = `${codePath}.${process.pid}`;
  await writeFile(aside, code);
  await rename(aside, codePath);
  return { codePath };
}
