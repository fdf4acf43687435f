import { expect, test } from 'vitest';

import { inWords } from '../../stack/start.ts';

const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });

test('a server of somebody else’s that does not answer is named, with the way out', () => {
  expect(() => inWords({ DATABASE_URL: 'postgresql://me:secret@db.example:5432/x', TEMPORAL_ADDRESS: undefined })(refused)).toThrow(
    'PostgreSQL at db.example:5432 cannot be used (connect ECONNREFUSED 127.0.0.1:1). Check DATABASE_URL and that the server runs, or unset it.',
  );
  const late = new Error('Failed to connect before the deadline');
  expect(() => inWords({ DATABASE_URL: undefined, TEMPORAL_ADDRESS: 'temporal.example:7233' })(late)).toThrow(
    'Temporal does not answer at temporal.example:7233 (Failed to connect before the deadline).',
  );
  expect(() => inWords({ DATABASE_URL: undefined, TEMPORAL_ADDRESS: undefined })(refused)).toThrow(refused);
});
