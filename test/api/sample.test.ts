import { expect, test } from 'vitest';

import { plantSample } from '../../prisma/sample/plant.ts';
import { testApi } from './api.ts';

const api = testApi();

test('every list of the API, and all that it says of each first item, answers over the sample: imported history too', {
  timeout: 120_000,
}, async () => {
  const facilityId = await plantSample(api.databaseUrl, api.now);
  const { paths } = api.app.swagger() as unknown as { paths: Record<string, { get?: object }> };
  const readable = Object.keys(paths).filter((path) => paths[path]!.get && path.startsWith('/v1/'));
  const read = (path: string) => api.call('GET', path.slice(3), { as: api.keys.administrator });
  const bad: [string, number][] = [];
  let looked = 0;
  for (const list of readable.filter((path) => !path.includes('{'))) {
    const here = await read(`${list}?facilityId=${facilityId}`);
    const all = here.status === 400 ? await read(list) : here;
    if (all.status >= 500) bad.push([list, all.status]);
    for (const { id } of (all.body.items ?? []).slice(0, 3))
      for (const path of readable.filter((one) => one.startsWith(`${list}/{id}`) && one.split('{').length === 2)) {
        const { status } = await read(path.replace('{id}', id));
        looked++;
        if (status >= 500) bad.push([path, status]);
      }
  }
  expect(bad).toEqual([]);
  expect(looked).toBeGreaterThan(50);
});
