import { expect, test } from 'vitest';

import { DomainError } from '../../domain/errors.ts';

test('a refusal is an answer: it is not tried again, and no log warns of it', () => {
  const refusal = new DomainError('HOLD_NOT_PENDING', { state: 'confirmed' });
  expect(refusal).toMatchObject({ type: 'HOLD_NOT_PENDING', nonRetryable: true, category: 'BENIGN', details: [{ state: 'confirmed' }] });
});
