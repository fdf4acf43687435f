import { describe, expect, test } from 'vitest';

import { testApi } from './api.ts';

const api = testApi();
type Parameter = { name: string; in: string; schema: object };
type Operation = {
  summary?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: object;
  responses: Record<string, { description: string; content?: object }>;
};

type Document = {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
};

let made: Document | undefined;
/** Made once: it takes so long on a busy machine that the next request would be told that the API is overloaded. */
function document() {
  made ??= api.app.swagger() as unknown as Document;
  return made;
}
const operations = () =>
  Object.entries(document().paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [`${method} ${path}`, operation] as const),
  );

describe('the OpenAPI document', () => {
  test('is 3.1 and gives each operation a summary, a tag, an example and its problems', () => {
    expect(document().openapi).toBe('3.1.0');
    for (const [name, operation] of operations()) {
      expect([name, operation.summary]).toEqual([name, expect.any(String)]);
      expect([name, operation.tags]).toEqual([name, [expect.stringMatching(/^[a-z][a-z0-9-]*$/)]]);
      expect([name, JSON.stringify(operation)]).toEqual([name, expect.stringMatching(/"examples?":/)]);
      expect([name, Object.keys(operation.responses)]).toEqual([name, expect.arrayContaining(['400', '401'])]);
      const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
      expect([name, operation.responses['401']!.content]).toEqual([name, problem]);
    }
  });

  test('every reference in it leads somewhere', () => {
    const text = JSON.stringify(document());
    const schemas = Object.keys(document().components.schemas);
    const used = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name!);
    expect(used.length).toBeGreaterThan(50);
    expect(used.filter((name) => !schemas.includes(name))).toEqual([]);
  });

  test('the example of every body is one that the route takes', async () => {
    for (const [name, operation] of operations()) {
      const body =
        operation.requestBody &&
        (JSON.parse(JSON.stringify(operation.requestBody)) as { content: Record<string, { schema: { example?: object } }> });
      if (!body) continue;
      const [method, path] = name.split(' ') as [string, string];
      const example = body.content['application/json']!.schema.example;
      expect([name, example]).toEqual([name, expect.any(Object)]);
      const url = path.replace('/v1', '').replace('{id}', '01890000-0000-7000-8000-000000000001');
      const answer = await api.call(method.toUpperCase() as 'POST', url, {
        as: api.keys.administrator,
        body: example!,
        ifMatch: 1,
        headers: { 'idempotency-key': name },
      });
      expect([name, answer.status === 400 ? answer.body : 'taken']).toEqual([name, 'taken']);
      expect([name, answer.status]).not.toEqual([name, 500]);
    }
  });
});

test('whatever nonsense comes, the answer is a problem and never a 500', { timeout: 120_000 }, async () => {
  const nonsense = [
    null,
    [],
    'x',
    1,
    { facilityId: 1 },
    { name: '\u0000' },
    { name: '\ud800' },
    { reason: '\ud800' },
    { reason: 'a\u0000' },
    { settings: { hold: { expireDays: 1 } } },
  ];
  for (const [name] of operations()) {
    const [method, path] = name.split(' ') as [string, string];
    for (const payload of nonsense) {
      const url = path.replace('{id}', '01890000-0000-7000-8000-000000000001');
      const headers = {
        authorization: `Bearer ${api.keys.administrator}`,
        'content-type': 'application/json',
        'idempotency-key': crypto.randomUUID(),
        'if-match': '"1"',
      };
      const response = await api.app.inject({
        method: method.toUpperCase() as 'POST',
        url,
        headers,
        ...(method !== 'get' && { payload: JSON.stringify(payload) }),
      });
      expect([name, payload, response.statusCode < 500]).toEqual([name, payload, true]);
      if (response.statusCode >= 400) expect(response.headers['content-type']).toMatch('application/problem+json');
    }
    for (const id of ['x', '%00', '../..', "'; drop table"]) {
      const response = await api.app.inject({
        method: 'GET',
        url: path.replace('{id}', id),
        headers: { authorization: `Bearer ${api.keys.administrator}` },
      });
      expect([name, id, response.statusCode < 500]).toEqual([name, id, true]);
    }
  }
});
