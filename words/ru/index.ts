import { patient } from './patient.ts';

export const ru = { patient };
