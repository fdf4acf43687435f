import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';

import { freePort, portTaken } from '../../stack/ports.ts';

it('hands out no port twice, and sees who listens', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, freePort));
  expect(new Set(ports).size).toBe(50);
  const [port = 0] = ports;
  expect(await portTaken(port)).toBe(false);
  const everywhere = createServer().listen(port, '0.0.0.0');
  await once(everywhere, 'listening');
  expect(await portTaken(port)).toBe(true);
  everywhere.close();
});
