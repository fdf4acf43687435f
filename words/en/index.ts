import { patient } from './patient.ts';

export const en = { patient };
